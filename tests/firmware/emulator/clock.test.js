// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { Clock } from './clock.js';

test('Clock: alarms ring in order of time, those of one instant in order of setting', () => {
    const clock = new Clock();
    const rung = [];
    const alarm = (name) => clock.createAlarm(() => rung.push(`${name}@${clock.nanos}`));
    alarm('late').schedule(20);
    alarm('first').schedule(10);
    alarm('second').schedule(10);
    clock.advanceTo(30);
    assert.deepEqual(rung, ['first@10', 'second@10', 'late@20']);
    assert.equal(clock.nanos, 30);
});

test('Clock: a cancelled alarm does not ring, a set one moves', () => {
    const clock = new Clock();
    const rung = [];
    const cancelled = clock.createAlarm(() => rung.push('cancelled'));
    const moved = clock.createAlarm(() => rung.push(`moved@${clock.nanos}`));
    cancelled.schedule(5);
    moved.schedule(5);
    cancelled.cancel();
    moved.schedule(9);
    clock.advanceTo(100);
    assert.deepEqual(rung, ['moved@9']);
});
