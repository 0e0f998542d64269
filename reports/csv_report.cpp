// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "reports/csv_rows.h"
#include "reports/report_writer.h"

#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <set>

namespace framegate {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view lineEnd = "\r\n"; // RFC 4180, 2.1
constexpr std::string_view unitsHeader =
    "lot,serial,part_number,run,slot,outcome,marginal,failure_code,diagnosis,failed_measurements,started_at,"
    "duration_s,sensor,board_id,firmware,plan,plan_sha256,limits_sha256,software,operator,station,bench";
constexpr std::string_view measurementsHeader =
    "lot,serial,run,step,attempt,resolution,name,value,unit,low,high,outcome";
constexpr std::size_t unitsRunColumn = 3;
constexpr std::size_t measurementsRunColumn = 2;

std::string row(std::initializer_list<std::string_view> fields) {
    std::string line;
    for (const auto field : fields)
        line += csvField(field) + ',';
    line.pop_back();
    line += lineEnd;
    return line;
}

std::string limitText(const std::optional<double>& limit) {
    return limit ? numberText(*limit) : std::string();
}

/// Seconds with as many of nine decimals as there are.
std::string secondsText(std::chrono::nanoseconds duration) {
    constexpr long long second = 1'000'000'000;
    const auto count = duration.count();
    auto text =
        fmt::format("{}{}.{:09}", count < 0 ? "-" : "", std::abs(count / second), std::abs(count % second));
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string unitRow(const TestRecord& r) {
    return row({r.lot,
                r.serial,
                r.partNumber,
                std::to_string(r.run),
                std::to_string(r.slot),
                outcomeText(r.outcome),
                r.marginal ? "true" : "false",
                r.failureCode,
                r.diagnosis,
                fmt::format("{}", fmt::join(r.failedMeasurements, ";")),
                r.startedAt,
                secondsText(r.duration),
                r.sensor,
                r.boardId,
                r.firmware,
                r.plan,
                r.planSha256,
                r.limitsSha256,
                r.software,
                r.operatorId,
                r.station,
                r.bench});
}

std::string measurementRow(const TestRecord& r, const Measurement& m) {
    const auto& reading = m.reading;
    return row({r.lot, r.serial, std::to_string(r.run), m.step, std::to_string(m.attempt),
                reading.resolution ? reading.resolution->text() : std::string(), reading.name,
                numberText(reading.value), reading.unit, limitText(m.low), limitText(m.high),
                measurementOutcomeText(m.outcome)});
}

std::string measurementRows(const TestRecord& record) {
    std::string rows;
    for (const auto& measurement : record.measurements)
        rows += measurementRow(record, measurement);
    return rows;
}

/// Lot, serial and run of a row. None of the three can hold a line feed.
std::string runKey(std::string_view lot, std::string_view serial, std::string_view run) {
    return fmt::format("{}\n{}\n{}", lot, serial, run);
}

std::string runKey(const TestRecord& record) {
    return runKey(record.lot, record.serial, std::to_string(record.run));
}

std::string runKey(const std::vector<std::string>& fields, std::size_t runColumn) {
    return fields.size() > runColumn ? runKey(fields[0], fields[1], fields[runColumn]) : std::string();
}

/// Reads the first row. Errors: it is there and is not \a header.
Result<> checkHeader(CsvRows& rows, const fs::path& file, std::string_view header) {
    std::vector<std::string> fields;
    if (!rows.next(fields) || fmt::format("{}", fmt::join(fields, ",")) == header) return {};
    return failure(
        ErrorKind::InvalidInput, "FILE_WRITE",
        fmt::format("appending to {}: its first line names other columns than this program writes; name "
                    "another folder",
                    file.string()));
}

Result<> cutFile(const fs::path& file, long long length) {
    std::error_code error;
    if (!fs::exists(file, error) || fs::file_size(file, error) == static_cast<std::uintmax_t>(length))
        return {};
    fs::resize_file(file, static_cast<std::uintmax_t>(length), error);
    if (!error) return {};
    return failure(ErrorKind::Io, "FILE_WRITE",
                   fmt::format("taking an unfinished row out of {}: {}", file.string(), error.message()));
}

/// The runs that units.csv holds whole. A row that a power cut left unfinished is taken out.
Result<std::set<std::string>> wholeRuns(const fs::path& file) {
    CsvRows rows(file);
    if (auto checked = checkHeader(rows, file, unitsHeader); !checked) return passOn(checked);
    std::set<std::string> runs;
    std::vector<std::string> fields;
    while (rows.next(fields))
        runs.insert(runKey(fields, unitsRunColumn));
    if (auto cut = cutFile(file, rows.wholeEnd()); !cut) return passOn(cut);
    return runs;
}

/// Takes the rows out that follow the last one of any of \a runs: of a run that never got its row in
/// units.csv.
Result<> cutUnfinishedRun(const fs::path& file, const std::set<std::string>& runs) {
    CsvRows rows(file);
    if (auto checked = checkHeader(rows, file, measurementsHeader); !checked) return checked;
    auto keep = rows.wholeEnd();
    std::vector<std::string> fields;
    while (rows.next(fields))
        if (runs.count(runKey(fields, measurementsRunColumn)) > 0) keep = rows.wholeEnd();
    return cutFile(file, keep);
}

Result<AppendFile> openWithHeader(const fs::path& path, std::string_view header) {
    auto file = AppendFile::open(path);
    if (!file || !file->empty()) return file;
    if (auto written = file->append(std::string(header) + std::string(lineEnd)); !written)
        return passOn(written);
    return file;
}

class CsvReport : public ReportWriter {
public:
    CsvReport(AppendFile units, AppendFile measurements, std::set<std::string> runs)
        : units_(std::move(units)), measurements_(std::move(measurements)), runs_(std::move(runs)) {}

    Result<> add(const TestRecord& record) override {
        const auto key = runKey(record);
        if (runs_.count(key) > 0) return {};
        const auto before = measurements_.length();
        auto added = addMeasurements(record);
        if (added) added = units_.append(unitRow(record));
        if (!added) {
            if (auto cut = measurements_.cutTo(before); !cut)
                added.error().message += fmt::format("; then {}", cut.error().message);
            return added;
        }
        runs_.insert(key);
        return units_.flush();
    }

    Result<> finish(const LotSummary&) override { return {}; }

private:
    /// On disk before the row in units.csv: a unit there always has its measurements.
    Result<> addMeasurements(const TestRecord& record) {
        if (auto appended = measurements_.append(measurementRows(record)); !appended) return appended;
        return measurements_.flush();
    }

    AppendFile units_;
    AppendFile measurements_;
    std::set<std::string> runs_;
};

} // namespace

Result<std::unique_ptr<ReportWriter>> openCsvReport(const fs::path& folder) {
    const auto unitsFile = folder / "units.csv";
    const auto measurementsFile = folder / "measurements.csv";
    auto runs = wholeRuns(unitsFile);
    if (!runs) return passOn(runs);
    if (auto cut = cutUnfinishedRun(measurementsFile, *runs); !cut) return passOn(cut);
    auto units = openWithHeader(unitsFile, unitsHeader);
    if (!units) return passOn(units);
    auto measurements = openWithHeader(measurementsFile, measurementsHeader);
    if (!measurements) return passOn(measurements);
    return std::unique_ptr<ReportWriter>(
        std::make_unique<CsvReport>(std::move(*units), std::move(*measurements), std::move(*runs)));
}

} // namespace framegate
