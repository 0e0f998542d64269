// SPDX-License-Identifier: GPL-3.0-or-later
//
// The watchdog (datasheet 4.7). It counts down twice a tick (erratum E1); when it is through, `expired` is
// called once and the chip is to be reset. Its scratch registers and the reason live through that.
import { RegisterBlock } from './registers.js';

const reg = { ctrl: 0x00, load: 0x04, reason: 0x08, scratch0: 0x0c, tick: 0x2c };
const ctrlTrigger = 0x80000000;
const ctrlEnable = 0x40000000;
const ctrlPauses = 0x07000000;
const countMask = 0xffffff;
const tickEnable = 0x200;
const tickRunning = 0x400;
const nsPerCount = 500;
export const resetReason = { none: 0, timer: 1, forced: 2 };

export class Watchdog extends RegisterBlock {
    constructor(rp, journal, { scratch = new Uint32Array(8), reason = resetReason.none, expired }) {
        super('WATCHDOG', journal);
        this.clock = rp.clock;
        this.scratch = scratch;
        this.reason = reason;
        this.expired = expired;
        this.enabled = false;
        this.pauses = ctrlPauses;
        this.tick = tickEnable;
        this.count = 0;
        this.alarm = this.clock.createAlarm(() => this.expire(resetReason.timer));
    }

    get running() {
        return this.enabled && !!(this.tick & tickEnable);
    }

    get remaining() {
        if (!this.alarm.scheduled) return this.count;
        return Math.max(0, Math.round((this.alarm.time - this.clock.nanos) / nsPerCount));
    }

    read(offset) {
        if (offset >= reg.scratch0 && offset < reg.tick) return this.scratch[(offset - reg.scratch0) / 4];
        switch (offset) {
            case reg.ctrl:
                return (this.enabled ? ctrlEnable : 0) | this.pauses | this.remaining;
            case reg.load:
                return 0;
            case reg.reason:
                return this.reason;
            case reg.tick:
                return this.tick | (this.tick & tickEnable ? tickRunning : 0);
            default:
                return super.read(offset);
        }
    }

    write(offset, value, raw) {
        if (offset >= reg.scratch0 && offset < reg.tick) this.scratch[(offset - reg.scratch0) / 4] = value;
        else if (offset === reg.ctrl) this.control(value);
        else if (offset === reg.load) this.setCount(value & countMask);
        else if (offset === reg.tick) this.setTick(value);
        else super.write(offset, value, raw);
    }

    control(value) {
        this.setCount(this.remaining, !!(value & ctrlEnable));
        this.pauses = value & ctrlPauses;
        if (value & ctrlTrigger) this.expire(resetReason.forced);
    }

    setTick(value) {
        const count = this.remaining;
        this.tick = value & 0x3ff;
        this.setCount(count);
    }

    setCount(count, enabled = this.enabled) {
        this.enabled = enabled;
        this.count = count;
        this.alarm.cancel();
        if (this.running) this.alarm.schedule(count * nsPerCount);
    }

    expire(reason) {
        this.alarm.cancel();
        this.enabled = false;
        this.expired(reason);
    }
}
