// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/test_record.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace framegate::test {

inline Measurement sampleMeasurement(double value = 0.1) {
    return {
        {"mean_luma", value, "1", Resolution{320, 240}}, 0.05, {}, MeasurementOutcome::Pass, "capture", 1};
}

/// A record in which every field has a value of its own.
inline TestRecord sampleRecord(const std::string& serial = "FG-000001", const std::string& lot = "L1",
                               int run = 1) {
    TestRecord r;
    r.lot = lot;
    r.serial = serial;
    r.partNumber = "B0067";
    r.run = run;
    r.slot = 3;
    r.outcome = Outcome::Fail;
    r.marginal = true;
    r.failureCode = "LIMIT_MEAN_LUMA";
    r.failureDetail = "mean_luma 0.01 is below 0.05";
    r.diagnosis = "OPTICS";
    r.failedMeasurements = {"mean_luma@320x240", "supply_voltage"};
    r.startedAt = "2026-11-23T04:28:24.123Z";
    r.duration = std::chrono::nanoseconds(12'345'678'901);
    r.sensor = "ov2640";
    r.boardId = "E6614103E7452D2F";
    r.firmware = "0.1.0+abcdef";
    r.plan = "ov2640 1";
    r.planSha256 = std::string(64, 'a');
    r.limitsSha256 = std::string(64, 'b');
    r.software = "0.1.0+123456";
    r.operatorId = "Zoë";
    r.station = "station-1";
    r.bench = "virtual";
    r.measurements = {
        sampleMeasurement(),
        {{"supply_voltage", 3.3, "V", {}}, {}, {}, MeasurementOutcome::Recorded, "identify", 2}};
    return r;
}

inline std::string exactText(const std::optional<double>& value) {
    return value ? fmt::format("{:a}", *value) : "none";
}

inline std::string exactText(const Measurement& m) {
    return fmt::format("{} {:a} {} {} low {} high {} {} {} {}", m.reading.name, m.reading.value,
                       m.reading.unit, m.reading.resolution ? m.reading.resolution->text() : "none",
                       exactText(m.low), exactText(m.high), measurementOutcomeText(m.outcome), m.step,
                       m.attempt);
}

/// All that a record holds, doubles to the last bit: equal texts mean equal records.
inline std::string exactText(const TestRecord& r) {
    std::vector<std::string> lines = {
        r.lot,
        r.serial,
        r.partNumber,
        fmt::format("run {} slot {}", r.run, r.slot),
        std::string(outcomeText(r.outcome)),
        fmt::format("marginal {}", r.marginal),
        r.failureCode,
        r.failureDetail,
        r.diagnosis,
        fmt::format("{} failed: {}", r.failedMeasurements.size(), fmt::join(r.failedMeasurements, "|")),
        r.startedAt,
        fmt::format("{} ns", r.duration.count()),
        r.sensor,
        r.boardId,
        r.firmware,
        r.plan,
        r.planSha256,
        r.limitsSha256,
        r.software,
        r.operatorId,
        r.station,
        r.bench};
    for (const auto& m : r.measurements)
        lines.push_back(exactText(m));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

inline std::vector<std::string> exactTexts(const std::vector<TestRecord>& records) {
    std::vector<std::string> texts;
    for (const auto& record : records)
        texts.push_back(exactText(record));
    return texts;
}

} // namespace framegate::test
