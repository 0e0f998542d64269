// SPDX-License-Identifier: GPL-3.0-or-later
//
// The RP2040's USB controller in device mode (datasheet 4.1), seen by tokens: registers towards the firmware,
// tokens towards usb_bus.js. Buffer control in DPRAM is looked at when a token comes, as the controller does.
import { UsbEndpoint } from './usb_endpoint.js';
import { RegisterBlock } from './registers.js';

const reg = {
    address: 0x00,
    mainCtrl: 0x40,
    sofRead: 0x48,
    sieCtrl: 0x4c,
    sieStatus: 0x50,
    interruptEndpoints: 0x54,
    bufferStatus: 0x58,
    cpuShouldHandle: 0x5c,
    abort: 0x60,
    abortDone: 0x64,
    stallArm: 0x68,
    nakPoll: 0x6c,
    stallNak: 0x70,
    muxing: 0x74,
    power: 0x78,
    phyDirect: 0x7c,
    phyOverride: 0x80,
    phyTrim: 0x84,
    intr: 0x8c,
    inte: 0x90,
    intf: 0x94,
    ints: 0x98,
};
const storage = {
    [reg.address]: 0,
    [reg.mainCtrl]: 0,
    [reg.sieCtrl]: 0,
    [reg.interruptEndpoints]: 0,
    [reg.stallArm]: 0,
    [reg.nakPoll]: 0x100010,
    [reg.muxing]: 0,
    [reg.power]: 0,
    [reg.phyDirect]: 0,
    [reg.phyOverride]: 0,
    [reg.phyTrim]: 0x1f1f,
    [reg.inte]: 0,
    [reg.intf]: 0,
};
const sie = {
    vbus: 1,
    suspended: 1 << 4,
    resume: 1 << 11,
    connected: 1 << 16,
    setup: 1 << 17,
    complete: 1 << 18,
    busReset: 1 << 19,
    ack: 1 << 30,
    dataSequence: 0x80000000,
};
const sieCleared = (0xff0f0800 | sie.suspended) >>> 0;
const pullUp = 1 << 16;
const controllerEnable = 1;
const hostMode = 2;
const toPhy = 1;
const idleBeforeSuspendNs = 3e6;
const interruptsOfSie = [
    [sie.complete, 3],
    [sie.dataSequence, 5],
    [sie.vbus, 11],
    [sie.busReset, 12],
    [sie.connected, 13],
    [sie.suspended, 14],
    [sie.resume, 15],
    [sie.setup, 16],
];
const irqNumber = 5;

export class UsbDevice extends RegisterBlock {
    constructor(rp, journal) {
        super('USB', journal);
        this.rp = rp;
        this.dpram = rp.usbDPRAM;
        this.dpramView = rp.usbDPRAMView;
        /** Called when something changed that may let a waiting token through, or the pull-up changed. */
        this.changed = () => {};
        this.idleAlarm = rp.clock.createAlarm(() => this.suspend());
        this.reset();
    }

    reset() {
        this.values = new Map(Object.entries(storage).map(([offset, value]) => [Number(offset), value]));
        Object.assign(this, {
            sieStatus: 0,
            abortMask: 0,
            abortDone: 0,
            stallNak: 0,
            frame: 0,
            sofPending: false,
        });
        this.endpoints = new Map();
        this.idleAlarm.cancel();
        this.update();
        this.changed();
    }

    get connected() {
        return (
            !!(this.values.get(reg.mainCtrl) & controllerEnable) &&
            !!(this.values.get(reg.sieCtrl) & pullUp) &&
            !!(this.values.get(reg.muxing) & toPhy)
        );
    }

    get address() {
        return this.values.get(reg.address) & 0x7f;
    }

    get sieControl() {
        return this.values.get(reg.sieCtrl);
    }

    endpoint(number, out) {
        const key = number * 2 + (out ? 1 : 0);
        let endpoint = this.endpoints.get(key);
        if (!endpoint) {
            endpoint = new UsbEndpoint(this, number, out);
            this.endpoints.set(key, endpoint);
        }
        return endpoint;
    }

    get bufferStatus() {
        let mask = 0;
        for (const [bit, endpoint] of this.endpoints) if (endpoint.finished.length > 0) mask |= 1 << bit;
        return mask;
    }

    get cpuShouldHandle() {
        let mask = 0;
        for (const [bit, endpoint] of this.endpoints) if (endpoint.finished[0] === 1) mask |= 1 << bit;
        return mask;
    }

    get rawInterrupts() {
        let mask = this.bufferStatus ? 1 << 4 : 0;
        for (const [status, bit] of interruptsOfSie) if (this.sieStatus & status) mask |= 1 << bit;
        return (
            mask |
            (this.sofPending ? 1 << 17 : 0) |
            (this.abortDone ? 1 << 18 : 0) |
            (this.stallNak ? 1 << 19 : 0)
        );
    }

    get interruptStatus() {
        return (this.rawInterrupts & this.values.get(reg.inte)) | this.values.get(reg.intf);
    }

    read(offset) {
        if (this.values.has(offset)) return this.values.get(offset);
        switch (offset) {
            case reg.sofRead:
                return this.readFrame();
            case reg.sieStatus:
                return this.sieStatus;
            case reg.bufferStatus:
                return this.bufferStatus;
            case reg.cpuShouldHandle:
                return this.cpuShouldHandle;
            case reg.abort:
                return this.abortMask;
            case reg.abortDone:
                return this.abortDone;
            case reg.stallNak:
                return this.stallNak;
            case reg.intr:
                return this.rawInterrupts;
            case reg.ints:
                return this.interruptStatus;
            default:
                return this.readSpare(offset);
        }
    }

    /** Addresses of host mode, which the SDK clears with everything else. */
    readSpare(offset) {
        return offset < reg.mainCtrl || offset === 0x44 || offset === 0x88 ? 0 : super.read(offset);
    }

    readFrame() {
        this.sofPending = false;
        this.update();
        return this.frame;
    }

    write(offset, value, raw) {
        switch (offset) {
            case reg.sieStatus:
                this.sieStatus &= ~(raw & sieCleared);
                break;
            case reg.bufferStatus:
                this.clearBufferStatus(raw);
                break;
            case reg.abort:
                this.setAbort(value);
                break;
            case reg.abortDone:
                this.abortDone &= ~raw;
                break;
            case reg.stallNak:
                this.stallNak &= ~raw;
                break;
            default:
                this.store(offset, value, raw);
        }
        this.update();
    }

    store(offset, value, raw) {
        if (!this.values.has(offset)) {
            const harmless = [reg.sofRead, reg.cpuShouldHandle, reg.intr, reg.ints].includes(offset);
            if (value !== 0 || (!harmless && this.readSpare(offset) !== 0)) super.write(offset, value, raw);
            return;
        }
        const wasConnected = this.connected;
        this.values.set(offset, value);
        if (offset === reg.mainCtrl && value & hostMode)
            this.journal.warn(this.name, 'host mode is not modelled');
        if (offset === reg.power) this.updateVbus(value);
        if (this.connected !== wasConnected) this.connectionChanged();
        else this.changed();
    }

    updateVbus(power) {
        const detected = (power & 12) === 12;
        this.sieStatus = detected ? this.sieStatus | sie.vbus : this.sieStatus & ~sie.vbus;
    }

    connectionChanged() {
        if (this.connected) this.idleAlarm.schedule(idleBeforeSuspendNs);
        else this.idleAlarm.cancel();
        this.changed();
    }

    clearBufferStatus(mask) {
        for (const [bit, endpoint] of this.endpoints) if (mask & (1 << bit)) endpoint.finished.shift();
    }

    setAbort(mask) {
        this.abortMask = mask;
        this.abortDone |= mask;
        this.changed();
    }

    /** The firmware wrote to DPRAM. */
    DPRAMUpdated(offset) {
        if (offset >= 0x100 || offset < 8) return;
        if (offset >= 0x80) this.endpoint((offset - 0x80) >> 3, !!(offset & 4)).bufferControlWritten();
        this.changed();
    }

    update() {
        this.rp.setInterrupt(irqNumber, !!this.interruptStatus);
    }

    /** Buffers of `endpoint` are done. */
    completed(last) {
        if (last) this.sieStatus |= sie.complete;
        this.update();
    }

    acknowledged() {
        this.sieStatus |= sie.ack;
    }

    sequenceError() {
        this.sieStatus |= sie.dataSequence;
        this.update();
    }

    // What happens on the bus.

    suspend() {
        this.sieStatus |= sie.suspended;
        this.update();
    }

    busReset() {
        this.idleAlarm.schedule(20e6);
        this.sieStatus &= ~sie.suspended;
        this.sieStatus |= sie.busReset | sie.connected;
        this.update();
    }

    startOfFrame(frame) {
        this.idleAlarm.schedule(idleBeforeSuspendNs);
        if (this.sieStatus & sie.suspended) {
            this.sieStatus &= ~sie.suspended;
            this.sieStatus |= sie.resume;
        }
        this.frame = frame & 0x7ff;
        this.sofPending = true;
        this.update();
    }

    /** A SETUP is always accepted. It disarms stalls of endpoint 0. */
    setup(bytes) {
        this.dpram.set(bytes, 0);
        this.values.set(reg.stallArm, 0);
        this.sieStatus |= sie.setup;
        this.update();
    }

    get stallArmed() {
        return this.values.get(reg.stallArm);
    }
}
