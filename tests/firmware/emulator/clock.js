// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one clock of the emulated board, in nanoseconds since it got power. Alarms of the same instant ring
// in the order in which they were set, so that a run is the same every time.

class Alarm {
    constructor(clock, callback) {
        this.clock = clock;
        this.callback = callback;
        this.time = 0;
        this.next = null;
        this.previous = null;
        this.scheduled = false;
    }

    schedule(deltaNs) {
        this.scheduleAt(this.clock.nanos + Math.max(0, deltaNs));
    }

    scheduleAt(time) {
        if (this.scheduled) this.cancel();
        this.time = time;
        this.clock.insert(this);
    }

    cancel() {
        if (this.scheduled) this.clock.remove(this);
    }
}

export class Clock {
    constructor(startNs = 0) {
        this.nanos = startNs;
        this.first = null;
        this.nextTime = Infinity;
    }

    get micros() {
        return this.nanos / 1000;
    }

    get nanosToNextAlarm() {
        return this.first ? this.nextTime - this.nanos : 0;
    }

    createAlarm(callback) {
        return new Alarm(this, callback);
    }

    insert(alarm) {
        let before = null;
        let after = this.first;
        while (after && after.time <= alarm.time) {
            before = after;
            after = after.next;
        }
        alarm.previous = before;
        alarm.next = after;
        if (after) after.previous = alarm;
        if (before) before.next = alarm;
        else {
            this.first = alarm;
            this.nextTime = alarm.time;
        }
        alarm.scheduled = true;
    }

    remove(alarm) {
        const { previous, next } = alarm;
        if (next) next.previous = previous;
        if (previous) previous.next = next;
        else {
            this.first = next;
            this.nextTime = next ? next.time : Infinity;
        }
        alarm.previous = null;
        alarm.next = null;
        alarm.scheduled = false;
    }

    /** Lets time go on to `time`, ringing what is due on the way. */
    advanceTo(time) {
        while (this.nextTime <= time) {
            const alarm = this.first;
            this.remove(alarm);
            if (alarm.time > this.nanos) this.nanos = alarm.time;
            alarm.callback();
        }
        this.nanos = time;
    }

    tick(deltaNs) {
        this.advanceTo(this.nanos + deltaNs);
    }

    /** Forgets every alarm: their owners have lost power. */
    silence() {
        while (this.first) this.remove(this.first);
    }
}
