// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/document.h"
#include "domain/resolution.h"
#include "sim/faults.h"
#include "simulation/scenario.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::simulation {

/// A fault's parameters: from a scenario's table, or all at their defaults.
class Parameters {
public:
    Parameters() = default;
    explicit Parameters(const config::Table& table) : table_(&table) {}

    double number(std::string_view key, double low, double high, double otherwise) {
        return take(key, otherwise, [&](const config::Value& v) { return v.number(low, high); });
    }
    std::int64_t integer(std::string_view key, std::int64_t low, std::int64_t high, std::int64_t otherwise) {
        return take(key, otherwise, [&](const config::Value& v) { return v.integer(low, high); });
    }
    bool boolean(std::string_view key, bool otherwise) {
        return take(key, otherwise, [](const config::Value& v) { return v.boolean(); });
    }
    /// The index of the word in \a words.
    std::size_t word(std::string_view key, const std::vector<std::string>& words, std::size_t otherwise) {
        return take(key, otherwise, [&](const config::Value& v) -> Result<std::size_t> {
            const auto text = v.string();
            if (!text) return passOn(text);
            const auto found = std::find(words.begin(), words.end(), *text);
            if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
            return v.refused(fmt::format("expected one of {}, found \"{}\"", fmt::join(words, ", "), *text));
        });
    }
    Resolution resolution(std::string_view key, Resolution otherwise) {
        return take(key, otherwise, [](const config::Value& v) -> Result<Resolution> {
            const auto text = v.string();
            if (!text) return passOn(text);
            const auto size = Resolution::parse(*text);
            return size ? size : Result<Resolution>(v.refused(size.error().message));
        });
    }
    /// Pairs of addresses, first and last: [[0x50, 0x5c], [0x11, 0x11]].
    std::vector<sim::RegisterRange> registers(std::string_view key) {
        return take(key, std::vector<sim::RegisterRange>{}, readRanges);
    }
    void refuse(std::string_view key, const std::string& why) {
        if (const auto value = table_ == nullptr ? std::nullopt : table_->optional(key); value && !error_)
            error_ = value->refused(why).value();
    }
    /// The first complaint, if there was one.
    const std::optional<Error>& error() const { return error_; }

private:
    static Result<sim::RegisterRange> readRange(const config::Value& value) {
        const auto pair = value.array();
        if (!pair) return passOn(pair);
        if (pair->size() != 2) return value.refused("expected a pair: first and last register");
        const auto first = pair->front().integer(0, 0xFFFF);
        if (!first) return passOn(first);
        const auto last = pair->back().integer(*first, 0xFFFF);
        if (!last) return passOn(last);
        return sim::RegisterRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
    }
    static Result<std::vector<sim::RegisterRange>> readRanges(const config::Value& value) {
        const auto list = value.array();
        if (!list) return passOn(list);
        if (list->empty()) return value.refused("expected at least one pair of registers");
        std::vector<sim::RegisterRange> ranges;
        for (const auto& entry : *list) {
            const auto range = readRange(entry);
            if (!range) return passOn(range);
            ranges.push_back(*range);
        }
        return ranges;
    }
    template <class T, class Read>
    T take(std::string_view key, T otherwise, Read read) {
        if (table_ == nullptr) return otherwise;
        const auto value = table_->optional(key);
        if (!value) return otherwise;
        auto got = read(*value);
        if (got) return static_cast<T>(*got);
        if (!error_) error_ = std::move(got.error());
        return otherwise;
    }

    const config::Table* table_ = nullptr;
    std::optional<Error> error_;
};

/// Puts a fault into a unit.
using Apply = std::function<void(UnitTroubles&)>;
/// Makes it from its parameters.
using Build = Apply (*)(Parameters&);
using Builders = std::map<std::string, Build, std::less<>>;

/// The faults of lens, filter, array and picture.
const Builders& opticalFaults();

} // namespace framegate::simulation
