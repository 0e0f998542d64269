// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <map>

namespace framegate::config {
namespace {

constexpr double tallest = 4;
constexpr int highestId = 49;      // of DICT_4X4_50
constexpr int leastDifference = 3; // in cells, between two fiducials however turned
constexpr double finestPitch = 1e-4;

double number(Fields& fields, std::string_view key, double low, double high) {
    const auto value = fields.required(key);
    return value ? fields.take(value->number(low, high)) : 0;
}

double reflectance(Fields& fields, std::string_view key = "reflectance") {
    return number(fields, key, 0, 1);
}

std::vector<double> numbers(Fields& fields, std::string_view key, double low, double high) {
    std::vector<double> read;
    const auto value = fields.required(key);
    if (!value) return read;
    for (const auto& part : fields.take(value->array()))
        read.push_back(fields.take(part.number(low, high)));
    return read;
}

/// As many numbers as \a Count.
template <std::size_t Count>
std::array<double, Count> fixedNumbers(Fields& fields, std::string_view key, double low, double high) {
    std::array<double, Count> read{};
    const auto found = numbers(fields, key, low, high);
    if (fields.good() && found.size() != Count)
        fields.refuse(
            fields.required(key)->refused(fmt::format("expected {} numbers, found {}", Count, found.size())));
    else if (fields.good())
        std::copy(found.begin(), found.end(), read.begin());
    return read;
}

ChartPoint centre(Fields& fields) {
    const auto read = fixedNumbers<2>(fields, "centre", 0, tallest);
    return {read[0], read[1]};
}

/// Upright bounds of an object of a chart, to find what sticks out or overlaps.
struct Place {
    double left, top, right, bottom;
    std::string what;
};

Place placeOf(const std::array<ChartPoint, 4>& corners, std::string what) {
    const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
    const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
    return {left, top, right, bottom, std::move(what)};
}

bool overlap(const Place& a, const Place& b) {
    constexpr double touch = 1e-9;
    return a.left < b.right - touch && b.left < a.right - touch && a.top < b.bottom - touch &&
           b.top < a.bottom - touch;
}

/// Fills a chart and keeps what has its place already.
class ChartReader {
public:
    explicit ChartReader(const Document& document) : document_(document), fields_(document.root()) {}
    Result<ChartDescription> read();

private:
    Result<Fields> section(std::string_view key);
    Result<> marker();
    Result<> fiducial(const Table& table);
    Result<> square(const Table& table);
    Result<> patch(const Table& table);
    Result<> trap();
    Result<> wedge();
    Result<> label();
    Result<> objects();
    Result<> occupy(const Table& table, Place place);
    Result<> distinct(const Table& table, const ChartFiducial& fiducial) const;
    Result<> each(std::string_view key, Result<> (ChartReader::*reader)(const Table&));

    const Document& document_;
    Fields fields_;
    ChartDescription chart_;
    std::vector<Place> places_;
};

/// The table under \a key.
Result<Fields> ChartReader::section(std::string_view key) {
    const auto value = document_.root().required(key);
    if (!value) return passOn(value);
    auto table = value->table();
    if (!table) return passOn(table);
    return Fields(std::move(*table));
}

/// Takes note of where an object of \a table lies. Error: it sticks out, or lies on another.
Result<> ChartReader::occupy(const Table& table, Place place) {
    if (place.left < 0 || place.top < 0 || place.right > 1 || place.bottom > chart_.height)
        return table.required("centre")->refused(
            fmt::format("{} reaches beyond the chart of 1 by {}", place.what, chart_.height));
    for (const auto& other : places_)
        if (overlap(place, other))
            return table.required("centre")->refused(fmt::format("{} lies on {}", place.what, other.what));
    places_.push_back(std::move(place));
    return {};
}

Result<> ChartReader::marker() {
    auto fields = section("marker");
    if (!fields) return passOn(fields);
    chart_.marker.side = number(*fields, "side", 0.01, 0.5);
    chart_.marker.margin = number(*fields, "margin", 0, 0.5);
    chart_.marker.white = reflectance(*fields, "white");
    chart_.marker.black = reflectance(*fields, "black");
    if (auto finished = fields->finish(); !finished) return finished;
    if (chart_.marker.margin < chart_.marker.side / chartFrameCells)
        return fields->required("margin")->refused("expected at least one cell, a sixth of side");
    return {};
}

/// Rows of "0" and "1".
Result<std::uint16_t> bitsOf(const Value& value) {
    const auto rows = value.array();
    if (!rows) return passOn(rows);
    std::string all;
    for (const auto& row : *rows) {
        const auto text = row.string();
        if (!text) return passOn(text);
        all += *text;
    }
    if (rows->size() != chartCodeCells || all.size() != chartCodeCells * chartCodeCells ||
        all.find_first_not_of("01") != std::string::npos)
        return value.refused("expected four rows of four cells, each 0 or 1");
    return static_cast<std::uint16_t>(std::stoul(all, nullptr, 2));
}

/// Can \a fiducial, however it lies, be told from those read before, and which way up it is?
Result<> ChartReader::distinct(const Table& table, const ChartFiducial& fiducial) const {
    const auto alike = [&](std::uint16_t other, int firstTurn) {
        for (int turn = 0; turn < 4; ++turn, other = turnedClockwise(other))
            if (turn >= firstTurn && std::popcount<unsigned>(fiducial.bits ^ other) < leastDifference)
                return true;
        return false;
    };
    if (alike(fiducial.bits, 1)) return table.required("bits")->refused("looks much the same when turned");
    for (const auto& other : chart_.fiducials) {
        if (other.id == fiducial.id)
            return table.required("id")->refused(fmt::format("fiducial {} is described twice", other.id));
        if (alike(other.bits, 0))
            return table.required("bits")->refused(
                fmt::format("differs from fiducial {} in fewer than {} cells", other.id, leastDifference));
    }
    return {};
}

Result<> ChartReader::fiducial(const Table& table) {
    Fields fields(table);
    ChartFiducial fiducial;
    fiducial.id = fields.integer<int>("id", 0, highestId);
    fiducial.centre = centre(fields);
    if (const auto bits = fields.required("bits")) fiducial.bits = fields.take(bitsOf(*bits));
    if (auto finished = fields.finish(); !finished) return finished;
    if (auto told = distinct(table, fiducial); !told) return told;
    chart_.fiducials.push_back(fiducial);
    const double side = chart_.marker.side + 2 * chart_.marker.margin;
    return occupy(table,
                  placeOf(squareCorners(fiducial.centre, side, 0), fmt::format("fiducial {}", fiducial.id)));
}

Result<ChartZone> zoneOf(const Value& value) {
    static const std::map<std::string, ChartZone, std::less<>> words = {{"centre", ChartZone::Centre},
                                                                        {"middle", ChartZone::Middle},
                                                                        {"edge", ChartZone::Edge},
                                                                        {"corner", ChartZone::Corner}};
    const auto word = value.string();
    const auto found = word ? words.find(*word) : words.end();
    if (found == words.end()) return value.expected("\"centre\", \"middle\", \"edge\" or \"corner\"");
    return found->second;
}

Result<> ChartReader::square(const Table& table) {
    Fields fields(table);
    ChartSquare square;
    square.name = fields.text("name");
    if (const auto zone = fields.required("zone")) square.zone = fields.take(zoneOf(*zone));
    square.centre = centre(fields);
    square.side = number(fields, "side", 0.01, 0.5);
    square.degrees = number(fields, "degrees", -45, 45);
    square.reflectance = reflectance(fields);
    if (auto finished = fields.finish(); !finished) return finished;
    for (const auto& other : chart_.squares)
        if (other.name == square.name) return table.required("name")->refused("another square has that name");
    chart_.squares.push_back(square);
    return occupy(table, placeOf(square.corners(), "square " + square.name));
}

/// `reflectance` or `linear_rgb`.
void readColour(Fields& fields, ChartPatch& patch) {
    patch.grey = fields.table().optional("reflectance").has_value();
    if (patch.grey)
        patch.colour.fill(reflectance(fields));
    else
        patch.colour = fixedNumbers<3>(fields, "linear_rgb", 0, 1);
}

Result<> ChartReader::patch(const Table& table) {
    Fields fields(table);
    ChartPatch patch;
    patch.name = fields.text("name");
    patch.centre = centre(fields);
    patch.side = number(fields, "side", 0.005, 0.5);
    readColour(fields, patch);
    if (auto finished = fields.finish(); !finished) return finished;
    for (const auto& other : chart_.patches)
        if (other.name == patch.name) return table.required("name")->refused("another patch has that name");
    for (const bool mirrored : {false, true}) {
        patch.mirrored = mirrored;
        if (mirrored) patch.centre.x = 1 - patch.centre.x;
        chart_.patches.push_back(patch);
        const auto what = fmt::format("patch {}{}", patch.name, mirrored ? ", mirrored," : "");
        if (auto placed = occupy(table, placeOf(patch.corners(), what)); !placed) return placed;
    }
    return {};
}

Result<> ChartReader::trap() {
    auto fields = section("trap");
    if (!fields) return passOn(fields);
    chart_.trap.centre = centre(*fields);
    chart_.trap.radius = number(*fields, "radius", 0.001, 0.5);
    chart_.trap.reflectance = reflectance(*fields);
    if (auto finished = fields->finish(); !finished) return finished;
    return occupy(fields->table(),
                  placeOf(squareCorners(chart_.trap.centre, 2 * chart_.trap.radius, 0), "trap"));
}

Result<> ChartReader::wedge() {
    auto fields = section("wedge");
    if (!fields) return passOn(fields);
    auto& wedge = chart_.wedge;
    wedge.centre = centre(*fields);
    wedge.width = number(*fields, "width", 0.001, 1);
    wedge.height = number(*fields, "height", 0.001, 1);
    wedge.reflectance = reflectance(*fields);
    wedge.pitches = numbers(*fields, "pitches", finestPitch, 1);
    if (auto finished = fields->finish(); !finished) return finished;
    const Place place = {wedge.centre.x - wedge.width / 2, wedge.centre.y - wedge.height / 2,
                         wedge.centre.x + wedge.width / 2, wedge.centre.y + wedge.height / 2, "wedge"};
    return occupy(fields->table(), place);
}

Result<> ChartReader::label() {
    auto fields = section("label");
    if (!fields) return passOn(fields);
    auto& label = chart_.label;
    label.text = fields->text("text");
    label.centre = centre(*fields);
    label.height = number(*fields, "height", 0.001, 0.5);
    label.reflectance = reflectance(*fields);
    if (auto finished = fields->finish(); !finished) return finished;
    const double width = label.height * static_cast<double>(label.text.size()); // wider than any letter is
    const Place place = {label.centre.x - width / 2, label.centre.y - label.height,
                         label.centre.x + width / 2, label.centre.y + label.height, "label"};
    return occupy(fields->table(), place);
}

Result<> ChartReader::each(std::string_view key, Result<> (ChartReader::*reader)(const Table&)) {
    const auto tables = fields_.tables(key);
    if (auto good = fields_.soFar(); !good) return good;
    for (const auto& table : tables)
        if (auto done = (this->*reader)(table); !done) return done;
    return {};
}

Result<> ChartReader::objects() {
    if (auto done = marker(); !done) return done;
    if (auto done = each("fiducial", &ChartReader::fiducial); !done) return done;
    if (auto done = each("square", &ChartReader::square); !done) return done;
    if (auto done = each("patch", &ChartReader::patch); !done) return done;
    if (auto done = trap(); !done) return done;
    if (auto done = wedge(); !done) return done;
    return label();
}

Result<ChartDescription> ChartReader::read() {
    chart_.name = fields_.text("name");
    chart_.version = fields_.text("version");
    chart_.height = number(fields_, "height", 0.1, tallest);
    chart_.background = reflectance(fields_, "background");
    chart_.paper = number(fields_, "paper", 0.1, 1);
    chart_.sha256 = document_.sha256();
    if (auto good = fields_.soFar(); !good) return passOn(good);
    if (auto done = objects(); !done) return passOn(done);
    if (auto finished = fields_.finish(); !finished) return passOn(finished);
    if (chart_.fiducials.size() < 4)
        return document_.root()
            .required("fiducial")
            ->refused("expected at least four: fewer do not fix a place");
    return std::move(chart_);
}

} // namespace

Result<ChartDescription> chartOf(const Document& document) {
    return ChartReader(document).read();
}

Result<ChartDescription> readChart(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    return chartOf(*document);
}

} // namespace framegate::config
