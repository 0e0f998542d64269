// SPDX-License-Identifier: GPL-3.0-or-later
//
// A DW_apb_i2c as master (datasheet 4.3), timed by its SCL counters: high (HCNT + SPKLEN + 7), low (LCNT + 1)
// cycles of clk_sys a bit, nine bits a byte. A NACK aborts as the block does: FIFO flushed and held empty
// until TX_ABRT is cleared, STOP sent.
import { RegisterBlock } from './registers.js';

const reg = {
    con: 0x00,
    tar: 0x04,
    sar: 0x08,
    data: 0x10,
    ssHigh: 0x14,
    ssLow: 0x18,
    fsHigh: 0x1c,
    fsLow: 0x20,
    intrStat: 0x2c,
    intrMask: 0x30,
    rawIntr: 0x34,
    rxThreshold: 0x38,
    txThreshold: 0x3c,
    clrIntr: 0x40,
    clrRestart: 0xa8,
    enable: 0x6c,
    status: 0x70,
    txLevel: 0x74,
    rxLevel: 0x78,
    sdaHold: 0x7c,
    abortSource: 0x80,
    dataNackOnly: 0x84,
    dmaCr: 0x88,
    dmaTxLevel: 0x8c,
    dmaRxLevel: 0x90,
    sdaSetup: 0x94,
    generalCall: 0x98,
    enableStatus: 0x9c,
    spikeLength: 0xa0,
};
const resetValues = {
    [reg.con]: 0x65,
    [reg.tar]: 0x55,
    [reg.sar]: 0x55,
    [reg.ssHigh]: 0x28,
    [reg.ssLow]: 0x2f,
    [reg.fsHigh]: 0x06,
    [reg.fsLow]: 0x0d,
    [reg.intrMask]: 0x8ff,
    [reg.rxThreshold]: 0,
    [reg.txThreshold]: 0,
    [reg.sdaHold]: 1,
    [reg.dataNackOnly]: 0,
    [reg.dmaCr]: 0,
    [reg.dmaTxLevel]: 0,
    [reg.dmaRxLevel]: 0,
    [reg.sdaSetup]: 0x64,
    [reg.generalCall]: 1,
    [reg.spikeLength]: 7,
};
const clears = {
    0x44: 1 << 0,
    0x48: 1 << 1,
    0x4c: 1 << 3,
    0x50: 1 << 5,
    0x54: 1 << 6,
    0x58: 1 << 7,
    0x5c: 1 << 8,
    0x60: 1 << 9,
    0x64: 1 << 10,
    0x68: 1 << 11,
    0xa8: 1 << 12,
};
const raw = {
    rxUnder: 1,
    rxOver: 2,
    rxFull: 4,
    txOver: 8,
    txEmpty: 16,
    txAbort: 64,
    activity: 256,
    stop: 512,
    start: 1024,
};
const abortBecause = { addressNack: 1, dataNack: 8, user: 1 << 16 };
const commandRead = 0x100;
const commandStop = 0x200;
const commandRestart = 0x400;
const conFast = 4;
const conRestart = 0x20;
const conTxEmptyControl = 0x100;
const conHoldWhenFull = 0x200;
const fifoDepth = 16;

export class I2c extends RegisterBlock {
    /**
     * `device`: `start(ns)` as SDA falls, `byte(value, ns)` gives ack, `readByte(ack, ns)` gives a byte,
     * `stop(ns)` as SDA rises; and `stretch(ns)`, if it has one, for how long it holds SCL low before a byte
     * (Infinity: for ever).
     */
    constructor(rp, journal, index, { irq, dreqTransmit, dreqReceive }) {
        super(`I2C${index}`, journal);
        Object.assign(this, { rp, irq, dreqTransmit, dreqReceive });
        this.clock = rp.clock;
        this.device = { start() {}, byte: () => false, readByte: () => 0xff, stop() {} };
        /** Somebody holds SDA low: no START. */
        this.sdaHeld = false;
        this.alarm = this.clock.createAlarm(() => this.nextStep());
        this.reset();
    }

    reset() {
        this.values = new Map(Object.entries(resetValues).map(([offset, value]) => [Number(offset), value]));
        this.commands = [];
        this.received = [];
        Object.assign(this, { enabled: 0, latched: 0, abortSource: 0, flushed: false });
        /** idle, busy with bits, or held: SCL low between bytes, waiting for a command. */
        this.bus = 'idle';
        this.reading = false;
        this.nextStep = () => {};
        this.alarm.cancel();
        this.update();
    }

    get lowNs() {
        const offset = this.values.get(reg.con) & conFast ? reg.fsLow : reg.ssLow;
        return ((this.values.get(offset) + 1) * 1e9) / this.rp.clkSys;
    }

    get highNs() {
        const offset = this.values.get(reg.con) & conFast ? reg.fsHigh : reg.ssHigh;
        return ((this.values.get(offset) + this.values.get(reg.spikeLength) + 7) * 1e9) / this.rp.clkSys;
    }

    get sclHz() {
        return 1e9 / (this.lowNs + this.highNs);
    }

    get txEmpty() {
        const low = this.commands.length <= this.values.get(reg.txThreshold);
        return (
            low && !(this.values.get(reg.con) & conTxEmptyControl && this.bus === 'busy') && !!this.enabled
        );
    }

    get rawInterrupts() {
        return (
            this.latched |
            (this.txEmpty ? raw.txEmpty : 0) |
            (this.received.length > this.values.get(reg.rxThreshold) ? raw.rxFull : 0)
        );
    }

    read(offset) {
        if (this.values.has(offset)) return this.values.get(offset);
        if (clears[offset] !== undefined) return this.clear(clears[offset]);
        switch (offset) {
            case reg.clrIntr:
                return this.clear(0x1fff);
            case reg.data:
                return this.pull();
            case reg.intrStat:
                return this.rawInterrupts & this.values.get(reg.intrMask);
            case reg.rawIntr:
                return this.rawInterrupts;
            case reg.enable:
                return this.enabled;
            case reg.status:
                return this.statusBits();
            case reg.txLevel:
                return this.commands.length;
            case reg.rxLevel:
                return this.received.length;
            case reg.abortSource:
                return this.abortSource;
            case reg.enableStatus:
                return this.enabled & 1 || this.bus === 'busy' ? 1 : 0;
            case 0xf4:
                return 0;
            case 0xf8:
                return 0x3230312a;
            case 0xfc:
                return 0x44570140;
            default:
                return super.read(offset);
        }
    }

    statusBits() {
        const active = this.bus === 'idle' ? 0 : 0x21;
        return (
            active |
            (this.commands.length < fifoDepth ? 2 : 0) |
            (this.commands.length === 0 ? 4 : 0) |
            (this.received.length > 0 ? 8 : 0) |
            (this.received.length >= fifoDepth ? 16 : 0)
        );
    }

    clear(mask) {
        const was = this.latched & mask ? 1 : 0;
        this.latched &= ~mask;
        if (mask & raw.txAbort) {
            this.abortSource = 0;
            this.flushed = false;
        }
        this.update();
        return was;
    }

    write(offset, value, bus) {
        if (offset === reg.data) this.push(bus);
        else if (offset === reg.enable) this.enable(value);
        else if (this.values.has(offset)) this.configure(offset, value);
        else super.write(offset, value, bus);
        this.update();
    }

    configure(offset, value) {
        if (this.enabled & 1 && (offset <= reg.tar || (offset >= reg.ssHigh && offset <= reg.fsLow)))
            this.journal.warn(this.name, `register 0x${offset.toString(16)} written while enabled`);
        this.values.set(offset, value);
    }

    enable(value) {
        this.enabled = value & 5;
        if (value & 2 && this.bus !== 'idle') this.abort(abortBecause.user);
        if (!(value & 1)) {
            this.commands = [];
            this.received = [];
        } else this.carryOn();
    }

    push(command) {
        if (!(this.enabled & 1)) {
            this.journal.warn(this.name, 'a command while disabled');
            return;
        }
        if (this.flushed) return;
        if (this.commands.length >= fifoDepth) this.latched |= raw.txOver;
        else this.commands.push(command);
        this.carryOn();
    }

    pull() {
        if (this.received.length === 0) this.latched |= raw.rxUnder;
        const value = this.received.shift() ?? 0;
        this.update();
        return value;
    }

    /** Takes the next command, if the bus and the FIFOs allow it. */
    carryOn() {
        if (this.bus === 'busy' || !(this.enabled & 1) || this.enabled & 4 || this.commands.length === 0)
            return;
        const [command] = this.commands;
        const read = !!(command & commandRead);
        const full = this.received.length >= fifoDepth && !!(this.values.get(reg.con) & conHoldWhenFull);
        if (read && full) return;
        if (this.bus === 'idle' && this.sdaHeld) return; // the bus is somebody else's
        if (this.bus === 'idle') this.sendStart(read);
        else if (command & commandRestart || read !== this.reading) this.restart(read);
        else this.transfer();
    }

    restart(read) {
        if (!(this.values.get(reg.con) & conRestart))
            this.journal.warn(this.name, 'a repeated START is not enabled');
        this.after(this.lowNs + this.highNs, () => this.sendStart(read));
    }

    after(ns, step) {
        this.bus = 'busy';
        this.nextStep = () => {
            step();
            this.carryOn();
            this.update();
        };
        this.alarm.schedule(ns);
    }

    byteNs() {
        return 9 * (this.lowNs + this.highNs);
    }

    afterByte(step) {
        const stretch = this.device.stretch ? this.device.stretch(this.clock.nanos) : 0;
        if (stretch === Infinity) this.bus = 'busy';
        else this.after(stretch + this.byteNs(), step);
    }

    /** SDA falls now. */
    sendStart(read) {
        this.reading = read;
        this.latched |= raw.start | raw.activity;
        this.device.start(this.clock.nanos);
        this.after(this.highNs, () => this.afterByte(() => this.addressSent()));
    }

    addressSent() {
        const address = ((this.values.get(reg.tar) & 0x7f) << 1) | (this.reading ? 1 : 0);
        if (this.device.byte(address, this.clock.nanos)) this.transfer();
        else this.abort(abortBecause.addressNack);
    }

    transfer() {
        const command = this.commands.shift();
        if (command === undefined) {
            this.bus = 'held';
            return;
        }
        const last = !!(command & commandStop);
        this.afterByte(() => {
            if (this.reading) this.receive(this.device.readByte(!last, this.clock.nanos));
            else if (!this.device.byte(command & 0xff, this.clock.nanos)) {
                this.abort(abortBecause.dataNack);
                return;
            }
            if (last) this.sendStop();
            else this.bus = 'held';
        });
    }

    receive(value) {
        if (this.received.length < fifoDepth) this.received.push(value);
        else this.latched |= raw.rxOver;
    }

    abort(source) {
        this.abortSource |= source | (this.commands.length << 23);
        this.commands = [];
        this.flushed = true;
        this.latched |= raw.txAbort;
        this.sendStop();
    }

    sendStop() {
        this.after(this.lowNs + this.highNs, () => {
            this.device.stop(this.clock.nanos);
            this.bus = 'idle';
            this.latched |= raw.stop;
            this.enabled &= ~2;
        });
    }

    update() {
        this.rp.setInterrupt(this.irq, !!(this.rawInterrupts & this.values.get(reg.intrMask)));
        const dmaCr = this.values.get(reg.dmaCr);
        this.request(
            this.dreqTransmit,
            dmaCr & 2 && !this.flushed && this.commands.length <= this.values.get(reg.dmaTxLevel),
        );
        this.request(this.dreqReceive, dmaCr & 1 && this.received.length > this.values.get(reg.dmaRxLevel));
    }

    request(channel, wanted) {
        if (wanted) this.rp.dma.setDREQ(channel);
        else this.rp.dma.clearDREQ(channel);
    }
}
