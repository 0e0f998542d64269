// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "base/sha256.h"
#include "config/fields.h"
#include "config/readers.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <tuple>

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

Failure tooFast(const Table& table, std::string_view key, std::uint32_t hz, const std::string& who,
                std::uint32_t most) {
    return table.required(key)->refused(
        fmt::format("{} is faster than {} allows, which is {}", hz, who, most));
}

/// What the timing must keep to for the module's sake.
Result<> checkTiming(const Table& table, const PlanTiming& timing, const TestPlan& plan) {
    const auto& [sensor, board] = std::tie(plan.sensor, plan.board);
    if (timing.spiHz > board.spiHzMax)
        return tooFast(table, "spi_hz", timing.spiHz, "board " + board.name, board.spiHzMax);
    if (timing.i2cHz > sensor.i2cHzMax)
        return tooFast(table, "i2c_hz", timing.i2cHz, "sensor " + sensor.name, sensor.i2cHzMax);
    if (timing.writePause < sensor.writePause)
        return table.required("write_pause_us")
            ->refused(fmt::format("{} is shorter than sensor {} needs, which is {}",
                                  timing.writePause.count(), sensor.name, sensor.writePause.count()));
    return {};
}

Result<PlanTiming> readTiming(const Value& value, const TestPlan& plan) {
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
    timing.sceneWait =
        milliseconds(fields.integerOr<std::int64_t>(timing.sceneWait.count(), "scene_wait_ms", 0, 10'000));
    timing.i2cHz = fields.integer<std::uint32_t>("i2c_hz", 10'000, 1'000'000);
    timing.spiHz = fields.integer<std::uint32_t>("spi_hz", 1000, 48'000'000);
    timing.i2cRetries = fields.integerOr(timing.i2cRetries, "i2c_retries", 0, 15);
    timing.linkRetries = fields.integerOr(timing.linkRetries, "link_retries", 0, 10);
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    if (auto checked = checkTiming(*table, timing, plan); !checked) return passOn(checked);
    return timing;
}

Result<NominalLight> readLight(const Value& value) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    NominalLight light;
    if (const auto exposure = fields.required("exposure_lines"))
        light.exposure = fields.take(exposure->number(1, 1'000'000));
    if (const auto grey = fields.required("grey")) light.grey = fields.take(grey->number(10, 245));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return light;
}

const LeftOutSize* leftOut(const TestPlan& plan, Resolution size) {
    const auto found = std::find_if(plan.leftOut.begin(), plan.leftOut.end(),
                                    [&](const LeftOutSize& left) { return left.size == size; });
    return found == plan.leftOut.end() ? nullptr : &*found;
}

/// The sizes that the plan tests.
std::vector<Resolution> sizesOf(const TestPlan& plan) {
    std::vector<Resolution> sizes;
    for (const auto& mode : plan.sensor.modes)
        if (leftOut(plan, mode.size) == nullptr) sizes.push_back(mode.size);
    return sizes;
}

std::string sizesText(const SensorDescription& sensor) {
    std::vector<std::string> texts;
    for (const auto& mode : sensor.modes)
        texts.push_back(mode.size.text());
    return fmt::format("{}", fmt::join(texts, ", "));
}

Result<Resolution> sizeOfSensor(const Value& value, const SensorDescription& sensor) {
    const auto size = resolutionOf(value);
    if (!size || sensor.mode(*size) != nullptr) return size;
    return value.refused(
        fmt::format("{} has no JPEG size {}; it has {}", sensor.name, size->text(), sizesText(sensor)));
}

Result<> addLeftOut(const Table& table, TestPlan& plan) {
    Fields fields(table);
    LeftOutSize left;
    if (const auto size = fields.required("resolution"))
        left.size = fields.take(sizeOfSensor(*size, plan.sensor));
    left.reason = fields.text("reason");
    if (auto finished = fields.finish(); !finished) return finished;
    if (leftOut(plan, left.size) != nullptr)
        return table.refused(fmt::format("size {} is left out already", left.size.text()));
    plan.leftOut.push_back(std::move(left));
    return {};
}

/// Sets one size's JPEG quality in the plan's sensor.
Result<> addQuality(const Table& table, TestPlan& plan) {
    Fields fields(table);
    PlanQuality quality;
    if (const auto size = fields.required("resolution"))
        quality.size = fields.take(sizeOfSensor(*size, plan.sensor));
    quality.value = fields.integer<std::uint8_t>("value", 0, 0xFF);
    quality.reason = fields.text("reason");
    if (auto finished = fields.finish(); !finished) return finished;
    const auto& range = plan.sensor.jpegQuality;
    if (!range) return table.refused(fmt::format("sensor {} has no JPEG quality to set", plan.sensor.name));
    if (!plan.sensor.setQuality(quality.size, quality.value))
        return table.required("value")->refused(fmt::format(
            "expected {} to {}, the range of sensor {}", range->finest, range->coarsest, plan.sensor.name));
    plan.quality.push_back(std::move(quality));
    return {};
}

/// `resolutions = "all"` or a list of sizes, each of which the sensor has and the plan does not leave out.
Result<std::vector<Resolution>> readResolutions(const Value& value, const TestPlan& plan) {
    const auto word = value.string();
    if (word && *word == "all") return sizesOf(plan);
    const auto values = value.array();
    if (!values) return value.expected("\"all\" or a list of sizes");
    if (values->empty()) return value.refused("expected at least one size");
    std::vector<Resolution> sizes;
    for (const auto& one : *values) {
        const auto size = sizeOfSensor(one, plan.sensor);
        if (!size) return passOn(size);
        if (const auto* left = leftOut(plan, *size))
            return one.refused(fmt::format("the plan leaves size {} out: {}", size->text(), left->reason));
        if (std::find(sizes.begin(), sizes.end(), *size) != sizes.end())
            return one.refused(fmt::format("size {} is listed twice", size->text()));
        sizes.push_back(*size);
    }
    return sizes;
}

Result<SecondReadSpec> readSecondRead(const Value& value) {
    const auto word = value.string();
    if (word && *word == "off") return SecondReadSpec::Off;
    if (word && *word == "crc") return SecondReadSpec::Crc;
    if (word && *word == "bytes") return SecondReadSpec::Bytes;
    return value.expected("\"off\", \"crc\" or \"bytes\"");
}

Result<Scene> sceneOf(const Value& value) {
    const auto word = value.string();
    for (const auto scene : {Scene::Chart, Scene::Diffuser, Scene::Dark, Scene::Unlit})
        if (word && *word == sceneText(scene)) return scene;
    return value.expected("\"chart\", \"diffuser\", \"dark\" or \"unlit\"");
}

Result<std::vector<Scene>> readScenes(const Value& value) {
    const auto values = value.array();
    if (!values) return passOn(values);
    if (values->empty()) return value.refused("expected at least one scene");
    std::vector<Scene> scenes;
    for (const auto& one : *values) {
        const auto scene = sceneOf(one);
        if (!scene) return passOn(scene);
        if (std::find(scenes.begin(), scenes.end(), *scene) != scenes.end())
            return one.refused(fmt::format("scene {} is listed twice", sceneText(*scene)));
        scenes.push_back(*scene);
    }
    return scenes;
}

constexpr std::size_t firmwareLimit = std::size_t{64} << 20; // the largest flash as UF2 blocks

/// Firmware by its path, seen from the plan's folder; the step that takes it looks into it.
Result<ShippingFirmware> readFirmware(const Value& value, const fs::path& plan) {
    const auto name = textOf(value);
    if (!name) return passOn(name);
    ShippingFirmware firmware;
    const auto file = (plan.parent_path() / *name).lexically_normal();
    firmware.file = file.string();
    auto bytes = readFile(file, firmwareLimit);
    if (!bytes) return value.refused(bytes.error().message);
    firmware.sha256 = sha256Hex(*bytes);
    firmware.bytes = std::make_shared<const std::vector<std::byte>>(std::move(*bytes));
    return firmware;
}

/// `firmware`, `sha256` and `start` of a step.
void readShipping(Fields& fields, const fs::path& plan, StepSpec& step) {
    const auto value = fields.optional("firmware");
    const auto sum = fields.optional("sha256");
    const auto start = fields.optional("start");
    for (const auto& other : {sum, start})
        if (other && !value)
            return fields.refuse(other->refused("it says how `firmware` is, which is not there"));
    if (!value) return;
    auto firmware = fields.take(readFirmware(*value, plan));
    if (start) firmware.start = fields.take(start->boolean());
    const auto expected = sum ? fields.take(sum->string()) : firmware.sha256;
    if (fields.good() && expected != firmware.sha256)
        fields.refuse(sum->refused(fmt::format("{} has {}", firmware.file, firmware.sha256)));
    step.firmware = std::move(firmware);
}

Result<StepSpec> readStep(const Table& table, const TestPlan& plan) {
    Fields fields(table);
    StepSpec step;
    step.type = fields.text("step");
    step.line = table.position().line;
    step.attempts = fields.integerOr(1, "attempts", 1, 10);
    if (const auto value = fields.optional("second_read"))
        step.secondRead = fields.take(readSecondRead(*value));
    step.captures = fields.integerOr(5U, "captures", 3, 64);
    step.focusLimit = std::chrono::seconds(fields.integerOr<int>(60, "focus_limit_s", 1, 3600));
    if (const auto value = fields.optional("scenes")) step.scenes = fields.take(readScenes(*value));
    if (const auto value = fields.optional("resolutions"))
        step.resolutions = fields.take(readResolutions(*value, plan));
    readShipping(fields, plan.file, step);
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return step;
}

std::vector<StepSpec> readSteps(Fields& fields, const std::vector<Table>& tables, const TestPlan& plan) {
    std::vector<StepSpec> steps;
    steps.reserve(tables.size());
    for (const auto& table : tables)
        steps.push_back(fields.take(readStep(table, plan)));
    return steps;
}

Result<std::shared_ptr<const ChartDescription>> readPlanChart(const fs::path& file) {
    auto chart = readChart(file);
    if (!chart) return passOn(chart);
    return std::make_shared<const ChartDescription>(std::move(*chart));
}

/// `[firmware]`: what a run needs on its slot's Pico.
Result<TestFirmware> readTestFirmware(const Value& value) {
    const auto table = value.table();
    if (!table) return passOn(table);
    Fields fields(*table);
    const auto test = fields.required("test");
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    const auto word = test->string();
    for (const auto firmware : {TestFirmware::AsIs, TestFirmware::Ram, TestFirmware::Flash})
        if (word && *word == testFirmwareText(firmware)) return firmware;
    return test->expected("\"as-is\", \"ram\" or \"flash\"");
}

/// The module that the plan is for, and what it says of single sizes.
void readModule(Fields& fields, const std::filesystem::path& file, TestPlan& plan) {
    plan.sensor = fields.take(readNamed(fields, "sensor", file, "sensors", readSensor));
    plan.board = fields.take(readNamed(fields, "board", file, "boards", readBoard));
    if (fields.optional("chart"))
        plan.chart = fields.take(readNamed(fields, "chart", file, "charts", readPlanChart));
    const auto& may = plan.board.sensor;
    if (fields.good() && !may.empty() && std::find(may.begin(), may.end(), plan.sensor.name) == may.end())
        fields.refuse(fields.required("board")->refused(fmt::format(
            "board {} carries no {}, only {}", plan.board.name, plan.sensor.name, fmt::join(may, ", "))));
    for (const auto& table : fields.optionalTables("left_out"))
        fields.check(addLeftOut(table, plan));
    for (const auto& table : fields.optionalTables("quality"))
        fields.check(addQuality(table, plan));
}

} // namespace

Result<TestPlan> readPlan(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    Fields fields(document->root());
    TestPlan plan;
    plan.file = file.string();
    plan.name = fields.text("name");
    plan.version = fields.text("version");
    plan.partNumber = fields.text("part_number");
    readModule(fields, file, plan);
    plan.limits = fields.take(readNamed(fields, "limits", file, "limits", readLimits));
    if (const auto timing = fields.required("timing")) plan.timing = fields.take(readTiming(*timing, plan));
    if (const auto light = fields.optional("light")) plan.light = fields.take(readLight(*light));
    plan.unitTimeLimit = std::chrono::seconds(fields.integer<int>("unit_time_limit_s", 1, 3600));
    plan.runsOnError = fields.integer<int>("runs_on_error", 1, 10);
    plan.restartLimit = std::chrono::milliseconds(
        fields.integerOr<std::int64_t>(10'000, "board_restart_limit_ms", 0, 120'000));
    if (const auto value = fields.optional("firmware"))
        plan.testFirmware = fields.take(readTestFirmware(*value));
    plan.setup = readSteps(fields, fields.optionalTables("setup"), plan);
    plan.main = readSteps(fields, fields.tables("main"), plan);
    plan.teardown = readSteps(fields, fields.optionalTables("teardown"), plan);
    plan.sha256 = document->sha256();
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return plan;
}

} // namespace framegate::config
