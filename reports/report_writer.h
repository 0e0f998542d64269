// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/test_record.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// Follows a lot and writes of it. Calls come one at a time, in the order in which runs end.
class ReportWriter {
public:
    virtual ~ReportWriter() = default;
    /// A run's record was committed. Errors: Io `FILE_WRITE`; no part of a row is left.
    virtual Result<> add(const TestRecord& record) = 0;
    /// The lot is over. Errors: Io `FILE_WRITE`.
    virtual Result<> finish(const LotSummary& summary) = 0;
};

/// FOLDER/units.csv and FOLDER/measurements.csv (RFC 4180, UTF-8, columns of docs/cli.md), appended to
/// where they exist. What a power cut left unfinished in them is taken out first. add() returns once the rows
/// are on disk; a run that units.csv holds already is left as it is, so that a lot that goes on can be given
/// all its earlier records. Errors: Io, NotFound, Permission or, where the columns are others, InvalidInput
/// `FILE_WRITE`.
Result<std::unique_ptr<ReportWriter>> openCsvReport(const std::filesystem::path& folder);

/// FOLDER/summary.json (docs/records.md), written whole at the end. \a context holds what every summary
/// names: plan, bench, station, operator, software, seed, started and so on, as a JSON object's text.
std::unique_ptr<ReportWriter> makeJsonSummary(const std::filesystem::path& folder, std::string contextJson);

/// One CSV field, quoted where RFC 4180 asks for it.
std::string csvField(std::string_view text);
/// The shortest text that reads back as \a value, with a point, never in another locale; "nan", "inf" and
/// "-inf" for what is not finite, "0" for a zero of either sign.
std::string numberText(double value);

} // namespace framegate
