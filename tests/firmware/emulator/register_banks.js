// SPDX-License-Identifier: GPL-3.0-or-later
//
// Blocks that rp2040js lacks and of which storage with the right reset values is enough, and corrections of
// blocks that it has. Values: RP2040 datasheet, each block's list of registers.
import { RegisterBank } from './registers.js';

const range = (first, last, value) => {
    const registers = {};
    for (let offset = first; offset <= last; offset += 4) registers[offset] = value;
    return registers;
};

/** 2.10: regulator on, brown-out detection on; had a power-on reset. */
export function vregAndChipReset(journal) {
    return new RegisterBank(
        'VREG_AND_CHIP_RESET',
        journal,
        { 0x0: 0xb1, 0x4: 0x91 },
        { readOnly: { 0x8: 0x100 } },
    );
}

/** 2.17: running, stable. */
export function rosc(journal) {
    return new RegisterBank(
        'ROSC',
        journal,
        { 0x0: 0xaa0, 0x4: 0, 0x8: 0, 0xc: 0, 0x10: 0xab0, 0x14: 8, 0x20: 0 },
        { readOnly: { 0x18: 0x80001000, 0x1c: 1 } },
    );
}

/** 2.6.3: cache on, nothing streaming, a flush is over at once. */
export function xipControl(journal) {
    return new RegisterBank(
        'XIP_CTRL',
        journal,
        { 0x0: 3, 0xc: 0, 0x10: 0, 0x14: 0, 0x18: 0 },
        { readOnly: { 0x4: 0, 0x8: 2, 0x1c: 0 } },
    );
}

/** 2.19.6.2: status and control of six pins, then interrupts. `changed` gets the pin and its control. */
export function ioQspi(journal, changed) {
    const registers = { ...range(0x30, 0x54, 0) };
    const readOnly = {};
    for (let pin = 0; pin < 6; pin++) {
        registers[pin * 8 + 4] = 0x1f;
        readOnly[pin * 8] = 0;
    }
    return new RegisterBank('IO_QSPI', journal, registers, {
        readOnly,
        written: (offset, value) => {
            if (offset < 0x30) changed(offset >> 3, value);
        },
    });
}

/** 2.20: what the current chips, revision B2, answer. rp2040js says B1. */
export function sysinfo(journal) {
    return new RegisterBank(
        'SYSINFO',
        journal,
        {},
        { readOnly: { 0x0: 0x20002927, 0x4: 2, 0x40: 0xe0c912e8 } },
    );
}

/** 2.21. */
export function syscfg(journal) {
    return new RegisterBank('SYSCFG', journal, range(0x0, 0x18, 0));
}
