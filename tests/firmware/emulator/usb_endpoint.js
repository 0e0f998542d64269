// SPDX-License-Identifier: GPL-3.0-or-later
//
// One endpoint and direction of the RP2040's USB device controller: its buffer control in DPRAM (datasheet
// 4.1.2.5, 4.1.4), its two buffers in turn, and the queue behind BUFF_STATUS.

const ctrl = { enable: 0x80000000, double: 1 << 30, perBuffer: 1 << 29, perDouble: 1 << 28 };
const half = {
    available: 1 << 10,
    stall: 1 << 11,
    select: 1 << 12,
    data1: 1 << 13,
    last: 1 << 14,
    full: 1 << 15,
};
const lengthMask = 0x3ff;
const secondBufferBytes = 64;
const maxPacketBytes = 64;

export class UsbEndpoint {
    constructor(device, number, out) {
        this.device = device;
        this.number = number;
        this.out = out;
        this.next = 0;
        /** Numbers of the buffers that are done and not yet acknowledged in BUFF_STATUS. */
        this.finished = [];
    }

    get name() {
        return `endpoint ${this.number} ${this.out ? 'OUT' : 'IN'}`;
    }

    get controlOffset() {
        return 0x80 + this.number * 8 + (this.out ? 4 : 0);
    }

    get bufferControl() {
        return this.device.dpramView.getUint32(this.controlOffset, true);
    }

    set bufferControl(value) {
        this.device.dpramView.setUint32(this.controlOffset, value >>> 0, true);
    }

    /** The endpoint control register; endpoint 0 has its bits in SIE_CTRL. */
    get control() {
        if (this.number === 0) return (ctrl.enable | (this.device.sieControl & 0x70000000) | 0x100) >>> 0;
        return this.device.dpramView.getUint32(8 + (this.number - 1) * 8 + (this.out ? 4 : 0), true);
    }

    get doubleBuffered() {
        return !!(this.control & ctrl.double);
    }

    get buffer() {
        return this.doubleBuffered ? this.next : 0;
    }

    get bufferAddress() {
        const base = this.number === 0 ? 0x100 : this.control & 0xffc0;
        return base + this.buffer * secondBufferBytes;
    }

    get halfControl() {
        return (this.bufferControl >>> (16 * this.buffer)) & 0xffff;
    }

    set halfControl(value) {
        const shift = 16 * this.buffer;
        this.bufferControl = (this.bufferControl & ~(0xffff << shift)) | (value << shift);
    }

    /** SEL makes buffer 0 the next and clears itself. */
    bufferControlWritten() {
        const value = this.bufferControl;
        if (!(value & half.select)) return;
        this.next = 0;
        this.bufferControl = value & ~half.select;
    }

    get pid() {
        return this.halfControl & half.data1 ? 1 : 0;
    }

    /** What a token to this endpoint would meet now: 'nothing', 'stall', 'nak' or 'ready'. */
    get state() {
        if (!(this.control & ctrl.enable)) return 'nothing';
        const bit = 1 << (this.number * 2 + (this.out ? 1 : 0));
        if (
            this.bufferControl & half.stall &&
            (this.number !== 0 || this.device.stallArmed & (this.out ? 2 : 1))
        )
            return 'stall';
        if (this.device.abortMask & bit) return 'nak';
        const value = this.halfControl;
        const loaded = this.out || !!(value & half.full);
        return value & half.available && loaded ? 'ready' : 'nak';
    }

    /** The packet that an IN token fetches. */
    packet() {
        const length = this.halfControl & lengthMask;
        if (length > maxPacketBytes)
            this.device.journal.warn('USB', `${this.name}: a buffer of ${length} bytes`);
        return {
            pid: this.pid,
            bytes: this.device.dpram.slice(this.bufferAddress, this.bufferAddress + length),
        };
    }

    /** The host took the packet. */
    sent() {
        this.device.acknowledged();
        this.finish(this.halfControl & ~(half.full | half.available));
    }

    /** A packet of the host. One out of sequence is acknowledged and dropped. */
    receive(pid, bytes) {
        if (pid !== this.pid) {
            this.device.journal.warn(
                'USB',
                `${this.name}: expected DATA${this.pid}, the host sent DATA${pid}`,
            );
            this.device.sequenceError();
            return false;
        }
        const room = this.halfControl & lengthMask;
        if (bytes.length > room)
            this.device.journal.warn('USB', `${this.name}: ${bytes.length} bytes into a buffer of ${room}`);
        this.device.dpram.set(bytes, this.bufferAddress);
        this.finish((this.halfControl & ~(half.available | lengthMask)) | half.full | bytes.length);
        return true;
    }

    finish(value) {
        const buffer = this.buffer;
        const last = !!(value & half.last);
        this.halfControl = value;
        const { control } = this;
        const perDouble = !!(control & ctrl.double) && !!(control & ctrl.perDouble);
        if (control & ctrl.perBuffer || (perDouble && (buffer === 1 || last))) this.finished.push(buffer);
        if (control & ctrl.double) this.next = 1 - buffer;
        this.device.completed(last);
    }
}
