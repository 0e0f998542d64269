// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stand-in for the boot ROM: its functions are called as firmware calls them. FRAMEGATE_BOOTROM names it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { options, romBoard as anyRomBoard, stack } from './rom_board.js';

const sram = 0x20001000;
const returnAddress = 0x20000000;
const romBoard = () => anyRomBoard(returnAddress);

test('Boot ROM: has its mark, its version and what the SDK looks up', options, () => {
    const { rp, lookup } = romBoard();
    assert.deepEqual(
        [0x10, 0x11, 0x12, 0x13].map((at) => rp.readUint8(at)),
        [0x4d, 0x75, 1, 3],
    );
    for (const code of [
        'P3',
        'R3',
        'L3',
        'T3',
        'MS',
        'S4',
        'MC',
        'C4',
        'UB',
        'IF',
        'EX',
        'RE',
        'RP',
        'FC',
        'CX',
    ])
        assert.notEqual(lookup(code), 0, code);
    assert.equal(lookup('XX'), 0);
});

test('Boot ROM: counts and turns bits', options, () => {
    const { rom } = romBoard();
    assert.equal(rom('P3', 0xf000000f), 8);
    assert.equal(rom('L3', 0x00010000), 15);
    assert.equal(rom('L3', 0), 32);
    assert.equal(rom('T3', 0x00010000), 16);
    assert.equal(rom('T3', 0), 32);
    assert.equal(rom('R3', 0x00000003), 0xc0000000);
});

test('Boot ROM: copies and fills memory at any alignment', options, () => {
    const { rp, rom } = romBoard();
    for (let index = 0; index < 16; index++) rp.writeUint8(sram + index, index + 1);
    assert.equal(rom('MC', sram + 0x101, sram, 9), sram + 0x101);
    assert.deepEqual([...rp.sram.slice(0x1100, 0x110b)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
    rom('MS', sram + 0x201, 0xab, 6);
    assert.deepEqual([...rp.sram.slice(0x1200, 0x1208)], [0, ...new Array(6).fill(0xab), 0]);
});

test('Boot ROM: erases blocks and sectors and programs pages', options, () => {
    const { board, rp, rom } = romBoard();
    const { flash } = board;
    flash.memory.fill(0, 0, 0x30000);
    for (const code of ['IF', 'EX']) rom(code);
    rom('RE', 0x0f000, 0x12000, 0x10000, 0xd8);
    assert.equal(flash.erases, 3);
    assert.equal(flash.memory[0x0efff], 0);
    assert.ok(flash.memory.subarray(0x0f000, 0x21000).every((byte) => byte === 0xff));
    assert.equal(flash.memory[0x21000], 0);
    for (let index = 0; index < 512; index++) rp.writeUint8(sram + index, index & 0xff);
    rom('RP', 0x10000, sram, 512);
    assert.deepEqual([...flash.memory.subarray(0x10000, 0x10200)], [...rp.sram.slice(0x1000, 0x1200)]);
    rom('FC');
    rom('CX');
    assert.equal(rp.readUint32(0x10010000), 0x03020100);
    assert.deepEqual(board.journal.lines(), []);
});

test('Boot ROM: stops where it would enter BOOTSEL', options, () => {
    const { board, rp, lookup } = romBoard();
    rp.core.PC = lookup('UB') & ~1;
    board.chip.halted = null;
    board.run(board.clock.nanos + 1e6);
    assert.equal(board.state, 'bootsel');
});

test('Boot ROM: refuses a second stage with a wrong sum', options, () => {
    const { board } = romBoard();
    board.run(100e6);
    assert.equal(board.state, 'halted');
    assert.match(board.warnings()[0], /BKPT 0xb1/);
});

test('Boot ROM: restarts through the scratch registers once', options, () => {
    const { board, rp } = romBoard();
    const entry = returnAddress | 1;
    const magic = 0xb007c0d3;
    const { scratch } = board.chip.watchdog;
    [magic, (entry ^ -magic) >>> 0, stack, entry].forEach((value, index) => {
        scratch[4 + index] = value;
    });
    rp.core.reset();
    board.chip.halted = null;
    board.chip.run(board.clock.nanos + 1e9);
    assert.equal(board.chip.halted.pc, returnAddress);
    assert.equal(rp.core.SP, stack);
    assert.equal(scratch[4], 0);
});
