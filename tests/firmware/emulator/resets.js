// SPDX-License-Identifier: GPL-3.0-or-later
//
// Peripheral resets (datasheet 2.14): RESET_DONE follows RESET, and a block that is put into reset loses
// its state.
import { RegisterBlock } from './registers.js';

export const block = {
    adc: 0,
    busctrl: 1,
    dma: 2,
    i2c0: 3,
    i2c1: 4,
    ioBank0: 5,
    ioQspi: 6,
    jtag: 7,
    padsBank0: 8,
    padsQspi: 9,
    pio0: 10,
    pio1: 11,
    pllSys: 12,
    pllUsb: 13,
    pwm: 14,
    rtc: 15,
    spi0: 16,
    spi1: 17,
    syscfg: 18,
    sysinfo: 19,
    tbman: 20,
    timer: 21,
    uart0: 22,
    uart1: 23,
    usbctrl: 24,
};

/**
 * The blocks by the upper bits of their addresses, as rp2040js numbers them. Not USB: the SDK's start-up
 * looks whether its registers have their reset values.
 */
const blockOfPage = {
    0x40000: block.sysinfo,
    0x40004: block.syscfg,
    0x40014: block.ioBank0,
    0x40018: block.ioQspi,
    0x4001c: block.padsBank0,
    0x40020: block.padsQspi,
    0x40028: block.pllSys,
    0x4002c: block.pllUsb,
    0x40030: block.busctrl,
    0x40034: block.uart0,
    0x40038: block.uart1,
    0x4003c: block.spi0,
    0x40040: block.spi1,
    0x40044: block.i2c0,
    0x40048: block.i2c1,
    0x4004c: block.adc,
    0x40050: block.pwm,
    0x40054: block.timer,
    0x4005c: block.rtc,
    0x4006c: block.tbman,
    0x50000: block.dma,
    0x50200: block.pio0,
    0x50300: block.pio1,
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
            case reg.reset:
                return this.held;
            case reg.wdsel:
                return this.watchdogSelect;
            case reg.done:
                return allBlocks & ~this.held;
            default:
                return super.read(offset);
        }
    }

    write(offset, value, raw) {
        if (offset === reg.reset) this.hold(value & allBlocks);
        else if (offset === reg.wdsel) this.watchdogSelect = value & allBlocks;
        else super.write(offset, value, raw);
    }

    /** Whether `address` is in a block that is held in reset: it does not answer. */
    holds(address) {
        const bit = blockOfPage[(address >>> 14) << 2];
        return bit !== undefined && !!(this.held & (1 << bit));
    }

    hold(mask) {
        const newlyHeld = mask & ~this.held;
        this.held = mask;
        for (const [bit, reset] of this.resetters) if (newlyHeld & (1 << bit)) reset();
    }
}
