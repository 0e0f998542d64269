// SPDX-License-Identifier: GPL-3.0-or-later
//
// The simulated camera module, an add-on of Node (../module_addon.cpp), as the module socket wants it.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** Of the add-on at `path`: unit number `unit`, of that sensor and board if they are given. */
export function loadModule(path, unit = 1, ...kind) {
    const { createModule } = createRequire(import.meta.url)(resolve(path));
    return moduleOfPins(createModule(unit, ...kind));
}

export function moduleOfPins(pins) {
    const at = (timeNs) => Math.round(timeNs);
    let addressNext = false;
    return {
        power: (on, timeNs) => pins.power(on, at(timeNs)),
        log: () => pins.log(),
        spi: {
            select: (selected, timeNs) => pins.chipSelect(selected, at(timeNs)),
            exchange: (byte, beginNs, endNs, sckHz) => pins.spiExchange(byte, at(endNs), Math.round(sckHz)),
        },
        i2c: {
            start(timeNs) {
                addressNext = true;
                pins.i2cBegin(at(timeNs));
            },
            byte(value, timeNs) {
                if (!addressNext) return pins.i2cWrite(value, at(timeNs));
                addressNext = false;
                return pins.i2cStart(value, at(timeNs));
            },
            readByte: (acknowledged, timeNs) => pins.i2cRead(at(timeNs)),
            stop: (timeNs) => pins.i2cStop(at(timeNs)),
        },
    };
}
