// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "config/document.h"
#include "domain/resolution.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::config {

/// Reads the fields of one table and remembers the first thing that is wrong, so that a reader can fill a
/// value field by field and ask once, at finish(). After an error every getter gives an empty value.
class Fields {
public:
    explicit Fields(Table table) : table_(std::move(table)) {}

    /// 1…200 characters, none of them a control character.
    std::string text(std::string_view key);
    template <class T>
    T integer(std::string_view key, std::int64_t low, std::int64_t high) {
        const auto value = required(key);
        return value ? static_cast<T>(take(value->integer(low, high))) : T{};
    }
    template <class T>
    T integerOr(T fallback, std::string_view key, std::int64_t low, std::int64_t high) {
        const auto value = optional(key);
        return value ? static_cast<T>(take(value->integer(low, high))) : fallback;
    }
    bool booleanOr(bool fallback, std::string_view key);
    std::optional<double> optionalNumber(std::string_view key, double low, double high);
    std::vector<Value> array(std::string_view key);
    std::vector<Value> optionalArray(std::string_view key);
    /// An array of tables.
    std::vector<Table> tables(std::string_view key);
    std::vector<Table> optionalTables(std::string_view key);
    /// An array of strings; empty if the key is missing.
    std::vector<std::string> optionalTexts(std::string_view key);

    /// The list `provisional`: keys of this table, or other names of \a known.
    std::vector<std::string> provisional(const std::set<std::string>& known);

    std::optional<Value> required(std::string_view key);
    std::optional<Value> optional(std::string_view key);
    const Table& table() const { return table_; }

    /// What \a result holds; its error is remembered.
    template <class T>
    T take(Result<T> result) {
        if (result) return std::move(*result);
        remember(result.error());
        return T{};
    }
    void check(const Result<>& result) {
        if (!result) remember(result.error());
    }
    void refuse(const Failure& failure) { remember(failure.value()); }
    bool good() const { return !error_; }
    /// The first error, or that of Table::finish().
    Result<> finish();
    /// As finish(), where more fields are to be read elsewhere.
    Result<> soFar() const;

private:
    void remember(const Error& error) {
        if (!error_) error_ = error;
    }
    std::vector<Table> tablesOf(const std::vector<Value>& values);

    Table table_;
    std::optional<Error> error_;
};

/// A string of 1…200 characters without control characters.
Result<std::string> textOf(const Value& value);
/// "WIDTHxHEIGHT".
Result<Resolution> resolutionOf(const Value& value);

} // namespace framegate::config
