// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleRom, peek, poke } from './bench.js';
import { Board } from './board.js';
import { noModule } from './module_socket.js';

const watchdog = 0x40058000;
const sram = 0x20001000;
const forced = 2;

const idleBoard = (extra) => new Board({ bootrom: idleRom(), ...extra });

test('Board: a watchdog reset keeps SRAM, scratch and flash, and clears the rest', () => {
    const board = idleBoard();
    poke(board.chip, 0x4000f000, 0x1ffffff);
    poke(board.chip, sram, 0x12345678);
    poke(board.chip, watchdog + 0x0c, 77);
    poke(board.chip, 0x4003c010, 6);
    board.flash.memory[5] = 1;
    const timeNs = board.clock.nanos;
    poke(board.chip, watchdog, 0x80000000);
    board.run(timeNs + 1000);
    assert.deepEqual(board.resets, [{ timeNs, reason: forced }]);
    assert.equal(peek(board.chip, sram), 0x12345678);
    assert.equal(peek(board.chip, watchdog + 0x0c), 77);
    assert.equal(peek(board.chip, watchdog + 8), forced);
    poke(board.chip, 0x4000f000, 0x1ffffff);
    assert.equal(peek(board.chip, 0x4003c010), 0);
    assert.equal(board.flash.memory[5], 1);
});

test('Board: without power SRAM is lost, and the module goes with it', () => {
    const supply = [];
    const module = { ...noModule, power: (on, timeNs) => supply.push([on, timeNs]) };
    const board = idleBoard({ module });
    poke(board.chip, sram, 1);
    board.run(1000);
    const off = board.clock.nanos;
    board.unplug();
    board.run(off + 5000);
    board.plug();
    assert.equal(peek(board.chip, sram), 0);
    assert.deepEqual(supply, [
        [true, 0],
        [false, off],
        [true, off + 5000],
    ]);
    assert.equal(peek(board.chip, watchdog + 8), 0);
});

test('Board: a breakpoint is a warning, once', () => {
    const board = idleBoard();
    board.chip.rp.writeUint16(sram, 0xbe07);
    board.chip.rp.core.PC = sram;
    board.run(10000);
    board.run(20000);
    assert.equal(board.state, 'halted');
    assert.equal(board.clock.nanos, 20000);
    assert.match(board.warnings().join(), /^\S+ us, pc \S+: core: BKPT 0x7 at 0x20001000$/);
    assert.equal(board.run(Infinity), 'halt');
});
