// SPDX-License-Identifier: GPL-3.0-or-later
//
// The chip's memories in place of rp2040js' own access functions: faster, with XIP SRAM, and with a warning
// for what faults or corrupts on the chip: unaligned accesses, writes to ROM or flash, execution in place
// while the flash is otherwise engaged.

const romBytes = 16 * 1024;
const sramBase = 0x20000000;
const sramBytes = 264 * 1024;
const xipSramBase = 0x15000000;
const xipSramBytes = 16 * 1024;
const flashEnd = 0x14000000;

export class MemoryMap {
    constructor(rp, journal, flash) {
        this.rp = rp;
        this.journal = journal;
        this.flashBytes = flash.memory.length;
        /** Whether the flash interface serves reads of the XIP window now. */
        this.executable = false;
        /**
         * Writes to address 0, which the ROM ignores: TinyUSB has a null pointer for endpoint 0's control
         * register.
         */
        this.writesToZero = 0;
        /** Whether an address is in a block that is held in reset. */
        this.inReset = () => false;
        this.xipSram = new DataView(new ArrayBuffer(xipSramBytes));
        this.flash = new DataView(flash.memory.buffer);
        this.sram = rp.sramView;
        this.replaceReads();
        this.replaceWrites();
    }

    warn(what, address) {
        this.journal.warn('memory', `${what} 0x${(address >>> 0).toString(16)}`);
    }

    flashOffset(address) {
        const offset = address & 0xffffff;
        if (!this.executable) this.warn('flash is not in XIP mode: read of', address);
        if (offset >= this.flashBytes) this.warn('read beyond the flash:', address);
        return offset % this.flashBytes;
    }

    replaceReads() {
        const { rp, sram, flash } = this;
        const stock = Object.getPrototypeOf(rp);
        this.replaceRead(
            'readUint32',
            3,
            (offset) => sram.getUint32(offset, true),
            (offset) => flash.getUint32(offset, true),
            (address) => stock.readUint32.call(rp, address),
        );
        this.replaceRead(
            'readUint16',
            1,
            (offset) => sram.getUint16(offset, true),
            (offset) => flash.getUint16(offset, true),
            (address) => stock.readUint16.call(rp, address),
        );
        this.replaceRead(
            'readUint8',
            0,
            (offset) => sram.getUint8(offset),
            (offset) => flash.getUint8(offset),
            (address) => stock.readUint8.call(rp, address),
        );
    }

    replaceRead(name, alignment, fromSram, fromFlash, fromElsewhere) {
        const getter = name.replace('read', 'get');
        this.rp[name] = (given) => {
            const address = given >>> 0;
            if (address & alignment) this.warn(`unaligned ${name} of`, address);
            if (address >= sramBase && address < sramBase + sramBytes) return fromSram(address - sramBase);
            if (address >= 0x10000000 && address < flashEnd) {
                return fromFlash(
                    this.executable && (address & 0xffffff) < this.flashBytes
                        ? address & 0xffffff
                        : this.flashOffset(address),
                );
            }
            if (address >= xipSramBase && address < xipSramBase + xipSramBytes)
                return this.xipSram[getter](address - xipSramBase, true);
            if (this.inReset(address)) this.warn('read in a block held in reset:', address);
            return fromElsewhere(address);
        };
    }

    replaceWrites() {
        this.replaceWrite('writeUint32', 3, 'setUint32');
        this.replaceWrite('writeUint16', 1, 'setUint16');
        this.replaceWrite('writeUint8', 0, 'setUint8');
    }

    replaceWrite(name, alignment, setter) {
        const { rp, sram } = this;
        const stock = Object.getPrototypeOf(rp)[name];
        const dpram = rp.usbDPRAMView;
        rp[name] = (given, value) => {
            const address = given >>> 0;
            if (address & alignment) this.warn(`unaligned ${name} to`, address);
            if (address >= sramBase && address < sramBase + sramBytes) {
                sram[setter](address - sramBase, value, true);
            } else if (address >= 0x50100000 && address < 0x50101000) {
                dpram[setter](address - 0x50100000, value, true);
                rp.usbCtrl.DPRAMUpdated(address - 0x50100000);
            } else if (address >= xipSramBase && address < xipSramBase + xipSramBytes) {
                this.xipSram[setter](address - xipSramBase, value, true);
            } else if (address === 0) {
                this.writesToZero++;
            } else if (address < romBytes || (address >= 0x10000000 && address < flashEnd)) {
                this.warn(`${name} to read-only memory at`, address);
            } else {
                if (this.inReset(address)) this.warn('write in a block held in reset:', address);
                stock.call(rp, address, value);
            }
        };
    }
}
