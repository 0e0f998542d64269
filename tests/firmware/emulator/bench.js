// SPDX-License-Identifier: GPL-3.0-or-later
//
// For the tests: a chip whose core does nothing, so that a test can write registers in firmware's place.
import { Chip } from './chip.js';
import { Clock } from './clock.js';
import { Flash } from './flash.js';
import { Journal } from './journal.js';

/** A boot ROM that jumps to itself. */
export function idleRom() {
    const rom = new DataView(new ArrayBuffer(16 * 1024));
    rom.setUint32(0, 0x20042000, true);
    rom.setUint32(4, 0x101, true);
    rom.setUint16(0x100, 0xe7fe, true);
    return new Uint8Array(rom.buffer);
}

const resetsClear = 0x4000f000;
const allBlocks = 0x1ffffff;

/** `released`: every block is out of reset. */
export function idleChip({ flash = new Flash(), expired = () => {}, released = true } = {}) {
    const watchdog = { scratch: new Uint32Array(8), reason: 0, expired };
    const chip = new Chip({
        clock: new Clock(),
        journal: new Journal(),
        flash,
        bootrom: idleRom(),
        watchdog,
    });
    if (released) poke(chip, resetsClear, allBlocks);
    return chip;
}

export const peek = (chip, address) => chip.rp.readUint32(address);
export const poke = (chip, address, value) => chip.rp.writeUint32(address, value);

/** Lets the hardware go on for `ns` while the core stands still. */
export const pass = (chip, ns) => chip.clock.advanceTo(chip.clock.nanos + ns);

const clocks = 0x40008000;
const pllUsb = 0x4002c000;

/** clk_sys 125 MHz and clk_peri 48 MHz, as the firmware sets them. */
export function startClocks(chip) {
    const pllSys = 0x40028000;
    poke(chip, pllSys + 8, 125);
    poke(chip, pllSys + 12, (6 << 16) | (2 << 12));
    poke(chip, pllUsb + 8, 100);
    poke(chip, pllUsb + 12, (5 << 16) | (5 << 12));
    poke(chip, clocks + 0x3c, 1);
    poke(chip, clocks + 0x48, (1 << 11) | (2 << 5));
}
