// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "cli/commands.h"
#include "config/readers.h"
#include "jpeg/validator.h"
#include "station/fixture_folder.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

constexpr std::size_t largestFile = 64 << 20; ///< eight times the largest FIFO

struct VerifyOptions {
    std::vector<std::string> files;
    std::string sensor;
    std::string size;
    std::string board;
    bool fifoDump = false;
    bool json = false;
};

Result<jpeg::Expectation> expectationOf(const VerifyOptions& options) {
    jpeg::Expectation expectation;
    expectation.sensor = options.sensor;
    if (!options.sensor.empty() && !jpeg::knowsSensor(options.sensor))
        return failure(ErrorKind::InvalidInput, "SENSOR",
                       fmt::format("no header layout is known for sensor \"{}\"", options.sensor));
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
    if (const auto decoded = jpeg::decode(bytes.subspan(expectation.soiOffset, end)); !decoded) {
        verdict.valid = false;
        verdict.code = decoded.error().code;
        verdict.detail = decoded.error().message;
    }
    return verdict;
}

void printJson(const std::string& file, const jpeg::Verdict& verdict) {
    using Json = nlohmann::ordered_json;
    const Json object = {{"file", file},
                         {"verdict", verdict.valid ? "valid" : "invalid"},
                         {"code", verdict.code},
                         {"width", verdict.size ? Json(verdict.size->width) : Json()},
                         {"height", verdict.size ? Json(verdict.size->height) : Json()},
                         {"eoi_offset", verdict.eoiOffset ? Json(*verdict.eoiOffset) : Json()},
                         {"tail_bytes", verdict.tailBytes},
                         {"detail", verdict.detail}};
    fmt::print("{}\n", object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void printText(const std::string& file, const jpeg::Verdict& verdict) {
    if (verdict.valid)
        fmt::print("{}: valid {}\n", file, verdict.size->text());
    else
        fmt::print("{}: invalid {} at byte {}: {}\n", file, verdict.code, verdict.offset, verdict.detail);
}

int verifyFiles(const VerifyOptions& options, const jpeg::Expectation& expectation) {
    int status = exitStatus::success;
    for (const auto& file : options.files) {
        const auto bytes = readFile(file, largestFile);
        if (!bytes) {
            reportError(bytes.error());
            status = exitStatus::inputWrong;
            continue;
        }
        const auto verdict = judge(*bytes, expectation);
        options.json ? printJson(file, verdict) : printText(file, verdict);
        if (!verdict.valid && status == exitStatus::success) status = exitStatus::unitFailed;
    }
    return status;
}

} // namespace

int verifyCommand(int argc, char** argv) {
    CLI::App app(
        "Is each file a valid JPEG as that sensor would send it? A file is taken as trimmed: any tail "
        "is invalid; with --fifo-dump the board's limits hold.",
        "framegate verify");
    VerifyOptions options;
    app.add_option("FILES", options.files, "JPEG files")->required();
    app.add_option("--sensor", options.sensor, "Header layout to ask for, such as ov2640");
    app.add_option("--size", options.size, "Size to ask for, WIDTHxHEIGHT");
    app.add_flag("--fifo-dump", options.fifoDump, "The files are whole FIFO contents");
    app.add_option("--board", options.board, "With --fifo-dump: the board they came from");
    app.add_flag("--json", options.json, "One JSON object a line");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const auto expectation = expectationOf(options);
    if (!expectation) return reportError(asWrongInput(expectation.error()));
    return verifyFiles(options, *expectation);
}

} // namespace framegate
