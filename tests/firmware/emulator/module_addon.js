// SPDX-License-Identifier: GPL-3.0-or-later
//
// A camera module that is a native add-on of Node: `createModule(unit)` gives an object with the calls of
// sim::ModulePins, times in nanoseconds, and `log()`: all that has passed its pins, as text.
// `power(on, ns)`, `chipSelect(selected, ns)`, `spiExchange(mosi, ns, hz)` -> MISO, `i2cBegin(ns)` when SDA
// falls, `i2cStart(addressByte, ns)` -> acknowledged, `i2cWrite(byte, ns)` -> acknowledged, `i2cRead(ns)` -> byte, `i2cStop(ns)`.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export function loadModule(path, unit) {
    return moduleOfPins(createRequire(import.meta.url)(resolve(path)).createModule(unit));
}

/** The socket's module (module_socket.js) in front of such calls. */
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
