// SPDX-License-Identifier: GPL-3.0-or-later
//
// A full-speed bus with one device, token by token: a start of frame each millisecond, one transaction at a
// time, time charged by the bytes. A transfer that meets a NAK is tried again in steps of 15 us once the
// device has something for it.
import { UsbTransfer, status } from './usb_transfer.js';

const frameNs = 1e6;
const sofNs = 3000;
const endOfFrameNs = 1000;
const retryNs = 15000;
const nsPerByte = 8e9 / 12e6;
/** Token, handshake and turnarounds: with these a full packet takes 50 us, 19 of them in a frame. */
const overheadNs = 50000 - 64 * nsPerByte;
const addressMax = 127;

export const transactionNs = (bytes) => overheadNs + bytes * nsPerByte;

export class UsbBus {
    constructor(clock, journal) {
        this.clock = clock;
        this.journal = journal;
        this.device = null;
        this.running = false;
        this.frame = 0;
        this.frameBegin = 0;
        this.toggleErrors = 0;
        this.transactions = 0;
        this.pipes = [];
        this.current = null;
        this.turn = 0;
        this.sofAlarm = clock.createAlarm(() => this.startFrame());
        this.endAlarm = clock.createAlarm(() => this.endTransaction());
        this.retryAlarm = clock.createAlarm(() => this.pump());
    }

    /** Plugs `device` in, or with null pulls the cable: what was under way ends as disconnected. */
    attach(device) {
        this.stop();
        if (this.device) this.device.changed = () => {};
        this.device = device;
        if (device) device.changed = () => this.deviceChanged();
    }

    /** No more frames; whatever waits ends as disconnected. */
    stop() {
        for (const alarm of [this.sofAlarm, this.endAlarm, this.retryAlarm]) alarm.cancel();
        this.running = false;
        this.current = null;
        for (const pipe of this.pipes)
            for (const transfer of pipe.queue.splice(0)) transfer.finish(status.disconnected);
    }

    deviceChanged() {
        if (this.running && !this.device.connected) this.stop();
        this.pump();
    }

    /** Frames begin. */
    start() {
        this.running = true;
        this.startFrame();
    }

    startFrame() {
        this.frameBegin = this.clock.nanos;
        this.frame = (this.frame + 1) & 0x7ff;
        this.sofAlarm.schedule(frameNs);
        this.device.startOfFrame(this.frame);
        this.pump();
    }

    /** A queue of transfers to one endpoint and direction; 0 is the control pipe. */
    pipe(number, out = false) {
        let pipe = this.pipes.find((other) => other.number === number && (number === 0 || other.out === out));
        if (!pipe) {
            pipe = { number, out, toggle: 0, queue: [], waitingSince: null };
            this.pipes.push(pipe);
        }
        return pipe;
    }

    resetPipes() {
        for (const pipe of this.pipes) pipe.toggle = 0;
    }

    submit(pipe, transfer) {
        if (!this.running) transfer.finish(status.disconnected);
        else {
            pipe.queue.push(transfer);
            this.pump();
        }
        return transfer;
    }

    /** Takes `transfer` from the bus; what has moved stays moved. */
    cancel(transfer) {
        for (const pipe of this.pipes) {
            const index = pipe.queue.indexOf(transfer);
            if (index >= 0) pipe.queue.splice(index, 1);
        }
        transfer.finish(status.cancelled);
    }

    /** Begins the next transaction, if one can. */
    pump() {
        if (this.current || !this.running) return;
        const count = this.pipes.length;
        for (let step = 0; step < count; step++) {
            const pipe = this.pipes[(this.turn + step) % count];
            if (pipe.queue.length === 0 || !this.tryPipe(pipe)) continue;
            this.turn = (this.turn + step + 1) % count;
            return;
        }
    }

    tryPipe(pipe) {
        const [transfer] = pipe.queue;
        const token = transfer.token();
        const state =
            this.device.address === transfer.address && transfer.address <= addressMax
                ? this.answer(token)
                : 'nothing';
        if (state === 'nak') {
            this.nak(pipe);
            return false;
        }
        if (!this.mayTry(pipe)) return false;
        return this.begin(pipe, transfer, token, state);
    }

    answer(token) {
        return token.kind === 'setup'
            ? 'ready'
            : this.device.endpoint(token.endpoint, token.kind === 'out').state;
    }

    nak(pipe) {
        if (pipe.waitingSince === null) pipe.waitingSince = this.clock.nanos;
    }

    /** After a NAK the host comes back in steps of `retryNs`. */
    mayTry(pipe) {
        if (pipe.waitingSince === null) return true;
        // Times are fractions: the moment of a retry comes out a hair before or after its whole step.
        const steps = Math.ceil((this.clock.nanos - pipe.waitingSince) / retryNs - 1e-6);
        const at = pipe.waitingSince + Math.max(1, steps) * retryNs;
        if (at <= this.clock.nanos + 1e-3) return true;
        this.wakeAt(at);
        return false;
    }

    wakeAt(time) {
        if (!this.retryAlarm.scheduled || this.retryAlarm.time > time) this.retryAlarm.scheduleAt(time);
    }

    begin(pipe, transfer, token, state) {
        const packet =
            token.kind === 'in' && state === 'ready'
                ? this.device.endpoint(token.endpoint, false).packet()
                : null;
        const length = (packet ? packet.bytes : (token.bytes ?? [])).length;
        const ns = transactionNs(length);
        const now = this.clock.nanos;
        const earliest = this.frameBegin + sofNs;
        if (now < earliest) {
            this.wakeAt(earliest);
            return false;
        }
        if (now + ns > this.frameBegin + frameNs - endOfFrameNs) return false;
        pipe.waitingSince = null;
        this.current = { pipe, transfer, token, state, packet };
        this.endAlarm.schedule(ns);
        return true;
    }

    endTransaction() {
        const { pipe, transfer, token, state, packet } = this.current;
        this.current = null;
        this.transactions++;
        if (state === 'nothing') transfer.noAnswer();
        else if (state === 'stall') transfer.finish(status.stall);
        else this.exchange(transfer, token, packet);
        if (transfer.status !== null && pipe.queue[0] === transfer) pipe.queue.shift();
        this.pump();
    }

    exchange(transfer, token, packet) {
        if (token.kind === 'setup') {
            this.device.setup(token.bytes);
            transfer.setupSent();
        } else if (token.kind === 'out') {
            this.device.endpoint(token.endpoint, true).receive(token.pid, token.bytes);
            transfer.packetSent(token.bytes.length);
        } else {
            this.device.endpoint(token.endpoint, false).sent();
            if (packet.pid === token.pid) transfer.packetReceived(packet.bytes);
            else this.toggleError(token, packet);
        }
    }

    /** The host takes it for a repetition: acknowledged, and dropped. */
    toggleError(token, packet) {
        this.toggleErrors++;
        this.journal.warn(
            'USB host',
            `endpoint ${token.endpoint} IN: expected DATA${token.pid}, the device sent DATA${packet.pid}`,
        );
    }
}

export { UsbTransfer };
