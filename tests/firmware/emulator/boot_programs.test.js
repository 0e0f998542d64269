// SPDX-License-Identifier: GPL-3.0-or-later
//
// The programs that the station's flasher runs on an RP2040 by EXEC, on the emulated chip: real instructions,
// SPI and flash, with the ROM's functions. They are taken from the sources of app/boot. FRAMEGATE_BOOTROM names
// the boot ROM.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { options, romBoard as anyRomBoard, stack } from './rom_board.js';

const ram = 0x20000000;
const selectControl = 0x4001800c;
const ssi = 0x18000000;

/** The half-words of the one table of them in a source of app/boot. */
function codeOf(file) {
    const source = readFileSync(new URL(`../../../app/boot/${file}`, import.meta.url), 'utf8');
    const table = source.match(/uint16_t \w+\[\] = \{([^}]*(?:\{[^}]*\}[^}]*)*)\};/)[1];
    return [...table.replace(/\/\/.*$/gm, '').matchAll(/0x[0-9A-F]{4}/g)].map((word) => Number(word[0]));
}

/** A board in its boot ROM after EXIT_XIP, and a way to run a program: half-words, then words. */
function romBoard() {
    const { board, rp, call, rom } = anyRomBoard(0x20010000);
    rom('IF'); // connect_internal_flash
    rom('EX'); // flash_exit_xip
    const run = (code, words) => {
        code.forEach((word, index) => rp.writeUint16(ram + 2 * index, word));
        words.forEach((word, index) => rp.writeUint32(ram + 2 * code.length + 4 * index, word));
        call(ram);
        assert.equal(rp.core.SP, stack);
    };
    return { board, rp, run };
}

/** What the flash answers to a command and zeros. */
function exchange(command, count) {
    const { board, rp, run } = romBoard();
    const code = codeOf('board_identity.cpp');
    run(code, [selectControl, ssi, count, command, 0, 0, 0]);
    const buffer = ram + 2 * code.length + 12;
    const answer = Array.from({ length: count }, (_, index) => rp.readUint8(buffer + index));
    return { board, answer };
}

test('Exchange program: reads the JEDEC id', options, () => {
    assert.deepEqual(exchange(0x9f, 4).answer.slice(1), [0xef, 0x40, 0x15]);
});

test('Exchange program: reads the unique id', options, () => {
    const { board, answer } = exchange(0x4b, 13);
    assert.deepEqual(answer.slice(5), [...board.flash.uniqueId]);
});

test('Erase program: erases a block of 64 KiB and nothing else', options, () => {
    const { board, run } = romBoard();
    board.flash.memory.fill(0, 0, 0x30000);
    const erase = 'R'.charCodeAt(0) | ('E'.charCodeAt(0) << 8);
    run(codeOf('block_erase.cpp'), [erase, 0x10000, 0x10000, 0x10000, 0xd8]);
    const blank = board.flash.memory.subarray(0x10000, 0x20000);
    assert.ok(blank.every((byte) => byte === 0xff));
    assert.equal(board.flash.memory[0xffff], 0);
    assert.equal(board.flash.memory[0x20000], 0);
});
