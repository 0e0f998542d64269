// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a host, a cable and a module can do to the real firmware: it answers as it should or comes back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, board, frame, hello, kindDone, kindFailed, options, resetLink, second } from './firmware_bench.js';
import { holdSda } from './module_socket.js';
import { status } from './usb_transfer.js';

const kindProgress = 2;
const opcode = { i2cScript: 0x03, capture: 0x04, readFifo: 0x05, setClocks: 0x06 };
const statusOf = { badFrame: 1, busy: 4, i2cTimeout: 6 };
const flagWatchdog = 0x02;
const word = (value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
const readFifo = (bytes) => frame(opcode.readFifo, [0x3c, 0, ...word(bytes)]);
const readSensorId = frame(opcode.i2cScript, [0x30, 0, 0, 0, 0, 0, 4, 0, 2, 1, 0x0a, 1]);

const finish = (target, transfer, ns = second) => target.finish(transfer, target.clock.nanos + ns);
const send = (target, bytes) => finish(target, target.host.bulkOut(0x01, bytes, { emptyPacket: true }));
const receive = (target, ns) => finish(target, target.host.bulkIn(0x81, 4352), ns);

function enumerated(extra) {
    const target = board(extra);
    target.host.enumerate();
    ask(target, frame(opcode.setClocks, [...word(8e6), ...word(100e3)]));
    return target;
}

/** Answers Hello; gives its flags. */
function alive(target) {
    const answer = ask(target, hello);
    assert.equal(answer[1], kindDone);
    assert.equal(target.state, 'running');
    assert.deepEqual(target.warnings(), []);
    const versionBytes = answer[12];
    const gitBytes = answer[13 + versionBytes];
    return answer[14 + versionBytes + gitBytes + 8 + 1];
}

/** Starts a stream and takes its first frames. */
function inMidStream(target, bytes = 200000, frames = 3) {
    send(target, readFifo(bytes));
    for (let i = 0; i < frames; i++) assert.equal(receive(target).bytes[1], kindProgress);
}

function clean(target) {
    assert.equal(finish(target, target.host.control(resetLink)).status, status.ok);
    for (const endpoint of [0x01, 0x81])
        assert.equal(finish(target, target.host.clearHalt(endpoint)).status, status.ok);
}

test('Abuse: a halt of the IN endpoint in mid-stream, cleared, and the link reset', options, () => {
    const target = enumerated();
    inMidStream(target);
    assert.equal(finish(target, target.host.control([0x02, 3, 0, 0, 0x81, 0, 0, 0])).status, status.ok);
    assert.equal(receive(target).status, status.stall);
    clean(target);
    alive(target);
});

test('Abuse: the cable pulled in mid-stream', options, () => {
    const target = enumerated();
    inMidStream(target);
    const waiting = target.host.bulkIn(0x81, 4352);
    target.unplug();
    assert.equal(waiting.status, status.disconnected);
    target.run(target.clock.nanos + second / 10);
    target.plug();
    target.host.enumerate();
    assert.equal(alive(target) & flagWatchdog, 0);
});

test('Abuse: a bus reset in mid-stream and between two packets of a request', options, () => {
    const target = enumerated();
    inMidStream(target);
    target.host.enumerate();
    alive(target);
    finish(target, target.host.bulkOut(0x01, readFifo(100).subarray(0, 0)));
    finish(target, target.host.bulkOut(0x01, new Uint8Array(128)), second / 100);
    target.host.enumerate();
    assert.equal(receive(target, second / 50).status, status.timeout);
    alive(target);
});

test('Abuse: a host that stops reading finds everything when it goes on', options, () => {
    const target = enumerated();
    inMidStream(target, 60000, 2);
    target.run(target.clock.nanos + 5 * second);
    assert.deepEqual(target.resets, []);
    let bytes = 2 * 4080;
    for (;;) {
        const { bytes: answer } = receive(target);
        if (answer[1] !== kindProgress) {
            assert.equal(answer[1], kindDone);
            break;
        }
        assert.equal(Buffer.from(answer).readUInt32LE(8), bytes);
        bytes += Buffer.from(answer).readUInt16LE(12);
    }
    assert.equal(bytes, 60000);
    alive(target);
});

test('Abuse: a host that never reads can still restart the board', options, () => {
    const target = enumerated();
    send(target, readFifo(60000));
    target.run(target.clock.nanos + second / 10);
    assert.equal(finish(target, target.host.control([0x41, 0x02, 0, 0, 0, 0, 0, 0])).status, status.ok);
    target.run(target.clock.nanos + second / 10);
    assert.equal(target.resets.length, 1);
    target.host.enumerate();
    assert.equal(alive(target) & flagWatchdog, 0); // asked for, no hang
});

test('Abuse: requests while one is being answered are refused or unanswered; the one at hand is not lost', options, () => {
    const target = enumerated();
    inMidStream(target, 60000, 1);
    send(target, hello);
    const kinds = new Map();
    for (;;) {
        const { status: how, bytes } = receive(target);
        assert.equal(how, status.ok);
        kinds.set(bytes[1], (kinds.get(bytes[1]) ?? 0) + 1);
        if (bytes[1] === kindFailed) assert.equal(bytes[3], statusOf.busy);
        if (bytes[1] === kindDone) break;
    }
    assert.equal(kinds.get(kindProgress), 14);
    alive(target);
});

test('Abuse: SDA held low is a time-out, bounded, and over once SDA is let go', options, () => {
    const target = enumerated();
    holdSda(target.chip, target.wiring, Infinity);
    const begin = target.clock.nanos;
    const stuck = ask(target, readSensorId);
    assert.deepEqual([stuck[1], stuck[3]], [kindFailed, statusOf.i2cTimeout]);
    assert.ok(target.clock.nanos - begin < 50e6);
    alive(target);
});

test('Abuse: nine clocks free an SDA that a sensor holds in mid-byte', options, () => {
    for (const pulses of [1, 8, 9]) {
        const target = enumerated();
        holdSda(target.chip, target.wiring, pulses);
        assert.equal(ask(target, readSensorId)[3], statusOf.i2cTimeout);
        assert.notEqual(ask(target, readSensorId)[3], statusOf.i2cTimeout, `${pulses} pulses`);
        assert.equal(target.chip.rp.gpio[target.wiring.sda].inputValue, true);
        alive(target);
    }
});

test('Abuse: SCL stretched for ever is a time-out, too', options, () => {
    const target = enumerated({
        module: {
            spi: { select() {}, exchange: null },
            i2c: { start() {}, byte: () => true, readByte: () => 0xff, stop() {}, stretch: () => Infinity },
        },
    });
    assert.equal(ask(target, readSensorId)[3], statusOf.i2cTimeout);
    alive(target);
});

test('Abuse: frames cut, run together and too long are answered once each', options, () => {
    const target = enumerated();
    const request = Buffer.from(hello);
    const wrong = [
        request.subarray(0, 5),
        request.subarray(0, request.length - 1),
        Buffer.concat([request, request]),
        Buffer.concat([request, Buffer.alloc(1)]),
        Buffer.alloc(64),
        Buffer.alloc(4108 + 1),
        Buffer.alloc(4160),
        Buffer.alloc(20000),
        Buffer.alloc(0),
    ];
    for (const bytes of wrong) {
        const answer = ask(target, bytes);
        assert.deepEqual([answer[1], answer[3]], [kindFailed, statusOf.badFrame], `${bytes.length} bytes`);
        assert.equal(receive(target, second / 1000).status, status.timeout);
    }
    alive(target);
});

test('Abuse: a hang is ended by the watchdog, and the next Hello tells of it once', options, () => {
    const target = enumerated();
    assert.equal(alive(target) & flagWatchdog, 0);
    const endlessLoop = 0x20041000;
    target.chip.rp.writeUint16(endlessLoop, 0xe7fe);
    target.chip.rp.core.PC = endlessLoop;
    target.chip.rp.core.PM = true;
    target.run(target.clock.nanos + 2.2 * second);
    assert.equal(target.resets.length, 1);
    target.host.enumerate();
    assert.equal(alive(target) & flagWatchdog, flagWatchdog);
    assert.equal(finish(target, target.host.control([0x41, 0x02, 0, 0, 0, 0, 0, 0])).status, status.ok);
    target.run(target.clock.nanos + second / 10);
    target.host.enumerate();
    assert.equal(alive(target) & flagWatchdog, 0);
});
