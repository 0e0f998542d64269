// SPDX-License-Identifier: GPL-3.0-or-later
//
// loop_process.js [--spi-gap-bits=N] FIRMWARE.elf BOOTROM.bin [MODULE.node [UNIT [SENSOR BOARD]]]: the emulated board as a
// program, asked over stdin and stdout (../README.md). Ends with its input. What it has to say to people goes
// to stderr.
import { readFileSync } from 'node:fs';
import { Board } from './board.js';
import { loadModule } from './module_addon.js';
import { Pipe } from './pipe.js';
import { kind, Requests } from './requests.js';

const wrongArguments = 2;

const gapOption = '--spi-gap-bits=';

function main(given) {
    const [elf, bootrom, module, unit = '1', ...sensorAndBoard] = given.filter((argument) => !argument.startsWith('--'));
    const gap = given.find((argument) => argument.startsWith(gapOption));
    if (!bootrom) {
        process.stderr.write(
            'usage: loop_process.js [--spi-gap-bits=N] FIRMWARE.elf BOOTROM.bin [MODULE.node [UNIT [SENSOR BOARD]]]\n',
        );
        return wrongArguments;
    }
    const options = { elf: readFileSync(elf), bootrom: readFileSync(bootrom) };
    if (gap) options.spiGapBits = Number(gap.slice(gapOption.length));
    if (module) options.module = loadModule(module, Number(unit), ...sensorAndBoard);
    const requests = new Requests(new Board(options));
    serve(requests, new Pipe());
    return 0;
}

function serve(requests, pipe) {
    for (;;) {
        const request = pipe.receive();
        if (!request) return;
        pipe.send(request.kind, requests.answer(request));
        if (request.kind === kind.quit) return;
    }
}

process.exitCode = main(process.argv.slice(2));
