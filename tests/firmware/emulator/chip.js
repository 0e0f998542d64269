// SPDX-License-Identifier: GPL-3.0-or-later
//
// An RP2040 of rp2040js with the blocks that FrameGate's firmware needs as on the chip, and the loop that
// runs it. A watchdog reset makes a new one on the same clock (see board.js).
import { RP2040 } from 'rp2040js';
import { fixSio, fixSleep, fixSystemControl, fixUarts, wakes } from './core_fixes.js';
import { I2c } from './i2c.js';
import { MemoryMap } from './memory_map.js';
import * as banks from './register_banks.js';
import { block, Resets } from './resets.js';
import { Spi } from './spi.js';
import { Ssi } from './ssi.js';
import { Timer } from './timer.js';
import { UsbDevice } from './usb_device.js';
import { Watchdog } from './watchdog.js';

const padDefault = 0x56;
const functionNone = 0x1f;

export class Chip {
    /** `watchdog`: scratch registers and reason of the last reset; `expired` is called when it bites. */
    constructor({ clock, journal, flash, bootrom, watchdog }) {
        this.clock = clock;
        this.journal = journal;
        this.flash = flash;
        this.halted = null;
        this.instructions = 0;
        const rp = new RP2040(clock);
        this.rp = rp;
        rp.logger = journal;
        journal.now = () => clock.nanos;
        journal.programCounter = () => rp.core.PC;
        flash.connect(clock, journal);
        this.memory = new MemoryMap(rp, journal, flash);
        this.addBlocks(watchdog);
        fixSleep(rp);
        fixSio(rp, journal);
        fixSystemControl(rp);
        fixUarts(rp);
        rp.onBreak = (code) => this.halt(code);
        rp.qspi.forEach((pin) => {
            pin.padValue = padDefault + 4;
        });
        rp.updateClocks();
        rp.bootrom.set(
            new Uint32Array(
                bootrom.buffer.slice(bootrom.byteOffset, bootrom.byteOffset + bootrom.byteLength),
            ),
        );
        rp.core.reset();
    }

    addBlocks(watchdog) {
        const { rp, journal } = this;
        this.ssi = new Ssi(rp, journal, this.flash, this.memory);
        this.timer = new Timer(rp, journal);
        this.watchdog = new Watchdog(rp, journal, watchdog);
        this.spi = [
            new Spi(rp, journal, 0, { irq: 18, dreqTransmit: 16, dreqReceive: 17 }),
            new Spi(rp, journal, 1, { irq: 19, dreqTransmit: 18, dreqReceive: 19 }),
        ];
        this.i2c = [
            new I2c(rp, journal, 0, { irq: 23, dreqTransmit: 32, dreqReceive: 33 }),
            new I2c(rp, journal, 1, { irq: 24, dreqTransmit: 34, dreqReceive: 35 }),
        ];
        this.usb = new UsbDevice(rp, journal);
        rp.usbCtrl = this.usb;
        this.ioQspi = banks.ioQspi(journal, (pin, control) => {
            if (pin === 1) this.ssi.overrideSelect((control >>> 8) & 3);
        });
        this.resets = new Resets(journal, this.resetters());
        this.memory.inReset = (address) => this.resets.holds(address);
        this.place();
    }

    place() {
        const { rp, journal } = this;
        Object.assign(rp.peripherals, {
            0x14000: banks.xipControl(journal),
            0x18000: this.ssi,
            0x40000: banks.sysinfo(journal),
            0x40004: banks.syscfg(journal),
            0x4000c: this.resets,
            0x40018: this.ioQspi,
            0x4003c: this.spi[0],
            0x40040: this.spi[1],
            0x40044: this.i2c[0],
            0x40048: this.i2c[1],
            0x40054: this.timer,
            0x40058: this.watchdog,
            0x40060: banks.rosc(journal),
            0x40064: banks.vregAndChipReset(journal),
            0x50110: this.usb,
        });
    }

    resetters() {
        return new Map([
            [block.dma, () => this.resetDma()],
            [block.i2c0, () => this.i2c[0].reset()],
            [block.i2c1, () => this.i2c[1].reset()],
            [block.ioBank0, () => this.resetPins('ctrl', functionNone)],
            [block.ioQspi, () => this.resetIoQspi()],
            [block.padsBank0, () => this.resetPins('padValue', padDefault)],
            [block.spi0, () => this.spi[0].reset()],
            [block.spi1, () => this.spi[1].reset()],
            [block.timer, () => this.timer.reset()],
            [block.usbctrl, () => this.usb.reset()],
        ]);
    }

    resetPins(field, value) {
        for (const pin of this.rp.gpio) {
            pin[field] = value;
            pin.checkForUpdates();
        }
    }

    resetIoQspi() {
        this.ioQspi.reset();
        this.ssi.overrideSelect(0);
    }

    resetDma() {
        const { dma } = this.rp;
        for (const channel of dma.channels) {
            channel.abort();
            channel.reset();
        }
        Object.assign(dma, { intRaw: 0, intEnable0: 0, intForce0: 0, intEnable1: 0, intForce1: 0 });
        dma.checkInterrupts();
    }

    halt(code) {
        this.halted = { code, pc: this.rp.core.PC - 2, timeNs: this.clock.nanos };
    }

    /**
     * Runs until `stop()` says so, the chip halts, or time reaches `untilNs`. Says which: 'stop', 'halt',
     * 'time', or 'asleep' when nothing could ever wake it. `stop` is asked whenever an alarm may have rung.
     */
    run(untilNs, stop = () => false) {
        const { clock, rp } = this;
        const { core } = rp;
        while (!stop()) {
            if (this.halted) return 'halt';
            if (clock.nanos >= untilNs) return 'time';
            if (core.waiting && wakes(core)) core.waiting = false;
            if (core.waiting) {
                const next = Math.min(clock.nextTime, untilNs);
                if (next === Infinity) return 'asleep';
                clock.advanceTo(Math.max(next, clock.nanos));
            } else this.execute(untilNs);
        }
        return 'stop';
    }

    /** Executes up to and including the first alarm. */
    execute(untilNs) {
        const { clock, rp } = this;
        const { core } = rp;
        for (;;) {
            const cycles = core.executeInstruction();
            this.instructions++;
            const time = clock.nanos + (cycles * 1e9) / rp.clkSys;
            if (time >= clock.nextTime) {
                clock.advanceTo(time);
                return;
            }
            clock.nanos = time;
            if (core.waiting || time >= untilNs || this.halted !== null) return;
        }
    }
}
