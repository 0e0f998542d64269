// SPDX-License-Identifier: GPL-3.0-or-later
//
// A PL022 (datasheet 4.4) that takes the time of its bits: frames end at an alarm, so that FIFOs, DMA
// requests and BSY behave as on the chip.
import { RegisterBlock } from './registers.js';

const reg = {
    cr0: 0x00,
    cr1: 0x04,
    dr: 0x08,
    sr: 0x0c,
    cpsr: 0x10,
    imsc: 0x14,
    ris: 0x18,
    mis: 0x1c,
    icr: 0x20,
    dmacr: 0x24,
};
const periphId = [0x22, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1];
const fifoDepth = 8;
const interrupt = { overrun: 1, timeout: 2, receive: 4, transmit: 8 };
const dma = { receive: 1, transmit: 2 };
const timeoutBits = 32;

export class Spi extends RegisterBlock {
    /** `device`: `exchange(value, beginNs, endNs, sckHz, mode, bits)` gives what came back. */
    constructor(rp, journal, index, { irq, dreqTransmit, dreqReceive }) {
        super(`SPI${index}`, journal);
        Object.assign(this, { rp, irq, dreqTransmit, dreqReceive });
        this.clock = rp.clock;
        this.device = { exchange: () => 0 };
        /** Idle SCK periods after each frame with CPHA 0; see ../README.md. */
        this.gapBits = 0;
        this.frameAlarm = this.clock.createAlarm(() => this.frameEnded());
        this.timeoutAlarm = this.clock.createAlarm(() => this.raise(interrupt.timeout));
        this.reset();
    }

    reset() {
        Object.assign(this, {
            cr0: 0,
            cr1: 0,
            cpsr: 0,
            mask: 0,
            latched: 0,
            dmacr: 0,
            frame: null,
            notBefore: 0,
        });
        this.toSend = [];
        this.received = [];
        this.frameAlarm.cancel();
        this.timeoutAlarm.cancel();
        this.update();
    }

    /** SCK by the prescaler and clk_peri as it is now, Hz. */
    get sckHz() {
        return this.cpsr ? this.rp.clkPeri / (this.cpsr * (1 + (this.cr0 >>> 8))) : 0;
    }

    get frameBits() {
        return (this.cr0 & 15) + 1;
    }

    /** SPI mode: bit 1 CPOL, bit 0 CPHA. */
    get spiMode() {
        return ((this.cr0 >>> 5) & 2) | ((this.cr0 >>> 7) & 1);
    }

    get rawInterrupts() {
        return (
            this.latched |
            (this.toSend.length <= fifoDepth / 2 ? interrupt.transmit : 0) |
            (this.received.length >= fifoDepth / 2 ? interrupt.receive : 0)
        );
    }

    get statusBits() {
        const sent = this.toSend.length;
        const got = this.received.length;
        return (
            (sent === 0 ? 1 : 0) |
            (sent < fifoDepth ? 2 : 0) |
            (got > 0 ? 4 : 0) |
            (got >= fifoDepth ? 8 : 0) |
            (this.frame !== null || sent > 0 ? 16 : 0)
        );
    }

    read(offset) {
        switch (offset) {
            case reg.cr0:
                return this.cr0;
            case reg.cr1:
                return this.cr1;
            case reg.dr:
                return this.pull();
            case reg.sr:
                return this.statusBits;
            case reg.cpsr:
                return this.cpsr;
            case reg.imsc:
                return this.mask;
            case reg.ris:
                return this.rawInterrupts;
            case reg.mis:
                return this.rawInterrupts & this.mask;
            case reg.icr:
                return 0;
            case reg.dmacr:
                return this.dmacr;
            default:
                return offset >= 0xfe0 ? periphId[(offset - 0xfe0) / 4] : super.read(offset);
        }
    }

    write(offset, value, raw) {
        switch (offset) {
            case reg.cr0:
                this.cr0 = value & 0xffff;
                break;
            case reg.cr1:
                this.setControl(value & 15);
                break;
            case reg.dr:
                this.push(raw);
                break;
            case reg.cpsr:
                this.cpsr = value & 0xfe;
                break;
            case reg.imsc:
                this.mask = value & 15;
                break;
            case reg.icr:
                this.latched &= ~(raw & (interrupt.overrun | interrupt.timeout));
                break;
            case reg.dmacr:
                this.dmacr = value & 3;
                break;
            default:
                super.write(offset, value, raw);
        }
        this.update();
    }

    setControl(value) {
        this.cr1 = value;
        if (value & 4) this.journal.warn(this.name, 'slave mode is not modelled');
        this.startFrame();
    }

    push(value) {
        if (this.toSend.length >= fifoDepth) {
            this.journal.warn(this.name, 'transmit FIFO overrun');
            return;
        }
        this.toSend.push(value & ((1 << this.frameBits) - 1));
        this.startFrame();
    }

    pull() {
        if (this.received.length === 0) return 0;
        const value = this.received.shift();
        this.restartTimeout();
        this.update();
        return value;
    }

    startFrame() {
        if (this.frame !== null || !(this.cr1 & 2) || this.toSend.length === 0) return;
        if (this.sckHz === 0) {
            this.journal.warn(this.name, 'a frame is to be sent while SCK stands still');
            return;
        }
        const { sckHz } = this;
        const beginNs = Math.max(this.clock.nanos, this.notBefore);
        this.frame = { value: this.toSend.shift(), beginNs, sckHz };
        this.frameAlarm.scheduleAt(beginNs + (this.frameBits * 1e9) / sckHz);
    }

    frameEnded() {
        const { value, beginNs, sckHz } = this.frame;
        this.frame = null;
        this.notBefore = this.spiMode & 1 ? 0 : this.clock.nanos + (this.gapBits * 1e9) / sckHz;
        const answer =
            this.cr1 & 1
                ? value
                : this.device.exchange(value, beginNs, this.clock.nanos, sckHz, this.spiMode, this.frameBits);
        this.receive(answer);
        this.startFrame();
        this.update();
    }

    receive(value) {
        if (this.received.length < fifoDepth) {
            this.received.push(value);
            this.restartTimeout();
        } else this.latched |= interrupt.overrun;
    }

    restartTimeout() {
        this.timeoutAlarm.cancel();
        if (this.received.length > 0 && this.mask & interrupt.timeout && this.sckHz)
            this.timeoutAlarm.schedule((timeoutBits * 1e9) / this.sckHz);
    }

    raise(bit) {
        this.latched |= bit;
        this.update();
    }

    update() {
        this.rp.setInterrupt(this.irq, !!(this.rawInterrupts & this.mask));
        this.request(this.dreqTransmit, this.dmacr & dma.transmit && this.toSend.length < fifoDepth);
        this.request(this.dreqReceive, this.dmacr & dma.receive && this.received.length > 0);
    }

    request(channel, wanted) {
        if (wanted) this.rp.dma.setDREQ(channel);
        else this.rp.dma.clearDREQ(channel);
    }
}
