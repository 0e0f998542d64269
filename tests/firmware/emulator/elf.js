// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reads what an ELF of the RP2040 puts into memory.

const headerBytes = 52;
const programHeaderBytes = 32;
const machineArm = 40;
const typeLoad = 1;

function check(condition, message) {
    if (!condition) throw new Error(`ELF: ${message}`);
}

/** The segments to be loaded, `{ address, bytes }` by physical address, and the entry point. */
export function readElf(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    check(bytes.length >= headerBytes && view.getUint32(0, false) === 0x7f454c46, 'no ELF header');
    check(bytes[4] === 1 && bytes[5] === 1, 'expected 32 bits, little endian');
    check(view.getUint16(18, true) === machineArm, `expected machine ARM, found ${view.getUint16(18, true)}`);
    check(view.getUint16(42, true) === programHeaderBytes, 'program headers of an unknown size');
    const table = view.getUint32(28, true);
    const count = view.getUint16(44, true);
    check(table + count * programHeaderBytes <= bytes.length, 'the program headers are cut off');
    const segments = [];
    for (let index = 0; index < count; index++) {
        const at = table + index * programHeaderBytes;
        const fileBytes = view.getUint32(at + 16, true);
        if (view.getUint32(at, true) !== typeLoad || fileBytes === 0) continue;
        const offset = view.getUint32(at + 4, true);
        const address = view.getUint32(at + 12, true);
        check(offset + fileBytes <= bytes.length, `segment ${index} is cut off`);
        segments.push({ address, bytes: bytes.subarray(offset, offset + fileBytes) });
    }
    check(segments.length > 0, 'nothing to load');
    return { entry: view.getUint32(24, true), segments };
}

/**
 * Writes the segments of `elf` into `flash`, which begins at `base`. Refuses what does not fit or overlaps.
 */
export function loadIntoFlash(elf, flash, base) {
    const taken = [];
    for (const { address, bytes } of elf.segments) {
        const from = address - base;
        const to = from + bytes.length;
        const place = `0x${address.toString(16)}, ${bytes.length} bytes`;
        check(from >= 0 && to <= flash.length, `segment at ${place} lies outside the flash`);
        check(
            !taken.some((other) => from < other.to && other.from < to),
            `segment at ${place} overlaps another`,
        );
        taken.push({ from, to });
        flash.set(bytes, from);
    }
}
