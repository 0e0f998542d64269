// SPDX-License-Identifier: GPL-3.0-or-later
//
// A Pico with its flash, a module in its socket, and a host on its USB cable.
import { Chip } from './chip.js';
import { Clock } from './clock.js';
import { loadIntoFlash, readElf } from './elf.js';
import { Flash } from './flash.js';
import { Journal } from './journal.js';
import { noModule, plugModule } from './module_socket.js';
import { UsbBus } from './usb_bus.js';
import { UsbHost } from './usb_host.js';
import { status } from './usb_transfer.js';

const flashBase = 0x10000000;
const ramBase = 0x20000000;
const ramEnd = 0x20042000;
const watchdogMagic = 0xb007c0d3;
const bootselBreak = 0xb0;
const romBytes = 16 * 1024;

/** How the module is wired: firmware/pico/pins.h. */
export const defaultWiring = { spi: 0, sck: 2, mosi: 3, miso: 4, cs: 5, i2c: 0, sda: 8, scl: 9 };

/** What a flasher leaves in the watchdog's scratch registers 4 to 7 for the boot ROM. */
const startInRam = (entry) => [watchdogMagic, (entry ^ -watchdogMagic) >>> 0, ramEnd, entry];

export class Board {
    constructor({
        elf,
        bootrom,
        module = noModule,
        wiring = defaultWiring,
        spiGapBits = 0,
        flash = new Flash(),
    }) {
        this.clock = new Clock();
        this.journal = new Journal();
        this.flash = flash;
        this.module = module;
        this.wiring = wiring;
        this.spiGapBits = spiGapBits;
        this.bootrom = new Uint8Array(romBytes);
        this.bootrom.set(bootrom);
        this.resets = [];
        this.instructionsBefore = 0;
        const image = elf ? readElf(elf) : null;
        this.ramImage = image && image.segments.every((one) => one.address >= ramBase) ? image : null;
        if (image && !this.ramImage) loadIntoFlash(image, flash.memory, flashBase);
        this.bus = new UsbBus(this.clock, this.journal);
        this.host = new UsbHost(this.bus, this.runner());
        this.powerOn();
    }

    powerOn() {
        this.flash.restart();
        this.module.power?.(true, this.clock.nanos);
        const scratch = new Uint32Array(8);
        if (this.ramImage) scratch.set(startInRam(this.ramImage.entry), 4);
        this.makeChip({ scratch, reason: 0 });
        for (const { address, bytes } of this.ramImage?.segments ?? [])
            this.chip.rp.sram.set(bytes, address - ramBase);
    }

    makeChip({ scratch, reason }) {
        this.bitten = null;
        const expired = (why) => {
            this.bitten = why;
        };
        const { clock, journal, flash, bootrom } = this;
        this.chip = new Chip({ clock, journal, flash, bootrom, watchdog: { scratch, reason, expired } });
        for (const spi of this.chip.spi) spi.gapBits = this.spiGapBits;
        plugModule(this.chip, this.wiring, this.module);
        this.bus.attach(this.chip.usb);
    }

    /** What a watchdog reset does: flash, SRAM and scratch registers stay. */
    resetChip() {
        const old = this.chip;
        const reason = this.bitten;
        this.resets.push({ timeNs: this.clock.nanos, reason });
        this.bus.stop();
        this.clock.silence();
        this.instructionsBefore += old.instructions;
        this.makeChip({ scratch: old.watchdog.scratch, reason });
        this.chip.rp.sram.set(old.rp.sram);
    }

    /** Pulls the cable: the board has no power. */
    unplug() {
        this.bus.attach(null);
        this.clock.silence();
        this.module.power?.(false, this.clock.nanos);
        this.chip.halted = { code: 0, unplugged: true };
    }

    plug() {
        this.clock.silence();
        this.instructionsBefore += this.chip.instructions;
        this.powerOn();
    }

    /** Takes the module's supply away, or gives it back. */
    powerModule(on) {
        this.module.power?.(on, this.clock.nanos);
    }

    get state() {
        if (!this.chip.halted) return 'running';
        if (this.chip.halted.unplugged) return 'unplugged';
        return this.chip.halted.code === bootselBreak ? 'bootsel' : 'halted';
    }

    /** What the firmware gave the boot ROM's reset_usb_boot. */
    get bootselArguments() {
        const { registers } = this.chip.rp.core;
        return { activityMask: registers[0] >>> 0, disableMask: registers[1] >>> 0 };
    }

    get instructions() {
        return this.instructionsBefore + this.chip.instructions;
    }

    /** Runs until `stop()` or `untilNs`; says why it stopped. */
    run(untilNs, stop = () => false) {
        for (;;) {
            const why = this.chip.run(untilNs, () => this.bitten !== null || stop());
            if (why === 'halt') return this.halted(untilNs, stop);
            if (this.bitten === null) return why;
            this.resetChip();
        }
    }

    /** The core stands still: time passes, buses end what they have begun. */
    halted(untilNs, stop) {
        if (this.state === 'halted') this.reportBreak();
        if (this.state === 'bootsel') this.bus.stop();
        if (untilNs === Infinity) return stop() ? 'stop' : 'halt';
        while (!stop() && this.clock.nanos < untilNs && this.clock.nextTime <= untilNs)
            this.clock.advanceTo(this.clock.nextTime);
        if (stop()) return 'stop';
        this.clock.advanceTo(untilNs);
        return 'halt';
    }

    reportBreak() {
        const { halted } = this.chip;
        if (halted.reported) return;
        halted.reported = true;
        this.journal.warn('core', `BKPT 0x${halted.code.toString(16)} at 0x${halted.pc.toString(16)}`);
    }

    /** Runs until `transfer` is done, or to the deadline and then takes it from the bus as timed out. */
    finish(transfer, deadlineNs) {
        this.run(deadlineNs, () => transfer.done);
        if (!transfer.done) {
            this.bus.cancel(transfer);
            transfer.status = status.timeout;
        }
        return transfer;
    }

    runner() {
        return {
            for: (ns) => this.run(this.clock.nanos + ns),
            until: (transfer, deadlineNs) => this.finish(transfer, deadlineNs),
            untilTrue: (condition, ns) => this.run(this.clock.nanos + ns, condition),
        };
    }

    /** Everything that was found wrong, a line each. */
    warnings() {
        return this.journal.lines();
    }
}
