// SPDX-License-Identifier: GPL-3.0-or-later
//
// A serial flash like the W25Q16JV on the Pico: commands, status, unique id, erase and program with their
// typical times (Winbond W25Q16JV datasheet, 9.6). Its memory is what the chip executes from.

const command = {
    writeStatus: 0x01,
    pageProgram: 0x02,
    read: 0x03,
    writeDisable: 0x04,
    readStatus1: 0x05,
    writeEnable: 0x06,
    fastRead: 0x0b,
    sectorErase: 0x20,
    readStatus2: 0x35,
    writeStatus2: 0x31,
    uniqueId: 0x4b,
    halfBlockErase: 0x52,
    sfdp: 0x5a,
    enableReset: 0x66,
    manufacturer: 0x90,
    reset: 0x99,
    jedecId: 0x9f,
    chipErase: 0xc7,
    blockErase: 0xd8,
    exitContinuous: 0xff,
};

const busyNs = {
    [command.writeStatus]: 10e6,
    [command.writeStatus2]: 10e6,
    [command.pageProgram]: 0.4e6,
    [command.sectorErase]: 45e6,
    [command.halfBlockErase]: 120e6,
    [command.blockErase]: 150e6,
    [command.chipErase]: 5e9,
};

const eraseBytes = {
    [command.sectorErase]: 4096,
    [command.halfBlockErase]: 32768,
    [command.blockErase]: 65536,
};

const pageBytes = 256;

export class Flash {
    constructor({
        bytes = 2 * 1024 * 1024,
        uniqueId = [0xe6, 0x60, 0x58, 0x38, 0x83, 0x46, 0x2a, 0x31],
    } = {}) {
        this.memory = new Uint8Array(bytes).fill(0xff);
        this.uniqueId = Uint8Array.from(uniqueId);
        this.status2 = 0;
        this.restart();
    }

    /** Power or reset: the memory and the non-volatile status stay. */
    restart() {
        this.writeEnabled = false;
        this.busyUntil = 0;
        this.continuousRead = false;
        this.received = [];
        this.erases = 0;
        this.programs = 0;
    }

    connect(clock, journal) {
        this.clock = clock;
        this.journal = journal;
    }

    get busy() {
        return this.clock.nanos < this.busyUntil;
    }

    /** Chip select falls. */
    begin() {
        this.received = [];
    }

    /** One byte each way. */
    exchange(byte) {
        const index = this.received.length;
        this.received.push(byte);
        if (this.continuousRead && byte !== command.exitContinuous)
            this.journal.warn('flash', 'a serial command while continuous read is on');
        return index === 0 ? 0xff : this.answer(this.received[0], index);
    }

    answer(opcode, index) {
        switch (opcode) {
            case command.readStatus1:
                return (this.busy ? 1 : 0) | (this.writeEnabled ? 2 : 0);
            case command.readStatus2:
                return this.status2;
            case command.jedecId:
                return [0xef, 0x40, Math.log2(this.memory.length)][(index - 1) % 3];
            case command.manufacturer:
                return index < 4 ? 0xff : [0xef, Math.log2(this.memory.length) - 1][index % 2];
            case command.uniqueId:
                return index < 5 ? 0xff : this.uniqueId[(index - 5) % 8];
            case command.read:
                return index < 4 ? 0xff : this.readByte(index - 4);
            case command.fastRead:
                return index < 5 ? 0xff : this.readByte(index - 5);
            default:
                return 0xff;
        }
    }

    readByte(offset) {
        return this.busy ? 0xff : this.memory[(this.address() + offset) % this.memory.length];
    }

    address() {
        return ((this.received[1] << 16) | (this.received[2] << 8) | this.received[3]) % this.memory.length;
    }

    /** Chip select rises: what was commanded is now done. */
    end() {
        const [opcode] = this.received;
        if (opcode === undefined) return;
        if (opcode === command.exitContinuous) this.continuousRead = false;
        else if (opcode === command.writeEnable) this.writeEnabled = true;
        else if (opcode === command.writeDisable) this.writeEnabled = false;
        else if (busyNs[opcode] !== undefined) this.change(opcode);
        else if (!Object.values(command).includes(opcode))
            this.journal.warn('flash', `command 0x${opcode.toString(16)} is not modelled`);
        this.received = [];
    }

    change(opcode) {
        if (this.busy || !this.writeEnabled) {
            const why = this.busy ? 'while it was busy' : 'without write enable';
            this.journal.warn('flash', `command 0x${opcode.toString(16)} ${why}`);
            return;
        }
        this.writeEnabled = false;
        this.busyUntil = this.clock.nanos + busyNs[opcode];
        if (opcode === command.pageProgram) this.program();
        else if (opcode === command.writeStatus) this.status2 = this.received[2] ?? this.status2;
        else if (opcode === command.writeStatus2) this.status2 = this.received[1];
        else this.erase(opcode);
    }

    erase(opcode) {
        this.erases++;
        if (opcode === command.chipErase) {
            this.memory.fill(0xff);
            return;
        }
        const length = eraseBytes[opcode];
        const from = this.address() - (this.address() % length);
        this.memory.fill(0xff, from, from + length);
    }

    /** Bits can only be cleared; the address wraps within its page. */
    program() {
        this.programs++;
        const address = this.address();
        const page = address - (address % pageBytes);
        const bytes = this.received.slice(4);
        bytes.forEach((byte, index) => {
            this.memory[page + ((address + index) % pageBytes)] &= byte;
        });
    }
}
