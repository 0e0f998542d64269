// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_colour_bars [UNITS]
//
// The colour-bars step alone, as the full plans have it, on UNITS simulated units with a fault each: how many
// fail once the sensor's file says that the bars repeat. Markdown.
#include "camera/camera.h"
#include "config/readers.h"
#include "sim/camera_module.h"
#include "simulation/chart_scene.h"
#include "steps/step.h"
#include "support/host_transport.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace framegate {
namespace {

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

/// What the step finds of one unit.
StepFinding findingOf(const TestPlan& plan, const sim::Faults& faults, unsigned unit) {
    const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
    FixtureBoard board(std::make_unique<test::HostTransport>(std::make_unique<sim::CameraModule>(
        faults, simulation::makeChartScene(unit, kind.sensor), unit, kind)));
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    BoardHello hello;
    StepContext context{plan, camera, hello, Deadline::after(board.clock(), plan.unitTimeLimit), {}};
    orThrow(camera.identify(context.deadline, {}));
    orThrow(camera.initialise(context.deadline, {}));
    const auto spec = std::find_if(plan.main.begin(), plan.main.end(),
                                   [](const StepSpec& step) { return step.type == "colour-bars"; });
    return orThrow(findStep(spec->type)->run(context, *spec, spec->resolutions.front()));
}

double valueOf(const StepFinding& finding, std::string_view name) {
    for (const auto& reading : finding.readings)
        if (reading.name == name) return reading.value;
    return 0;
}

void report(const std::string& name, const char* fault, const sim::Faults& faults, unsigned units) {
    auto plan = orThrow(config::readPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/" + name + ".toml"));
    plan.sensor.barsRepeatExactly = true;
    unsigned found = 0;
    double bits = 0;
    for (unsigned unit = 1; unit <= units; ++unit) {
        const auto finding = findingOf(plan, faults, unit);
        found += finding.failureCode.empty() ? 0 : 1;
        bits = std::max(bits, valueOf(finding, "bars_bits"));
    }
    std::printf("| %s | %s | %u | %u | %.0f |\n", name.c_str(), fault, units, found, bits);
}

void reportAll(unsigned units) {
    std::printf("| plan | fault | units | found | bits compared |\n| --- | --- | --- | --- | --- |\n");
    for (const char* plan : {"ov2640", "ov5642"}) {
        const auto with = [&](const char* fault, auto set) {
            sim::Faults faults;
            set(faults);
            report(plan, fault, faults, units);
        };
        with("none", [](sim::Faults&) {});
        with("jpeg-bit-flip, flips = 1", [](sim::Faults& f) { f.bitFlips = 1; });
        with("jpeg-engine-glitch, probability = 0.1", [](sim::Faults& f) { f.glitchProbability = 0.1; });
        with("jpeg-engine-glitch, probability = 0.3", [](sim::Faults& f) { f.glitchProbability = 0.3; });
        with("spi-noise, ber_8mhz = 4e-7", [](sim::Faults& f) { f.spiBitErrorRate8MHz = 4e-7; });
        with("spi-noise, ber_8mhz = 4e-6", [](sim::Faults& f) { f.spiBitErrorRate8MHz = 4e-6; });
        with("spi-noise, ber_8mhz = 6.3e-5", [](sim::Faults& f) { f.spiBitErrorRate8MHz = 6.3e-5; });
    }
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    framegate::reportAll(count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 60);
}
