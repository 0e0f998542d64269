// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rp2040js' core and SIO get wrong and firmware may meet.

const sioFifo = { status: 0x50, write: 0x54, read: 0x58 };
const sioLast = 0x17c;
const fifoReady = 2;
const systemControl = 0xd10;
const configurationAndControl = 0xd14;
const uartDmaControl = 0x48;

/**
 * WFI and WFE wake on any enabled interrupt (`wakes`), also one that PRIMASK keeps from being taken; rp2040js
 * would enter it in spite of PRIMASK, and would sleep on when the interrupt had come just before.
 */
export function fixSleep(rp) {
    const { core } = rp;
    core.setInterrupt = (irq, asserted) => {
        const bit = 1 << irq;
        if (!asserted) {
            core.pendingInterrupts &= ~bit;
            return;
        }
        if (!(core.pendingInterrupts & bit)) {
            core.pendingInterrupts |= bit;
            core.interruptsUpdated = true;
        }
    };
}

/** Whether something is pending that ends a WFI. */
export function wakes(core) {
    return (
        !!(core.pendingInterrupts & core.enabledInterrupts) ||
        core.pendingSystick ||
        core.pendingPendSV ||
        core.pendingNMI
    );
}

/** The inter-core FIFO, always empty as core 1 sleeps in the ROM; other bad offsets are warned of. */
export function fixSio(rp, journal) {
    const { sio } = rp;
    const stock = Object.getPrototypeOf(sio);
    const bad = (what, offset) =>
        journal.warn('SIO', `${what} 0x${offset.toString(16)}, which is not modelled`);
    sio.readUint32 = (offset) => {
        if (offset === sioFifo.status) return fifoReady;
        if (offset === sioFifo.read) return 0;
        if (offset > sioLast) bad('read of', offset);
        return stock.readUint32.call(sio, offset);
    };
    sio.writeUint32 = (offset, value) => {
        if (offset === sioFifo.status) return;
        if (offset === sioFifo.write || offset > sioLast) bad('write to', offset);
        else stock.writeUint32.call(sio, offset, value);
    };
}

/** System control registers without effect here: SLEEPDEEP and the like. */
export function fixSystemControl(rp) {
    const { ppb } = rp;
    const stock = Object.getPrototypeOf(ppb);
    let control = 0;
    ppb.readUint32 = (offset) => {
        if (offset === systemControl) return control;
        if (offset === configurationAndControl) return 0x208;
        return stock.readUint32.call(ppb, offset);
    };
    ppb.writeUint32 = (offset, value) => {
        if (offset === systemControl) control = value;
        else stock.writeUint32.call(ppb, offset, value);
    };
}

/** The UARTs' DMA control, which the SDK always writes: nothing here does DMA to a UART. */
export function fixUarts(rp) {
    for (const uart of rp.uart) {
        const stock = Object.getPrototypeOf(uart);
        uart.writeUint32 = (offset, value) => {
            if (offset !== uartDmaControl) stock.writeUint32.call(uart, offset, value);
        };
    }
}
