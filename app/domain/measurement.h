// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// How a measurement stands against its limits.
enum class MeasurementOutcome : std::uint8_t {
    Recorded, ///< no limit applies
    Pass,
    Marginal, ///< within the limits, but inside their marginal band
    Fail,
};

/// "RECORDED", "PASS", "MARGINAL", "FAIL".
std::string_view measurementOutcomeText(MeasurementOutcome outcome);

/// A figure that a step took, before it meets its limits.
struct Reading {
    std::string name;                     ///< snake_case, as in docs/measurements.md
    double value = 0;                     ///< finite
    std::string unit;                     ///< UCUM; "1" for a pure number
    std::optional<Resolution> resolution; ///< of the capture it belongs to
};

/// Adds readings of one picture to a list; values that are not finite are left out.
class ReadingAdder {
public:
    ReadingAdder(std::vector<Reading>& readings, Resolution size) : readings_(readings), size_(size) {}
    void operator()(const char* name, double value, const char* unit) const;

private:
    std::vector<Reading>& readings_;
    Resolution size_;
};

/// Whose fault a reading beyond its limit is.
enum class Blames : std::uint8_t { Unit, Station };

/// A reading with the limits it was judged by.
struct Measurement {
    Reading reading;
    std::optional<double> low;
    std::optional<double> high;
    MeasurementOutcome outcome = MeasurementOutcome::Recorded;
    std::string step;             ///< the step that took it
    int attempt = 1;              ///< which try of that step, from 1
    Blames blames = Blames::Unit; ///< what beyond the limit means: FAIL, or that the station cannot tell
};

/// The limits of one measurement, at one resolution or at all.
struct Limit {
    std::string name;
    std::optional<Resolution> resolution; ///< none: every resolution without an entry of its own
    std::optional<double> low;            ///< inclusive
    std::optional<double> high;           ///< inclusive
    double marginalBand = 0;              ///< distance inside a limit that still counts as marginal; ≥ 0
    std::string reason;
    Blames blames = Blames::Unit;
    std::string place = {}; ///< where the limits file says it, for messages
};

/// A limits file's content. A value; reading it is thread-safe.
class Limits {
public:
    Limits() = default;
    Limits(std::string name, std::string version, std::string sha256, std::vector<Limit> entries);

    const std::string& name() const { return name_; }
    const std::string& version() const { return version_; }
    const std::string& sha256() const { return sha256_; }
    const std::vector<Limit>& entries() const { return entries_; }

    /// The entry for exactly this resolution, else the one for all, else none.
    const Limit* find(std::string_view name, std::optional<Resolution> resolution) const;
    /// \a reading judged. A value that is not finite fails wherever a limit applies.
    Measurement judge(Reading reading, std::string step, int attempt) const;

private:
    std::string name_;
    std::string version_;
    std::string sha256_;
    std::vector<Limit> entries_;
};

} // namespace framegate
