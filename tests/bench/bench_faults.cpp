// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_faults [--shard I/N] [--units N] [--good N] [--below N] [--sensor NAME] [--fault NAME] [--out FILE]
//              [--seed N] [--optical] [--figures]
// bench_faults --table DOCUMENT FILE…
//
// Every fault of the simulation at points of its range, on both full plans: how many units pass, fail, err,
// by which codes, and how long until the verdict. Rows are appended to FILE as they are done; rows that stand
// there already are left out, so that a run can be stopped and continued, and shards can share a file's
// folder. Units in range that end wrongly are named on stderr. --optical takes the faults of lens, filter,
// array and picture alone; with --fault none, good units through the same steps. Another --seed draws other
// units; its rows go to a file of their own, as a row does not name it.
#include "bench/fault_thresholds.h"
#include "bench/figures.h"
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
#include <sstream>
#include <string>
#include <vector>

namespace framegate {
namespace {

/// One line of the table: a fault with its parameters. Variants of one fault share the number of units.
struct Point {
    std::string fault;
    std::string parameters; ///< TOML, a line each
    unsigned variants = 1;
    bool inRange = true; ///< below its range nothing is promised
    Outcome expected = Outcome::Fail;
    std::string measurement = {}; ///< that must be among those that fail; of optical faults only
    bool optical = false;
};

/// What parameters alone tell apart: each value has its own units.
void addValues(std::vector<Point>& points, const char* fault, const char* key,
               std::initializer_list<const char*> below, std::initializer_list<const char*> within) {
    for (const auto* value : below)
        points.push_back({fault, fmt::format("{} = {}", key, value), 1, false});
    for (const auto* value : within)
        points.push_back({fault, fmt::format("{} = {}", key, value)});
}

void addVariants(std::vector<Point>& points, const char* fault, const std::vector<std::string>& parameters,
                 Outcome expected = Outcome::Fail) {
    for (const auto& text : parameters)
        points.push_back({fault, text, static_cast<unsigned>(parameters.size()), true, expected});
}

std::vector<std::string> stuckBits() {
    std::vector<std::string> all;
    for (int bit = 0; bit < 8; ++bit)
        for (int level = 0; level < 2; ++level)
            all.push_back(fmt::format("bit = {}\nlevel = {}", bit, level));
    return all;
}

std::vector<std::string> openPins() {
    std::vector<std::string> all;
    for (const auto* pin : {"cs", "sck", "mosi", "miso", "sda", "scl", "vcc", "gnd"})
        all.push_back(fmt::format("pin = \"{}\"", pin));
    return all;
}

/// Each wire to ground, to the supply, and to its neighbours in the header.
std::vector<std::string> shorts() {
    const std::vector<const char*> header = {"cs", "mosi", "miso", "sck", "gnd", "vcc", "sda", "scl"};
    std::set<std::string> all;
    for (const std::string pin : {"cs", "mosi", "miso", "sck", "sda", "scl"})
        for (const std::string rail : {"gnd", "vcc"})
            all.insert(fmt::format("pin = \"{}\"\nto = \"{}\"", pin, rail));
    for (std::size_t i = 0; i + 1 < header.size(); ++i) {
        const bool wires = header[i + 1] != std::string("gnd") && header[i] != std::string("vcc") &&
                           header[i] != std::string("gnd");
        if (wires) all.insert(fmt::format("pin = \"{}\"\nto = \"{}\"", header[i], header[i + 1]));
    }
    all.insert("pin = \"vcc\"\nto = \"gnd\"");
    return {all.begin(), all.end()};
}

std::vector<std::string> sizes(const std::string& sensor) {
    if (sensor == "ov2640") return {"from = \"640x480\"", "from = \"1600x1200\""};
    return {"from = \"640x480\"", "from = \"2592x1944\""};
}

/// Faults of wires, timing, chip and sensor.
void addModuleFaults(std::vector<Point>& points, const std::string& sensor) {
    addValues(points, "i2c-write-busy", "us", {"900", "1100", "1300", "1500"}, {"1700", "3350", "5000"});
    points.push_back({"i2c-write-busy", "us = 3350\nwhen = \"streaming\""});
    addValues(points, "reset-busy", "ms", {"150", "200", "210", "220"}, {"240", "620", "1000"});
    addValues(points, "slow-settle", "ms", {"1500", "2500", "3000"}, {"3600", "4800", "6000"});
    addValues(points, "i2c-nack", "probability", {"0.0001", "0.001", "0.003"}, {"0.015", "0.055", "0.2"});
    addVariants(points, "open", openPins());
    addVariants(points, "short", shorts());
    addValues(points, "spi-noise", "ber_8mhz", {"1e-8", "1e-7", "1e-6"}, {"4e-6", "6.3e-5", "1e-3"});
    addVariants(points, "dvp-stuck-bit", stuckBits());
    for (const auto* fault : {"spi-bit-rotate", "spi-dummy-byte", "wrong-sensor", "sensor-dead",
                              "vsync-polarity", "capture-never-done", "fifo-overflow", "jpeg-no-eoi"})
        points.push_back({fault, ""});
    points.push_back({"absent", "", 1, true, Outcome::Error});
    points.push_back({"standby-stuck", "clears = false"});
    points.push_back({"standby-stuck", "clears = true", 1, true, Outcome::Pass});
    for (const auto* bytes : {"16", "1024", "65536"})
        for (const auto* where : {"front", "behind"})
            points.push_back({"fifo-stale", fmt::format("bytes = {}\nwhere = \"{}\"", bytes, where), 2});
    addValues(points, "jpeg-engine-glitch", "probability", {"0.01", "0.05", "0.2"}, {"0.65", "0.8", "1"});
    addValues(points, "jpeg-bit-flip", "flips", {}, {"1", "10", "100"});
    addVariants(points, "size-ignored", sizes(sensor));
    addVariants(points, "brownout", sizes(sensor));
}

/// Values of an optical fault's parameters, and what must fail for it.
void addOptical(std::vector<Point>& points, const char* fault, const char* measurement,
                std::initializer_list<const char*> below, std::initializer_list<const char*> within) {
    for (const auto* parameters : below)
        points.push_back({fault, parameters, 1, false, Outcome::Fail, measurement, true});
    for (const auto* parameters : within)
        points.push_back({fault, parameters, 1, true, Outcome::Fail, measurement, true});
}

/// Faults of lens, filter, array and picture.
void addOpticalFaults(std::vector<Point>& points) {
    addOptical(points, "defocus", "mtf50p_centre", {"mtf50_factor = 0.9", "mtf50_factor = 0.8"},
               {"mtf50_factor = 0.7", "mtf50_factor = 0.38", "mtf50_factor = 0.2"});
    addOptical(points, "tilt", "sharpness_tilt", {"corner_factor = 0.9", "corner_factor = 0.8"},
               {"corner_factor = 0.6", "corner_factor = 0.35\ndirection_deg = 143", "corner_factor = 0.2"});
    addOptical(points, "decentre", "chart_centre_x", {"percent = 1.5", "percent = 2.5"},
               {"percent = 4", "percent = 8", "percent = 15"});
    addOptical(points, "rotated", "chart_rotation", {"deg = 0.5", "deg = 1"},
               {"deg = 1.5", "deg = 4", "deg = 10"});
    for (const auto* turned : {"deg = 90", "deg = 180", "deg = 270"})
        points.push_back({"rotated", turned, 3, true, Outcome::Error, "", true});
    addOptical(points, "mirrored", "", {}, {""});
    addOptical(points, "wrong-lens", "field_of_view", {"fov_percent = 2", "fov_percent = 3"},
               {"fov_percent = -40", "fov_percent = -5", "fov_percent = 5", "fov_percent = 40"});
    addOptical(points, "dust", "blemish_count", {"count = 1\nsize_percent = 0.8\ncontrast_percent = 3"},
               {"count = 1\nsize_percent = 0.8\ncontrast_percent = 6",
                "count = 1\nsize_percent = 3\ncontrast_percent = 6",
                "count = 5\nsize_percent = 3\ncontrast_percent = 60"});
    addOptical(points, "shading", "shading_corner_lowest", {"corner_percent = 65", "corner_percent = 55"},
               {"corner_percent = 45", "corner_percent = 10", "corner_percent = 45\ndirection_deg = 0"});
    addOptical(points, "no-ir-filter", "colour_difference_mean", {}, {""});
    addOptical(points, "colour-cast", "white_balance_red", {"r_gain = 0.93", "r_gain = 1.08"},
               {"r_gain = 0.6", "r_gain = 0.8", "r_gain = 1.25", "r_gain = 1.7"});
    addOptical(points, "colour-cast", "white_balance_blue", {},
               {"r_gain = 1\nb_gain = 0.8", "r_gain = 1\nb_gain = 1.25"});
    addOptical(points, "dead-pixels", "dead_pixels", {"count = 5", "count = 10"},
               {"count = 20", "count = 500"});
    addOptical(points, "dead-pixels", "dead_clusters", {"count = 2\ncluster = 2"},
               {"count = 20\ncluster = 4"});
    addOptical(points, "hot-pixels", "hot_pixels", {"count = 5", "count = 10"},
               {"count = 20", "count = 500"});
    addOptical(points, "hot-pixels", "hot_clusters", {}, {"count = 20\ncluster = 4"});
    addOptical(points, "line-defect", "row_peak", {"rows = 1\namplitude_dn = 2"},
               {"rows = 1\namplitude_dn = 5", "rows = 2\namplitude_dn = 14", "rows = 2\namplitude_dn = 40"});
    addOptical(points, "banding", "banding", {"amplitude_dn = 0.5"},
               {"amplitude_dn = 5", "amplitude_dn = 14"});
    addOptical(points, "noise", "temporal_noise", {"snr_db = 28", "snr_db = 26"},
               {"snr_db = 24", "snr_db = 17", "snr_db = 10"});
    addOptical(points, "exposure-stuck", "exposure_grey", {"ev = -0.3", "ev = 0.3"},
               {"ev = -4", "ev = -1", "ev = 1", "ev = 4"});
    addOptical(points, "intermittent", "", {}, {"of = \"defocus\"\nmtf50_factor = 0.5\nprobability = 0.999"});
}

/// What is wrong with the fixture's light, whatever unit is in front of it.
void addLampFaults(std::vector<Point>& points) {
    const auto add = [&](const char* measurement, std::initializer_list<const char*> below,
                         std::initializer_list<const char*> within) {
        for (const auto* parameters : below)
            points.push_back({"lamp", parameters, 1, false, Outcome::Error, measurement, true});
        for (const auto* parameters : within)
            points.push_back({"lamp", parameters, 1, true, Outcome::Error, measurement, true});
    };
    add("lamp_light", {"level_percent = 85", "level_percent = 75"},
        {"level_percent = 3", "level_percent = 20", "level_percent = 55", "level_percent = 180",
         "level_percent = 400"});
    add("lamp_left_right", {"level_percent = 100\ngradient_percent = 4"},
        {"level_percent = 100\ngradient_percent = 20", "level_percent = 100\ngradient_percent = -60"});
    add("lamp_top_bottom", {}, {"level_percent = 100\ngradient_percent = 25\ndirection_deg = 90"});
    add("ambient_light", {"level_percent = 100\nambient_percent = 1"},
        {"level_percent = 100\nambient_percent = 4", "level_percent = 100\nambient_percent = 30"});
    add("diffuser_light", {"level_percent = 100\ndiffuser_percent = 85"},
        {"level_percent = 100\ndiffuser_percent = 60", "level_percent = 100\ndiffuser_percent = 140"});
    add("lamp_colour_red", {},
        {"level_percent = 100\nred_percent = 80", "level_percent = 100\nred_percent = 125"});
    add("lamp_colour_blue", {}, {"level_percent = 100\nblue_percent = 80"});
}

/// What one size alone does otherwise.
void addOddSizes(std::vector<Point>& points) {
    addOptical(points, "odd-size", "size_centre_difference", {"shift_percent = 0.5"},
               {"shift_percent = 1.5", "shift_percent = 4"});
    addOptical(points, "odd-size", "size_scale_difference", {"shift_percent = 0\nview_percent = 99"},
               {"shift_percent = 0\nview_percent = 97", "shift_percent = 0\nview_percent = 94"});
    addOptical(points, "odd-size", "size_balance_difference", {"shift_percent = 0\nr_gain = 1.02"},
               {"shift_percent = 0\nr_gain = 1.08", "shift_percent = 0\nr_gain = 0.9"});
    addOptical(points, "odd-size", "size_sharpness", {"at = \"1024x768\"\nshift_percent = 0\nblur_px = 0.3"},
               {"at = \"1024x768\"\nshift_percent = 0\nblur_px = 0.8"});
}

std::vector<Point> pointsOf(const std::string& sensor) {
    std::vector<Point> points = {{"none", "", 1, true, Outcome::Pass}};
    addModuleFaults(points, sensor);
    for (const auto* fault : {"usb-corrupt", "usb-drop", "usb-stall", "usb-disconnect"})
        addVariants(points, fault,
                    {"at_byte = 10", "at_byte = 20000", "probability = 0.001", "probability = 0.05"},
                    Outcome::Error);
    addVariants(points, "board-hang",
                {"at = \"hello\"", "at = \"script\"", "at = \"capture\"", "at = \"read\""}, Outcome::Error);
    addOpticalFaults(points);
    addLampFaults(points);
    addOddSizes(points);
    return points;
}

struct Options {
    unsigned seed = 11;
    unsigned shard = 0;
    unsigned shards = 1;
    unsigned units = 60; ///< of a row in its range
    unsigned good = 400;
    unsigned below = 30; ///< of a row below it
    bool figures = false;
    bool optical = false; ///< only faults of lens, filter, array and picture
    std::string sensor;
    std::string fault;
    std::string out = "faults.csv";
    std::string table;              ///< a document to be written
    std::vector<std::string> files; ///< that it is made from
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

/// The faulty units, and behind them good ones for the slots to pass.
constexpr unsigned slots = 2;

unsigned unitsOf(const Point& point, const Options& options) {
    if (point.fault == "none") return options.good;
    const auto all = point.inRange ? options.units : options.below;
    return (all + point.variants - 1) / point.variants;
}

std::string scenarioOf(const Point& point, unsigned units) {
    if (point.fault == "none") return {};
    std::string text;
    for (unsigned unit = 1; unit <= units; ++unit)
        text +=
            fmt::format("[[unit]]\nindex = {}\nfault = \"{}\"\n{}\n", unit, point.fault, point.parameters);
    return text;
}

/// Trouble with board or link may be made good by a repeat; it must not be laid at the unit's door.
bool isWrong(const Point& point, Outcome outcome) {
    const bool link = point.expected == Outcome::Error && !point.optical && point.fault != "absent";
    return link ? outcome == Outcome::Fail : outcome != point.expected;
}

bool names(const TestRecord& record, const Point& point) {
    const auto& failed = record.failedMeasurements;
    return point.measurement.empty() ||
           std::any_of(failed.begin(), failed.end(), [&](const std::string& name) {
               // A size that shows too little to find the chart in it is named by that.
               return name.starts_with(point.measurement + "@") ||
                      (point.fault == "odd-size" && name.starts_with("sizes_without_chart"));
           });
}

/// What became of the units of one line.
struct Tally {
    std::map<Outcome, unsigned> outcomes;
    std::map<std::string, unsigned> codes;
    unsigned wrong = 0;
    unsigned behindNotPassed = 0; ///< good units after the faulty ones
    double longest = 0;           ///< seconds of a run
};

Tally tallyOf(const std::vector<TestRecord>& records, const Point& point, unsigned units) {
    std::map<std::string, const TestRecord*> latest;
    Tally tally;
    for (const auto& record : records) {
        const TestRecord*& kept = latest[record.serial];
        if (kept == nullptr || kept->run < record.run) kept = &record;
        tally.longest = std::max(tally.longest, std::chrono::duration<double>(record.duration).count());
    }
    for (unsigned unit = 1; unit <= units + slots; ++unit) {
        const auto found = latest.find(Serial::numbered(unit).text());
        if (found == latest.end()) throw std::runtime_error("a unit has no record");
        const auto& record = *found->second;
        if (unit > units) {
            tally.behindNotPassed += record.outcome != Outcome::Pass;
            continue;
        }
        ++tally.outcomes[record.outcome];
        ++tally.codes[record.failureCode.empty() ? "-" : record.failureCode];
        const bool wrong = isWrong(point, record.outcome) || (point.inRange && !names(record, point));
        tally.wrong += wrong;
        if (wrong && point.inRange)
            std::fprintf(stderr, "wrong: %s, %s %s\n", record.serial.c_str(),
                         std::string(outcomeText(record.outcome)).c_str(), record.failureDetail.c_str());
    }
    return tally;
}

std::string runPoint(const std::string& sensor, const Point& point, unsigned units, unsigned seed) {
    test::VirtualLot lot(units + slots, slots, scenarioOf(point, units), sensor + ".toml", seed);
    lot.store.capacity = std::size_t{10} * (units + slots);
    // What the other steps see besides would only help: they are left out for the sake of time.
    if (point.optical)
        std::erase_if(lot.plan.main, [&point](const StepSpec& step) {
            if (point.fault == "odd-size" && (step.type == "capture" || step.type == "size-agreement"))
                return false;
            return step.type != "identify-module" && step.type != "initialise-sensor" &&
                   step.type != "picture-quality";
        });
    if (const auto summary = lot.run(); !summary) throw std::runtime_error(summary.error().message);
    auto tally = tallyOf(lot.store.records, point, units);
    std::string codes;
    for (const auto& [code, count] : tally.codes)
        codes += fmt::format("{}{} {}", codes.empty() ? "" : "; ", code, count);
    return fmt::format("{},{},{},{},{},{},{},{:.1f},{},{:.1f},{}", keyOf(sensor, point, units),
                       outcomeText(point.expected), point.inRange ? "in" : "below",
                       tally.outcomes[Outcome::Pass], tally.outcomes[Outcome::Fail],
                       tally.outcomes[Outcome::Error], tally.wrong, upperBound(tally.wrong, units),
                       tally.behindNotPassed, tally.longest, codes);
}

constexpr const char* header = "sensor,fault,parameters,units,expected,range,pass,fail,error,wrong,"
                               "wrong_below_percent,next_not_passed,longest_s,codes\n";

/// The cells of the lines that are done, by the key of the line.
std::map<std::string, std::vector<std::string>> linesOf(const std::vector<std::string>& files) {
    std::map<std::string, std::vector<std::string>> lines;
    for (const auto& file : files) {
        std::ifstream stream(file);
        for (std::string line; std::getline(stream, line);) {
            std::vector<std::string> cells;
            std::istringstream text(line);
            for (std::string cell; std::getline(text, cell, ',');)
                cells.push_back(cell);
            if (cells.size() == 14)
                lines[fmt::format("{},{},{},{}", cells[0], cells[1], cells[2], cells[3])] = cells;
        }
    }
    return lines;
}

/// Some lines of the table taken together.
struct Sum {
    unsigned units = 0;
    unsigned passed = 0;
    unsigned wrong = 0;
    unsigned behind = 0;
    double longest = 0;
    std::map<std::string, unsigned> codes;

    void add(const std::vector<std::string>& cells) {
        units += static_cast<unsigned>(std::stoul(cells[3]));
        passed += static_cast<unsigned>(std::stoul(cells[6]));
        wrong += static_cast<unsigned>(std::stoul(cells[9]));
        behind += static_cast<unsigned>(std::stoul(cells[11]));
        longest = std::max(longest, std::stod(cells[12]));
        std::istringstream list(cells[13]);
        for (std::string code; std::getline(list, code, ';');) {
            code.erase(0, code.find_first_not_of(' '));
            const auto space = code.rfind(' ');
            if (code[0] != '-')
                codes[code.substr(0, space)] += static_cast<unsigned>(std::stoul(code.substr(space)));
        }
    }
    /// The most frequent codes.
    std::string codeText() const {
        std::vector<std::pair<unsigned, std::string>> sorted;
        for (const auto& [code, count] : codes)
            sorted.emplace_back(count, code);
        std::sort(sorted.rbegin(), sorted.rend());
        std::string text;
        for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 3); ++i)
            text += fmt::format("{}`{}`", text.empty() ? "" : ", ", sorted[i].second);
        return text + (sorted.size() > 3 ? ", …" : "");
    }
};

/// What stands for a line in the table: variants of one fault share theirs.
std::string labelOf(const Point& point) {
    if (point.variants == 1) return oneLine(point.parameters);
    if (point.fault == "fifo-stale") return point.parameters.substr(0, point.parameters.find('\n'));
    return fmt::format("{} variants", point.variants);
}

std::string tableRow(const std::string& fault, const std::string& label, const Point& point, const Sum& sum) {
    if (!point.inRange) {
        const auto found = sum.units - sum.passed;
        return fmt::format("| `{}` | {} | {} of {} | {:.0f} % to {:.0f} % |\n", fault, label, found,
                           sum.units, 100 - upperBound(sum.units - found, sum.units),
                           upperBound(found, sum.units));
    }
    return fmt::format("| `{}` | {} | {} | {} | {} | {:.1f} % | {} | {:.0f} | {} |\n", fault, label,
                       outcomeText(point.expected), sum.units, sum.wrong, upperBound(sum.wrong, sum.units),
                       sum.behind, sum.longest, sum.codeText());
}

/// One sensor's lines inside or below the ranges.
std::string tableOf(const std::string& sensor, bool inRange,
                    const std::map<std::string, std::vector<std::string>>& lines, const Options& options) {
    std::vector<std::pair<std::string, std::string>> order;
    std::map<std::pair<std::string, std::string>, std::pair<Point, Sum>> rows;
    for (const auto& point : pointsOf(sensor)) {
        const auto line = lines.find(keyOf(sensor, point, unitsOf(point, options)));
        if (point.inRange != inRange || line == lines.end()) continue;
        const std::pair key{point.fault, labelOf(point)};
        if (rows.count(key) == 0) order.push_back(key);
        auto& row = rows[key];
        row.first = point;
        row.second.add(line->second);
    }
    std::string text;
    for (const auto& key : order)
        text += tableRow(key.first, key.second, rows[key].first, rows[key].second);
    return text;
}

constexpr const char* inRangeHead =
    "| fault | parameters | expected | units | wrong | at most | next not passed | longest, s | codes |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
constexpr const char* belowHead =
    "| fault | parameters | found | 95 % interval |\n| --- | --- | --- | --- |\n";

int writeTable(const Options& options) {
    const auto lines = linesOf(options.files);
    std::string text =
        "# Faults injected and found\n\n"
        "Made by `bench_faults --table DOCUMENT FILE…` from the lines that "
        "`bench_faults --shard I/N --out FILE`\n"
        "wrote: both full plans on the virtual bench, two slots. *Wrong* are units whose "
        "outcome is not the expected\n"
        "one; for faults of the link and the board, ERROR and PASS after a repeat are right "
        "and FAIL is wrong. *At most*\n"
        "is the upper 95 % bound of their share. *Next not passed*: of the two good units "
        "behind each line's faulty ones,\n"
        "how many did not pass. *Longest* is a run in the bench's time; the plans allow 120 s "
        "a unit. Variants of a fault\n"
        "(pins, bits, places) share a row. Faults of lens, filter, array and picture, and with "
        "`--optical` good units (`none`), go through\n"
        "the steps that start the module and through `picture-quality` alone; a unit that fails without the "
        "fault's own "
        "measurement among those out of\n"
        "limits is wrong, too.\n";
    for (const std::string sensor : {"ov2640", "ov5642"})
        text +=
            fmt::format("\n## {} in range\n\n{}{}\n## {} below the range\n\nNothing is promised here: how "
                        "often the fault shows, against its parameter.\n\n{}{}",
                        sensor, inRangeHead, tableOf(sensor, true, lines, options), sensor, belowHead,
                        tableOf(sensor, false, lines, options));
    text += test::thresholdTables(lines);
    std::ofstream(options.table) << text;
    return 0;
}

/// Of the lines in the ranges: bad units that passed, and good ones that failed, those in trouble with link
/// or board and those behind the faulty ones included.
void printFigures(const Options& options) {
    const auto lines = linesOf({options.out});
    std::map<std::string, unsigned> counts;
    for (const std::string sensor : {"ov2640", "ov5642"})
        for (const auto& point : pointsOf(sensor)) {
            const auto line = lines.find(keyOf(sensor, point, unitsOf(point, options)));
            if (!point.inRange || line == lines.end()) continue;
            const auto number = [&](std::size_t cell) {
                return static_cast<unsigned>(std::stoul(line->second[cell]));
            };
            const bool bad = point.expected == Outcome::Fail || point.fault == "absent" || point.optical;
            if (bad) counts["escapes"] += number(6);
            counts["overkill"] += (bad ? 0 : number(7)) + number(11);
            counts["faulty_units"] += bad ? number(3) : 0;
            counts["good_units"] += bad ? slots : number(3) + slots;
        }
    for (const auto& [name, count] : counts)
        test::printFigure(name, count, "unit");
}

int run(const Options& options) {
    if (!options.table.empty()) return writeTable(options);
    const auto done = doneRows(options.out);
    if (!std::filesystem::exists(options.out)) std::ofstream(options.out) << header;
    unsigned index = 0;
    for (const char* sensor : {"ov2640", "ov5642"})
        for (auto point : pointsOf(sensor)) {
            point.optical |= point.fault == "none" && options.fault == "none" && options.optical;
            const auto units = unitsOf(point, options);
            const bool mine = index++ % options.shards == options.shard;
            const bool wanted = (options.sensor.empty() || options.sensor == sensor) &&
                                (!options.optical || point.optical) &&
                                (options.fault.empty() || options.fault == point.fault);
            if (!mine || !wanted || done.count(keyOf(sensor, point, units)) > 0) continue;
            const auto row = runPoint(sensor, point, units, options.seed);
            std::ofstream(options.out, std::ios::app) << row << '\n';
            if (options.figures) continue;
            std::printf("%s\n", row.c_str());
            std::fflush(stdout);
        }
    if (options.figures) printFigures(options);
    return 0;
}

Options parse(int count, char** arguments) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string name = arguments[i];
        if (name.rfind("--", 0) != 0) {
            options.files.push_back(name);
            continue;
        }
        if (name == "--figures" || name == "--optical") {
            (name == "--figures" ? options.figures : options.optical) = true;
            continue;
        }
        if (++i == count) throw std::runtime_error(name + ": its value is missing");
        const std::string value = arguments[i];
        if (name == "--shard" && std::sscanf(value.c_str(), "%u/%u", &options.shard, &options.shards) != 2)
            throw std::runtime_error("--shard: expected I/N");
        const std::map<std::string, unsigned*> numbers = {{"--units", &options.units},
                                                          {"--good", &options.good},
                                                          {"--below", &options.below},
                                                          {"--seed", &options.seed}};
        const std::map<std::string, std::string*> texts = {{"--sensor", &options.sensor},
                                                           {"--fault", &options.fault},
                                                           {"--out", &options.out},
                                                           {"--table", &options.table}};
        if (numbers.count(name) > 0)
            *numbers.at(name) = static_cast<unsigned>(std::stoul(value));
        else if (texts.count(name) > 0)
            *texts.at(name) = value;
        else if (name != "--shard")
            throw std::runtime_error(name + ": no such option");
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
