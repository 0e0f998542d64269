// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "base/work_pool.h"
#include "cli/commands.h"
#include "config/readers.h"
#include "jpeg/validator.h"
#include "station/fixture_folder.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t largestTemplate = 1 << 20;
constexpr std::size_t largestFile = 64 << 20; ///< eight times the largest FIFO

struct VerifyOptions {
    std::vector<std::string> files;
    std::string sensor;
    std::string size;
    std::string board;
    std::string learn;
    bool fifoDump = false;
    bool json = false;
};

bool namesTemplate(std::string_view sensor) {
    return sensor.ends_with(".json");
}

/// A sensor by name, or a header that --learn wrote.
Result<> expectSensor(const std::string& sensor, jpeg::Expectation& expectation) {
    if (namesTemplate(sensor)) {
        const auto text = readTextFile(sensor, largestTemplate);
        if (!text) return passOn(text);
        auto layout = jpeg::HeaderTemplate::parse(*text, sensor);
        if (!layout) return passOn(layout);
        expectation.layout = std::make_shared<jpeg::HeaderTemplate>(std::move(*layout));
        return {};
    }
    if (!sensor.empty() && !jpeg::knowsSensor(sensor))
        return failure(ErrorKind::InvalidInput, "SENSOR",
                       fmt::format("no header layout is known for sensor \"{}\"", sensor));
    expectation.sensor = sensor;
    return {};
}

Result<jpeg::Expectation> expectationOf(const VerifyOptions& options) {
    jpeg::Expectation expectation;
    if (const auto sensor = expectSensor(options.sensor, expectation); !sensor) return passOn(sensor);
    if (!options.size.empty()) {
        const auto size = Resolution::parse(options.size);
        if (!size) return passOn(size);
        expectation.size = *size;
    }
    if (!options.fifoDump) return expectation;
    if (options.board.empty())
        return failure(ErrorKind::InvalidInput, "COMMAND_LINE", "--fifo-dump needs --board NAME");
    const auto fixtures = findFixtureFolder();
    if (!fixtures) return passOn(fixtures);
    const auto board = config::readBoard(*fixtures / "boards" / (options.board + ".toml"));
    if (!board) return passOn(board);
    expectation.soiOffset = board->dummyBytes;
    expectation.zeroTailBytes = board->zeroTailBytes;
    return expectation;
}

/// The validator's verdict, and libjpeg-turbo's where that one finds nothing.
jpeg::Verdict judge(std::span<const std::byte> bytes, const jpeg::Expectation& expectation) {
    auto verdict = jpeg::validate(bytes, expectation);
    if (!verdict.valid) return verdict;
    const auto end = *verdict.eoiOffset + 2 - expectation.soiOffset;
    if (const auto decoded = jpeg::hearDecoder(bytes.subspan(expectation.soiOffset, end)); !decoded) {
        verdict.valid = false;
        verdict.code = decoded.error().code;
        verdict.detail = decoded.error().message;
    }
    return verdict;
}

std::string jsonOf(const std::string& file, const jpeg::Verdict& verdict) {
    const Json object = {
        {"file", file},
        {"verdict", verdict.valid ? "valid" : "invalid"},
        {"code", verdict.code},
        {"width", verdict.size ? Json(verdict.size->width) : Json()},
        {"height", verdict.size ? Json(verdict.size->height) : Json()},
        {"eoi_offset", verdict.eoiOffset ? Json(*verdict.eoiOffset) : Json()},
        {"tail_bytes", verdict.tailBytes},
        {"detail", verdict.detail},
        {"offset", verdict.valid ? Json() : Json(verdict.offset)},
        {"marker", verdict.marker ? Json(fmt::format("FF {:02X}", *verdict.marker)) : Json()},
        {"mcu", verdict.mcu ? Json(*verdict.mcu) : Json()},
        {"expected", verdict.expected},
        {"got", verdict.got}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string textOf(const std::string& file, const jpeg::Verdict& verdict) {
    if (verdict.valid) return fmt::format("{}: valid {}", file, verdict.size->text());
    return fmt::format("{}: invalid {} at byte {}: {}", file, verdict.code, verdict.offset, verdict.detail);
}

/// What is left of a file once it is judged: no picture.
struct Line {
    std::string text;
    int status = exitStatus::success;
    Error error; ///< of a file that could not be read
};

Line verifyFile(const std::string& file, const VerifyOptions& options, const jpeg::Expectation& expectation) {
    const auto bytes = readFile(file, largestFile);
    if (!bytes) return {"", exitStatus::inputWrong, bytes.error()};
    const auto verdict = judge(*bytes, expectation);
    return {options.json ? jsonOf(file, verdict) : textOf(file, verdict),
            verdict.valid ? exitStatus::success : exitStatus::unitFailed,
            {}};
}

int print(const Line& line) {
    if (line.status == exitStatus::inputWrong)
        reportError(line.error);
    else
        fmt::print("{}\n", line.text);
    std::fflush(stdout);
    return line.status;
}

/// All processors judge, each holding one picture; lines come out in the order of the files.
int verifyFiles(const VerifyOptions& options, const jpeg::Expectation& expectation) {
    const auto threads = std::max<std::size_t>(1, std::min(WorkPool::processors(), options.files.size()));
    WorkPool pool(threads);
    std::deque<std::future<Line>> lines;
    int status = exitStatus::success;
    const auto printFirst = [&] {
        status = std::max(status, print(lines.front().get()));
        lines.pop_front();
    };
    for (const auto& file : options.files) {
        if (lines.size() >= 4 * threads) printFirst();
        lines.push_back(pool.submit([&] { return verifyFile(file, options, expectation); }));
    }
    while (!lines.empty())
        printFirst();
    return status;
}

/// Writes what the headers of the files, all good, have in common.
int learnHeader(const VerifyOptions& options, const jpeg::Expectation& expectation) {
    jpeg::HeaderTemplate layout;
    for (const auto& file : options.files) {
        const auto bytes = readFile(file, largestFile);
        if (!bytes) return reportError(asWrongInput(bytes.error()));
        if (const auto verdict = judge(*bytes, expectation); !verdict.valid) {
            fmt::print(stderr, "framegate: a header is learnt from good files only: {}\n",
                       textOf(file, verdict));
            return exitStatus::unitFailed;
        }
        if (const auto learnt = layout.learn(*bytes, expectation.soiOffset); !learnt)
            return reportError(learnt.error().within(file));
    }
    if (const auto written = writeFileAtomically(options.learn, layout.text()); !written)
        return reportError(written.error());
    fmt::print(stderr, "{}: the header of {} files\n", options.learn, layout.pictures());
    return exitStatus::success;
}

} // namespace

int verifyCommand(int argc, char** argv) {
    CLI::App app(
        "Is each file a valid JPEG as that sensor would send it? A file is taken as trimmed: any tail "
        "is invalid; with --fifo-dump the board's limits hold.",
        "framegate verify");
    VerifyOptions options;
    app.add_option("FILES", options.files, "JPEG files")->required();
    app.add_option("--sensor", options.sensor,
                   "Header layout to ask for: ov2640, or a .json file that --learn wrote");
    app.add_option("--size", options.size, "Size to ask for, WIDTHxHEIGHT");
    app.add_flag("--fifo-dump", options.fifoDump, "The files are whole FIFO contents");
    app.add_option("--board", options.board, "With --fifo-dump: the board they came from");
    app.add_option("--learn", options.learn,
                   "Write the header that all these good files share to this .json file");
    app.add_flag("--json", options.json, "One JSON object a line");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const auto expectation = expectationOf(options);
    if (!expectation) return reportError(asWrongInput(expectation.error()));
    return options.learn.empty() ? verifyFiles(options, *expectation) : learnHeader(options, *expectation);
}

} // namespace framegate
