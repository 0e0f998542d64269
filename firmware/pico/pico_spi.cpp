// SPDX-License-Identifier: MIT
#include "pico/pico_spi.h"

#include "pico/pins.h"
#include <hardware/clocks.h>
#include <hardware/dma.h>
#include <hardware/gpio.h>
#include <hardware/irq.h>
#include <hardware/spi.h>

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t slowestHz = 1000; // the divider ends at 1 / 65024 of 48 MHz
constexpr std::uint32_t firstHz = 1'000'000;
const std::uint8_t zero = 0;

// A finished read has nothing to do but to wake the main loop.
void onReadDone() {
    dma_hw->ints0 = dma_hw->ints0;
}

unsigned claimChannel(bool toSpi) {
    const auto channel = static_cast<unsigned>(dma_claim_unused_channel(true));
    auto config = dma_channel_get_default_config(channel);
    channel_config_set_transfer_data_size(&config, DMA_SIZE_8);
    channel_config_set_dreq(&config, spi_get_dreq(spi0, toSpi));
    channel_config_set_read_increment(&config, false);
    channel_config_set_write_increment(&config, !toSpi);
    dma_channel_set_config(channel, &config, false);
    if (toSpi) dma_channel_set_write_addr(channel, &spi_get_hw(spi0)->dr, false);
    if (!toSpi) dma_channel_set_read_addr(channel, &spi_get_hw(spi0)->dr, false);
    return channel;
}

} // namespace

void PicoSpi::begin() {
    spi_init(spi0, firstHz); // mode 0, eight bits, most significant first
    takePins();
    sender_ = claimChannel(true);
    receiver_ = claimChannel(false);
    dma_channel_set_irq0_enabled(receiver_, true);
    irq_set_exclusive_handler(DMA_IRQ_0, onReadDone);
    irq_set_enabled(DMA_IRQ_0, true);
}

void PicoSpi::takePins() {
    for (const auto pin : {pins::spiClock, pins::spiMosi, pins::spiMiso})
        gpio_set_function(pin, GPIO_FUNC_SPI);
    gpio_pull_up(pins::spiMiso); // a missing module reads as ones, not as noise
    gpio_init(pins::spiSelect);
    gpio_put(pins::spiSelect, true);
    gpio_set_dir(pins::spiSelect, GPIO_OUT);
}

std::uint32_t PicoSpi::setClockHz(std::uint32_t hz) {
    return spi_set_baudrate(spi0, std::max(hz, slowestHz));
}

void PicoSpi::select(bool selected) {
    gpio_put(pins::spiSelect, !selected);
}

void PicoSpi::transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
    if (in.empty())
        spi_write_blocking(spi0, out.data(), out.size());
    else
        spi_write_read_blocking(spi0, out.data(), in.data(), out.size());
}

void PicoSpi::beginRead(std::span<std::uint8_t> in) {
    dma_channel_set_read_addr(sender_, &zero, false);
    dma_channel_set_trans_count(sender_, in.size(), false);
    dma_channel_set_write_addr(receiver_, in.data(), false);
    dma_channel_set_trans_count(receiver_, in.size(), false);
    dma_start_channel_mask(1U << sender_ | 1U << receiver_);
}

bool PicoSpi::readDone() {
    return !dma_channel_is_busy(receiver_);
}

} // namespace framegate::firmware
