// SPDX-License-Identifier: GPL-3.0-or-later
//
// Register blocks with the RP2040's atomic aliases (datasheet 2.1.2): +0x1000 toggles, +0x2000 sets and
// +0x3000 clears bits.

const hex = (value) => `0x${(value >>> 0).toString(16)}`;

export class RegisterBlock {
    constructor(name, journal) {
        this.name = name;
        this.journal = journal;
    }

    /** Called by rp2040js with an offset that may hold the alias bits. */
    readUint32(offset) {
        return this.read(offset & 0xfff) >>> 0;
    }

    /** Called by rp2040js; kind 0 is a plain write, 1 toggle, 2 set, 3 clear. */
    writeUint32Atomic(offset, value, kind) {
        let result = value;
        if (kind === 1) result = this.read(offset) ^ value;
        else if (kind === 2) result = this.read(offset) | value;
        else if (kind === 3) result = this.read(offset) & ~value;
        this.write(offset, result >>> 0, value >>> 0);
    }

    writeUint32(offset, value) {
        this.write(offset & 0xfff, value >>> 0, value >>> 0);
    }

    read(offset) {
        this.journal.warn(this.name, `read of ${hex(offset)}, which is not modelled`);
        return 0;
    }

    /** `raw` is what was on the bus: fields that are cleared by writing ones look at it. */
    write(offset, value) {
        this.journal.warn(this.name, `write of ${hex(value)} to ${hex(offset)}, which is not modelled`);
    }
}

/** Plain storage: what was written is read back. */
export class RegisterBank extends RegisterBlock {
    constructor(name, journal, resetValues, { readOnly = {}, written = () => {} } = {}) {
        super(name, journal);
        this.resetValues = new Map(
            Object.entries(resetValues).map(([offset, value]) => [Number(offset), value]),
        );
        this.readOnly = new Map(Object.entries(readOnly).map(([offset, value]) => [Number(offset), value]));
        this.written = written;
        this.reset();
    }

    reset() {
        this.values = new Map(this.resetValues);
    }

    read(offset) {
        const constant = this.readOnly.get(offset);
        if (constant !== undefined) return constant;
        const value = this.values.get(offset);
        return value === undefined ? super.read(offset) : value;
    }

    write(offset, value, raw) {
        if (this.readOnly.has(offset)) return;
        if (!this.values.has(offset)) {
            super.write(offset, value, raw);
            return;
        }
        this.values.set(offset, value);
        this.written(offset, value);
    }
}
