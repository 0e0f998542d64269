// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_takt [PLAN.toml …]: where the time of a unit goes, in the bench's time, and what it costs the host.
// Beside it, computed from the same pictures, the vendor's own way: the whole table of a size with 1 ms after
// each write, 1 s to settle, one capture, one read at 4 MHz.
#include "config/readers.h"
#include "imaging/basic_checks.h"
#include "jpeg/validator.h"
#include "sim/camera_module.h"
#include "simulation/chart_scene.h"
#include "steps/step.h"
#include "support/host_transport.h"
#include "timeline_transport.h"

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace framegate {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;
using wire::Opcode;

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
    return std::move(*result);
}

/// A unit's time, part by part.
struct Parts {
    nanoseconds i2c{0};
    nanoseconds settling{0}; ///< frames before the one that is judged
    nanoseconds frames{0};   ///< waiting for the judged frame
    nanoseconds spi{0};      ///< register batches, the judged frame's burst
    nanoseconds again{0};    ///< second reads
    nanoseconds usb{0};
    nanoseconds other{0}; ///< waits of the host
    nanoseconds whole{0};
    nanoseconds vendor{0};
    nanoseconds cpuBelow{0}; ///< host CPU: the simulated board
    nanoseconds cpuSlot{0};  ///< protocol, CRC, entropy walk of every frame
    nanoseconds cpuPool{0};  ///< two decoders, measuring
    // The parts of that, timed again on the judged pictures.
    nanoseconds cpuWalk{0};    ///< the validator, one frame a size
    nanoseconds cpuDecode{0};  ///< libjpeg-turbo to pixels
    nanoseconds cpuSecond{0};  ///< comparing the walk's coefficients with the pixels
    nanoseconds cpuMeasure{0}; ///< measurements
    nanoseconds cpuAgain{0};
    unsigned pictures = 0;
};

/// Whether the capture at \a i is followed by another of the same size.
bool isSettling(const std::vector<test::TimelineEntry>& all, std::size_t i) {
    for (++i; i < all.size() && all[i].opcode != Opcode::I2cScript; ++i)
        if (all[i].opcode == Opcode::Capture) return true;
    return false;
}

void sortOut(const std::vector<test::TimelineEntry>& all, Parts& parts) {
    bool settling = false;
    bool judgedRead = false;
    nanoseconds called{0};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& entry = all[i];
        const auto time = entry.end - entry.begin;
        called += time;
        if (entry.opcode == Opcode::Capture) {
            settling = isSettling(all, i);
            judgedRead = false;
        }
        if (settling && (entry.opcode == Opcode::Capture || entry.opcode == Opcode::ReadFifo)) {
            parts.settling += time;
            continue;
        }
        parts.usb += time - entry.onBoard;
        if (entry.opcode == Opcode::I2cScript) parts.i2c += entry.onBoard;
        if (entry.opcode == Opcode::Capture) parts.frames += entry.onBoard;
        if (entry.opcode == Opcode::SpiBatch) parts.spi += entry.onBoard;
        if (entry.opcode == Opcode::ReadFifo) (judgedRead ? parts.again : parts.spi) += entry.onBoard;
        judgedRead = judgedRead || entry.opcode == Opcode::ReadFifo;
    }
    parts.other = parts.whole - called;
}

/// The vendor's way with the same frames: what its table, wait, capture and read take.
nanoseconds vendorsWay(const TestPlan& plan, const StepFinding& finding, Resolution size) {
    // At 100 kHz: device address, register address, value, each with its ACK; START and STOP.
    const nanoseconds writeBits = 10us * ((2 + plan.sensor.addressBytes) * 9 + 2);
    const auto writes = plan.sensor.mode(size)->writes.size();
    nanoseconds time = 1s + static_cast<std::int64_t>(writes) * (1ms + writeBits);
    for (const auto& reading : finding.readings) {
        if (reading.name == "capture_time")
            time += nanoseconds(static_cast<std::int64_t>(reading.value * 1e9));
        if (reading.name == "fifo_bytes")
            time += nanoseconds(static_cast<std::int64_t>(reading.value * 8 / 4e6 * 1e9));
    }
    return time;
}

template <class Work>
auto timed(nanoseconds& part, Work work) {
    const auto begin = test::threadCpu();
    auto result = work();
    part += test::threadCpu() - begin;
    return result;
}

/// Does again, part by part, what the capture step did with its picture.
void timeParts(const TestPlan& plan, const ShownPicture& picture, Parts& parts) {
    const jpeg::Expectation expected{picture.size, plan.sensor.name, 0, 0};
    const auto verdict = timed(parts.cpuWalk, [&] { return jpeg::validate(*picture.bytes, expected); });
    if (!verdict.valid) throw std::runtime_error(verdict.code);
    const auto decoded = orThrow(timed(parts.cpuDecode, [&] { return jpeg::decode(*picture.bytes); }));
    const auto agreed =
        timed(parts.cpuSecond, [&] { return imaging::decodersAgree(*verdict.coded, decoded); });
    if (!agreed) throw std::runtime_error(agreed.error().message);
    orThrow(timed(parts.cpuMeasure, [&] { return imaging::basicReadings(decoded); }));
}

Parts runUnit(const TestPlan& plan, unsigned unit) {
    const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
    test::Timeline timeline;
    auto module = std::make_unique<sim::CameraModule>(
        sim::Faults{}, simulation::makeChartScene(unit, kind.sensor), unit, kind);
    FixtureBoard board(std::make_unique<test::TimelineTransport>(
        std::make_unique<test::HostTransport>(std::move(module)), timeline));
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    BoardHello hello;
    StepContext context{plan, camera, hello, Deadline::after(board.clock(), plan.unitTimeLimit), {}};
    Parts parts;
    const auto cpuBegin = test::threadCpu();
    for (const auto* specs : {&plan.setup, &plan.main, &plan.teardown})
        for (const auto& spec : *specs) {
            if (spec.type == "picture-quality") continue; // its scenes need a fixture: `framegate run` has it
            std::vector<std::optional<Resolution>> passes(spec.resolutions.begin(), spec.resolutions.end());
            if (passes.empty()) passes.emplace_back();
            for (const auto size : passes) {
                const auto before = timeline.entries.size();
                const auto finding = orThrow(findStep(spec.type)->run(context, spec, size));
                if (!finding.failureCode.empty()) throw std::runtime_error(finding.failureDetail);
                if (spec.type == "colour-bars") continue; // the vendor has no such thing
                if (!size) {
                    for (auto i = before; i < timeline.entries.size(); ++i)
                        parts.vendor +=
                            timeline.entries[i].end - timeline.entries[i].begin; // the same start-up
                    continue;
                }
                parts.vendor += vendorsWay(plan, finding, *size);
                ++parts.pictures;
                const auto poolBegin = test::threadCpu();
                if (finding.later) orThrow(finding.later());
                parts.cpuPool += test::threadCpu() - poolBegin;
                const auto again = test::threadCpu();
                if (finding.picture) timeParts(plan, *finding.picture, parts);
                parts.cpuAgain += test::threadCpu() - again;
            }
        }
    parts.whole = board.clock().now().sinceZero;
    parts.cpuBelow = timeline.cpu;
    parts.cpuSlot = test::threadCpu() - cpuBegin - parts.cpuPool - parts.cpuBelow - parts.cpuAgain;
    sortOut(timeline.entries, parts);
    return parts;
}

double ms(nanoseconds time, unsigned units) {
    return std::chrono::duration<double, std::milli>(time).count() / units;
}

void report(const std::string& file) {
    constexpr unsigned units = 20;
    const auto plan = orThrow(config::readPlan(file));
    Parts sum;
    nanoseconds longest{0};
    for (unsigned unit = 1; unit <= units; ++unit) {
        const auto one = runUnit(plan, unit);
        longest = std::max(longest, one.whole);
        for (const auto part :
             {&Parts::i2c, &Parts::settling, &Parts::frames, &Parts::spi, &Parts::again, &Parts::usb,
              &Parts::other, &Parts::whole, &Parts::vendor, &Parts::cpuBelow, &Parts::cpuSlot,
              &Parts::cpuPool, &Parts::cpuWalk, &Parts::cpuDecode, &Parts::cpuSecond, &Parts::cpuMeasure})
            sum.*part += one.*part;
        sum.pictures = one.pictures;
    }
    std::printf("%s: %u sizes, %u units\n", std::filesystem::path(file).filename().c_str(), sum.pictures,
                units);
    std::printf("  takt, simulated: mean %.2f s, longest %.2f s; the vendor's way %.2f s\n",
                ms(sum.whole, units) / 1e3, ms(longest, 1) / 1e3, ms(sum.vendor, units) / 1e3);
    std::printf("  ms a unit: I2C %.0f, settling %.0f, frames %.0f, SPI %.0f, second reads %.0f, USB %.0f, "
                "waits %.0f\n",
                ms(sum.i2c, units), ms(sum.settling, units), ms(sum.frames, units), ms(sum.spi, units),
                ms(sum.again, units), ms(sum.usb, units), ms(sum.other, units));
    std::printf("  host CPU, ms a unit: slot thread %.1f, pool %.1f (overlaps); simulation %.1f\n",
                ms(sum.cpuSlot, units), ms(sum.cpuPool, units), ms(sum.cpuBelow, units));
    std::printf("    of these: walk of one frame a size %.1f, libjpeg-turbo %.1f, comparing both %.1f, "
                "measuring %.1f\n",
                ms(sum.cpuWalk, units), ms(sum.cpuDecode, units), ms(sum.cpuSecond, units),
                ms(sum.cpuMeasure, units));
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    std::vector<std::string> plans(arguments + 1, arguments + count);
    if (plans.empty())
        for (const char* name : {"ov2640", "ov2640-384k", "ov5642", "ov5642-512k"})
            plans.push_back(std::string(FRAMEGATE_SOURCE_DIR "/fixtures/plans/") + name + ".toml");
    for (const auto& plan : plans)
        framegate::report(plan);
}
