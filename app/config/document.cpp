// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/document.h"

#include "base/files.h"
#include "base/sha256.h"
#include "config/nesting.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <set>
#include <toml++/toml.h>

namespace framegate::config {

/// A value inside a parsed file, which it keeps alive.
struct Value::Node {
    std::shared_ptr<const toml::table> whole;
    const toml::node* node = nullptr;
};

struct Table::State {
    std::shared_ptr<const toml::table> whole;
    const toml::table* table = nullptr;
    std::string field; ///< empty at the root
    std::set<std::string, std::less<>> asked;
};

namespace {

constexpr std::size_t largestFile = 4U << 20U;
constexpr std::size_t longestQuote = 60; ///< of a found string, in a message

Position positionOf(const std::string& file, const toml::source_region& source) {
    return {file, std::max<std::size_t>(source.begin.line, 1), std::max<std::size_t>(source.begin.column, 1)};
}

Failure refusedAt(const Position& position, std::string_view field, std::string_view complaint) {
    return failure(ErrorKind::InvalidInput, "CONFIG",
                   fmt::format("{}: {}{}{}", position.text(), field, field.empty() ? "" : ": ", complaint));
}

std::string shownString(std::string_view text) {
    std::string shown;
    for (const char c : text.substr(0, longestQuote))
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            shown += fmt::format("\\x{:02x}", c);
        else
            shown += c;
    return fmt::format("\"{}{}\"", shown, text.size() > longestQuote ? "…" : "");
}

std::string foundText(const toml::node& node) {
    if (const auto* string = node.as_string()) return shownString(string->get());
    if (const auto* integer = node.as_integer()) return fmt::format("{}", integer->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
    if (node.is_array()) return "an array";
    if (node.is_table()) return "a table";
    return "a date or time";
}

std::string integerRange(std::int64_t low, std::int64_t high) {
    using Bounds = std::numeric_limits<std::int64_t>;
    if (low == Bounds::min() && high == Bounds::max()) return "an integer";
    if (high == Bounds::max()) return fmt::format("an integer of at least {}", low);
    return fmt::format("an integer from {} to {}", low, high);
}

std::string numberRange(double low, double high) {
    using Bounds = std::numeric_limits<double>;
    if (low <= Bounds::lowest() && high >= Bounds::max()) return "a finite number";
    if (high >= Bounds::max()) return fmt::format("a number of at least {}", low);
    return fmt::format("a number from {} to {}", low, high);
}

std::string fieldOf(std::string_view table, std::string_view key) {
    return table.empty() ? std::string(key) : fmt::format("{}.{}", table, key);
}

/// The keys of \a table in the order of the file; toml++ keeps them sorted by name.
std::vector<const toml::key*> keysInOrder(const toml::table& table) {
    std::vector<const toml::key*> keys;
    keys.reserve(table.size());
    for (auto&& [key, node] : table)
        keys.push_back(&key);
    const auto place = [](const toml::key* key) {
        const auto& begin = key->source().begin;
        return std::pair(begin.line, begin.column);
    };
    std::stable_sort(keys.begin(), keys.end(),
                     [&](const auto* a, const auto* b) { return place(a) < place(b); });
    return keys;
}

} // namespace

std::string Position::text() const {
    return fmt::format("{}:{}:{}", file, line, column);
}

Failure Value::refused(std::string_view complaint) const {
    return refusedAt(position_, field_, complaint);
}

Failure Value::expected(std::string_view what) const {
    return refused(fmt::format("expected {}, found {}", what, foundText(*node_->node)));
}

bool Value::isString() const {
    return node_->node->is_string();
}
bool Value::isArray() const {
    return node_->node->is_array();
}
bool Value::isInteger() const {
    return node_->node->is_integer();
}

Result<std::string> Value::string() const {
    if (const auto* value = node_->node->as_string()) return value->get();
    return expected("a string");
}

Result<bool> Value::boolean() const {
    if (const auto* value = node_->node->as_boolean()) return value->get();
    return expected("true or false");
}

Result<std::int64_t> Value::integer(std::int64_t low, std::int64_t high) const {
    const auto* value = node_->node->as_integer();
    if (value != nullptr && value->get() >= low && value->get() <= high) return value->get();
    return expected(integerRange(low, high));
}

Result<double> Value::number(double low, double high) const {
    const auto value = node_->node->value<double>();
    const bool isNumber = node_->node->is_number();
    if (isNumber && value && *value >= low && *value <= high) return *value;
    return expected(numberRange(low, high));
}

Result<std::vector<Value>> Value::array() const {
    const auto* array = node_->node->as_array();
    if (array == nullptr) return expected("an array");
    std::vector<Value> values;
    values.reserve(array->size());
    for (const auto& element : *array) {
        Value value;
        value.node_ = std::make_shared<const Node>(Node{node_->whole, &element});
        value.position_ = positionOf(position_.file, element.source());
        value.field_ = fmt::format("{}[{}]", field_, values.size() + 1);
        values.push_back(std::move(value));
    }
    return values;
}

Result<Table> Value::table() const {
    const auto* found = node_->node->as_table();
    if (found == nullptr) return expected("a table");
    Table table;
    table.state_ = std::make_shared<Table::State>(Table::State{node_->whole, found, field_, {}});
    table.position_ = position_;
    return table;
}

std::optional<Value> Table::optional(std::string_view key) const {
    state_->asked.emplace(key);
    const auto* node = state_->table->get(key);
    if (node == nullptr) return std::nullopt;
    Value value;
    value.node_ = std::make_shared<const Value::Node>(Value::Node{state_->whole, node});
    value.position_ = positionOf(position_.file, node->source());
    value.field_ = fieldOf(state_->field, key);
    return value;
}

Result<Value> Table::required(std::string_view key) const {
    if (auto value = optional(key)) return std::move(*value);
    return refusedAt(position_, fieldOf(state_->field, key), "missing");
}

std::vector<std::string> Table::keys() const {
    std::vector<std::string> keys;
    for (const auto* key : keysInOrder(*state_->table))
        keys.emplace_back(key->str());
    return keys;
}

Result<> Table::finish() const {
    for (const auto* key : keysInOrder(*state_->table)) {
        if (state_->asked.find(key->str()) != state_->asked.end()) continue;
        return refusedAt(positionOf(position_.file, key->source()), fieldOf(state_->field, key->str()),
                         fmt::format("unknown key; known here are {}", fmt::join(state_->asked, ", ")));
    }
    return {};
}

Failure Table::refused(std::string_view complaint) const {
    return refusedAt(position_, state_->field, complaint);
}

Result<Document> Document::read(const std::filesystem::path& file) {
    const auto text = readTextFile(file, largestFile);
    if (!text) return passOn(text);
    return parse(*text, file);
}

Result<Document> Document::parse(std::string_view text, const std::filesystem::path& file) {
    const auto name = file.string();
    if (text.size() > largestFile)
        return refusedAt({name, 1, 1}, "", fmt::format("expected at most {} bytes", largestFile));
    if (const auto place = findTooDeep(text))
        return refusedAt({name, place->line, place->column}, "",
                         fmt::format("nested more than {} deep", deepestNesting));
    try {
        Document document;
        auto whole = std::make_shared<const toml::table>(toml::parse(text, name));
        const auto* root = whole.get();
        document.root_.state_ = std::make_shared<Table::State>(Table::State{std::move(whole), root, {}, {}});
        document.root_.position_ = {name, 1, 1};
        document.sha256_ = sha256Hex(text);
        document.file_ = file;
        return document;
    } catch (const toml::parse_error& error) {
        return refusedAt(positionOf(name, error.source()), "", error.description());
    }
}

} // namespace framegate::config
