// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the tests of the real firmware share. FRAMEGATE_FIRMWARE_ELF and FRAMEGATE_BOOTROM name the images.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Board } from './board.js';
import { status } from './usb_transfer.js';

const elf = process.env.FRAMEGATE_FIRMWARE_ELF;
const bootrom = process.env.FRAMEGATE_BOOTROM;
/** The image that runs from RAM lies beside the one for flash. */
export const ramElf = elf?.replace(/\.elf$/, '-ram.elf');
export const options = {
    skip: elf && bootrom ? false : 'FRAMEGATE_FIRMWARE_ELF and FRAMEGATE_BOOTROM name no images',
};
export const second = 1e9;

// From fixtures/wire/vectors.json: HelloRequest of protocol 1.0.
export const hello = Uint8Array.from(Buffer.from('f60101000100040001000000881cae11', 'hex'));
export const resetLink = [0x41, 0x01, 0, 0, 0, 0, 0, 0];
export const kindDone = 3;
export const kindFailed = 4;

export function board(extra = {}) {
    return new Board({ elf: readFileSync(elf), bootrom: readFileSync(bootrom), ...extra });
}

/** A request of `opcode`: docs/protocol.md, Frames. */
export function frame(opcode, payload) {
    const head = [0xf6, 1, opcode, 0, 1, 0, payload.length & 255, payload.length >> 8];
    const bytes = Buffer.from([...head, ...payload, 0, 0, 0, 0]);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
    return bytes;
}

function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
}

/** One frame to the board and one back. */
export function ask(target, request) {
    const deadline = target.clock.nanos + second;
    const out = target.finish(target.host.bulkOut(0x01, request, { emptyPacket: true }), deadline);
    assert.equal(out.status, status.ok);
    const back = target.finish(target.host.bulkIn(0x81, 4352), deadline);
    assert.equal(back.status, status.ok);
    return back.bytes;
}
