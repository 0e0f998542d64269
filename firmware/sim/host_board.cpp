// SPDX-License-Identifier: MIT
#include "sim/host_board.h"

#include "protocol/usb_identity.h"

#include <cmath>

namespace framegate::sim {
namespace {

constexpr TimeNs packetTime = 50'000; // bulk packet of 64 bytes at full speed, with its handshakes and gaps
constexpr std::size_t linkFrames = 2; // double-buffered
constexpr std::uint8_t nobody = 0xFF; // a bus without a module
constexpr TimeNs stuckByteTime = 10'000'000; // that the firmware gives a byte before it frees the bus
constexpr double adcStep = 3.3 / 4096;
constexpr double railDivider = 2;
constexpr double voltsPerAmpere = 2.5;

/// What a converter of 12 bits makes of \a volts.
double converted(double volts) {
    return std::floor(std::clamp(volts / adcStep, 0.0, 4095.0)) * adcStep;
}

} // namespace

std::uint32_t HostSpi::setClockHz(std::uint32_t hz) {
    clockHz_ = hz;
    return hz;
}

void HostSpi::select(bool selected) {
    if (module_) module_->chipSelect(selected, clock_.now());
}

void HostSpi::transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        clock_.advance(byteTime());
        const auto got = module_ ? module_->spiExchange(out[i], clock_.now(), clockHz_) : nobody;
        if (!in.empty()) in[i] = got;
    }
}

void HostSpi::beginRead(std::span<std::uint8_t> in) {
    // The FIFO does not change while it is read, so the bytes may be fetched at once; they count from
    // readEnds_.
    auto moment = std::max(clock_.now(), readEnds_);
    for (auto& byte : in) {
        moment += byteTime();
        byte = module_ ? module_->spiExchange(0, moment, clockHz_) : nobody;
    }
    readEnds_ = moment;
}

std::uint32_t HostI2c::setClockHz(std::uint32_t hz) {
    clockHz_ = hz;
    return hz;
}

bool HostI2c::start(std::uint8_t addressByte) {
    passBits(10);
    return module_ && module_->i2cStart(addressByte, clock_.now());
}

void HostI2c::stop() {
    passBits(1);
    if (module_) module_->i2cStop(clock_.now());
}

bool HostI2c::stuck() {
    if (!module_ || !module_->i2cStuck()) return false;
    clock_.advance(stuckByteTime);
    return true;
}

firmware::I2cResult HostI2c::write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) {
    if (stuck()) return firmware::I2cResult::Timeout;
    bool acknowledged = start(static_cast<std::uint8_t>(address << 1));
    for (std::size_t i = 0; acknowledged && i < bytes.size(); ++i) {
        passBits(9);
        acknowledged = module_->i2cWrite(bytes[i], clock_.now());
    }
    if (!holdBus || !acknowledged) stop();
    return acknowledged ? firmware::I2cResult::Ok : firmware::I2cResult::Nack;
}

firmware::I2cResult HostI2c::read(std::uint8_t address, std::span<std::uint8_t> bytes) {
    if (stuck()) return firmware::I2cResult::Timeout;
    const bool acknowledged = start(static_cast<std::uint8_t>(address << 1 | 1));
    for (std::size_t i = 0; acknowledged && i < bytes.size(); ++i) {
        passBits(9);
        bytes[i] = module_->i2cRead(clock_.now());
    }
    stop();
    return acknowledged ? firmware::I2cResult::Ok : firmware::I2cResult::Nack;
}

Faults HostLines::emptySlot() {
    Faults faults;
    faults.absent = true;
    return faults;
}

LineVolts HostLines::settled() const {
    return module_ ? module_->settled(drives_) : nothing_.settled(drives_, {});
}

void HostLines::drive(wire::Line line, firmware::Drive drive) {
    drives_[static_cast<std::size_t>(line)] = drive;
}

std::uint8_t HostLines::levels() {
    const auto volts = settled();
    std::uint8_t high = 0;
    for (unsigned i = 0; i < wire::lineCount; ++i)
        if (volts.board(static_cast<wire::Line>(i))) high |= static_cast<std::uint8_t>(1U << i);
    return high;
}

std::uint32_t HostLines::riseNs(wire::Line line, std::uint32_t boundNs) {
    const auto time = module_ ? module_->riseNs(line, drives_) : nothing_.riseNs(line, drives_, {});
    drive(line, firmware::Drive::PullUp);
    const bool inTime = time && *time <= boundNs;
    const auto taken = inTime ? static_cast<std::uint32_t>(std::ceil(*time)) : boundNs;
    clock_.advance(taken);
    return inTime ? taken : wire::neverRose;
}

bool HostLines::setSupply(bool on) {
    if (!wiring_.supplySwitch) return false;
    if (module_) module_->power(on, clock_.now());
    return true;
}

std::uint32_t HostAdc::railMv() {
    if (!wiring_.measuresSupply) return wire::notMeasured;
    return static_cast<std::uint32_t>(1e3 * railDivider * converted(lines_.settled().rail / railDivider));
}

std::uint32_t HostAdc::currentUa() {
    if (!wiring_.measuresSupply) return wire::notMeasured;
    const double amps = lines_.settled().railAmps;
    return static_cast<std::uint32_t>(1e6 * converted(amps * voltsPerAmpere) / voltsPerAmpere);
}

TimeNs HostLink::transferTime(std::size_t bytes) {
    return (bytes / wire::usbPacketBytes + 1) * packetTime; // the last packet is short, or empty
}

bool HostLink::canSend(std::size_t) {
    const auto waiting = std::count_if(frames_.begin(), frames_.end(), [this](const SentFrame& frame) {
        return frame.arrives > clock_.now();
    });
    return static_cast<std::size_t>(waiting) < linkFrames;
}

void HostLink::send(std::span<const std::uint8_t> frame) {
    busyUntil_ = std::max(busyUntil_, clock_.now()) + transferTime(frame.size());
    frames_.push_back({{frame.begin(), frame.end()}, busyUntil_});
}

SentFrame HostLink::take() {
    auto frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

std::optional<TimeNs> HostLink::nextDeparture() const {
    for (const auto& frame : frames_)
        if (frame.arrives > clock_.now()) return frame.arrives;
    return std::nullopt;
}

HostBoard::HostBoard(const firmware::BoardIdentity& identity, std::unique_ptr<ModulePins> module,
                     FixtureWiring wiring)
    : module_(std::move(module)),
      lines_(clock_, module_, wiring),
      adc_(lines_, wiring),
      outputs_(module_, wiring) {
    startCore(identity);
    if (module_) module_->power(true, clock_.now());
}

void HostBoard::receive(std::span<const std::uint8_t> frame) {
    clock_.advance(HostLink::transferTime(frame.size()));
    core_->receive(frame);
}

bool HostBoard::step(TimeNs limit) {
    if (core_->poll()) return true;
    TimeNs next = limit;
    bool something = false;
    if (core_->busy() && spi_.readEnds() > clock_.now()) {
        next = std::min(next, spi_.readEnds());
        something = true;
    }
    if (const auto departure = link_.nextDeparture()) {
        next = std::min(next, *departure);
        something = true;
    }
    clock_.advanceTo(next);
    return something;
}

void HostBoard::resetLink() {
    core_->abort();
    link_.clear();
}

void HostBoard::startCore(const firmware::BoardIdentity& identity) {
    core_.emplace(firmware::Ports{clock_, spi_, i2c_, link_, port_, &lines_, &adc_, &outputs_}, identity);
}

void HostBoard::restart(const firmware::BoardIdentity& identity) {
    spi_.select(false);
    spi_.setClockHz(1'000'000);
    i2c_.setClockHz(100'000);
    link_.clear();
    port_ = {};
    lines_.giveBack();
    outputs_.set(0);
    startCore(identity);
}

void HostBoard::powerCycle(const firmware::BoardIdentity& identity) {
    if (module_) module_->power(false, clock_.now());
    restart(identity);
    if (module_) module_->power(true, clock_.now());
}

} // namespace framegate::sim
