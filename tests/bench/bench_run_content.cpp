// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_run_content [UNITS [CASES]]
//
// What the pictures of one run tell of each other. Part 1: how far good ones are apart, for UNITS simulated
// units of each sensor at all sizes. Part 2: one picture of a run damaged before the frame memory, so that a
// second read and all checksums agree: CASES for each class and size. Markdown, for docs/jpeg.md.
#include "config/readers.h"
#include "steps/frame_likeness.h"
#include "steps/scene_sketch.h"
#include "support/run_pictures.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>

namespace framegate {
namespace {

struct Sensor {
    TestPlan plan;
    sim::SensorKind kind;
};

Sensor sensorOf(const std::string& name, sim::SensorKind kind) {
    auto plan = config::readPlan(std::string(FRAMEGATE_SOURCE_DIR "/fixtures/plans/") + name + ".toml");
    if (!plan) throw std::runtime_error(plan.error().message);
    return {std::move(*plan), kind};
}

/// What a frame shows, in all ways that are compared.
struct Seen {
    Look look;
    SceneSketch sketch;
};

Seen seen(const CodedPicture& picture) {
    Seen all{lookOf(picture), {}};
    all.sketch = sketchOf(picture, all.look);
    return all;
}

/// A unit's run: two frames of each size.
struct Run {
    std::vector<test::Octets> last;
    std::vector<Seen> before;
    std::vector<Seen> now;
};

Run runOf(const Sensor& sensor, unsigned unit) {
    test::PictureSource source(unit, sensor.kind);
    Run run;
    for (const auto& mode : sensor.plan.sensor.modes) {
        const auto first = test::judged(source.frame(mode.size), mode.size);
        run.last.push_back(source.frame(mode.size));
        const auto second = test::judged(run.last.back(), mode.size);
        if (!first.valid || !second.valid) throw std::runtime_error("a good picture is refused");
        run.before.push_back(seen(*first.coded));
        run.now.push_back(seen(*second.coded));
    }
    return run;
}

/// As the step run-content has it: the median over the other sizes.
double contentDifference(const Run& run, std::size_t index, const SceneSketch& sketch) {
    std::vector<double> levels;
    for (std::size_t i = 0; i < run.now.size(); ++i)
        if (i != index) levels.push_back(differenceOf(run.now[i].sketch, sketch).levels);
    const auto middle = levels.begin() + static_cast<std::ptrdiff_t>((levels.size() - 1) / 2);
    std::nth_element(levels.begin(), middle, levels.end());
    return *middle;
}

bool beyondLimit(const Sensor& sensor, double levels, Resolution size) {
    const auto judged =
        sensor.plan.limits.judge({"content_difference", levels, "{DN}", size}, "run-content", 1);
    return judged.outcome == MeasurementOutcome::Fail;
}

void goodRuns(const Sensor& sensor, unsigned units) {
    const auto& modes = sensor.plan.sensor.modes;
    std::vector<double> change(modes.size());
    std::vector<double> apart(modes.size());
    std::vector<double> content(modes.size());
    unsigned refused = 0;
    for (unsigned unit = 1; unit <= units; ++unit) {
        const auto run = runOf(sensor, unit);
        for (std::size_t i = 0; i < modes.size(); ++i) {
            const auto& a = run.before[i].look;
            const auto& b = run.now[i].look;
            const double levels = contentDifference(run, i, run.now[i].sketch);
            change[i] = std::max(change[i], 100 * changedShare(a, b));
            for (std::size_t m = 0; m < a.colour.size(); ++m)
                apart[i] = std::max(apart[i], ToneFit{}.differs(a.colour[m], b.colour[m]));
            content[i] = std::max(content[i], levels);
            if (!alike(a, b, sensor.plan.sensor.settle) || isOdd(a, b) ||
                beyondLimit(sensor, levels, modes[i].size))
                ++refused;
        }
    }
    std::printf(
        "\n%s: %zu good pictures, %u refused\n\n| size | MCU of two frames, levels | MCUs changed, %% | from "
        "the other sizes, levels |\n| --- | --- | --- | --- |\n",
        sensor.plan.sensor.name.c_str(), units * modes.size(), refused);
    for (std::size_t i = 0; i < modes.size(); ++i)
        std::printf("| %s | %.1f | %.2f | %.1f |\n", modes[i].size.text().c_str(), apart[i], change[i],
                    content[i]);
}

/// What became of the damaged pictures of a class.
struct Tally {
    unsigned cases = 0;
    unsigned byBytes = 0;
    unsigned byFrames = 0; ///< unlike the frame before: never the judged picture
    unsigned asOdd = 0;    ///< and the unit fails, once a good frame follows
    unsigned bySizes = 0;
    unsigned inAll = 0;
    unsigned visible = 0; ///< legal, with more than 5 % of the pixels changed by more than 8 levels
    unsigned visiblePassed = 0;
    double mostPassed = 0; ///< percent of pixels so changed in a picture that nothing found
};

void damage(const Sensor& sensor, const Run& run, std::size_t index, const test::CorruptionClass& kind,
            std::mt19937& random, Tally& tally) {
    const auto size = sensor.plan.sensor.modes[index].size;
    auto bytes = run.last[index];
    if (bytes.size() < sim::ov2640ScanOffset + 2 + kind.needs) return;
    kind.damage(bytes, sim::ov2640ScanOffset, random);
    ++tally.cases;
    const auto verdict = test::judged(bytes, size);
    const auto decoded = verdict.valid ? test::visiblyChanged(run.last[index], bytes) : std::nullopt;
    if (!decoded) {
        ++tally.byBytes;
        ++tally.inAll;
        return;
    }
    const auto damaged = seen(*verdict.coded);
    const bool frames = !alike(run.before[index].look, damaged.look, sensor.plan.sensor.settle);
    const bool sizes = beyondLimit(sensor, contentDifference(run, index, damaged.sketch), size);
    const bool visible = *decoded > 5;
    tally.byFrames += frames ? 1 : 0;
    tally.asOdd += frames && isOdd(damaged.look, run.before[index].look) ? 1 : 0;
    tally.bySizes += sizes ? 1 : 0;
    tally.inAll += frames || sizes ? 1 : 0;
    tally.visible += visible ? 1 : 0;
    tally.visiblePassed += visible && !frames && !sizes ? 1 : 0;
    if (!frames && !sizes) tally.mostPassed = std::max(tally.mostPassed, *decoded);
}

void damagedRuns(const std::vector<Sensor>& sensors, unsigned cases) {
    constexpr unsigned units = 3;
    std::map<std::string, Tally> tallies;
    std::mt19937 random(20260101);
    for (const auto& sensor : sensors)
        for (unsigned unit = 1; unit <= units; ++unit) {
            const auto run = runOf(sensor, unit);
            for (std::size_t i = 0; i < run.last.size(); ++i)
                for (const auto& kind : test::corruptionClasses()) {
                    const unsigned more = kind.foundPercent < 99 ? 4 : 1; // most of them are legal pictures
                    for (unsigned n = unit - 1; n < cases * more; n += units)
                        damage(sensor, run, i, kind, random, tallies[kind.name]);
                }
        }
    std::printf("\n| class | cases | found by bytes, %% | legal | of these unlike the frame before | fail "
                "the unit as odd | "
                "unlike the other sizes | found in all, %% | legal with > 5 %% of the pixels changed | of "
                "these passed | "
                "most pixels changed in one that passed, %% |\n"
                "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for (const auto& kind : test::corruptionClasses()) {
        const auto& t = tallies[kind.name];
        const double percent = 100.0 / std::max(1U, t.cases);
        std::printf("| %s | %u | %.1f | %u | %u | %u | %u | %.1f | %u | %u | %.2f |\n", kind.name.c_str(),
                    t.cases, percent * t.byBytes, t.cases - t.byBytes, t.byFrames, t.asOdd, t.bySizes,
                    percent * t.inAll, t.visible, t.visiblePassed, t.mostPassed);
    }
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    const auto number = [&](int index, unsigned otherwise) {
        return count > index ? static_cast<unsigned>(std::atoi(arguments[index])) : otherwise;
    };
    const std::vector<framegate::Sensor> sensors = {
        framegate::sensorOf("ov2640", framegate::sim::SensorKind::Ov2640),
        framegate::sensorOf("ov5642", framegate::sim::SensorKind::Ov5642)};
    for (const auto& sensor : sensors)
        framegate::goodRuns(sensor, number(1, 8));
    framegate::damagedRuns(sensors, number(2, 3));
}
