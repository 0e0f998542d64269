// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the test host can ask of the board, message by message. The protocol is described in ../README.md.
import { EnumerationError } from './usb_host.js';
import { status } from './usb_transfer.js';

export const kind = {
    enumerate: 1,
    run: 2,
    bulkOut: 3,
    bulkIn: 4,
    control: 5,
    clearHalt: 6,
    unplug: 7,
    plug: 8,
    statistics: 9,
    flash: 11,
    quit: 12,
    pinLog: 13,
    modulePower: 14,
};

export const failed = 7;
const noDeadline = 0xffffffffffffffffn;

const deadlineOf = (payload) => {
    const value = payload.readBigUInt64LE(0);
    return value === noDeadline ? Infinity : Number(value);
};

const json = (value) => Buffer.from(JSON.stringify(value));

export class Requests {
    constructor(board) {
        this.board = board;
        this.answers = {
            [kind.enumerate]: () => this.enumerate(),
            [kind.run]: (payload) => this.run(payload),
            [kind.bulkOut]: (payload) => this.bulkOut(payload),
            [kind.bulkIn]: (payload) => this.bulkIn(payload),
            [kind.control]: (payload) => this.control(payload),
            [kind.clearHalt]: (payload) => this.clearHalt(payload),
            [kind.unplug]: () => this.did(() => this.board.unplug()),
            [kind.plug]: () => this.did(() => this.board.plug()),
            [kind.statistics]: () => this.ok(json(this.statistics())),
            [kind.pinLog]: () => this.ok(Buffer.from(this.board.module.log?.() ?? '')),
            [kind.modulePower]: (payload) => this.did(() => this.board.powerModule(payload[0] !== 0)),
            [kind.flash]: (payload) => this.flash(payload),
            [kind.quit]: () => this.ok(),
        };
    }

    /** The reply to one request: its time, its status, its bytes. */
    answer(request) {
        const answer = this.answers[request.kind];
        if (!answer) return this.reply(failed, Buffer.from(`no request of kind ${request.kind}`));
        try {
            return answer(request.payload);
        } catch (error) {
            return this.reply(
                failed,
                Buffer.from(error instanceof EnumerationError ? error.message : error.stack),
            );
        }
    }

    reply(how, bytes = Buffer.alloc(0)) {
        const head = Buffer.alloc(9);
        head.writeBigUInt64LE(BigInt(Math.round(this.board.clock.nanos)), 0);
        head[8] = how;
        return Buffer.concat([head, bytes]);
    }

    ok(bytes) {
        return this.reply(status.ok, bytes);
    }

    did(action) {
        action();
        return this.ok();
    }

    enumerate() {
        return this.ok(json(this.board.host.enumerate()));
    }

    run(payload) {
        this.board.run(deadlineOf(payload));
        return this.ok();
    }

    bulkOut(payload) {
        const endpoint = payload[8];
        const emptyPacket = !!(payload[9] & 1);
        return this.finish(payload, () =>
            this.board.host.bulkOut(endpoint, payload.subarray(10), { emptyPacket }),
        );
    }

    bulkIn(payload) {
        return this.finish(payload, () => this.board.host.bulkIn(payload[8], payload.readUInt32LE(9)));
    }

    control(payload) {
        return this.finish(payload, () =>
            this.board.host.control(payload.subarray(8, 16), payload.subarray(16)),
        );
    }

    clearHalt(payload) {
        return this.finish(payload, () => this.board.host.clearHalt(payload[8]));
    }

    finish(payload, submit) {
        const transfer = this.board.finish(submit(), deadlineOf(payload));
        return this.reply(transfer.status, Buffer.from(transfer.bytes));
    }

    flash(payload) {
        const offset = payload.readUInt32LE(0);
        return this.ok(
            Buffer.from(this.board.flash.memory.subarray(offset, offset + payload.readUInt32LE(4))),
        );
    }

    statistics() {
        const { board } = this;
        const { chip, bus, flash } = board;
        return {
            state: board.state,
            timeNs: Math.round(board.clock.nanos),
            instructions: board.instructions,
            warnings: board.warnings(),
            resets: board.resets,
            clkSysHz: chip.rp.clkSys,
            clkPeriHz: chip.rp.clkPeri,
            sckHz: chip.spi[board.wiring.spi].sckHz,
            sclHz: chip.i2c[board.wiring.i2c].sclHz,
            toggleErrors: bus.toggleErrors,
            usbTransactions: bus.transactions,
            flashErases: flash.erases,
            flashPrograms: flash.programs,
        };
    }
}
