// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/measurement.h"

#include <array>
#include <cmath>

namespace framegate {
namespace {

MeasurementOutcome compare(double value, const Limit& limit) {
    if (!std::isfinite(value)) return MeasurementOutcome::Fail;
    if ((limit.low && value < *limit.low) || (limit.high && value > *limit.high))
        return MeasurementOutcome::Fail;
    const bool nearLow = limit.low && value < *limit.low + limit.marginalBand;
    const bool nearHigh = limit.high && value > *limit.high - limit.marginalBand;
    return nearLow || nearHigh ? MeasurementOutcome::Marginal : MeasurementOutcome::Pass;
}

} // namespace

std::string_view measurementOutcomeText(MeasurementOutcome outcome) {
    static constexpr std::array<std::string_view, 4> names = {"RECORDED", "PASS", "MARGINAL", "FAIL"};
    return names.at(static_cast<std::size_t>(outcome));
}

void ReadingAdder::operator()(const char* name, double value, const char* unit) const {
    if (std::isfinite(value)) readings_.push_back({name, value, unit, size_});
}

Limits::Limits(std::string name, std::string version, std::string sha256, std::vector<Limit> entries)
    : name_(std::move(name)),
      version_(std::move(version)),
      sha256_(std::move(sha256)),
      entries_(std::move(entries)) {}

const Limit* Limits::find(std::string_view name, std::optional<Resolution> resolution) const {
    const Limit* general = nullptr;
    for (const auto& entry : entries_) {
        if (entry.name != name) continue;
        if (entry.resolution && entry.resolution == resolution) return &entry;
        if (!entry.resolution) general = &entry;
    }
    return general;
}

Measurement Limits::judge(Reading reading, std::string step, int attempt) const {
    Measurement judged{std::move(reading), {}, {}, MeasurementOutcome::Recorded, std::move(step), attempt};
    if (const Limit* limit = find(judged.reading.name, judged.reading.resolution)) {
        judged.low = limit->low;
        judged.high = limit->high;
        judged.blames = limit->blames;
        judged.outcome = compare(judged.reading.value, *limit);
    }
    return judged;
}

} // namespace framegate
