// SPDX-License-Identifier: GPL-3.0-or-later
//
// A board in the stand-in for the boot ROM, whose functions a test calls as firmware calls them. FRAMEGATE_BOOTROM names it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Board } from './board.js';

const bootrom = process.env.FRAMEGATE_BOOTROM;
const bkpt = 0xbe01;

/** For tests that need the ROM. */
export const options = { skip: bootrom ? false : 'FRAMEGATE_BOOTROM names no image' };
export const stack = 0x20040000;

/** A board with an empty flash. Calls return to `returnAddress`, where a breakpoint is put. */
export function romBoard(returnAddress) {
    const board = new Board({ bootrom: readFileSync(bootrom) });
    const { rp } = board.chip;
    const half = (address) => rp.readUint16(address);
    rp.writeUint16(returnAddress, bkpt);
    const call = (address, ...given) => {
        given.forEach((argument, index) => {
            rp.core.registers[index] = argument;
        });
        rp.core.SP = stack;
        rp.core.LR = returnAddress | 1;
        rp.core.PC = address & ~1;
        board.chip.halted = null;
        board.chip.run(board.clock.nanos + 10e9);
        assert.equal(board.chip.halted?.pc, returnAddress);
        return rp.core.registers[0];
    };
    const lookup = (code) => call(half(0x18), half(0x14), code.charCodeAt(0) | (code.charCodeAt(1) << 8));
    const rom = (code, ...given) => call(lookup(code), ...given);
    return { board, rp, call, rom, lookup, half };
}
