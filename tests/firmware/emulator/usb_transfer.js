// SPDX-License-Identifier: GPL-3.0-or-later
//
// One transfer of the host: which token comes next, and what its answer means.

export const packetBytes = 64;

/** How a transfer ended; the numbers are those of the pipe protocol. */
export const status = { ok: 0, timeout: 1, stall: 2, overflow: 3, disconnected: 4, error: 5, cancelled: 6 };

const triesWithoutAnswer = 3;

export class UsbTransfer {
    constructor(address) {
        this.address = address;
        this.status = null;
        this.bytes = new Uint8Array(0);
        this.silent = 0;
    }

    get done() {
        return this.status !== null;
    }

    finish(how) {
        if (this.status === null) this.status = how;
    }

    noAnswer() {
        this.silent++;
        if (this.silent >= triesWithoutAnswer) this.finish(status.error);
    }
}

export class OutTransfer extends UsbTransfer {
    /** `emptyPacket`: end with an empty packet when the length is a multiple of 64. */
    constructor(address, pipe, bytes, { emptyPacket = false } = {}) {
        super(address);
        this.pipe = pipe;
        this.toSend = bytes;
        this.sent = 0;
        this.emptyDue = bytes.length === 0 || (emptyPacket && bytes.length % packetBytes === 0);
    }

    token() {
        const bytes = this.toSend.subarray(this.sent, this.sent + packetBytes);
        return { kind: 'out', endpoint: this.pipe.number, pid: this.pipe.toggle, bytes };
    }

    packetSent(length) {
        this.pipe.toggle ^= 1;
        if (length < packetBytes) this.emptyDue = false;
        this.sent += length;
        if (this.sent >= this.toSend.length && !this.emptyDue) this.finish(status.ok);
    }
}

/** Bytes as packets bring them. */
class Gathered {
    constructor() {
        this.parts = [];
        this.length = 0;
    }

    add(bytes) {
        this.parts.push(bytes);
        this.length += bytes.length;
    }

    joined() {
        const all = new Uint8Array(this.length);
        let at = 0;
        for (const part of this.parts) {
            all.set(part, at);
            at += part.length;
        }
        return all;
    }
}

export class InTransfer extends UsbTransfer {
    constructor(address, pipe, maxBytes) {
        super(address);
        this.pipe = pipe;
        this.maxBytes = maxBytes;
        this.gathered = new Gathered();
    }

    token() {
        return { kind: 'in', endpoint: this.pipe.number, pid: this.pipe.toggle };
    }

    packetReceived(bytes) {
        this.pipe.toggle ^= 1;
        if (this.gathered.length + bytes.length > this.maxBytes) {
            this.finish(status.overflow);
            return;
        }
        this.gathered.add(bytes);
        if (bytes.length < packetBytes || this.gathered.length === this.maxBytes) this.finish(status.ok);
    }

    finish(how) {
        if (this.status === null) this.bytes = this.gathered.joined();
        super.finish(how);
    }
}

/** SETUP, then data one way, then an empty packet the other way. Data and status stages begin with DATA1. */
export class ControlTransfer extends UsbTransfer {
    constructor(address, setup, bytes = new Uint8Array(0)) {
        super(address);
        this.setup = Uint8Array.from(setup);
        this.toSend = bytes;
        this.length = setup[6] | (setup[7] << 8);
        this.reads = !!(setup[0] & 0x80) && this.length > 0;
        this.stage = 'setup';
        this.toggle = 1;
        this.moved = 0;
        this.gathered = new Gathered();
    }

    token() {
        if (this.stage === 'setup') return { kind: 'setup', endpoint: 0, bytes: this.setup };
        if (this.stage === 'status')
            return { kind: this.reads ? 'out' : 'in', endpoint: 0, pid: 1, bytes: new Uint8Array(0) };
        if (this.reads) return { kind: 'in', endpoint: 0, pid: this.toggle };
        return {
            kind: 'out',
            endpoint: 0,
            pid: this.toggle,
            bytes: this.toSend.subarray(this.moved, this.moved + packetBytes),
        };
    }

    setupSent() {
        this.stage = this.length > 0 ? 'data' : 'status';
    }

    packetSent(length) {
        if (this.stage === 'status') this.finish(status.ok);
        else this.dataMoved(length, this.moved + length >= this.length);
    }

    packetReceived(bytes) {
        if (this.stage === 'status') {
            this.finish(status.ok);
            return;
        }
        if (this.moved + bytes.length > this.length) {
            this.finish(status.overflow);
            return;
        }
        this.gathered.add(bytes);
        this.dataMoved(bytes.length, bytes.length < packetBytes || this.moved + bytes.length >= this.length);
    }

    dataMoved(length, last) {
        this.moved += length;
        this.toggle ^= 1;
        if (last) this.stage = 'status';
    }

    finish(how) {
        if (this.status === null) this.bytes = this.gathered.joined();
        super.finish(how);
    }
}
