// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleChip, pass, peek, poke } from './bench.js';
import { Flash } from './flash.js';

const ssi = 0x18000000;
const selectControl = 0x4001800c;

/** A chip whose flash interface does serial bytes by hand. */
function serial() {
    const flash = new Flash();
    const chip = idleChip({ flash });
    poke(chip, ssi + 0x08, 0);
    poke(chip, ssi, 7 << 16);
    poke(chip, ssi + 0x14, 6);
    poke(chip, ssi + 0x08, 1);
    const command = (...bytes) => {
        poke(chip, selectControl, 2 << 8);
        const answer = bytes.map((byte) => {
            poke(chip, ssi + 0x60, byte);
            pass(chip, 48e9 / chip.rp.clkSys + 1);
            return peek(chip, ssi + 0x60);
        });
        poke(chip, selectControl, 3 << 8);
        return answer;
    };
    return { chip, flash, command };
}

test('Flash: tells its JEDEC id and its unique id', () => {
    const { flash, command } = serial();
    assert.deepEqual(command(0x9f, 0, 0, 0).slice(1), [0xef, 0x40, 0x15]);
    assert.deepEqual(command(0x4b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).slice(5), [...flash.uniqueId]);
});

test('Flash: a sector erase takes its 45 ms and only with write enable', () => {
    const { chip, flash, command } = serial();
    flash.memory.fill(0, 0x1000, 0x3000);
    command(0x06);
    assert.equal(command(0x05, 0)[1], 2);
    command(0x20, 0x00, 0x12, 0x34);
    assert.equal(command(0x05, 0)[1], 1);
    pass(chip, 44e6);
    assert.equal(command(0x05, 0)[1], 1);
    pass(chip, 1e6);
    assert.equal(command(0x05, 0)[1], 0);
    assert.ok(flash.memory.subarray(0x1000, 0x2000).every((byte) => byte === 0xff));
    assert.equal(flash.memory[0x2000], 0);
    command(0x20, 0x00, 0x20, 0x00);
    assert.equal(flash.memory[0x2000], 0);
    assert.match(chip.journal.lines()[0], /command 0x20 without write enable/);
});

test('Flash: programming clears bits and wraps within its page', () => {
    const { chip, flash, command } = serial();
    flash.memory[0x101] = 0xf0;
    command(0x06);
    command(0x02, 0x00, 0x01, 0xff, 0xaa, 0xbb, 0x3c);
    pass(chip, 1e6);
    assert.equal(flash.memory[0x1ff], 0xaa);
    assert.equal(flash.memory[0x100], 0xbb);
    assert.equal(flash.memory[0x101], 0x30);
    assert.deepEqual(command(0x03, 0, 0x01, 0xff, 0, 0).slice(4), [0xaa, 0xff]);
});

test('Flash: a command while it is busy is refused and told', () => {
    const { chip, command } = serial();
    command(0x06);
    command(0xd8, 0, 0, 0);
    command(0x06);
    command(0x02, 0, 0, 0, 1);
    assert.match(chip.journal.lines()[0], /while it was busy/);
});

test('Flash: execution in place only once the interface is set up for it', () => {
    const { chip, flash } = serial();
    flash.memory[0] = 0x12;
    peek(chip, 0x10000000);
    assert.equal(chip.journal.total, 1);
    poke(chip, ssi + 0x08, 0);
    poke(chip, ssi, (31 << 16) | (3 << 8));
    poke(chip, ssi + 0x08, 1);
    assert.equal(peek(chip, 0x10000000) & 0xff, 0x12);
    assert.equal(chip.journal.total, 1);
});

test('Flash: execution in place while it is busy is told', () => {
    const { chip, command } = serial();
    command(0x06);
    command(0x20, 0, 0, 0);
    poke(chip, ssi + 0x08, 0);
    poke(chip, ssi, (31 << 16) | (3 << 8));
    poke(chip, ssi + 0x08, 1);
    peek(chip, 0x10000000);
    assert.match(chip.journal.lines()[0], /not in XIP mode: read of 0x10000000/);
});
