// SPDX-License-Identifier: GPL-3.0-or-later
//
// The RP2040's flash interface, a Synopsys DW_apb_ssi (datasheet 4.10), as far as boot ROM, boot2 and SDK use
// it: serial 8-bit transfers by hand, and execution in place. Chip select follows the FIFO unless IO_QSPI
// overrides it.
import { RegisterBlock } from './registers.js';

const reg = {
    ctrlr0: 0x00,
    ctrlr1: 0x04,
    ssienr: 0x08,
    mwcr: 0x0c,
    ser: 0x10,
    baudr: 0x14,
    txftlr: 0x18,
    rxftlr: 0x1c,
    txflr: 0x20,
    rxflr: 0x24,
    sr: 0x28,
    imr: 0x2c,
    isr: 0x30,
    risr: 0x34,
    icr: 0x48,
    dmacr: 0x4c,
    idr: 0x58,
    version: 0x5c,
    dr0: 0x60,
    rxSampleDelay: 0xf0,
    spiCtrlr0: 0xf4,
    txDriveEdge: 0xf8,
};

const stored = new Set([
    reg.ctrlr0,
    reg.ctrlr1,
    reg.ser,
    reg.baudr,
    reg.txftlr,
    reg.rxftlr,
    reg.imr,
    reg.dmacr,
    reg.rxSampleDelay,
    reg.spiCtrlr0,
    reg.txDriveEdge,
    reg.mwcr,
]);
const fifoDepth = 16;
const transmitAndReceive = 0;
const eepromRead = 3;
const continuousModeBits = 0xa0;

export class Ssi extends RegisterBlock {
    constructor(rp, journal, flash, memory) {
        super('SSI', journal);
        this.rp = rp;
        this.flash = flash;
        this.memory = memory;
        this.alarm = rp.clock.createAlarm(() => this.shifted());
        this.reset();
    }

    reset() {
        this.values = new Map([...stored].map((offset) => [offset, 0]));
        this.enabled = false;
        this.override = 0;
        this.selected = false;
        this.clearFifos();
        this.memory.executable = false;
    }

    clearFifos() {
        this.alarm.cancel();
        this.toSend = [];
        this.received = [];
        this.shifting = false;
    }

    get mode() {
        return (this.values.get(reg.ctrlr0) >>> 8) & 3;
    }

    read(offset) {
        if (stored.has(offset)) return this.values.get(offset);
        switch (offset) {
            case reg.ssienr:
                return this.enabled ? 1 : 0;
            case reg.txflr:
                return this.toSend.length;
            case reg.rxflr:
                return this.received.length;
            case reg.sr:
                return this.status();
            case reg.isr:
            case reg.risr:
            case reg.icr:
                return 0;
            case reg.idr:
                return 0x51535049;
            case reg.version:
                return 0x3430312a;
            case reg.dr0:
                return this.received.shift() ?? 0;
            default:
                return super.read(offset);
        }
    }

    status() {
        const busy = this.shifting ? 1 : 0;
        const roomToSend = this.toSend.length < fifoDepth ? 2 : 0;
        const allSent = this.toSend.length === 0 ? 4 : 0;
        const somethingReceived = this.received.length > 0 ? 8 : 0;
        return busy | roomToSend | allSent | somethingReceived | (this.received.length >= fifoDepth ? 16 : 0);
    }

    write(offset, value, raw) {
        if (offset === reg.ssienr) this.enable(!!(value & 1));
        else if (offset === reg.dr0) this.send(raw);
        else if (stored.has(offset)) {
            if (this.enabled && offset !== reg.ser)
                this.journal.warn(this.name, `register 0x${offset.toString(16)} written while enabled`);
            this.values.set(offset, value);
        } else super.write(offset, value);
    }

    enable(enabled) {
        this.enabled = enabled;
        if (!enabled) {
            this.clearFifos();
            this.select(this.override === 2);
        }
        this.memory.executable = enabled && this.mode === eepromRead && !this.flash.busy;
    }

    /** OUTOVER of the chip-select pin: 2 drives it low, 3 high, 0 leaves it to this interface. */
    overrideSelect(override) {
        this.override = override;
        if (override === 2) this.select(true);
        else if (override === 3 || !this.shifting) this.select(false);
    }

    select(selected) {
        if (selected === this.selected) return;
        this.selected = selected;
        if (selected) this.flash.begin();
        else this.flash.end();
    }

    send(value) {
        if (!this.enabled) {
            this.journal.warn(this.name, 'data written while disabled');
            return;
        }
        if (this.toSend.length >= fifoDepth) {
            this.journal.warn(this.name, 'transmit FIFO overrun');
            return;
        }
        this.toSend.push(value);
        this.startShifting();
    }

    startShifting() {
        if (this.shifting || this.toSend.length === 0) return;
        this.shifting = true;
        if (this.override === 0 && this.mode === transmitAndReceive) this.select(true);
        const divisor = this.values.get(reg.baudr) || 2;
        this.alarm.schedule((8 * divisor * 1e9) / this.rp.clkSys);
    }

    shifted() {
        this.shifting = false;
        const value = this.toSend.shift();
        if (this.mode === eepromRead) this.enteredContinuousRead(value);
        else this.receive(this.selected ? this.flash.exchange(value & 0xff) : 0xff);
        if (this.toSend.length > 0) this.startShifting();
        else if (this.override === 0) this.select(false);
    }

    receive(byte) {
        if (this.received.length >= fifoDepth) this.journal.warn(this.name, 'receive FIFO overrun');
        else this.received.push(byte);
    }

    /** boot2's one read by hand, whose mode bits put the flash into continuous read. */
    enteredContinuousRead(value) {
        if (this.toSend.length > 0) return;
        this.flash.continuousRead = (value & 0xf0) === continuousModeBits;
        this.receive(0);
    }
}
