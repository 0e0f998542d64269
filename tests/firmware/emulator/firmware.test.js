// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real firmware on the emulated board. FRAMEGATE_FIRMWARE_ELF and FRAMEGATE_BOOTROM name the images.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import {
    ask,
    board,
    frame,
    hello,
    kindDone,
    kindFailed,
    options,
    ramElf,
    resetLink,
    second,
} from './firmware_bench.js';
import { Flash } from './flash.js';
import { status } from './usb_transfer.js';

const rebootOpcode = 0x09;
const statusI2cNack = 5;

const hash = (target) => createHash('sha256').update(target.chip.rp.sram).digest('hex');

test('Firmware: boots, enumerates and answers Hello with its flash id', options, () => {
    const target = board();
    const found = target.host.enumerate();
    assert.deepEqual([found.vendor, found.productId], [0x1209, 0x0001]);
    const answer = ask(target, hello);
    assert.equal(answer[1], kindDone);
    assert.ok(Buffer.from(answer).includes(Buffer.from(target.flash.uniqueId)));
    assert.equal(found.serial.toLowerCase(), Buffer.from(target.flash.uniqueId).toString('hex'));
    assert.equal(target.chip.rp.clkSys, 125e6);
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: two runs are the same to the nanosecond', options, () => {
    const runs = [board(), board()].map((target) => {
        target.host.enumerate();
        ask(target, hello);
        return [target.clock.nanos, target.instructions, hash(target)];
    });
    assert.deepEqual(runs[0], runs[1]);
});

test(
    'Firmware: enumerates again after another bus reset; a link reset halts the pipes until they are cleared',
    options,
    () => {
        const target = board();
        target.host.enumerate();
        target.host.enumerate();
        const finish = (transfer) => target.finish(transfer, target.clock.nanos + second).status;
        assert.equal(finish(target.host.control(resetLink)), status.ok);
        assert.equal(finish(target.host.bulkOut(0x01, hello)), status.stall);
        assert.equal(finish(target.host.clearHalt(0x01)), status.ok);
        assert.equal(finish(target.host.clearHalt(0x81)), status.ok);
        assert.equal(ask(target, hello)[1], kindDone);
        assert.deepEqual(target.warnings(), []);
    },
);

test('Firmware: comes back after the cable was pulled', options, () => {
    const target = board();
    target.host.enumerate();
    const waiting = target.host.bulkIn(0x81, 64);
    target.unplug();
    assert.equal(waiting.status, status.disconnected);
    target.run(target.clock.nanos + second);
    assert.equal(target.state, 'unplugged');
    target.plug();
    target.host.enumerate();
    assert.equal(ask(target, hello)[1], kindDone);
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: a second boot from the same flash finds it already set up', options, () => {
    const flash = new Flash();
    const first = board({ flash });
    first.host.enumerate();
    assert.equal(flash.status2, 2);
    const again = board({ flash });
    again.host.enumerate();
    assert.ok(again.clock.nanos < first.clock.nanos);
    assert.deepEqual(again.warnings(), []);
});

test('Firmware: Reboot is answered, then the watchdog bites, and the board comes back', options, () => {
    const target = board();
    target.host.enumerate();
    assert.equal(ask(target, frame(rebootOpcode, [0]))[1], kindDone);
    const waiting = target.finish(target.host.bulkIn(0x81, 64), target.clock.nanos + second);
    assert.equal(waiting.status, status.disconnected);
    assert.equal(target.resets.length, 1);
    target.host.enumerate();
    assert.equal(ask(target, hello)[1], kindDone);
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: Reboot to BOOTSEL ends in the boot ROM', options, () => {
    const target = board();
    target.host.enumerate();
    assert.equal(ask(target, frame(rebootOpcode, [1]))[1], kindDone);
    target.run(target.clock.nanos + second);
    assert.equal(target.state, 'bootsel');
    assert.equal(target.bus.running, false);
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: without a module it says so and goes on', options, () => {
    const i2cScript = 0x03;
    const readSensorId = [0x30, 0, 0, 0, 0, 0, 4, 0, 2, 1, 0x0a, 1];
    const target = board();
    target.host.enumerate();
    const answer = ask(target, frame(i2cScript, readSensorId));
    assert.deepEqual([answer[1], answer[3]], [kindFailed, statusI2cNack]);
    assert.equal(ask(target, hello)[1], kindDone);
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: the image in RAM answers with the flash id and leaves a blank flash alone', options, () => {
    const target = board({ elf: readFileSync(ramElf) });
    const found = target.host.enumerate();
    const id = Buffer.from(target.flash.uniqueId);
    assert.equal(found.serial.toLowerCase(), id.toString('hex'));
    const answer = ask(target, hello);
    assert.equal(answer[1], kindDone);
    assert.ok(Buffer.from(answer).includes(id));
    assert.deepEqual([target.flash.erases, target.flash.programs], [0, 0]);
    assert.ok(target.flash.memory.every((byte) => byte === 0xff));
    assert.deepEqual(target.warnings(), []);
});

test('Firmware: the image in RAM leaves for BOOTSEL when asked', options, () => {
    const target = board({ elf: readFileSync(ramElf) });
    target.host.enumerate();
    assert.equal(ask(target, frame(rebootOpcode, [1]))[1], kindDone);
    target.run(target.clock.nanos + second);
    assert.equal(target.state, 'bootsel');
    assert.deepEqual(target.warnings(), []);
});
