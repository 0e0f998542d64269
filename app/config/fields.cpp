// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/fields.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::config {
namespace {

constexpr std::size_t longestText = 200;

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

} // namespace

Result<std::string> textOf(const Value& value) {
    auto text = value.string();
    if (!text) return text;
    if (text->empty() || text->size() > longestText || std::any_of(text->begin(), text->end(), isControl))
        return value.expected("1 to 200 characters without line breaks");
    return text;
}

Result<Resolution> resolutionOf(const Value& value) {
    const auto text = value.string();
    auto size = text ? Resolution::parse(*text) : Result<Resolution>(passOn(text));
    if (size) return size;
    return value.expected("a size such as \"640x480\"");
}

std::optional<Value> Fields::required(std::string_view key) {
    auto value = table_.required(key);
    if (value && good()) return std::move(*value);
    if (!value) remember(value.error());
    return std::nullopt;
}

std::optional<Value> Fields::optional(std::string_view key) {
    auto value = table_.optional(key);
    return good() ? value : std::nullopt;
}

std::string Fields::text(std::string_view key) {
    const auto value = required(key);
    return value ? take(textOf(*value)) : std::string();
}

bool Fields::booleanOr(bool fallback, std::string_view key) {
    const auto value = optional(key);
    return value ? take(value->boolean()) : fallback;
}

std::optional<double> Fields::optionalNumber(std::string_view key, double low, double high) {
    const auto value = optional(key);
    if (!value) return std::nullopt;
    return take(value->number(low, high));
}

std::vector<Value> Fields::array(std::string_view key) {
    const auto value = required(key);
    if (!value) return {};
    auto values = take(value->array());
    if (good() && values.empty()) refuse(value->refused("expected at least one entry"));
    return values;
}

std::vector<Value> Fields::optionalArray(std::string_view key) {
    const auto value = optional(key);
    return value ? take(value->array()) : std::vector<Value>();
}

std::vector<Table> Fields::tablesOf(const std::vector<Value>& values) {
    std::vector<Table> tables;
    for (const auto& value : values) {
        auto table = value.table();
        if (table)
            tables.push_back(std::move(*table));
        else
            remember(table.error());
    }
    return tables;
}

std::vector<Table> Fields::tables(std::string_view key) {
    return tablesOf(array(key));
}
std::vector<Table> Fields::optionalTables(std::string_view key) {
    return tablesOf(optionalArray(key));
}

std::vector<std::string> Fields::optionalTexts(std::string_view key) {
    std::vector<std::string> texts;
    for (const auto& value : optionalArray(key))
        texts.push_back(take(textOf(value)));
    return texts;
}

std::vector<std::string> Fields::provisional(const std::set<std::string>& known) {
    std::vector<std::string> names;
    const auto keys = table_.keys();
    for (const auto& value : optionalArray("provisional")) {
        auto name = take(textOf(value));
        const bool isKey = std::find(keys.begin(), keys.end(), name) != keys.end();
        if (good() && !isKey && known.find(name) == known.end())
            refuse(value.refused(fmt::format("nothing in this file is called \"{}\"", name)));
        names.push_back(std::move(name));
    }
    return names;
}

Result<> Fields::soFar() const {
    if (error_) return Failure(*error_);
    return {};
}

Result<> Fields::finish() {
    return error_ ? soFar() : table_.finish();
}

} // namespace framegate::config
