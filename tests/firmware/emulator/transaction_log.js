// SPDX-License-Identifier: GPL-3.0-or-later
//
// What went over the module's SPI and I2C, one entry for each chip-select pulse and for each START to STOP, with
// times at the pins. Long bursts are kept by length, CRC-32 and first bytes.

const keptBytes = 64;

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
});

const hex = (bytes) => Buffer.from(bytes).toString('hex') || '-';
const ns = (time) => Math.round(time);

/** Bytes of one direction: all counted and summed, the first ones kept. */
class Bytes {
    constructor() {
        this.length = 0;
        this.crc = 0xffffffff;
        this.first = [];
    }

    add(byte) {
        this.length++;
        this.crc = crcTable[(this.crc ^ byte) & 0xff] ^ (this.crc >>> 8);
        if (this.first.length < keptBytes) this.first.push(byte);
    }

    get crc32() {
        return (this.crc ^ 0xffffffff) >>> 0;
    }

    get text() {
        return `${this.crc32.toString(16).padStart(8, '0')} ${hex(this.first)}`;
    }
}

export class TransactionLog {
    constructor() {
        this.entries = [];
        this.spi = null;
        this.i2c = null;
    }

    select(selected, timeNs) {
        if (selected) {
            this.spi = { begin: timeNs, sckHz: 0, out: new Bytes(), in: new Bytes(), first: null, last: null };
        } else if (this.spi) {
            const { begin, sckHz, out, in: back, first, last } = this.spi;
            this.entries.push(`S ${ns(begin)} ${ns(timeNs)} ${ns(first ?? begin)} ${ns(last ?? begin)} ` +
                `${Math.round(sckHz)} ${out.length} ${out.text} ${back.text}`);
            this.spi = null;
        }
    }

    exchange(sent, received, beginNs, endNs, sckHz) {
        if (!this.spi) return;
        this.spi.first ??= beginNs;
        this.spi.last = endNs;
        this.spi.sckHz = sckHz;
        this.spi.out.add(sent);
        this.spi.in.add(received);
    }

    start(timeNs, sclHz) {
        if (this.i2c) this.i2c.parts.push('Sr');
        else this.i2c = { begin: timeNs, sclHz, parts: [] };
    }

    /** A byte of the master, `w`, or of the module, `r`; `-` after it: not acknowledged. */
    byte(direction, value, acknowledged) {
        this.i2c?.parts.push(`${direction}${value.toString(16).padStart(2, '0')}${acknowledged ? '' : '-'}`);
    }

    stop(timeNs) {
        if (!this.i2c) return;
        const { begin, sclHz, parts } = this.i2c;
        this.entries.push(`I ${ns(begin)} ${ns(timeNs)} ${Math.round(sclHz)} ${parts.join(',') || '-'}`);
        this.i2c = null;
    }

    /** The finished entries, one a line; they are then forgotten. */
    take() {
        return this.entries.splice(0).map((entry) => `${entry}\n`).join('');
    }
}
