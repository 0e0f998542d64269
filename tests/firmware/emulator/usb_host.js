// SPDX-License-Identifier: GPL-3.0-or-later
//
// The host: takes a device from power to its configuration as a kernel does, and makes transfers. `run`
// carries the emulator on: `run.until(transfer, deadlineNs)` until a transfer is done, `run.for(ns)`.
import { ControlTransfer, InTransfer, OutTransfer, status } from './usb_transfer.js';

const debounceNs = 10e6;
const resetNs = 10e6;
const recoveryNs = 10e6;
const addressRecoveryNs = 2e6;
const controlTimeoutNs = 1e9;
const connectTimeoutNs = 1e9;
const firstAddress = 7;
const request = { getDescriptor: 6, setAddress: 5, setConfiguration: 9, clearFeature: 1 };
const descriptor = { device: 1, configuration: 2, string: 3, bos: 15 };
const english = 0x0409;

const setupPacket = (type, code, value, index, length) => [
    type,
    code,
    value & 255,
    value >> 8,
    index & 255,
    index >> 8,
    length & 255,
    length >> 8,
];

export class EnumerationError extends Error {}

export class UsbHost {
    constructor(bus, run) {
        this.bus = bus;
        this.run = run;
        this.address = 0;
        this.found = null;
    }

    // Transfers. Each returns at once; `run.until` finishes it.

    control(setup, bytes) {
        return this.bus.submit(this.bus.pipe(0), new ControlTransfer(this.address, setup, bytes));
    }

    bulkOut(endpoint, bytes, options) {
        const pipe = this.bus.pipe(endpoint & 15, true);
        return this.bus.submit(pipe, new OutTransfer(this.address, pipe, bytes, options));
    }

    bulkIn(endpoint, maxBytes) {
        const pipe = this.bus.pipe(endpoint & 15, false);
        return this.bus.submit(pipe, new InTransfer(this.address, pipe, maxBytes));
    }

    /** Clears a halted endpoint at both ends; gives the control transfer. */
    clearHalt(endpoint) {
        this.bus.pipe(endpoint & 15, !(endpoint & 0x80)).toggle = 0;
        return this.control(setupPacket(0x02, request.clearFeature, 0, endpoint, 0));
    }

    // Enumeration.

    /** Resets the bus; frames follow. */
    reset() {
        this.bus.stop();
        this.bus.resetPipes();
        this.address = 0;
        this.bus.device.busReset();
        this.run.for(resetNs);
        this.bus.start();
        this.run.for(recoveryNs);
    }

    /** Waits for the pull-up and configures the device; gives what its descriptors say. */
    enumerate() {
        this.found = null;
        this.run.untilTrue(() => this.bus.device.connected, connectTimeoutNs);
        if (!this.bus.device.connected) throw new EnumerationError('the device does not connect');
        this.run.for(debounceNs);
        this.reset();
        this.descriptor(descriptor.device, 0, 0, 64);
        this.reset();
        this.assignAddress();
        this.descriptor(descriptor.device, 0, 0, 8);
        const device = this.descriptor(descriptor.device, 0, 0, 18);
        const configuration = this.wholeDescriptor(descriptor.configuration, 9);
        const bos = device[3] >= 2 && device[2] >= 1 ? this.wholeDescriptor(descriptor.bos, 5) : null;
        const strings = this.strings(device);
        this.must(setupPacket(0x00, request.setConfiguration, configuration[5], 0, 0), 'SET_CONFIGURATION');
        this.found = describe(device, configuration, bos, strings);
        return this.found;
    }

    assignAddress() {
        this.must(setupPacket(0x00, request.setAddress, firstAddress, 0, 0), 'SET_ADDRESS');
        this.address = firstAddress;
        this.run.for(addressRecoveryNs);
    }

    strings(device) {
        this.descriptor(descriptor.string, 0, 0, 255);
        const text = (index) =>
            index === 0 ? '' : utf16(this.descriptor(descriptor.string, index, english, 255));
        return { manufacturer: text(device[14]), product: text(device[15]), serial: text(device[16]) };
    }

    wholeDescriptor(type, headBytes) {
        const head = this.descriptor(type, 0, 0, headBytes);
        return this.descriptor(type, 0, 0, head[2] | (head[3] << 8));
    }

    descriptor(type, index, language, length) {
        const setup = setupPacket(0x80, request.getDescriptor, (type << 8) | index, language, length);
        return this.must(setup, `GET_DESCRIPTOR ${type}.${index}`);
    }

    must(setup, what) {
        const transfer = this.control(setup);
        this.run.until(transfer, this.bus.clock.nanos + controlTimeoutNs);
        if (transfer.status !== status.ok)
            throw new EnumerationError(`${what} ended with status ${transfer.status}`);
        return transfer.bytes;
    }
}

function utf16(bytes) {
    return Buffer.from(bytes.subarray(2)).toString('utf16le');
}

function describe(device, configuration, bos, strings) {
    const word = (at) => device[at] | (device[at + 1] << 8);
    return {
        vendor: word(8),
        productId: word(10),
        ...strings,
        device: [...device],
        configuration: [...configuration],
        bos: bos ? [...bos] : null,
    };
}
