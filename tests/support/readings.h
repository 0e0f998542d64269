// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/test_record.h"
#include "steps/step.h"

#include <gtest/gtest.h>
#include <string_view>

namespace framegate::test {

/// The first reading of that name; where there is none, the test fails.
inline double valueOf(const StepFinding& finding, std::string_view name) {
    for (const auto& reading : finding.readings)
        if (reading.name == name) return reading.value;
    ADD_FAILURE() << "no reading " << name;
    return -1;
}

/// Likewise of what was recorded of a unit.
inline double valueOf(const TestRecord& record, std::string_view name) {
    for (const auto& measurement : record.measurements)
        if (measurement.reading.name == name) return measurement.reading.value;
    ADD_FAILURE() << "no measurement " << name;
    return -1;
}

} // namespace framegate::test
