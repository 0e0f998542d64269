// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_faults [--shard I/N] [--units COUNT] [--sensor NAME] [--fault NAME] [--out FILE]
//
// Every fault of the simulation at points of its range, on both full plans: how many units pass, fail, err,
// by which codes, and how long until the verdict. Rows are appended to FILE as they are done; rows that stand
// there already are left out, so that a run can be stopped and continued, and shards can share a file's
// folder.
#include "support/virtual_lot.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace framegate {
namespace {

/// One row: a fault with its parameters.
struct Point {
    std::string fault;
    std::string parameters; ///< TOML, a line each
    bool inRange = true;    ///< below its range nothing is promised
    Outcome expected = Outcome::Fail;
};

constexpr auto below = false;
constexpr auto error = Outcome::Error;

const std::vector<Point> points = {
    {"none", "", true, Outcome::Pass},
    {"i2c-write-busy", "us = 1200", below},
    {"i2c-write-busy", "us = 1700"},
    {"i2c-write-busy", "us = 3350"},
    {"i2c-write-busy", "us = 5000"},
    {"i2c-write-busy", "us = 3350\nwhen = \"streaming\""},
    {"reset-busy", "ms = 220", below},
    {"reset-busy", "ms = 240"},
    {"reset-busy", "ms = 620"},
    {"reset-busy", "ms = 1000"},
    {"slow-settle", "ms = 3000", below},
    {"slow-settle", "ms = 3600"},
    {"slow-settle", "ms = 4800"},
    {"slow-settle", "ms = 6000"},
    {"i2c-nack", "probability = 0.005", below},
    {"i2c-nack", "probability = 0.015"},
    {"i2c-nack", "probability = 0.055"},
    {"i2c-nack", "probability = 0.2"},
    {"open", "pin = \"cs\""},
    {"open", "pin = \"sck\""},
    {"open", "pin = \"mosi\""},
    {"open", "pin = \"miso\""},
    {"open", "pin = \"sda\""},
    {"open", "pin = \"scl\""},
    {"open", "pin = \"vcc\""},
    {"open", "pin = \"gnd\""},
    {"short", "pin = \"cs\"\nto = \"gnd\""},
    {"short", "pin = \"cs\"\nto = \"vcc\""},
    {"short", "pin = \"cs\"\nto = \"mosi\""},
    {"short", "pin = \"mosi\"\nto = \"gnd\""},
    {"short", "pin = \"mosi\"\nto = \"vcc\""},
    {"short", "pin = \"mosi\"\nto = \"miso\""},
    {"short", "pin = \"miso\"\nto = \"gnd\""},
    {"short", "pin = \"miso\"\nto = \"vcc\""},
    {"short", "pin = \"miso\"\nto = \"sck\""},
    {"short", "pin = \"sck\"\nto = \"gnd\""},
    {"short", "pin = \"sck\"\nto = \"vcc\""},
    {"short", "pin = \"sda\"\nto = \"gnd\""},
    {"short", "pin = \"sda\"\nto = \"vcc\""},
    {"short", "pin = \"sda\"\nto = \"scl\""},
    {"short", "pin = \"scl\"\nto = \"gnd\""},
    {"short", "pin = \"scl\"\nto = \"vcc\""},
    {"short", "pin = \"vcc\"\nto = \"gnd\""},
    {"spi-noise", "ber_8mhz = 4e-7", below},
    {"spi-noise", "ber_8mhz = 4e-6"},
    {"spi-noise", "ber_8mhz = 6.3e-5"},
    {"spi-noise", "ber_8mhz = 1e-3"},
    {"dvp-stuck-bit", "bit = 0\nlevel = 1"},
    {"dvp-stuck-bit", "bit = 3\nlevel = 0"},
    {"dvp-stuck-bit", "bit = 7\nlevel = 1"},
    {"spi-bit-rotate", ""},
    {"spi-dummy-byte", ""},
    {"wrong-sensor", ""},
    {"sensor-dead", ""},
    {"absent", "", true, error},
    {"standby-stuck", "clears = false"},
    {"standby-stuck", "clears = true", true, Outcome::Pass},
    {"vsync-polarity", ""},
    {"capture-never-done", ""},
    {"fifo-stale", "bytes = 16"},
    {"fifo-stale", "bytes = 1024"},
    {"fifo-stale", "bytes = 65536"},
    {"fifo-overflow", ""},
    {"jpeg-engine-glitch", "probability = 0.3", below},
    {"jpeg-engine-glitch", "probability = 0.65"},
    {"jpeg-engine-glitch", "probability = 0.8"},
    {"jpeg-engine-glitch", "probability = 1"},
    {"jpeg-no-eoi", ""},
    {"jpeg-bit-flip", "flips = 1"},
    {"jpeg-bit-flip", "flips = 10"},
    {"jpeg-bit-flip", "flips = 100"},
    {"size-ignored", "from = \"640x480\""},
    {"size-ignored", "from = \"1600x1200\""},
    {"usb-corrupt", "at_byte = 20000", true, error},
    {"usb-stall", "at_byte = 20000", true, error},
    {"usb-disconnect", "at_byte = 20000", true, error},
    {"board-hang", "at = \"hello\"", true, error},
    {"board-hang", "at = \"script\"", true, error},
    {"board-hang", "at = \"capture\"", true, error},
    {"board-hang", "at = \"read\"", true, error},
};

struct Options {
    unsigned shard = 0;
    unsigned shards = 1;
    unsigned units = 60;
    std::string sensor;
    std::string fault;
    std::string out = "faults.csv";
};

std::string oneLine(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ';');
    std::erase(text, '"');
    return text;
}

std::string keyOf(const std::string& sensor, const Point& point, unsigned units) {
    return fmt::format("{},{},{},{}", sensor, point.fault, oneLine(point.parameters), units);
}

/// The rows that are done: their first four cells.
std::set<std::string> doneRows(const std::string& file) {
    std::set<std::string> done;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        std::size_t end = 0;
        for (int cell = 0; cell < 4 && end != std::string::npos; ++cell)
            end = line.find(',', end + (cell == 0 ? 0 : 1));
        if (end != std::string::npos) done.insert(line.substr(0, end));
    }
    return done;
}

/// Upper end of the 95 % interval of a share when \a count of \a units were seen (Clopper and Pearson for 0,
/// a normal approximation with a half more otherwise), in percent.
double upperBound(unsigned count, unsigned units) {
    if (count == 0) return 100 * (1 - std::pow(0.05, 1.0 / units));
    const double share = (count + 0.5) / units;
    return std::min(100.0, 100 * (share + 1.645 * std::sqrt(share * (1 - std::min(share, 1.0)) / units)));
}

std::string scenarioOf(const Point& point, unsigned units) {
    if (point.fault == "none") return {};
    std::string text;
    for (unsigned unit = 1; unit <= units; ++unit)
        text +=
            fmt::format("[[unit]]\nindex = {}\nfault = \"{}\"\n{}\n", unit, point.fault, point.parameters);
    return text;
}

std::string runPoint(const std::string& sensor, const Point& point, unsigned units) {
    test::VirtualLot lot(units, 2, scenarioOf(point, units), sensor + ".toml");
    if (const auto summary = lot.run(); !summary) throw std::runtime_error(summary.error().message);
    std::map<std::string, const TestRecord*> latest;
    for (const auto& record : lot.store.records) {
        const TestRecord*& kept = latest[record.serial];
        if (kept == nullptr || kept->run < record.run) kept = &record;
    }
    std::map<Outcome, unsigned> outcomes;
    std::map<std::string, unsigned> codes;
    double longest = 0;
    for (const auto& [serial, record] : latest) {
        ++outcomes[record->outcome];
        ++codes[record->failureCode.empty() ? "-" : record->failureCode];
        longest = std::max(longest, std::chrono::duration<double>(record->duration).count());
    }
    std::string codeText;
    for (const auto& [code, count] : codes)
        codeText += fmt::format("{}{} {}", codeText.empty() ? "" : "; ", code, count);
    const auto wrong = units - outcomes[point.expected];
    return fmt::format("{},{},{},{},{},{},{},{},{:.1f},{:.1f},{}", keyOf(sensor, point, units),
                       outcomeText(point.expected), point.inRange ? "in" : "below", outcomes[Outcome::Pass],
                       outcomes[Outcome::Fail], outcomes[Outcome::Error], latest.size(), wrong,
                       upperBound(wrong, units), longest, codeText);
}

constexpr const char* header = "sensor,fault,parameters,units,expected,range,pass,fail,error,recorded,wrong,"
                               "wrong_below_percent,longest_s,codes\n";

int run(const Options& options) {
    const auto done = doneRows(options.out);
    if (!std::filesystem::exists(options.out)) std::ofstream(options.out) << header;
    unsigned index = 0;
    for (const char* sensor : {"ov2640", "ov5642"})
        for (const auto& point : points) {
            const bool mine = index++ % options.shards == options.shard;
            const bool wanted = (options.sensor.empty() || options.sensor == sensor) &&
                                (options.fault.empty() || options.fault == point.fault);
            if (!mine || !wanted || done.count(keyOf(sensor, point, options.units)) > 0) continue;
            const auto row = runPoint(sensor, point, options.units);
            std::ofstream(options.out, std::ios::app) << row << '\n';
            std::printf("%s\n", row.c_str());
            std::fflush(stdout);
        }
    return 0;
}

Options parse(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = arguments[i];
        const std::string value = arguments[i + 1];
        if (name == "--shard" && std::sscanf(value.c_str(), "%u/%u", &options.shard, &options.shards) != 2)
            throw std::runtime_error("--shard: expected I/N");
        if (name == "--units") options.units = static_cast<unsigned>(std::stoul(value));
        if (name == "--sensor") options.sensor = value;
        if (name == "--fault") options.fault = value;
        if (name == "--out") options.out = value;
    }
    if (options.shards == 0 || options.shard >= options.shards)
        throw std::runtime_error("--shard: I from 0 to N-1");
    return options;
}

} // namespace
} // namespace framegate

int main(int count, char** arguments) {
    return framegate::run(framegate::parse(count, arguments));
}
