// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { idleRom } from './bench.js';
import { readElf } from './elf.js';
import { kind } from './requests.js';

const program = fileURLToPath(new URL('./loop_process.js', import.meta.url));

/** An ELF that loads four bytes to the begin of flash. */
function smallElf() {
    const elf = Buffer.alloc(52 + 32 + 4);
    elf.writeUInt32BE(0x7f454c46, 0);
    elf.set([1, 1, 1], 4);
    elf.writeUInt16LE(2, 16);
    elf.writeUInt16LE(40, 18);
    elf.writeUInt32LE(52, 28);
    elf.writeUInt16LE(32, 42);
    elf.writeUInt16LE(1, 44);
    [1, 84, 0x10000000, 0x10000000, 4, 4].forEach((value, index) => elf.writeUInt32LE(value, 52 + 4 * index));
    elf.writeUInt32LE(0x12345678, 84);
    return elf;
}

function message(code, payload = Buffer.alloc(0)) {
    const head = Buffer.alloc(5);
    head.writeUInt32LE(payload.length + 1, 0);
    head[4] = code;
    return Buffer.concat([head, payload]);
}

function until(timeNs) {
    const payload = Buffer.alloc(8);
    payload.writeBigUInt64LE(BigInt(timeNs), 0);
    return payload;
}

/** The replies as `{ kind, timeNs, status, bytes }`. */
function replies(bytes) {
    const all = [];
    for (let at = 0; at < bytes.length;) {
        const length = bytes.readUInt32LE(at);
        all.push({
            kind: bytes[at + 4],
            timeNs: Number(bytes.readBigUInt64LE(at + 5)),
            status: bytes[at + 13],
            bytes: bytes.subarray(at + 14, at + 4 + length),
        });
        at += 4 + length;
    }
    return all;
}

function converse(...messages) {
    const folder = mkdtempSync(join(tmpdir(), 'framegate-loop-'));
    try {
        writeFileSync(join(folder, 'a.elf'), smallElf());
        writeFileSync(join(folder, 'rom.bin'), idleRom());
        const input = Buffer.concat(messages);
        const result = spawnSync(
            process.execPath,
            [program, join(folder, 'a.elf'), join(folder, 'rom.bin')],
            { input },
        );
        assert.equal(result.stderr.toString(), '');
        return replies(result.stdout);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

test('Pipe: time goes on by what is asked and no further', () => {
    const [first, statistics, last] = converse(
        message(kind.run, until(5000)),
        message(kind.statistics),
        message(kind.quit),
    );
    assert.ok(first.timeNs >= 5000 && first.timeNs < 6000);
    assert.equal(statistics.timeNs, first.timeNs);
    assert.equal(JSON.parse(statistics.bytes).state, 'running');
    assert.equal(last.kind, kind.quit);
});

test('Pipe: a board that does not connect fails to enumerate, and says so', () => {
    const [reply] = converse(message(kind.enumerate));
    assert.equal(reply.status, 7);
    assert.match(reply.bytes.toString(), /does not connect/);
});

test('Pipe: transfers of a device that is not there end as disconnected', () => {
    const [reply] = converse(
        message(kind.bulkIn, Buffer.concat([until(1e9), Buffer.from([0x81, 64, 0, 0, 0])])),
    );
    assert.equal(reply.status, 4);
});

test('Pipe: the flash holds what the ELF loads', () => {
    const [reply] = converse(message(kind.flash, Buffer.from([0, 0, 0, 0, 5, 0, 0, 0])));
    assert.deepEqual([...reply.bytes], [0x78, 0x56, 0x34, 0x12, 0xff]);
});

test('Pipe: an unknown request is refused', () => {
    const [reply] = converse(message(99));
    assert.equal(reply.status, 7);
});

test('Elf: says what is wrong with a file', () => {
    assert.throws(() => readElf(Buffer.from('not an ELF')), /no ELF header/);
    const cut = smallElf().subarray(0, 86);
    assert.throws(() => readElf(cut), /segment 0 is cut off/);
    const other = smallElf();
    other.writeUInt16LE(62, 18);
    assert.throws(() => readElf(other), /expected machine ARM, found 62/);
});
