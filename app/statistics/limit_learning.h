// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/measurement.h"
#include "domain/test_record.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// How limits are made of what good units measured.
struct LearningRule {
    double deviations = 6;    ///< standard deviations from the mean to a limit
    double leastShare = 0.02; ///< of the mean's size that a limit is away at least: a lot is not all lots
    std::size_t fewest = 10;  ///< units with the measurement, below which nothing is proposed
};

/// What a measurement was like in good units, and the limits that follow.
struct ProposedLimit {
    std::string name;
    std::optional<Resolution> resolution;
    std::string unit;
    std::size_t count = 0;
    double mean = 0;
    double deviation = 0;
    double lowest = 0;
    double highest = 0;
    std::optional<double> low; ///< only on the sides on which the measurement has a limit already
    std::optional<double> high;
    double marginalBand = 0;
    unsigned rejected = 0;        ///< good units that they would have failed
    Blames blames = Blames::Unit; ///< as the limits in force have it
};

/// Proposes limits for every measurement that has one already, from those of the latest runs of \a records
/// that passed. The mean and deviation leave out nothing: good units are good. Whose fault a measurement out
/// of limits is, records do not say: that is taken from \a inForce. In the order of names.
std::vector<ProposedLimit> learnLimits(const std::vector<TestRecord>& records, const LearningRule& rule,
                                       const Limits& inForce = {});

/// A limits file (docs/plans.md) of what is proposed, for the lot and sensor of that name.
std::string limitsFile(const std::vector<ProposedLimit>& proposed, const std::string& name,
                       const std::string& lot);

} // namespace framegate
