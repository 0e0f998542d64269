// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleChip, pass, peek, poke, startClocks } from './bench.js';

const nvicEnable = 0xe000e100;
const primaskSet = 0xb672; // cpsid i
const wfi = 0xbf30;
const sram = 0x20000000;

function program(chip, ...halfwords) {
    halfwords.forEach((halfword, index) => chip.rp.writeUint16(sram + 2 * index, halfword));
    chip.rp.core.PC = sram;
}

test('Chip: instructions take the cycles of the clk_sys that was set', () => {
    const chip = idleChip();
    startClocks(chip);
    assert.equal(chip.rp.clkSys, 125e6);
    program(chip, 0x46c0, 0x46c0, 0x46c0, 0x46c0, 0xe7fe);
    const begin = chip.clock.nanos;
    chip.run(begin + 32);
    assert.equal(chip.instructions, 4);
    assert.equal(chip.clock.nanos - begin, 32);
});

test('Chip: bad accesses become warnings with address and place', () => {
    const chip = idleChip();
    peek(chip, 0x60000000);
    poke(chip, 0x20000001, 1);
    poke(chip, 0x100, 1);
    chip.rp.readUint16(0x10000000);
    const lines = chip.journal.lines().join('\n');
    assert.match(lines, /invalid memory address: 60000000/);
    assert.match(lines, /unaligned writeUint32 to 0x20000001/);
    assert.match(lines, /read-only memory at 0x100/);
    assert.match(lines, /not in XIP mode: read of 0x10000000/);
});

test('Chip: WFI with interrupts masked wakes without entering, and at once when one is pending', () => {
    const chip = idleChip();
    poke(chip, nvicEnable, 1);
    program(chip, primaskSet, wfi, 0x2005, 0xe7fe);
    chip.clock.createAlarm(() => chip.rp.setInterrupt(0, true)).schedule(50000);
    chip.run(49000);
    assert.equal(chip.rp.core.waiting, true);
    chip.run(60000);
    assert.equal(chip.rp.core.registers[0], 5);
    program(chip, wfi, 0x2006, 0xe7fe);
    chip.run(70000);
    assert.equal(chip.rp.core.registers[0], 6);
});

test('Chip: a core that nothing can wake is reported', () => {
    const chip = idleChip();
    program(chip, wfi);
    poke(chip, 0xe000e010, 0);
    chip.clock.silence();
    assert.equal(chip.run(Infinity), 'asleep');
});

test('Resets: RESET_DONE follows, and a block loses its state', () => {
    const chip = idleChip({ released: false });
    const resets = 0x4000c000;
    const spi0 = 1 << 16;
    assert.equal(peek(chip, resets + 8), 0);
    poke(chip, resets + 0x3000, 0x1ffffff);
    assert.equal(peek(chip, resets + 8), 0x1ffffff);
    poke(chip, 0x4003c010, 6);
    poke(chip, resets + 0x2000, spi0);
    assert.equal(peek(chip, resets + 8) & spi0, 0);
    assert.equal(peek(chip, 0x4003c010), 0);
});

test('Resets: a block held in reset does not answer', () => {
    const chip = idleChip({ released: false });
    peek(chip, 0x4003c00c);
    poke(chip, 0x40044000, 1);
    peek(chip, 0x40058008);
    const lines = chip.journal.lines();
    assert.equal(lines.length, 2);
    assert.match(lines[0], /read in a block held in reset: 0x4003c00c/);
    assert.match(lines[1], /write in a block held in reset: 0x40044000/);
});

test('Timer: an alarm never rings before its microsecond', () => {
    const chip = idleChip();
    const timer = 0x40054000;
    pass(chip, 300);
    poke(chip, timer + 0x38, 1);
    poke(chip, timer + 0x10, 10);
    pass(chip, 9600);
    assert.equal(peek(chip, timer + 0x34), 0);
    pass(chip, 100);
    assert.equal(peek(chip, timer + 0x34), 1);
    assert.equal(peek(chip, timer + 0x28), 10);
});

test('Watchdog: bites once after its time, unless it is fed', () => {
    const bites = [];
    const chip = idleChip({ expired: (reason) => bites.push([chip.clock.nanos, reason]) });
    const watchdog = 0x40058000;
    poke(chip, watchdog + 4, 2000);
    poke(chip, watchdog, 0x40000000);
    pass(chip, 900000);
    poke(chip, watchdog + 4, 2000);
    pass(chip, 900000);
    assert.deepEqual(bites, []);
    pass(chip, 10e6);
    assert.deepEqual(bites, [[1900000, 1]]);
});

test('Watchdog: the trigger bites at once', () => {
    const bites = [];
    const chip = idleChip({ expired: (reason) => bites.push(reason) });
    poke(chip, 0x40058000, 0x80000000);
    assert.deepEqual(bites, [2]);
});
