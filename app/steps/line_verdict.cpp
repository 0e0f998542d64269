// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/line_verdict.h"

#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <utility>
#include <vector>

namespace framegate {
namespace {

using wire::Line;
using wire::lineBit;

constexpr std::array signalLines = {Line::Cs, Line::Sck, Line::Mosi, Line::Miso, Line::Sda, Line::Scl};
constexpr std::uint8_t busLines = lineBit(Line::Sda) | lineBit(Line::Scl);
constexpr std::uint8_t spiInputs = lineBit(Line::Cs) | lineBit(Line::Sck) | lineBit(Line::Mosi);

// Less current than any module draws in any state; above what an ADC reads of none.
constexpr std::uint32_t noCurrentUa = 2'000;
constexpr std::uint32_t collapsedMv = 2'000;

std::size_t at(Line line) {
    return static_cast<std::size_t>(line);
}

bool high(std::uint8_t levels, Line line) {
    return (levels & lineBit(line)) != 0;
}

/// One wire with a level that it keeps against a driver.
struct HeldLine {
    Line line;
    bool high;
};

std::vector<HeldLine> heldLines(const wire::LineTestDone& lines) {
    std::vector<HeldLine> held;
    for (const auto line : signalLines) {
        if (!high(lines.whileHigh[at(line)], line)) held.push_back({line, false});
        if (high(lines.whileLow[at(line)], line)) held.push_back({line, true});
    }
    return held;
}

/// Whether driving \a first low takes \a second along, which reads high when let be. A selected module may
/// pull MISO low, so that MISO says nothing while CS is low.
bool takesAlong(const wire::LineTestDone& lines, Line first, Line second) {
    if (first == Line::Cs && second == Line::Miso) return false;
    const auto levels = lines.whileLow[at(first)];
    return high(lines.pulledUp, second) && !high(levels, first) && !high(levels, second);
}

std::vector<std::pair<Line, Line>> joinedLines(const wire::LineTestDone& lines) {
    std::vector<std::pair<Line, Line>> joined;
    for (std::size_t i = 0; i < signalLines.size(); ++i)
        for (std::size_t j = i + 1; j < signalLines.size(); ++j)
            if (takesAlong(lines, signalLines[i], signalLines[j]) &&
                takesAlong(lines, signalLines[j], signalLines[i]))
                joined.emplace_back(signalLines[i], signalLines[j]);
    return joined;
}

std::optional<WireVerdict> shortIn(const wire::LineTestDone& lines) {
    std::vector<std::string> words;
    for (const auto& held : heldLines(lines))
        words.push_back(fmt::format("{} stays {} against a driver: it touches {}", lineName(held.line),
                                    held.high ? "high" : "low", held.high ? "VCC" : "GND"));
    for (const auto& [first, second] : joinedLines(lines))
        words.push_back(
            fmt::format("{} and {} follow each other: they touch", lineName(first), lineName(second)));
    if (words.empty()) return std::nullopt;
    return WireVerdict{WireState::Short, "LINE_SHORT", fmt::format("{}", fmt::join(words, "; "))};
}

bool measured(std::uint32_t value) {
    return value != wire::notMeasured;
}

bool drawsNothing(const wire::LineTestDone& lines) {
    return measured(lines.currentUa) && lines.currentUa < noCurrentUa;
}

WireVerdict notTold(std::string code, std::string detail) {
    return {WireState::NotTold, std::move(code), std::move(detail)};
}

/// A rail that breaks down under a current is shorted behind the fixture; without a current, or if nobody
/// measures it, the fixture's supply may be off.
std::optional<WireVerdict> collapsedRail(const wire::LineTestDone& lines) {
    if (!measured(lines.railMv) || lines.railMv >= collapsedMv) return std::nullopt;
    if ((lines.pulledDown & busLines) != 0)
        return notTold("SUPPLY_MEASUREMENT",
                       fmt::format("the supply reads {} mV, yet it feeds the module's pull-ups: check the "
                                   "fixture's ADC channel",
                                   lines.railMv));
    if (!measured(lines.currentUa) || drawsNothing(lines))
        return notTold("SUPPLY_OFF",
                       fmt::format("the module's supply is at {} mV and no current is seen: check "
                                   "the fixture's supply",
                                   lines.railMv));
    return WireVerdict{WireState::SupplyShort, "SUPPLY_SHORT",
                       fmt::format("the module's supply is down to {} mV at {} mA: VCC touches GND",
                                   lines.railMv, lines.currentUa / 1000)};
}

/// Low under the weak pull-up, high under a driver: something heavy hangs on both bus lines that has no
/// supply of its own. Both follow their driver, so neither is shorted.
bool loadedByAnUnpoweredModule(const wire::LineTestDone& lines) {
    return (lines.pulledUp & busLines) == 0 && high(lines.whileHigh[at(Line::Sda)], Line::Sda) &&
           high(lines.whileHigh[at(Line::Scl)], Line::Scl);
}

WireVerdict unpowered(std::string detail) {
    return {WireState::Unpowered, "MODULE_UNPOWERED", std::move(detail)};
}

/// A fixture whose supply is off loads the wires as an open VCC does.
WireVerdict loadedWires(const wire::LineTestDone& lines) {
    if (measured(lines.railMv))
        return unpowered(
            "SDA and SCL are loaded by a module that has no supply, and the fixture's is there: VCC is "
            "open");
    return notTold("NO_MODULE",
                   "SDA and SCL are loaded by a module that has no supply; whether the fixture's is there "
                   "is not measured: check both");
}

std::optional<WireVerdict> withoutCurrent(const wire::LineTestDone& lines) {
    if ((lines.pulledDown & wire::allLines) == 0)
        return WireVerdict{WireState::EmptySlot, "NO_MODULE",
                           "no wire is loaded and no current flows; put a module into the slot"};
    if ((lines.pulledDown & spiInputs) == spiInputs)
        return unpowered(
            "no current flows, and every wire is lifted to the supply through the module: its GND "
            "is open");
    return notTold("SUPPLY_MEASUREMENT",
                   "no current flows, yet the module's pull-ups are fed: check the fixture's "
                   "ADC channel");
}

std::optional<WireVerdict> openBusWire(const wire::LineTestDone& lines) {
    const auto pulled = static_cast<std::uint8_t>(lines.pulledDown & busLines);
    if (pulled == busLines || pulled == 0) return std::nullopt;
    const auto missing = high(pulled, Line::Sda) ? Line::Scl : Line::Sda;
    if (!high(lines.pulledUp, missing)) return std::nullopt;
    return WireVerdict{WireState::BusWireOpen, "LINE_OPEN",
                       fmt::format("{} lacks the module's pull-up, which {} has: the wire is open",
                                   lineName(missing),
                                   lineName(missing == Line::Sda ? Line::Scl : Line::Sda))};
}

} // namespace

std::string lineName(Line line) {
    static constexpr std::array names = {"CS", "SCK", "MOSI", "MISO", "SDA", "SCL"};
    return names.at(at(line));
}

std::uint32_t riseNs(const wire::LineTestDone& lines, Line line) {
    const std::array times = {lines.riseCsNs,   lines.riseSckNs, lines.riseMosiNs,
                              lines.riseMisoNs, lines.riseSdaNs, lines.riseSclNs};
    return times.at(at(line));
}

WireVerdict judgeWires(const wire::LineTestDone& lines) {
    if (auto found = collapsedRail(lines)) return *found;
    if (auto found = shortIn(lines)) return *found;
    if (loadedByAnUnpoweredModule(lines)) return loadedWires(lines);
    if (drawsNothing(lines))
        if (auto found = withoutCurrent(lines)) return *found;
    if (auto found = openBusWire(lines)) return *found;
    return {};
}

} // namespace framegate
