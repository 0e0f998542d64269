// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/line_verdict.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

#include <algorithm>
#include <bit>

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds answerTime{2}; ///< many times what the test takes
// What an unpowered module's supply needs to run down and, switched on again, to start. Assumption.
constexpr std::chrono::microseconds startTime{300ms};

/// The wires and the supply of the slot, before anything is said over them.
class LineTest : public Step {
public:
    std::string_view type() const override { return "line-test"; }
    std::vector<std::string_view> measures() const override {
        return {"line_test_available",        "line_sda_rise_time", "line_scl_rise_time",
                "line_spi_rise_time",         "supply_rail",        "supply_current",
                "lines_loaded_without_supply"};
    }
    Result<> check(const TestPlan&, const StepSpec& spec) const override { return takesNoResolutions(spec); }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        auto& board = context.camera.board();
        const auto soon = [&] { return Deadline::after(board.clock(), answerTime).atMost(context.deadline); };
        wire::LineTestRequest withoutSupply;
        withoutSupply.flags = wire::lineTestUnpowered;
        withoutSupply.powerUpUs = static_cast<std::uint32_t>(startTime.count());
        const auto unpowered = board.lineTest(withoutSupply, soon(), context.stop);
        if (!unpowered) return passOn(unpowered);
        const auto lines = board.lineTest({}, soon(), context.stop);
        if (!lines) return passOn(lines);
        StepFinding finding;
        addReadings(finding, *lines, *unpowered);
        return *lines ? judged(std::move(finding), **lines) : finding;
    }

private:
    static void addTime(StepFinding& finding, std::string name, std::uint32_t ns) {
        if (ns != wire::neverRose) finding.readings.push_back({std::move(name), 1e-9 * ns, "s", {}});
    }

    /// Where neither bus line shows a pull-up there may be no module whose pull-ups could be timed.
    static void addRises(StepFinding& finding, const wire::LineTestDone& lines) {
        addTime(finding, "line_spi_rise_time", slowestSpi(lines));
        if ((lines.pulledDown & (wire::lineBit(wire::Line::Sda) | wire::lineBit(wire::Line::Scl))) == 0)
            return;
        addTime(finding, "line_sda_rise_time", riseNs(lines, wire::Line::Sda));
        addTime(finding, "line_scl_rise_time", riseNs(lines, wire::Line::Scl));
    }

    static void addReadings(StepFinding& finding, const std::optional<wire::LineTestDone>& lines,
                            const std::optional<wire::LineTestDone>& unpowered) {
        auto& readings = finding.readings;
        readings.push_back({"line_test_available", lines ? 1.0 : 0.0, "1", {}});
        if (unpowered)
            readings.push_back(
                {"lines_loaded_without_supply",
                 static_cast<double>(wire::lineCount) -
                     std::popcount(static_cast<unsigned>(unpowered->pulledUp & wire::allLines)),
                 "{line}",
                 {}});
        if (!lines) return;
        addRises(finding, *lines);
        if (lines->railMv != wire::notMeasured)
            readings.push_back({"supply_rail", 1e-3 * lines->railMv, "V", {}});
        if (lines->currentUa != wire::notMeasured)
            readings.push_back({"supply_current", 1e-6 * lines->currentUa, "A", {}});
    }

    static std::uint32_t slowestSpi(const wire::LineTestDone& lines) {
        std::uint32_t slowest = 0;
        for (const auto line : {wire::Line::Cs, wire::Line::Sck, wire::Line::Mosi, wire::Line::Miso})
            slowest = std::max(slowest, riseNs(lines, line));
        return slowest;
    }

    static Result<StepFinding> judged(StepFinding finding, const wire::LineTestDone& lines) {
        const auto verdict = judgeWires(lines);
        if (verdict.state == WireState::EmptySlot || verdict.state == WireState::NotTold)
            return failure(ErrorKind::NotFound, verdict.code, verdict.detail);
        finding.failureCode = verdict.code;
        finding.failureDetail = verdict.detail;
        finding.ends = !verdict.code.empty();
        return finding;
    }
};

} // namespace

const Step& lineTestStep() {
    static const LineTest step;
    return step;
}

} // namespace framegate
