// SPDX-License-Identifier: GPL-3.0-or-later
//
// The microsecond timer (datasheet 4.6). rp2040js' own rounds the way to an alarm down, which lets it ring up
// to a microsecond early.
import { RegisterBlock } from './registers.js';

const reg = {
    timehw: 0x00,
    timelw: 0x04,
    timehr: 0x08,
    timelr: 0x0c,
    alarm0: 0x10,
    armed: 0x20,
    timerawh: 0x24,
    timerawl: 0x28,
    dbgpause: 0x2c,
    pause: 0x30,
    intr: 0x34,
    inte: 0x38,
    intf: 0x3c,
    ints: 0x40,
};
const alarmCount = 4;
const wrap = 2 ** 32;

export class Timer extends RegisterBlock {
    constructor(rp, journal) {
        super('TIMER', journal);
        this.rp = rp;
        this.clock = rp.clock;
        this.alarms = Array.from({ length: alarmCount }, (_, index) =>
            this.clock.createAlarm(() => this.ring(index)),
        );
        this.reset();
    }

    reset() {
        this.startNs = this.clock.nanos;
        this.targets = new Array(alarmCount).fill(0);
        this.latchedHigh = 0;
        this.pending = 0;
        this.enabled = 0;
        this.forced = 0;
        this.debugPause = 7;
        this.alarms.forEach((alarm) => alarm.cancel());
    }

    get micros() {
        return Math.floor((this.clock.nanos - this.startNs) / 1000);
    }

    get armed() {
        return this.alarms.reduce((mask, alarm, index) => mask | (alarm.scheduled ? 1 << index : 0), 0);
    }

    read(offset) {
        if (offset >= reg.alarm0 && offset < reg.armed) return this.targets[(offset - reg.alarm0) / 4];
        switch (offset) {
            case reg.timelr:
                return this.latch();
            case reg.timehr:
                return this.latchedHigh;
            case reg.timerawh:
                return Math.floor(this.micros / wrap);
            case reg.timerawl:
                return this.micros % wrap;
            case reg.armed:
                return this.armed;
            case reg.dbgpause:
                return this.debugPause;
            case reg.pause:
                return 0;
            case reg.intr:
                return this.pending;
            case reg.inte:
                return this.enabled;
            case reg.intf:
                return this.forced;
            case reg.ints:
                return (this.pending & this.enabled) | this.forced;
            default:
                return super.read(offset);
        }
    }

    latch() {
        this.latchedHigh = Math.floor(this.micros / wrap);
        return this.micros % wrap;
    }

    write(offset, value, raw) {
        if (offset >= reg.alarm0 && offset < reg.armed) this.arm((offset - reg.alarm0) / 4, value);
        else if (offset === reg.armed) this.disarm(raw);
        else if (offset === reg.dbgpause) this.debugPause = value;
        else if (offset === reg.intr) this.pending &= ~raw;
        else if (offset === reg.inte) this.enabled = value & 15;
        else if (offset === reg.intf) this.forced = value & 15;
        else super.write(offset, value, raw);
        this.updateInterrupts();
    }

    /** An alarm rings when the lower half of the time becomes equal to its target. */
    arm(index, target) {
        this.targets[index] = target;
        const now = this.micros;
        const ahead = (target - (now % wrap) + wrap) % wrap;
        this.alarms[index].scheduleAt(Math.max(this.clock.nanos, this.startNs + (now + ahead) * 1000));
    }

    disarm(mask) {
        this.alarms.forEach((alarm, index) => {
            if (mask & (1 << index)) alarm.cancel();
        });
    }

    ring(index) {
        this.pending |= 1 << index;
        this.updateInterrupts();
    }

    updateInterrupts() {
        const status = (this.pending & this.enabled) | this.forced;
        for (let index = 0; index < alarmCount; index++)
            this.rp.setInterrupt(index, !!(status & (1 << index)));
    }
}
