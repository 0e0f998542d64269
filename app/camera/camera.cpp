// SPDX-License-Identifier: GPL-3.0-or-later
#include "camera/camera.h"

#include "camera/register_script.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace framegate {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;
using namespace std::chrono_literals;

// ArduChip registers: docs/assumptions.md has their sources.
constexpr std::uint8_t scratchRegister = 0x00;
constexpr std::uint8_t gpioRegister = 0x06;
constexpr std::uint8_t versionRegister = 0x40;
constexpr std::uint8_t powerDownBit = 0x02;

constexpr nanoseconds wakeTime =
    800ms; ///< the vendor's low-power example waits that long after clearing the bit
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

} // namespace

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
    batch.read(gpioRegister).read(versionRegister);
    const auto values = board_.spi(batch, within(waits, deadline), stop);
    if (!values) return passOn(values);
    if (values->size() != 2)
        return failure(ErrorKind::Protocol, "WIRE_UNEXPECTED", "the board's answer lacks register values");
    identity.wokenFromStandby = (values->front() & powerDownBit) != 0;
    identity.arduchipVersion = values->back();
    const auto woken = board_.standby({gpioRegister, 0, powerDownBit}, within(100ms, deadline), stop);
    if (!woken) return passOn(woken);
    if (!identity.wokenFromStandby) return {};
    return clock().sleepFor(wakeTime, stop);
}

Result<I2cOutcome> Camera::readIdentity(Deadline deadline, std::stop_token stop) {
    RegisterScript script(sensor_);
    for (const auto& identity : sensor_.identity)
        script.read(identity.at);
    return board_.i2c(sensor_.i2cAddress, timing_.writePause, script.parts().front().script, true,
                      within(1s, deadline), stop);
}

Result<ModuleIdentity> Camera::identify(Deadline deadline, std::stop_token stop) {
    ModuleIdentity identity;
    if (auto set = board_.setClocks(std::min(timing_.spiHz, module_.spiHzMax), timing_.i2cHz,
                                    within(0s, deadline), stop);
        !set)
        return passOn(set);
    if (auto started = startBoard(identity, deadline, stop); !started) return passOn(started);
    const auto scratch = scratchHolds(deadline, stop);
    if (!scratch) return passOn(scratch);
    const auto sensor = readIdentity(deadline, stop);
    const bool busStuck = !sensor && sensor.error().code == "I2C_TIMEOUT";
    if (!sensor && !busStuck) return passOn(sensor);
    const bool silent = busStuck || sensor->nacks > 0;
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
                      fmt::format("the sensor at I2C address 0x{:02x} did not acknowledge {} of {} "
                                  "operations",
                                  sensor_.i2cAddress, sensor->nacks, sensor_.identity.size() + 1));
    identity.sensorId = sensor->values;
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

Result<SizeChange> Camera::program(const std::vector<RegisterWrite>& writes, Deadline deadline,
                                   std::stop_token stop) {
    RegisterScript script(sensor_);
    for (const auto& write : writes)
        script.write(write);
    for (const auto& expected : readableImage(writes))
        script.check(expected);
    SizeChange change{static_cast<unsigned>(writes.size()), 0, {}};
    for (const auto& part : script.parts()) {
        // An operation is at most four I2C transactions' worth of bytes; 20 ms each is beyond any clock used.
        const nanoseconds longest = part.script.operations() * (timing_.writePause + 20ms);
        const auto done = board_.i2c(sensor_.i2cAddress, timing_.writePause, part.script, false,
                                     within(longest, deadline), stop);
        if (!done) return passOn(done);
        change.mismatches += done->mismatches;
        if (!done->firstMismatch || !change.firstMismatch.empty()) continue;
        if (*done->firstMismatch < part.checks.size() && part.checks[*done->firstMismatch])
            change.firstMismatch = registerText(sensor_, part.checks[*done->firstMismatch]->at);
    }
    return change;
}

Result<SizeChange> Camera::initialise(Deadline deadline, std::stop_token stop) {
    RegisterScript reset(sensor_);
    reset.write(sensor_.softReset);
    reset.delay(timing_.resetWait);
    const auto done = board_.i2c(sensor_.i2cAddress, timing_.writePause, reset.parts().front().script, false,
                                 within(timing_.resetWait + 1s, deadline), stop);
    if (!done) return passOn(done);
    size_ = {};
    return program(sensor_.base, deadline, stop);
}

Result<SizeChange> Camera::setSize(Resolution size, Deadline deadline, std::stop_token stop) {
    const SensorMode* mode = sensor_.mode(size);
    if (mode == nullptr)
        return failure(ErrorKind::InvalidInput, "SENSOR_MODE",
                       fmt::format("{} has no JPEG size {}", sensor_.name, size.text()));
    size_ = size;
    return program(mode->writes, deadline, stop);
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

Result<CapturedFrame> Camera::capture(Deadline deadline, std::stop_token stop) {
    wire::CaptureRequest request;
    request.deadlineUs =
        static_cast<std::uint32_t>(duration_cast<microseconds>(timing_.captureLimit).count());
    const auto frame = board_.capture(request, within(timing_.captureLimit, deadline), stop);
    if (!frame) return passOn(frame);
    if (auto judged = judgeLength(frame->bytes); !judged) return passOn(judged);
    const nanoseconds byteTime = nanoseconds{1s} * 8 / std::min(timing_.spiHz, module_.spiHzMax);
    const auto length = static_cast<std::uint32_t>(frame->bytes);
    auto content = board_.readFifo(length, within(4 * length * byteTime, deadline), stop);
    if (!content) return passOn(content);
    return CapturedFrame{std::move(content->bytes), content->crcOnBoard, content->crcHere, frame->elapsed,
                         content->elapsed};
}

Result<> Camera::standby(Deadline deadline, std::stop_token stop) {
    const auto done = board_.standby({gpioRegister, powerDownBit, 0}, within(100ms, deadline), stop);
    if (!done) return passOn(done);
    return {};
}

} // namespace framegate
