// SPDX-License-Identifier: GPL-3.0-or-later
#include "camera/camera.h"

#include "camera/register_script.h"
#include "protocol/crc32.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <utility>

namespace framegate {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// ArduChip registers: docs/assumptions.md has their sources.
constexpr std::uint8_t scratchRegister = 0x00;
constexpr std::uint8_t fifoControl = 0x04;
constexpr std::uint8_t versionRegister = 0x40;

constexpr nanoseconds boardMargin = 2s; ///< beyond what a request must take: a board that needs more hangs

/// SOI, JFIF, two quantisation tables, four Huffman tables, frame and scan header, EOI: no sensor's JPEG
/// is shorter, whatever it shows.
constexpr std::uint32_t shortestJpeg = 625;
/// Two bytes a pixel is more than 8-bit 4:2:2 takes uncompressed; the rest is header and tail.
std::uint32_t longestPicture(Resolution size, std::size_t tail) {
    return 2 * size.pixels() + 16'384 + static_cast<std::uint32_t>(tail);
}

Failure module(std::string code, std::string message) {
    return failure(ErrorKind::Module, std::move(code), std::move(message));
}

std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string registerText(const SensorDescription& sensor, RegisterAddress at) {
    return sensor.bankRegister ? fmt::format("register 0x{:02x} of bank {}", at.address, at.bank)
                               : fmt::format("register 0x{:04x}", at.address);
}

std::string bytesText(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (const auto byte : bytes)
        text += fmt::format("{}0x{:02x}", text.empty() ? "" : " ", byte);
    return text;
}

bool identityMatches(const SensorDescription& sensor, const std::vector<std::uint8_t>& values) {
    if (values.size() != sensor.identity.size()) return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& accepted = sensor.identity[i].accepted;
        if (std::find(accepted.begin(), accepted.end(), values[i]) == accepted.end()) return false;
    }
    return true;
}

wire::StandbyRequest standbyRequest(const StandbyControl& control, bool on) {
    const bool set = on == control.standbyIsHigh;
    return {control.address, set ? control.mask : std::uint8_t{0}, set ? std::uint8_t{0} : control.mask};
}

/// One number of some bits of several registers, the high ones first.
std::uint32_t joined(const std::vector<ExposureRegisters::Bits>& bits, std::span<const std::uint8_t> values) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const auto mask = bits[i].mask;
        number = number << std::popcount(mask) |
                 static_cast<std::uint32_t>(values[i] & mask) >> std::countr_zero(mask);
    }
    return number;
}

double gainOf(std::uint32_t code) {
    const double gain = 1 + (code & 0x0F) / 16.0;
    return std::ldexp(gain, std::popcount(code >> 4));
}

std::vector<RegisterWrite> readable(std::vector<RegisterWrite> image) {
    std::erase_if(image, [](const RegisterWrite& write) { return !write.readable; });
    return image;
}

SizeChange sumOf(SizeChange first, SizeChange second) {
    first.writes += second.writes;
    first.mismatches += second.mismatches;
    first.nacks += second.nacks;
    first.operations += second.operations;
    if (first.firstMismatch.empty()) first.firstMismatch = std::move(second.firstMismatch);
    return first;
}

} // namespace

void SizeChange::add(const SizeChange& other) {
    writes += other.writes;
    mismatches += other.mismatches;
    nacks += other.nacks;
    operations += other.operations;
    if (firstMismatch.empty()) firstMismatch = other.firstMismatch;
}

Camera::Camera(FixtureBoard& board, const SensorDescription& sensor, const BoardDescription& boardDescription,
               const PlanTiming& timing)
    : board_(board), sensor_(sensor), module_(boardDescription), timing_(timing) {}

Deadline Camera::within(nanoseconds time, Deadline unit) {
    return Deadline::after(clock(), time + boardMargin).atMost(unit);
}

Result<bool> Camera::scratchHolds(Deadline deadline, std::stop_token stop) {
    static constexpr std::array<std::uint8_t, 4> patterns = {0x55, 0xAA, 0x0F, 0xF0};
    SpiBatch batch;
    for (const auto pattern : patterns)
        batch.write(scratchRegister, pattern).read(scratchRegister);
    const auto values = board_.spi(batch, within(100ms, deadline), stop);
    if (!values) return passOn(values);
    return std::equal(values->begin(), values->end(), patterns.begin(), patterns.end());
}

Result<> Camera::startBoard(ModuleIdentity& identity, Deadline deadline, std::stop_token stop) {
    SpiBatch batch;
    nanoseconds waits{0};
    for (const auto& write : module_.start) {
        batch.write(write.address, write.value).delay(write.wait);
        waits += write.wait;
    }
    batch.read(module_.standby.address).read(versionRegister);
    const auto values = board_.spi(batch, within(waits, deadline), stop);
    if (!values) return passOn(values);
    if (values->size() != 2)
        return failure(ErrorKind::Protocol, "WIRE_UNEXPECTED", "the board's answer lacks register values");
    const auto& standby = module_.standby;
    identity.wokenFromStandby = ((values->front() & standby.mask) != 0) == standby.standbyIsHigh;
    identity.arduchipVersion = values->back();
    const auto woken = board_.standby(standbyRequest(standby, false), within(100ms, deadline), stop);
    if (!woken) return passOn(woken);
    if (!identity.wokenFromStandby) return {};
    return clock().sleepFor(standby.wakeTime, stop);
}

Result<I2cOutcome> Camera::readIdentity(Deadline deadline, std::stop_token stop) {
    RegisterScript script(sensor_);
    for (const auto& identity : sensor_.identity)
        script.read(identity.at);
    return board_.i2c(sensor_.i2cAddress, timing_.writePause, script.parts().front().script,
                      timing_.i2cRetries, within(1s, deadline), stop);
}

Result<ModuleIdentity> Camera::identify(Deadline deadline, std::stop_token stop) {
    ModuleIdentity identity;
    image_.clear();
    if (auto set = board_.setClocks(std::min(timing_.spiHz, module_.spiHzMax),
                                    std::min(timing_.i2cHz, sensor_.i2cHzMax), within(0s, deadline), stop);
        !set)
        return passOn(set);
    if (auto started = startBoard(identity, deadline, stop); !started) return passOn(started);
    const auto scratch = scratchHolds(deadline, stop);
    if (!scratch) return passOn(scratch);
    const auto sensor = readIdentity(deadline, stop);
    const bool busStuck = !sensor && sensor.error().code == "I2C_TIMEOUT";
    const bool unheard = !sensor && sensor.error().code == "I2C_NACK";
    if (!sensor && !busStuck && !unheard) return passOn(sensor);
    const bool silent = busStuck || unheard;
    if (!*scratch && silent)
        return failure(
            ErrorKind::NotFound, "NO_MODULE",
            "neither the ArduChip nor the sensor answers; put a module into the slot or check its power");
    if (!*scratch)
        return module("SPI_SCRATCH", fmt::format("ArduChip register 0x00 does not hold what is written to it "
                                                 "(version register reads 0x{:02x})",
                                                 identity.arduchipVersion));
    if (busStuck) return passOn(sensor);
    if (silent)
        return module("SENSOR_NO_ACK",
                      fmt::format("the sensor at I2C address 0x{:02x} did not acknowledge, tried {} times",
                                  sensor_.i2cAddress, timing_.i2cRetries + 1));
    identity.sensorId = sensor->values;
    identity.nacks = sensor->nacks;
    if (!identityMatches(sensor_, identity.sensorId))
        return module("WRONG_SENSOR", fmt::format("the sensor's identity reads {}, which is no {}",
                                                  bytesText(identity.sensorId), sensor_.name));
    const auto& versions = module_.versions;
    if (!versions.empty() &&
        std::find(versions.begin(), versions.end(), identity.arduchipVersion) == versions.end())
        return module("ARDUCHIP_VERSION",
                      fmt::format("ArduChip version 0x{:02x} is none that board {} may have",
                                  identity.arduchipVersion, module_.name));
    return identity;
}

Result<std::uint8_t> Camera::heldBy(RegisterAddress at, Deadline deadline, std::stop_token stop) {
    if (const auto known = image_.find(at); known != image_.end()) return known->second;
    RegisterScript script(sensor_);
    script.read(at);
    const auto read = board_.i2c(sensor_.i2cAddress, timing_.writePause, script.parts().front().script,
                                 timing_.i2cRetries, within(1s, deadline), stop);
    if (!read) return passOn(read);
    if (read->values.size() != 1)
        return failure(ErrorKind::Protocol, "WIRE_UNEXPECTED", "the board's answer lacks a register's value");
    return read->values.front();
}

/// The same writes with whole bytes: bits outside a mask become what the register holds.
Result<std::vector<RegisterWrite>> Camera::whole(const std::vector<RegisterWrite>& writes, Deadline deadline,
                                                 std::stop_token stop) {
    auto filled = writes;
    for (auto& write : filled) {
        if (write.mask == 0xFF) continue;
        const auto held = heldBy(write.at, deadline, stop);
        if (!held) return passOn(held);
        write.value = static_cast<std::uint8_t>((*held & ~write.mask) | (write.value & write.mask));
        write.mask = 0xFF;
    }
    return filled;
}

void Camera::remember(const std::vector<RegisterWrite>& writes) {
    for (const auto& write : writes)
        if (write.kept) image_[write.at] = write.value;
}

void Camera::forget(const std::vector<RegisterWrite>& writes) {
    for (const auto& write : writes)
        image_.erase(write.at);
}

/// Carries out a script and counts what was not acknowledged at once.
Result<I2cOutcome> Camera::carryOut(const I2cScript& script, SizeChange& change, Deadline deadline,
                                    std::stop_token stop) {
    // An operation is at most four I2C transactions' worth of bytes; 20 ms each is beyond any clock used.
    const nanoseconds longest = script.operations() * (timing_.writePause + 20ms) * (1 + timing_.i2cRetries);
    auto done = board_.i2c(sensor_.i2cAddress, timing_.writePause, script, timing_.i2cRetries,
                           within(longest, deadline), stop);
    if (!done) return done;
    change.nacks += done->nacks;
    change.operations += static_cast<unsigned>(script.operations());
    return done;
}

/// Writes, then reads back what is \a expected. While it is under way, and after an error, nobody knows what
/// the registers hold.
Result<SizeChange> Camera::program(const std::vector<RegisterWrite>& writes,
                                   const std::vector<RegisterWrite>& expected, Deadline deadline,
                                   std::stop_token stop) {
    forget(writes);
    const bool doubtBefore = std::exchange(inDoubt_, true);
    RegisterScript script(sensor_);
    for (const auto& write : writes)
        script.write(write);
    for (const auto& check : expected)
        script.check(check);
    SizeChange change;
    change.writes = static_cast<unsigned>(writes.size());
    for (const auto& part : script.parts()) {
        const auto done = carryOut(part.script, change, deadline, stop);
        if (!done) return passOn(done);
        change.mismatches += done->mismatches;
        if (!done->firstMismatch || !change.firstMismatch.empty()) continue;
        if (*done->firstMismatch < part.checks.size() && part.checks[*done->firstMismatch])
            change.firstMismatch = registerText(sensor_, part.checks[*done->firstMismatch]->at);
    }
    remember(writes);
    inDoubt_ = doubtBefore || change.mismatches > 0;
    if (change.mismatches > 0) forget(expected);
    return change;
}

Result<SizeChange> Camera::initialise(Deadline deadline, std::stop_token stop) {
    RegisterScript reset(sensor_);
    reset.write(sensor_.softReset);
    reset.delay(timing_.resetWait);
    image_.clear();
    size_ = {};
    inDoubt_ = true;
    SizeChange resetting;
    const auto done = carryOut(reset.parts().front().script, resetting, deadline, stop);
    if (!done) return passOn(done);
    inDoubt_ = false;
    auto change = program(sensor_.base, readable(imageOf(sensor_.base)), deadline, stop);
    if (!change) return passOn(change);
    return sumOf(std::move(resetting), std::move(*change));
}

Result<SizeChange> Camera::setSize(Resolution size, Deadline deadline, std::stop_token stop) {
    const SensorMode* mode = sensor_.mode(size);
    if (mode == nullptr)
        return failure(ErrorKind::InvalidInput, "SENSOR_MODE",
                       fmt::format("{} has no JPEG size {}", sensor_.name, size.text()));
    // A lost bank select puts writes where no size looks again: writing the same once more is not enough.
    SizeChange start;
    if (inDoubt_) {
        auto started = initialise(deadline, stop);
        if (!started) return passOn(started);
        start = std::move(*started);
    }
    size_ = size;
    auto writes = sensor_.changes(image_, size);
    if (!writes.empty()) {
        writes.insert(writes.begin(), sensor_.hold.begin(), sensor_.hold.end());
        writes.insert(writes.end(), sensor_.release.begin(), sensor_.release.end());
    }
    const auto filled = whole(writes, deadline, stop);
    if (!filled) return passOn(filled);
    auto change = program(*filled, readable(imageOf(mode->writes)), deadline, stop);
    if (!change) return passOn(change);
    return sumOf(std::move(start), std::move(*change));
}

Result<SizeChange> Camera::checkRegisters(Deadline deadline, std::stop_token stop) {
    const SensorMode* mode = sensor_.mode(size_);
    if (mode == nullptr) return failure(ErrorKind::InvalidInput, "SENSOR_MODE", "no size was set");
    auto writes = sensor_.base;
    writes.insert(writes.end(), mode->writes.begin(), mode->writes.end());
    auto expected = readable(imageOf(writes));
    for (auto& check : expected) // what was written last, were it by a step of its own
        if (const auto held = image_.find(check.at); held != image_.end())
            check.value = static_cast<std::uint8_t>(held->second & check.mask);
    return program({}, expected, deadline, stop);
}

/// Sets the bits that \a writes mean, and reads them back.
Result<SizeChange> Camera::programBits(const std::vector<RegisterWrite>& writes, Deadline deadline,
                                       std::stop_token stop) {
    const auto filled = whole(writes, deadline, stop);
    if (!filled) return passOn(filled);
    return program(*filled, readable(imageOf(*filled)), deadline, stop);
}

Result<SizeChange> Camera::freezeAutomatic(bool frozen, Deadline deadline, std::stop_token stop) {
    return programBits(frozen ? sensor_.freezeAuto : sensor_.releaseAuto, deadline, stop);
}

Result<std::optional<ExposureSeen>> Camera::exposure(Deadline deadline, std::stop_token stop) {
    if (!sensor_.exposure) return std::optional<ExposureSeen>{};
    const auto& shown = *sensor_.exposure;
    RegisterScript script(sensor_);
    for (const auto& bits : shown.time)
        script.read(bits.at);
    for (const auto& bits : shown.gain)
        script.read(bits.at);
    const auto read = board_.i2c(sensor_.i2cAddress, timing_.writePause, script.parts().front().script,
                                 timing_.i2cRetries, within(1s, deadline), stop);
    if (!read) return passOn(read);
    if (read->values.size() != shown.time.size() + shown.gain.size())
        return failure(ErrorKind::Protocol, "WIRE_UNEXPECTED",
                       "the board's answer lacks values of exposure registers");
    const std::span values(read->values);
    const auto time = joined(shown.time, values.first(shown.time.size()));
    const auto gain = joined(shown.gain, values.last(shown.gain.size()));
    return ExposureSeen{static_cast<double>(time) / shown.unitsPerLine, gainOf(gain), read->nacks};
}

Result<SizeChange> Camera::bareArray(bool bare, Deadline deadline, std::stop_token stop) {
    if (sensor_.bareArray.empty()) return SizeChange{};
    return programBits(bare ? sensor_.bareArray : sensor_.repairedArray, deadline, stop);
}

Result<SizeChange> Camera::showTestPattern(bool shown, Deadline deadline, std::stop_token stop) {
    if (sensor_.testPattern.empty())
        return failure(ErrorKind::InvalidInput, "SENSOR",
                       fmt::format("the file of sensor {} names no test pattern", sensor_.name));
    return programBits(shown ? sensor_.testPattern : sensor_.testPatternOff, deadline, stop);
}

Result<> Camera::judgeLength(std::uint32_t bytes) const {
    if (bytes == 0) return module("FIFO_EMPTY", "the FIFO is empty after capture-done");
    if (bytes >= module_.fifoBytes - 1)
        return module("FIFO_OVERFLOW",
                      fmt::format("the FIFO holds {} bytes, all it can: the frame did not end", bytes));
    if (bytes < shortestJpeg)
        return module("FIFO_SHORT", fmt::format("the FIFO holds {} bytes; no JPEG is that short", bytes));
    if (bytes > longestPicture(size_, module_.zeroTailBytes))
        return module("FIFO_LONG", fmt::format("the FIFO holds {} bytes, more than any picture of {}", bytes,
                                               size_.text()));
    return {};
}

/// Four times what the bits take, for a board that is busy besides.
Deadline Camera::readingTime(std::size_t bytes, Deadline unit) {
    const nanoseconds byteTime = nanoseconds{1s} * 8 / std::min(timing_.spiHz, module_.spiHzMax);
    return within(4 * static_cast<std::int64_t>(bytes) * byteTime, unit);
}

Result<CapturedFrame> Camera::capture(Deadline deadline, std::stop_token stop) {
    wire::CaptureRequest request;
    request.doneMask = module_.doneMask;
    request.deadlineUs =
        static_cast<std::uint32_t>(duration_cast<microseconds>(timing_.captureLimit).count());
    const auto frame = board_.capture(request, within(timing_.captureLimit, deadline), stop);
    if (!frame) return passOn(frame);
    if (auto judged = judgeLength(frame->bytes); !judged) return passOn(judged);
    const auto count =
        frame->bytes + static_cast<std::uint32_t>(module_.dummyBytes); // the length leaves it out
    auto content = board_.readFifo(count, readingTime(count, deadline), stop);
    if (!content) return passOn(content);
    return CapturedFrame{std::move(content->bytes), content->crcOnBoard, content->crcHere, frame->elapsed,
                         content->elapsed};
}

Result<> Camera::rewindBy(std::uint8_t value, Deadline deadline, std::stop_token stop) {
    SpiBatch batch;
    batch.write(fifoControl, value);
    const auto done = board_.spi(batch, within(100ms, deadline), stop);
    if (!done) return passOn(done);
    return {};
}

/// Whether \a value sets the read pointer back to the frame's first byte. Tried twice: where nothing moves
/// the pointer, the second try reads on from the first.
Result<bool> Camera::rewinds(std::uint8_t value, const CapturedFrame& first, Deadline deadline,
                             std::stop_token stop) {
    constexpr std::size_t enough = 64;
    const auto count = std::min(enough, first.bytes.size() - module_.dummyBytes);
    for (int time = 0; time < 2; ++time) {
        if (auto rewound = rewindBy(value, deadline, stop); !rewound) return passOn(rewound);
        const auto again =
            board_.readFifo(static_cast<std::uint32_t>(count), readingTime(count, deadline), stop);
        if (!again) return passOn(again);
        const auto startsWith = [&](std::size_t offset) {
            return std::equal(again->bytes.begin(), again->bytes.end(),
                              first.bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        };
        if (startsWith(0))
            dummyBytesAgain_ = module_.dummyBytes;
        else if (startsWith(module_.dummyBytes))
            dummyBytesAgain_ = 0;
        else
            return false;
    }
    return true;
}

Result<> Camera::probeRewind(const CapturedFrame& first, Deadline deadline, std::stop_token stop) {
    static constexpr std::array<Rewind, 3> all = {Rewind::Bit0x10, Rewind::Bit0x20, Rewind::Bit0x30};
    for (const auto rewind : all) {
        if (module_.rewind != Rewind::Unknown && module_.rewind != rewind) continue;
        const auto works = rewinds(framegate::rewindValue(rewind), first, deadline, stop);
        if (!works) return passOn(works);
        if (!*works) continue;
        rewindValue_ = framegate::rewindValue(rewind);
        break;
    }
    rewindProbed_ = true;
    return {};
}

Result<SecondRead> Camera::readAgain(const CapturedFrame& first, SecondReadBy by, Deadline deadline,
                                     std::stop_token stop) {
    if (!rewindProbed_ && first.bytes.size() > module_.dummyBytes)
        if (auto probed = probeRewind(first, deadline, stop); !probed) return passOn(probed);
    if (rewindValue_ == 0) return SecondRead{};
    if (auto rewound = rewindBy(rewindValue_, deadline, stop); !rewound) return passOn(rewound);
    const auto picture = std::span(first.bytes).subspan(module_.dummyBytes);
    const auto count = dummyBytesAgain_ + picture.size();
    const auto length = static_cast<std::uint32_t>(count);
    const auto time = readingTime(count, deadline);
    const auto again =
        by == SecondReadBy::Bytes ? board_.readFifo(length, time, stop) : board_.sumFifo(length, time, stop);
    if (!again) return passOn(again);
    if (by == SecondReadBy::Crc) {
        const auto compared = std::span(first.bytes).subspan(module_.dummyBytes - dummyBytesAgain_);
        return SecondRead{true, again->crcOnBoard == wire::crc32(octets(compared))};
    }
    const auto second = std::span(again->bytes).subspan(dummyBytesAgain_);
    return SecondRead{true, std::equal(picture.begin(), picture.end(), second.begin(), second.end())};
}

Result<> Camera::standby(Deadline deadline, std::stop_token stop) {
    const auto done = board_.standby(standbyRequest(module_.standby, true), within(100ms, deadline), stop);
    if (!done) return passOn(done);
    return {};
}

} // namespace framegate
