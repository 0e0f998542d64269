// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/crc32.h"
#include "sim/module_pins.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace framegate::test {

/// What passed a module's pins between an idle bus and the next: a chip-select pulse, or START to STOP.
struct PinTransaction {
    std::string text;        ///< all that was exchanged, without times; see PinRecorder
    sim::TimeNs begin = 0;   ///< chip select falls; SDA falls for START
    sim::TimeNs end = 0;     ///< chip select rises; SDA rises for STOP
    std::uint32_t sckHz = 0; ///< of an SPI transaction with bytes
};

/// Passes everything on to a module and writes down what passes. As text a transaction is
///
///     spi 8307>ff00            a byte pair for each exchange: sent > received
///     spi 3c>ff 4096: 1a2b3c4d 9f00aa01   of a long one: first byte, count, CRC-32 of sent and received
///     i2c 60+ ff+ 01+          address and bytes, each with + or - for ACK or NACK
///     i2c 60+ 0a+ S 61+ =26    a repeated START, a byte read
class PinRecorder final : public sim::ModulePins {
public:
    explicit PinRecorder(std::unique_ptr<sim::ModulePins> module) : module_(std::move(module)) {}

    void power(bool on, sim::TimeNs now) override { module_->power(on, now); }
    void chipSelect(bool selected, sim::TimeNs now) override;
    std::uint8_t spiExchange(std::uint8_t mosi, sim::TimeNs now, std::uint32_t clockHz) override;
    /// SDA falls. Where it is not called, i2cStart() counts as the moment.
    void i2cBegin(sim::TimeNs now);
    bool i2cStart(std::uint8_t addressByte, sim::TimeNs now) override;
    bool i2cWrite(std::uint8_t byte, sim::TimeNs now) override;
    std::uint8_t i2cRead(sim::TimeNs now) override;
    void i2cStop(sim::TimeNs now) override;
    bool i2cStuck() const override { return module_->i2cStuck(); }
    sim::LineVolts settled(const sim::LineDrives& drives) const override { return module_->settled(drives); }
    std::optional<double> riseNs(wire::Line line, const sim::LineDrives& drives) const override {
        return module_->riseNs(line, drives);
    }

    /// What has passed, and will; outlives the recorder.
    std::shared_ptr<const std::vector<PinTransaction>> transactions() const { return done_; }
    /// One a line: begin end SCK text.
    std::string lines() const;
    /// What lines() wrote.
    static std::vector<PinTransaction> parse(const std::string& lines);

private:
    std::unique_ptr<sim::ModulePins> module_;
    std::shared_ptr<std::vector<PinTransaction>> done_ = std::make_shared<std::vector<PinTransaction>>();
    PinTransaction spi_;
    std::size_t spiBytes_ = 0;
    wire::Crc32 sent_;
    wire::Crc32 got_;
    PinTransaction i2c_;
    bool began_ = false;
};

} // namespace framegate::test
