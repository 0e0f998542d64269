// SPDX-License-Identifier: GPL-3.0-or-later
//
// Peripheral resets (datasheet 2.14): RESET_DONE follows RESET, and a block that is put into reset loses
// its state.
import { RegisterBlock } from './registers.js';

export const block = {
    adc: 0, busctrl: 1, dma: 2, i2c0: 3, i2c1: 4, ioBank0: 5, ioQspi: 6, jtag: 7, padsBank0: 8, padsQspi: 9,
    pio0: 10, pio1: 11, pllSys: 12, pllUsb: 13, pwm: 14, rtc: 15, spi0: 16, spi1: 17, syscfg: 18, sysinfo: 19,
    tbman: 20, timer: 21, uart0: 22, uart1: 23, usbctrl: 24,
};

const reg = { reset: 0x0, wdsel: 0x4, done: 0x8 };
const allBlocks = 0x1ffffff;

export class Resets extends RegisterBlock {
    /** `resetters` maps a block's bit to what puts that block into its reset state. */
    constructor(journal, resetters) {
        super('RESETS', journal);
        this.resetters = resetters;
        this.held = allBlocks;
        this.watchdogSelect = 0;
    }

    read(offset) {
        switch (offset) {
            case reg.reset: return this.held;
            case reg.wdsel: return this.watchdogSelect;
            case reg.done: return allBlocks & ~this.held;
            default: return super.read(offset);
        }
    }

    write(offset, value, raw) {
        if (offset === reg.reset) this.hold(value & allBlocks);
        else if (offset === reg.wdsel) this.watchdogSelect = value & allBlocks;
        else super.write(offset, value, raw);
    }

    hold(mask) {
        const newlyHeld = mask & ~this.held;
        this.held = mask;
        for (const [bit, reset] of this.resetters) if (newlyHeld & (1 << bit)) reset();
    }
}
