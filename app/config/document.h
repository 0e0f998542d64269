// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::config {

/// Where a value stands in its file, for messages: "plans/a.toml:12:5".
struct Position {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    std::string text() const;
};

class Table;

/// One value of a TOML file, typed on demand. Elements of arrays are counted from 1 in messages. All errors
/// are InvalidInput `CONFIG` and name file, line, column, field, what was expected and what was found. A
/// value, cheap to copy.
class Value {
public:
    Result<std::string> string() const;
    Result<bool> boolean() const;
    Result<std::int64_t> integer(std::int64_t low, std::int64_t high) const;
    Result<double> number(double low, double high) const; ///< an integer will do
    Result<std::vector<Value>> array() const;
    Result<Table> table() const;
    bool isString() const;
    bool isArray() const;
    bool isInteger() const;
    const Position& position() const { return position_; }
    const std::string& field() const { return field_; }
    /// The failure to return when what this value says will not do: "FILE:L:C: FIELD: \a complaint".
    Failure refused(std::string_view complaint) const;
    /// The failure to return for a value of the wrong kind or range: "…: expected \a what, found …".
    Failure expected(std::string_view what) const;

    struct Node;

private:
    friend class Table;
    friend class Document;
    std::shared_ptr<const Node> node_;
    Position position_;
    std::string field_;
};

/// A table of a TOML file that notices which keys nobody asked for. Copies share that memory.
class Table {
public:
    /// The value of \a key. Error if it is missing.
    Result<Value> required(std::string_view key) const;
    /// The value of \a key, or none.
    std::optional<Value> optional(std::string_view key) const;
    /// Keys in file order.
    std::vector<std::string> keys() const;
    /// Fails on the first key that neither required() nor optional() was asked for: a misspelt key is an
    /// error, not a default.
    Result<> finish() const;
    const Position& position() const { return position_; }
    Failure refused(std::string_view complaint) const;

    struct State;

private:
    friend class Value;
    friend class Document;
    std::shared_ptr<State> state_;
    Position position_;
};

/// A TOML file, whole.
class Document {
public:
    /// Reads at most 4 MiB. Errors: those of readTextFile, and InvalidInput `CONFIG` with line and column.
    static Result<Document> read(const std::filesystem::path& file);
    /// Parses \a text as if it stood in \a file.
    static Result<Document> parse(std::string_view text, const std::filesystem::path& file);
    const Table& root() const { return root_; }
    const std::string& sha256() const { return sha256_; }
    const std::filesystem::path& file() const { return file_; }

private:
    Table root_;
    std::string sha256_;
    std::filesystem::path file_;
};

} // namespace framegate::config
