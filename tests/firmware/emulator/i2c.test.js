// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleChip, pass, peek, poke, startClocks } from './bench.js';

const i2c = 0x40044000;
const stop = 0x200;
const restart = 0x400;
const readCommand = 0x100;
const txAbort = 64;
const stopDetected = 512;
const txEmpty = 16;

/** I2C0 as the SDK sets it up; low 751, high 553 cycles of 8 ns: one bit takes 10.432 us. */
const bitNs = 10432;
function i2cFor(address, device) {
    const chip = idleChip();
    startClocks(chip);
    poke(chip, i2c, 0x165);
    poke(chip, i2c + 0x1c, 500);
    poke(chip, i2c + 0x20, 750);
    poke(chip, i2c + 0xa0, 46);
    poke(chip, i2c + 4, address);
    poke(chip, i2c + 0x6c, 1);
    chip.i2c[0].device = device;
    return chip;
}

/** A device that answers to one address and notes what happens; `refuses` bytes it does not acknowledge. */
function device(address, { refuses = [] } = {}) {
    const seen = [];
    let first = false;
    return {
        seen,
        start: (ns) => {
            first = true;
            seen.push(['start', ns]);
        },
        byte: (value, ns) => {
            seen.push([value, ns]);
            const acknowledged = first ? value >> 1 === address : !refuses.includes(value);
            first = false;
            return acknowledged;
        },
        readByte: (acknowledged, ns) => {
            seen.push([acknowledged ? 'read' : 'read last', ns]);
            return 0x26;
        },
        stop: (ns) => seen.push(['stop', ns]),
    };
}

const events = (target) => target.seen.map(([what]) => what);

test('I2C: a write takes nine bits a byte and ends with STOP', () => {
    const target = device(0x30);
    const chip = i2cFor(0x30, target);
    poke(chip, i2c + 0x10, 0x0a);
    poke(chip, i2c + 0x10, 0x55 | stop);
    pass(chip, 1e6);
    assert.deepEqual(events(target), ['start', 0x60, 0x0a, 0x55, 'stop']);
    const times = target.seen.map(([, ns]) => ns);
    assert.equal(Math.round(times[2] - times[1]), 9 * bitNs);
    assert.equal(Math.round(times[4] - times[3]), bitNs);
    assert.equal(peek(chip, i2c + 0x34) & (stopDetected | txAbort), stopDetected);
    assert.equal(peek(chip, i2c + 0x70) & 1, 0);
});

test('I2C: TX_EMPTY waits for the byte, not for the FIFO', () => {
    const chip = i2cFor(0x30, device(0x30));
    poke(chip, i2c + 0x10, 0x0a);
    pass(chip, 15 * bitNs);
    assert.equal(peek(chip, i2c + 0x74), 0);
    assert.equal(peek(chip, i2c + 0x34) & txEmpty, 0);
    pass(chip, 10 * bitNs);
    assert.equal(peek(chip, i2c + 0x34) & txEmpty, txEmpty);
    assert.equal(peek(chip, i2c + 0x70) & 1, 1);
});

test('I2C: nobody at the address aborts, flushes and stops', () => {
    const target = device(0x30);
    const chip = i2cFor(0x21, target);
    poke(chip, i2c + 0x10, 0x0a);
    poke(chip, i2c + 0x10, 0x0b | stop);
    pass(chip, 1e6);
    assert.deepEqual(events(target), ['start', 0x42, 'stop']);
    assert.equal(
        peek(chip, i2c + 0x34) & (txAbort | txEmpty | stopDetected),
        txAbort | txEmpty | stopDetected,
    );
    assert.equal(peek(chip, i2c + 0x80), 1 | (2 << 23));
    poke(chip, i2c + 0x10, 0x0c | stop);
    assert.equal(peek(chip, i2c + 0x74), 0);
    peek(chip, i2c + 0x54);
    assert.equal(peek(chip, i2c + 0x80), 0);
    assert.equal(peek(chip, i2c + 0x34) & txAbort, 0);
});

test('I2C: a refused byte aborts with its own reason', () => {
    const target = device(0x30, { refuses: [0x0b] });
    const chip = i2cFor(0x30, target);
    for (const command of [0x0a, 0x0b, 0x0c | stop]) poke(chip, i2c + 0x10, command);
    pass(chip, 1e6);
    assert.deepEqual(events(target), ['start', 0x60, 0x0a, 0x0b, 'stop']);
    assert.equal(peek(chip, i2c + 0x80) & 0xffff, 8);
});

test('I2C: a repeated START turns the direction without STOP', () => {
    const target = device(0x30);
    const chip = i2cFor(0x30, target);
    poke(chip, i2c + 0x10, 0x0a);
    poke(chip, i2c + 0x10, readCommand | restart);
    poke(chip, i2c + 0x10, readCommand | stop);
    pass(chip, 1e6);
    assert.deepEqual(events(target), ['start', 0x60, 0x0a, 'start', 0x61, 'read', 'read last', 'stop']);
    assert.equal(peek(chip, i2c + 0x78), 2);
    assert.equal(peek(chip, i2c + 0x10), 0x26);
});

test('I2C: a change of direction repeats START by itself', () => {
    const target = device(0x30);
    const chip = i2cFor(0x30, target);
    poke(chip, i2c + 0x10, 0x0a);
    poke(chip, i2c + 0x10, readCommand | stop);
    pass(chip, 1e6);
    assert.deepEqual(events(target), ['start', 0x60, 0x0a, 'start', 0x61, 'read last', 'stop']);
});

test('I2C: a device that holds SCL keeps the bus busy until the block is reset', () => {
    const chip = i2cFor(0x30, { ...device(0x30), stretch: () => Infinity });
    poke(chip, i2c + 0x10, 0x0a | stop);
    pass(chip, 1e9);
    assert.equal(peek(chip, i2c + 0x34) & (txEmpty | stopDetected), 0);
    assert.equal(peek(chip, i2c + 0x70) & 1, 1);
    poke(chip, 0x4000e000, 1 << 3);
    poke(chip, 0x4000f000, 1 << 3);
    poke(chip, 0x4000e000, 1 << 3);
    assert.equal(peek(chip, i2c + 0x70) & 1, 0);
});
