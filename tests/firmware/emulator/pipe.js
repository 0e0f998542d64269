// SPDX-License-Identifier: GPL-3.0-or-later
//
// Messages over stdin and stdout: u32 length (little endian) of what follows, u8 kind, payload. Blocking:
// while no request is there, the emulator's time stands still.
import { readSync, writeSync } from 'node:fs';

const headerBytes = 5;

/** Reads exactly `length` bytes; null at the end of the input. */
function readExactly(descriptor, length) {
    const bytes = Buffer.alloc(length);
    let have = 0;
    while (have < length) {
        const count = readSome(descriptor, bytes, have);
        if (count === 0) return null;
        have += count;
    }
    return bytes;
}

function readSome(descriptor, bytes, from) {
    for (;;) {
        try {
            return readSync(descriptor, bytes, from, bytes.length - from, null);
        } catch (error) {
            if (error.code === 'EOF') return 0;
            if (error.code !== 'EAGAIN' && error.code !== 'EINTR') throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
    }
}

function writeAll(descriptor, bytes) {
    let done = 0;
    while (done < bytes.length) {
        try {
            done += writeSync(descriptor, bytes, done);
        } catch (error) {
            if (error.code !== 'EAGAIN' && error.code !== 'EINTR') throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
    }
}

export class Pipe {
    constructor(input = 0, output = 1) {
        this.input = input;
        this.output = output;
    }

    /** The next message, `{ kind, payload }`, or null when the other side is gone. */
    receive() {
        const header = readExactly(this.input, headerBytes);
        if (!header) return null;
        const length = header.readUInt32LE(0);
        if (length < 1) throw new Error('a message without a kind');
        const payload = readExactly(this.input, length - 1);
        return payload ? { kind: header[4], payload } : null;
    }

    send(kind, payload) {
        const header = Buffer.alloc(headerBytes);
        header.writeUInt32LE(payload.length + 1, 0);
        header[4] = kind;
        writeAll(this.output, Buffer.concat([header, payload]));
    }
}
