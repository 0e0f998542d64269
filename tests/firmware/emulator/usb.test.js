// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleChip, pass, peek, poke } from './bench.js';
import { Clock } from './clock.js';
import { transactionNs, UsbBus } from './usb_bus.js';
import { UsbHost } from './usb_host.js';
import { status } from './usb_transfer.js';

const usb = 0x50110000;
const dpram = 0x50100000;
const inControl = dpram + 0x08;
const outControl = dpram + 0x0c;
const inBuffers = dpram + 0x88;
const outBuffers = dpram + 0x8c;
const bufferStatus = usb + 0x58;
const shouldHandle = usb + 0x5c;
const enable = 0x80000000;
const double = 1 << 30;
const perBuffer = 1 << 29;
const perDouble = 1 << 28;
const available = 1 << 10;
const stall = 1 << 11;
const select = 1 << 12;
const data1 = 1 << 13;
const full = 1 << 15;
const in1 = 1 << 2;
const out1 = 1 << 3;

/** A device with endpoint 1 both ways, connected; frames run. */
function connected(control = enable | perBuffer) {
    const chip = idleChip();
    poke(chip, usb + 0x40, 1);
    poke(chip, usb + 0x74, 9);
    poke(chip, usb + 0x4c, (1 << 16) | perBuffer);
    poke(chip, inControl, (control | 0x180) >>> 0);
    poke(chip, outControl, (control | 0x280) >>> 0);
    const bus = new UsbBus(chip.clock, chip.journal);
    bus.attach(chip.usb);
    bus.start();
    return { chip, bus, host: new UsbHost(bus, null) };
}

const fill = (chip, at, bytes) =>
    bytes.forEach((byte, index) => chip.rp.writeUint8(dpram + at + index, byte));
const packet = (first, length = 64) => Array.from({ length }, (_, index) => (first + index) & 0xff);

/** Two halves of a buffer control register. */
const halves = (first, second) => ((second << 16) | first) >>> 0;

test('USB: an IN transfer waits for the buffer and takes the time of its bytes', () => {
    const { chip, host } = connected();
    const transfer = host.bulkIn(0x81, 64);
    pass(chip, 100000);
    assert.equal(transfer.done, false);
    fill(chip, 0x180, packet(5, 10));
    const begin = chip.clock.nanos;
    poke(chip, inBuffers, full | available | 10);
    while (!transfer.done) pass(chip, 100);
    assert.deepEqual([...transfer.bytes], packet(5, 10));
    const took = chip.clock.nanos - begin;
    assert.ok(took >= transactionNs(10) && took < 15000 + transactionNs(10) + 200, `${took} ns`);
    assert.equal(peek(chip, inBuffers) & (full | available), 0);
    assert.equal(peek(chip, bufferStatus), in1);
});

test('USB: a full packet takes 50 us and a frame holds nineteen', () => {
    const { chip, bus, host } = connected(enable | double | perBuffer);
    assert.equal(Math.round(transactionNs(64)), 50000);
    host.bulkIn(0x81, 64 * 100);
    poke(chip, inBuffers, halves(select | full | available | 64, full | available | data1 | 64));
    while (chip.clock.nanos < 1e6 + 40000) {
        pass(chip, 100);
        if (!peek(chip, bufferStatus)) continue;
        const second = peek(chip, shouldHandle) & in1 ? 2 : 0;
        chip.rp.writeUint16(inBuffers + second, full | available | (second ? data1 : 0) | 64);
        poke(chip, bufferStatus, in1);
    }
    assert.equal(bus.transactions, 19);
    assert.equal(bus.toggleErrors, 0);
});

test('USB: the rounding of times does not put a retry off for ever', () => {
    for (const waitingSince of [134171634.66666667, 1e6 + 1 / 3, 2 ** 31 + 2 / 3]) {
        const clock = new Clock(waitingSince);
        const bus = new UsbBus(clock, null);
        const pipe = { waitingSince };
        for (const steps of [1, 7, 11, 333]) {
            clock.nanos = waitingSince + steps * 15000 + 3e-8;
            assert.equal(bus.mayTry(pipe), true, `${steps} steps after ${waitingSince}`);
        }
    }
});

test('USB: a buffer armed late costs a retry of 15 us', () => {
    const { chip, bus, host } = connected();
    poke(chip, outBuffers, available | 64);
    host.bulkOut(1, new Uint8Array(128));
    pass(chip, 53100);
    assert.equal(bus.transactions, 1);
    poke(chip, outBuffers, available | data1 | 64);
    pass(chip, 50000 + 14800);
    assert.equal(bus.transactions, 1);
    pass(chip, 1000);
    assert.equal(bus.transactions, 2);
});

test('USB: double-buffered IN is sent in order of the buffers, with a short packet as the end', () => {
    const { chip, host } = connected(enable | double | perBuffer);
    fill(chip, 0x180, packet(0));
    fill(chip, 0x1c0, packet(64));
    poke(chip, inBuffers, halves(select | full | available | 64, full | available | data1 | 64));
    const transfer = host.bulkIn(0x81, 1024);
    pass(chip, 200000);
    assert.equal(peek(chip, bufferStatus), in1);
    assert.equal(peek(chip, shouldHandle), 0);
    poke(chip, bufferStatus, in1);
    assert.equal(peek(chip, bufferStatus), in1);
    assert.equal(peek(chip, shouldHandle), in1);
    fill(chip, 0x180, packet(128, 3));
    poke(chip, inBuffers, halves(full | available | 3, 0));
    pass(chip, 100000);
    assert.equal(transfer.status, status.ok);
    assert.deepEqual([...transfer.bytes], packet(0, 131));
});

test('USB: SEL makes the first buffer the next again', () => {
    const { chip, host } = connected(enable | double | perBuffer);
    poke(chip, inBuffers, halves(select | full | available | 1, 0));
    const first = host.bulkIn(0x81, 64);
    pass(chip, 100000);
    assert.equal(first.status, status.ok);
    poke(chip, inBuffers, halves(select | full | available | data1 | 2, 0));
    assert.equal(peek(chip, inBuffers) & select, 0);
    const second = host.bulkIn(0x81, 64);
    pass(chip, 100000);
    assert.equal(second.bytes.length, 2);
});

test('USB: an interrupt per two buffers comes after the second', () => {
    const { chip, host } = connected(enable | double | perDouble);
    poke(chip, inBuffers, halves(select | full | available | 64, 0));
    host.bulkIn(0x81, 128);
    pass(chip, 200000);
    assert.equal(peek(chip, bufferStatus), 0);
    poke(chip, inBuffers, halves(0, full | available | data1 | 64));
    pass(chip, 200000);
    assert.equal(peek(chip, bufferStatus), in1);
});

test('USB: a packet with the wrong toggle is dropped and told', () => {
    const { chip, bus, host } = connected();
    const transfer = host.bulkIn(0x81, 64);
    poke(chip, inBuffers, full | available | data1 | 4);
    pass(chip, 200000);
    assert.equal(transfer.done, false);
    assert.equal(bus.toggleErrors, 1);
    assert.match(chip.journal.lines()[0], /endpoint 1 IN: expected DATA0, the device sent DATA1/);
});

test('USB: an OUT packet out of sequence is acknowledged, dropped and told', () => {
    const { chip, host } = connected();
    poke(chip, outBuffers, available | data1 | 64);
    host.bulkOut(1, Uint8Array.from([1, 2, 3]));
    pass(chip, 200000);
    assert.equal(peek(chip, bufferStatus), 0);
    assert.notEqual(peek(chip, usb + 0x50) & 0x80000000, 0);
    assert.equal(chip.journal.total, 1);
});

test('USB: OUT of a multiple of 64 ends with an empty packet where one is wanted', () => {
    const { chip, host } = connected();
    const transfer = host.bulkOut(1, Uint8Array.from(packet(0)), { emptyPacket: true });
    poke(chip, outBuffers, available | 64);
    pass(chip, 200000);
    assert.equal(transfer.done, false);
    assert.equal(peek(chip, outBuffers) & 0x3ff, 64);
    poke(chip, bufferStatus, out1);
    poke(chip, outBuffers, available | data1 | 64);
    pass(chip, 200000);
    assert.equal(transfer.status, status.ok);
    assert.equal(peek(chip, outBuffers) & 0x3ff, 0);
});

test('USB: STALL ends the transfer, a cleared halt begins with DATA0', () => {
    const { chip, bus, host } = connected();
    poke(chip, inBuffers, stall);
    const stalled = host.bulkIn(0x81, 64);
    pass(chip, 200000);
    assert.equal(stalled.status, status.stall);
    bus.pipe(1, false).toggle = 1;
    const cleared = host.clearHalt(0x81);
    pass(chip, 20000);
    assert.deepEqual([...chip.rp.usbDPRAM.slice(0, 8)], [2, 1, 0, 0, 0x81, 0, 0, 0]);
    poke(chip, dpram + 0x80, full | available | data1);
    pass(chip, 200000);
    assert.equal(cleared.status, status.ok);
    assert.equal(bus.pipe(1, false).toggle, 0);
});

test('USB: more than the host has room for is an overflow', () => {
    const { chip, host } = connected();
    poke(chip, inBuffers, full | available | 64);
    const transfer = host.bulkIn(0x81, 32);
    pass(chip, 100000);
    assert.equal(transfer.status, status.overflow);
});

test('USB: tokens to another address get no answer', () => {
    const { chip, host } = connected();
    poke(chip, usb, 9);
    const transfer = host.bulkIn(0x81, 64);
    pass(chip, 500000);
    assert.equal(transfer.status, status.error);
});

test('USB: control data of 100 bytes come in two packets, DATA1 first, with a status stage', () => {
    const { chip, host } = connected();
    const ep0In = dpram + 0x80;
    const transfer = host.control([0xc0, 1, 0, 0, 0, 0, 255, 0]);
    pass(chip, 20000);
    assert.notEqual(peek(chip, usb + 0x50) & (1 << 17), 0);
    fill(chip, 0x100, packet(0));
    poke(chip, ep0In, full | available | data1 | 64);
    pass(chip, 200000);
    fill(chip, 0x100, packet(64, 36));
    poke(chip, ep0In, full | available | 36);
    pass(chip, 200000);
    assert.equal(transfer.done, false);
    poke(chip, dpram + 0x84, available | data1 | 64);
    pass(chip, 200000);
    assert.equal(transfer.status, status.ok);
    assert.deepEqual([...transfer.bytes], packet(0, 100));
});

test('USB: a stall of endpoint 0 counts only when armed, and SETUP disarms it', () => {
    const { chip, host } = connected();
    poke(chip, dpram + 0x80, stall);
    poke(chip, usb + 0x68, 1);
    const refused = host.control([0xc0, 1, 0, 0, 0, 0, 8, 0]);
    pass(chip, 17000);
    assert.equal(peek(chip, usb + 0x68), 0);
    poke(chip, usb + 0x68, 1);
    pass(chip, 200000);
    assert.equal(refused.status, status.stall);
});

test('USB: a start of frame each millisecond, acknowledged by reading its number', () => {
    const { chip } = connected();
    const sof = 1 << 17;
    peek(chip, usb + 0x48);
    assert.equal(peek(chip, usb + 0x8c) & sof, 0);
    pass(chip, 1e6);
    assert.equal(peek(chip, usb + 0x8c) & sof, sof);
    assert.equal(peek(chip, usb + 0x48), 2);
    assert.equal(peek(chip, usb + 0x8c) & sof, 0);
});

test('USB: three idle milliseconds suspend, a bus reset ends that', () => {
    const { chip, bus } = connected();
    const suspended = 1 << 14;
    bus.stop();
    pass(chip, 2.9e6);
    assert.equal(peek(chip, usb + 0x8c) & suspended, 0);
    pass(chip, 0.2e6);
    assert.equal(peek(chip, usb + 0x8c) & suspended, suspended);
    chip.usb.busReset();
    assert.equal(peek(chip, usb + 0x8c) & (suspended | (1 << 12)), 1 << 12);
    poke(chip, usb + 0x3050, 1 << 19);
    assert.equal(peek(chip, usb + 0x8c) & (1 << 12), 0);
});

test('USB: pulling the plug or letting go of the pull-up ends what waits', () => {
    const { chip, bus, host } = connected();
    const first = host.bulkIn(0x81, 64);
    poke(chip, usb + 0x4c, 0);
    assert.equal(first.status, status.disconnected);
    assert.equal(host.bulkIn(0x81, 64).status, status.disconnected);
    assert.equal(bus.running, false);
});

test('USB: several IN transfers wait in line', () => {
    const { chip, host } = connected();
    const transfers = [host.bulkIn(0x81, 64), host.bulkIn(0x81, 64)];
    poke(chip, inBuffers, full | available | 1);
    pass(chip, 100000);
    assert.deepEqual(
        transfers.map((transfer) => transfer.done),
        [true, false],
    );
    poke(chip, inBuffers, full | available | data1 | 2);
    pass(chip, 100000);
    assert.deepEqual(
        transfers.map((transfer) => transfer.bytes.length),
        [1, 2],
    );
});
