// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connects a camera module to the pins of the chip. What the firmware has not put on these pins does not
// reach the module.
//
// A module has two sides:
//   spi: select(selected, timeNs), exchange(byte, beginNs, endNs, sckHz) -> byte
//   i2c: start(timeNs), byte(value, timeNs) -> acknowledged, readByte(acknowledged, timeNs) -> value, stop(timeNs)
// The first byte after a START is address and direction; readByte learns whether the master acknowledges.
import { GPIOPinState } from 'rp2040js';

const functionSpi = 1;
const functionI2c = 3;

export const noModule = {
    spi: { select() {}, exchange: null },
    i2c: { start() {}, byte: () => false, readByte: () => 0xff, stop() {} },
};

/** `wiring`: which block and which GPIO numbers: `{ spi, sck, mosi, miso, cs, i2c, sda, scl }`. */
export function plugModule(chip, wiring, module) {
    plugSpi(chip, wiring, module.spi);
    plugI2c(chip, wiring, module.i2c);
}

function plugSpi(chip, wiring, device) {
    const { gpio } = chip.rp;
    const select = gpio[wiring.cs];
    let selected = false;
    select.addListener((state) => {
        const low = state === GPIOPinState.Low;
        if (low === selected) return;
        selected = low;
        device.select(low, chip.clock.nanos);
    });
    const nobody = () => (gpio[wiring.miso].pullupEnabled ? 0xff : 0);
    const connected = () =>
        [wiring.sck, wiring.mosi, wiring.miso].every((pin) => gpio[pin].functionSelect === functionSpi);
    chip.spi[wiring.spi].device = {
        exchange(value, beginNs, endNs, sckHz, mode, bits) {
            if (!connected()) return warnOnce(chip, 'SPI frames, but the pins are not on SPI');
            if (mode !== 0 || bits !== 8)
                return warnOnce(chip, `SPI mode ${mode}, ${bits} bits; the module wants 0, 8`);
            if (!selected) return nobody();
            return device.exchange ? device.exchange(value, beginNs, endNs, sckHz) & 0xff : nobody();
        },
    };
}

function warnOnce(chip, message) {
    chip.journal.warn('module socket', message);
    return 0;
}

function plugI2c(chip, wiring, device) {
    const { gpio } = chip.rp;
    const block = chip.i2c[wiring.i2c];
    const connected = () => [wiring.sda, wiring.scl].every((pin) => gpio[pin].functionSelect === functionI2c);
    block.device = {
        start: (timeNs) => connected() && device.start(timeNs),
        byte: (value, timeNs) => connected() && !!device.byte(value, timeNs),
        readByte: (acknowledged, timeNs) =>
            connected() ? device.readByte(acknowledged, timeNs) & 0xff : 0xff,
        stop: (timeNs) => connected() && device.stop(timeNs),
    };
    for (const pin of [wiring.sda, wiring.scl]) gpio[pin].setInputValue(true); // pulled up
    if (device.stretch) block.device.stretch = (timeNs) => device.stretch(timeNs);
}

/** Somebody holds SDA low until SCL has fallen `pulses` times, as a sensor does that lost count of its bits. */
export function holdSda(chip, wiring, pulses) {
    const sda = chip.rp.gpio[wiring.sda];
    const block = chip.i2c[wiring.i2c];
    const hold = (held) => {
        sda.setInputValue(!held);
        block.sdaHeld = held;
    };
    let left = pulses;
    hold(true);
    const stop = chip.rp.gpio[wiring.scl].addListener((state) => {
        if (state !== GPIOPinState.Low || --left > 0) return;
        stop();
        hold(false);
    });
}
