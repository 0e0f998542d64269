// SPDX-License-Identifier: GPL-3.0-or-later
//
// Collects everything that the emulator or a model finds wrong. It takes the place of rp2040js' logger.

const mostKept = 200;

export class Journal {
    constructor() {
        this.entries = [];
        this.total = 0;
        this.now = () => 0;
        this.programCounter = () => 0;
    }

    debug() {}

    info() {}

    warn(component, message) {
        this.total++;
        const where = `0x${(this.programCounter() >>> 0).toString(16).padStart(8, '0')}`;
        const same = this.entries.find(
            (entry) => entry.component === component && entry.message === message && entry.where === where,
        );
        if (same) same.count++;
        else if (this.entries.length < mostKept)
            this.entries.push({ timeNs: this.now(), component, message, where, count: 1 });
    }

    error(component, message) {
        this.warn(component, message);
    }

    /** One line for each different warning. */
    lines() {
        return this.entries.map(({ timeNs, component, message, where, count }) => {
            const times = count > 1 ? ` (${count} times)` : '';
            return `${(timeNs / 1000).toFixed(3)} us, pc ${where}: ${component}: ${message}${times}`;
        });
    }
}
