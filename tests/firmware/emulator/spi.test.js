// SPDX-License-Identifier: GPL-3.0-or-later
import assert from 'node:assert/strict';
import test from 'node:test';
import { idleChip, pass, peek, poke, startClocks } from './bench.js';

const spi = 0x4003c000;
const dma = 0x50000000;
const sram = 0x20000000;

/** SPI0, eight bits, mode 0, at 48 MHz / 6 = 8 MHz. */
function spiAt8MHz() {
    const chip = idleChip();
    startClocks(chip);
    poke(chip, spi + 0x10, 6);
    poke(chip, spi, 7);
    poke(chip, spi + 4, 2);
    return chip;
}

test('SPI: a byte takes its eight bits at clk_peri through the divider', () => {
    const chip = spiAt8MHz();
    const seen = [];
    chip.spi[0].device = {
        exchange(value, beginNs, endNs, sckHz) {
            seen.push([value, endNs - beginNs, sckHz]);
            return 0xa5;
        },
    };
    poke(chip, spi + 8, 0x3c);
    assert.equal(peek(chip, spi + 12) & 16, 16);
    pass(chip, 999);
    assert.equal(peek(chip, spi + 12) & 4, 0);
    pass(chip, 1);
    assert.equal(peek(chip, spi + 8), 0xa5);
    assert.deepEqual(seen, [[0x3c, 1000, 8e6]]);
});

test('SPI: with a gap set, frames of CPHA 0 keep it, those of CPHA 1 do not', () => {
    for (const [mode, expected] of [
        [0, 3400],
        [0xc0, 3000],
    ]) {
        const chip = spiAt8MHz();
        chip.spi[0].gapBits = 1.6;
        poke(chip, spi, 7 | mode);
        const ends = [];
        chip.spi[0].device = { exchange: (value, beginNs, endNs) => ends.push(endNs) };
        for (const value of [1, 2, 3]) poke(chip, spi + 8, value);
        pass(chip, 10000);
        assert.equal(Math.round(ends[2]), expected);
    }
});

test('SPI: an unread ninth byte is lost and said so', () => {
    const chip = spiAt8MHz();
    for (let value = 0; value < 9; value++) {
        poke(chip, spi + 8, value);
        pass(chip, 1000);
    }
    assert.equal(peek(chip, spi + 0x18) & 1, 1);
    poke(chip, spi + 0x20, 1);
    assert.equal(peek(chip, spi + 0x18) & 1, 0);
});

test('SPI: nothing moves while the block is disabled', () => {
    const chip = spiAt8MHz();
    poke(chip, spi + 4, 0);
    poke(chip, spi + 8, 1);
    pass(chip, 1e6);
    assert.equal(peek(chip, spi + 12) & 4, 0);
});

function dmaChannel(chip, channel, { read, write, count, control }) {
    const base = dma + channel * 0x40;
    poke(chip, base, read);
    poke(chip, base + 4, write);
    poke(chip, base + 8, count);
    poke(chip, base + 0x10, (control | (channel << 11)) >>> 0);
}

test('SPI: DMA both ways runs at the pace of the bits and loses nothing', () => {
    const chip = spiAt8MHz();
    const count = 5000;
    let next = 0;
    chip.spi[0].device = { exchange: () => next++ & 0xff };
    const incrementWrite = 1 << 5;
    dmaChannel(chip, 0, { read: sram + 0x10000, write: spi + 8, count, control: 1 | (16 << 15) });
    dmaChannel(chip, 1, { read: spi + 8, write: sram, count, control: 1 | incrementWrite | (17 << 15) });
    poke(chip, spi + 0x24, 3);
    const begin = chip.clock.nanos;
    poke(chip, dma + 0x430, 3);
    pass(chip, count * 1000 - 1);
    assert.notEqual(peek(chip, dma + 0x50) & (1 << 24), 0);
    pass(chip, 1);
    assert.equal(peek(chip, dma + 0x50) & (1 << 24), 0);
    assert.equal(chip.clock.nanos - begin, 5e6);
    for (let index = 0; index < count; index++) assert.equal(chip.rp.sram[index], index & 0xff);
    assert.equal(peek(chip, spi + 0x18) & 1, 0);
    assert.deepEqual(chip.journal.lines(), []);
});

test('SPI: no DMA requests before they are enabled', () => {
    const chip = spiAt8MHz();
    dmaChannel(chip, 0, { read: sram, write: spi + 8, count: 4, control: 1 | (16 << 15) });
    poke(chip, dma + 0x430, 1);
    pass(chip, 1e6);
    assert.equal(peek(chip, dma + 8), 4);
    poke(chip, spi + 0x24, 2);
    pass(chip, 1e6);
    assert.equal(peek(chip, dma + 8), 0);
});
