// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace framegate::config {
namespace {

namespace fs = std::filesystem;

/// The names that a folder of descriptions has to offer.
std::vector<std::string> namesIn(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".toml") names.push_back(entry->path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

Failure unknown(const Value& value, std::string_view kind, const std::string& name, const fs::path& folder) {
    const auto names = namesIn(folder);
    const auto offer = names.empty() ? std::string("no file") : fmt::format("{}", fmt::join(names, ", "));
    return value.refused(
        fmt::format("{} describes no {} called \"{}\"; it has {}", folder.string(), kind, name, offer));
}

/// The file that \a value names: by a path with a slash, or by name in \a folder beside the plan's.
Result<fs::path> namedFile(const Value& value, std::string_view kind, const fs::path& plan,
                           const char* folder) {
    const auto name = textOf(value);
    if (!name) return passOn(name);
    std::error_code error;
    if (name->find('/') != std::string::npos) {
        auto file = (plan.parent_path() / *name).lexically_normal();
        if (fs::exists(file, error)) return file;
        return value.refused(fmt::format("there is no file {}", file.string()));
    }
    const auto place = (plan.parent_path() / ".." / folder).lexically_normal();
    const auto file = place / (*name + ".toml");
    if (fs::exists(file, error)) return file;
    return unknown(value, kind, *name, place);
}

/// Reads the description of \a kind that the plan names.
template <class Reader>
auto readNamed(Fields& fields, const char* kind, const fs::path& plan, const char* folder, Reader reader)
    -> decltype(reader(plan)) {
    const auto value = fields.required(kind);
    if (auto read = fields.soFar(); !read) return passOn(read);
    const auto file = namedFile(*value, kind, plan, folder);
    if (!file) return passOn(file);
    return reader(*file);
}

template <class Duration>
Duration duration(Fields& fields, std::string_view key, std::int64_t low, std::int64_t high) {
    return Duration(fields.integer<typename Duration::rep>(key, low, high));
}

Result<PlanTiming> readTiming(const Value& value, const BoardDescription& board) {
    using std::chrono::microseconds;
    using std::chrono::milliseconds;
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    PlanTiming timing;
    timing.writePause = duration<microseconds>(fields, "write_pause_us", 0, 100'000);
    timing.resetWait = duration<milliseconds>(fields, "reset_wait_ms", 0, 10'000);
    timing.settleLimit = duration<milliseconds>(fields, "settle_limit_ms", 0, 60'000);
    timing.captureLimit = duration<milliseconds>(fields, "capture_limit_ms", 1, 60'000);
    timing.i2cHz = fields.integer<std::uint32_t>("i2c_hz", 10'000, 1'000'000);
    timing.spiHz = fields.integer<std::uint32_t>("spi_hz", 1000, 48'000'000);
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    if (timing.spiHz > board.spiHzMax)
        return table->required("spi_hz")->refused(fmt::format(
            "{} is faster than board {} allows, which is {}", timing.spiHz, board.name, board.spiHzMax));
    return timing;
}

std::vector<Resolution> sizesOf(const SensorDescription& sensor) {
    std::vector<Resolution> sizes;
    for (const auto& mode : sensor.modes)
        sizes.push_back(mode.size);
    return sizes;
}

std::string sizesText(const SensorDescription& sensor) {
    std::vector<std::string> texts;
    for (const auto& mode : sensor.modes)
        texts.push_back(mode.size.text());
    return fmt::format("{}", fmt::join(texts, ", "));
}

/// `resolutions = "all"` or a list of sizes, each of which the sensor has.
Result<std::vector<Resolution>> readResolutions(const Value& value, const SensorDescription& sensor) {
    const auto word = value.string();
    if (word && *word == "all") return sizesOf(sensor);
    const auto values = value.array();
    if (!values) return value.expected("\"all\" or a list of sizes");
    if (values->empty()) return value.refused("expected at least one size");
    std::vector<Resolution> sizes;
    for (const auto& one : *values) {
        const auto size = resolutionOf(one);
        if (!size) return passOn(size);
        if (sensor.mode(*size) == nullptr)
            return one.refused(fmt::format("{} has no JPEG size {}; it has {}", sensor.name, size->text(),
                                           sizesText(sensor)));
        if (std::find(sizes.begin(), sizes.end(), *size) != sizes.end())
            return one.refused(fmt::format("size {} is listed twice", size->text()));
        sizes.push_back(*size);
    }
    return sizes;
}

Result<StepSpec> readStep(const Table& table, const SensorDescription& sensor) {
    Fields fields(table);
    StepSpec step;
    step.type = fields.text("step");
    step.line = table.position().line;
    step.attempts = fields.integerOr(1, "attempts", 1, 10);
    if (const auto value = fields.optional("resolutions"))
        step.resolutions = fields.take(readResolutions(*value, sensor));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return step;
}

std::vector<StepSpec> readSteps(Fields& fields, const std::vector<Table>& tables,
                                const SensorDescription& sensor) {
    std::vector<StepSpec> steps;
    steps.reserve(tables.size());
    for (const auto& table : tables)
        steps.push_back(fields.take(readStep(table, sensor)));
    return steps;
}

} // namespace

Result<TestPlan> readPlan(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    Fields fields(document->root());
    TestPlan plan;
    plan.name = fields.text("name");
    plan.version = fields.text("version");
    plan.partNumber = fields.text("part_number");
    plan.sensor = fields.take(readNamed(fields, "sensor", file, "sensors", readSensor));
    plan.board = fields.take(readNamed(fields, "board", file, "boards", readBoard));
    plan.limits = fields.take(readNamed(fields, "limits", file, "limits", readLimits));
    if (const auto timing = fields.required("timing"))
        plan.timing = fields.take(readTiming(*timing, plan.board));
    plan.unitTimeLimit = std::chrono::seconds(fields.integer<int>("unit_time_limit_s", 1, 3600));
    plan.runsOnError = fields.integer<int>("runs_on_error", 1, 10);
    plan.setup = readSteps(fields, fields.optionalTables("setup"), plan.sensor);
    plan.main = readSteps(fields, fields.tables("main"), plan.sensor);
    plan.teardown = readSteps(fields, fields.optionalTables("teardown"), plan.sensor);
    plan.file = file.string();
    plan.sha256 = document->sha256();
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return plan;
}

} // namespace framegate::config
