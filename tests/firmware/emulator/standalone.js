// SPDX-License-Identifier: GPL-3.0-or-later
//
// standalone.js PROGRAM.elf BOOTROM.bin MODULE.node SENSOR BOARD OUTPUT: runs a program that needs no PC until a
// round of pictures has ended, and writes what came out of UART 0. Exit status 1 if no round ended within a
// minute of the board's time, or if the emulator had to warn.
import { readFileSync, writeFileSync } from 'node:fs';
import { Board } from './board.js';
import { loadModule } from './module_addon.js';

const longestNs = 60e9;
const roundEnds = [...Buffer.from('FGRD')];
const countsAfter = 4;

function main([elf, bootrom, module, sensor, carrier, output]) {
    const board = new Board({
        elf: readFileSync(elf),
        bootrom: readFileSync(bootrom),
        module: loadModule(module, 1, sensor, carrier),
    });
    const bytes = [];
    let left = Infinity;
    board.chip.rp.uart[0].onByte = (byte) => {
        bytes.push(byte);
        const ended = roundEnds.every((value, i) => bytes[bytes.length - roundEnds.length + i] === value);
        left = left === Infinity && ended ? countsAfter : left - 1;
    };
    board.run(longestNs, () => left === 0);
    writeFileSync(output, Buffer.from(bytes));
    for (const line of board.journal.lines()) process.stderr.write(`${line}\n`);
    return left === 0 && board.journal.total === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
