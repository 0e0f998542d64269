// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"
#include "config/readers.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <map>

namespace framegate::config {
namespace {

constexpr double lowest = std::numeric_limits<double>::lowest();
constexpr double highest = std::numeric_limits<double>::max();

bool isSnakeCase(std::string_view name) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), allowed);
}

Result<Blames> blamesOf(const Value& value) {
    const auto text = textOf(value);
    if (!text) return passOn(text);
    if (*text == "unit") return Blames::Unit;
    if (*text == "station") return Blames::Station;
    return value.expected("\"unit\" or \"station\"");
}

Result<Limit> readLimit(const Table& table) {
    Fields fields(table);
    Limit limit;
    limit.name = fields.text("name");
    if (const auto size = fields.optional("resolution")) limit.resolution = fields.take(resolutionOf(*size));
    limit.low = fields.optionalNumber("low", lowest, highest);
    limit.high = fields.optionalNumber("high", lowest, highest);
    limit.marginalBand = fields.optionalNumber("marginal_band", 0, highest).value_or(0);
    limit.reason = fields.text("reason");
    if (const auto blames = fields.optional("blames")) limit.blames = fields.take(blamesOf(*blames));
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    if (!isSnakeCase(limit.name))
        return table.required("name")->expected("lower-case letters, digits and underscores");
    if (!limit.low && !limit.high) return table.refused("expected low, high or both");
    if (limit.low && limit.high && *limit.low > *limit.high)
        return table.required("high")->refused(
            fmt::format("expected at least low, which is {}, found {}", *limit.low, *limit.high));
    limit.place = table.required("name")->position().text();
    return limit;
}

using LimitKey = std::pair<std::string, std::optional<Resolution>>;

std::string keyText(const Limit& limit) {
    return limit.name + (limit.resolution ? " at " + limit.resolution->text() : std::string());
}

} // namespace

Result<Limits> limitsOf(const Document& document) {
    Fields fields(document.root());
    const auto name = fields.text("name");
    const auto version = fields.text("version");
    std::vector<Limit> entries;
    std::map<LimitKey, std::size_t> lines;
    for (const auto& table : fields.tables("limit")) {
        auto limit = readLimit(table);
        if (!limit) return passOn(limit);
        const auto [first, added] =
            lines.try_emplace({limit->name, limit->resolution}, table.position().line);
        if (!added)
            return table.refused(
                fmt::format("{} has its limits already on line {}", keyText(*limit), first->second));
        entries.push_back(std::move(*limit));
    }
    if (auto finished = fields.finish(); !finished) return passOn(finished);
    return Limits(name, version, document.sha256(), std::move(entries));
}

Result<Limits> readLimits(const std::filesystem::path& file) {
    const auto document = Document::read(file);
    if (!document) return passOn(document);
    return limitsOf(*document);
}

} // namespace framegate::config
