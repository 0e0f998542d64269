// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the real firmware says of itself on USB, and the requests by which tools restart it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, board, hello, kindDone, options, second } from './firmware_bench.js';
import { status } from './usb_transfer.js';

const microsoftRequest = 0x20;
const statusOf = (target, setup) => finish(target, setup).status;

function finish(target, setup) {
    return target.finish(target.host.control(setup), target.clock.nanos + second);
}

/** Descriptors one after another: `{ type, bytes }`. */
function descriptors(bytes) {
    const found = [];
    for (let at = 0; at < bytes.length; at += bytes[at]) {
        assert.ok(bytes[at] >= 2 && at + bytes[at] <= bytes.length, `descriptor at ${at} of ${bytes[at]} bytes`);
        found.push({ type: bytes[at + 1], bytes: bytes.slice(at, at + bytes[at]) });
    }
    return found;
}

/** The parts of a Microsoft OS 2.0 set, which have a word of length and a word of type. */
function parts(bytes) {
    const found = [];
    for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt16LE(at);
        assert.ok(length >= 4 && at + length <= bytes.length, `part at ${at} of ${length} bytes`);
        found.push({ type: bytes.readUInt16LE(at + 2), bytes: bytes.subarray(at, at + length) });
        at += length;
    }
    return found;
}

const property = (part) => {
    const nameBytes = part.readUInt16LE(6);
    const name = part.subarray(8, 8 + nameBytes).toString('utf16le');
    const bytes = part.subarray(10 + nameBytes);
    assert.equal(bytes.length, part.readUInt16LE(8 + nameBytes));
    return { name, value: bytes.toString('utf16le') };
};

test('USB: the configuration has the frames interface and the reset interface', options, () => {
    const found = board().host.enumerate();
    const all = descriptors(found.configuration);
    assert.equal(found.configuration[2] | (found.configuration[3] << 8), found.configuration.length);
    const interfaces = all.filter((one) => one.type === 4).map((one) => one.bytes);
    assert.deepEqual(
        interfaces.map((bytes) => [bytes[2], bytes[4], ...bytes.slice(5, 8)]),
        [
            [0, 2, 0xff, 0x46, 0x01],
            [1, 0, 0xff, 0x00, 0x01],
        ],
    );
    const endpoints = all.filter((one) => one.type === 5).map((one) => one.bytes);
    assert.deepEqual(
        endpoints.map((bytes) => [bytes[2], bytes[3], bytes[4]]),
        [
            [0x01, 2, 64],
            [0x81, 2, 64],
        ],
    );
});

test('USB: the BOS leads to Microsoft descriptors that give WinUSB to both interfaces', options, () => {
    const target = board();
    const found = target.host.enumerate();
    assert.ok(found.device[2] + 256 * found.device[3] >= 0x0201);
    const bos = Buffer.from(found.bos);
    assert.equal(bos.readUInt16LE(2), bos.length);
    const [head, capability] = descriptors(found.bos);
    assert.deepEqual([head.type, head.bytes[4], capability.type, capability.bytes[2]], [15, 1, 16, 5]);
    const platform = Buffer.from(capability.bytes.slice(4, 20)).toString('hex');
    assert.equal(platform, 'df60ddd88945c74c9cd2659d9e648a9f');
    const setBytes = bos.readUInt16LE(5 + 24);
    assert.equal(bos[5 + 26], microsoftRequest);

    const asked = finish(target, [0xc0, microsoftRequest, 0, 0, 7, 0, setBytes & 255, setBytes >> 8]);
    assert.equal(asked.status, status.ok);
    assert.equal(asked.bytes.length, setBytes);
    const set = parts(Buffer.from(asked.bytes));
    assert.deepEqual(
        set.map((part) => part.type),
        [0, 2, 3, 4, 2, 3, 4],
    );
    assert.equal(set[0].bytes.readUInt16LE(8), setBytes);
    assert.deepEqual([set[1].bytes[4], set[4].bytes[4]], [0, 1]);
    for (const index of [1, 4]) {
        const inside = [0, 1, 2].reduce((sum, more) => sum + set[index + more].bytes.length, 0);
        assert.equal(set[index].bytes.readUInt16LE(6), inside);
        assert.equal(set[index + 1].bytes.toString('latin1', 4, 10), 'WINUSB');
        const { name, value } = property(set[index + 2].bytes);
        assert.equal(name, 'DeviceInterfaceGUIDs\0');
        assert.match(value, /^\{[0-9A-Fa-f-]{36}\}\0\0$/);
    }
    assert.deepEqual(target.warnings(), []);
});

test('USB: unknown requests stall, and the next one is answered', options, () => {
    const target = board();
    target.host.enumerate();
    const unknown = {
        'vendor from interface': [0xc1, 0x77, 0, 0, 0, 0, 8, 0],
        'vendor to interface': [0x41, 0x77, 0, 0, 0, 0, 0, 0],
        'reset of the link at another interface': [0x41, 0x01, 0, 0, 1, 0, 0, 0],
        'vendor from device': [0xc0, microsoftRequest, 0, 0, 8, 0, 64, 0],
        'class request to the frames interface': [0x21, 0x01, 0, 0, 0, 0, 0, 0],
        'class request to the reset interface': [0x21, 0x03, 0, 0, 1, 0, 0, 0],
        'class request to no interface': [0x21, 0x01, 0, 0, 5, 0, 0, 0],
        'descriptor of an unknown type': [0x80, 6, 0, 0x77, 0, 0, 64, 0],
        'string that is not there': [0x80, 6, 99, 3, 9, 4, 64, 0],
    };
    for (const [name, setup] of Object.entries(unknown))
        assert.equal(statusOf(target, setup), status.stall, name);
    assert.equal(ask(target, hello)[1], kindDone);
    assert.equal(target.state, 'running');
    assert.deepEqual(target.warnings(), []);
});

test('USB: a halt cleared of an endpoint that is not there does no harm', options, () => {
    const target = board();
    target.host.enumerate();
    const cleared = target.host.control([0x02, 1, 0, 0, 0x05, 0, 0, 0]);
    target.finish(cleared, target.clock.nanos + second / 10);
    assert.equal(ask(target, hello)[1], kindDone);
    assert.deepEqual(target.warnings(), []);
});

test('USB: the reset interface leads to BOOTSEL, and is answered before', options, () => {
    const target = board();
    target.host.enumerate();
    assert.equal(statusOf(target, [0x21, 0x01, 1, 0, 1, 0, 0, 0]), status.ok);
    target.run(target.clock.nanos + second / 10);
    assert.equal(target.state, 'bootsel');
    assert.deepEqual(target.bootselArguments, { activityMask: 0, disableMask: 1 });
    assert.deepEqual(target.warnings(), []);
});

test('USB: BOOTSEL gets the activity LED that the reset names', options, () => {
    const target = board();
    target.host.enumerate();
    const value = 0x100 | (25 << 9);
    assert.equal(statusOf(target, [0x21, 0x01, value & 255, value >> 8, 1, 0, 0, 0]), status.ok);
    target.run(target.clock.nanos + second / 10);
    assert.deepEqual(target.bootselArguments, { activityMask: 2 ** 25, disableMask: 0 });
});

test('USB: the reset interface starts the firmware anew, a read not fetched or not', options, () => {
    const target = board();
    target.host.enumerate();
    for (const value of [0, 1]) {
        const sent = target.host.bulkOut(0x01, hello, { emptyPacket: true });
        target.finish(sent, target.clock.nanos + second); // its answer is never fetched
        assert.equal(statusOf(target, [0x21, 0x02, value, 0, 1, 0, 0, 0]), status.ok);
        target.run(target.clock.nanos + second / 10);
        assert.equal(target.resets.length, value + 1);
        target.host.enumerate();
        assert.equal(ask(target, hello)[1], kindDone);
    }
    assert.deepEqual(target.warnings(), []);
});
