// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// The whole of a file, refused above \a limit bytes.
/// Errors: NotFound, Permission or Io, codes `FILE_READ` and `FILE_TOO_LARGE`; the message names the file.
Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::size_t limit);
Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t limit);

/// Writes a file so that it is either whole or not there: to a temporary name beside it, flushed to
/// disk, then renamed over \a path, then the folder flushed.
/// Errors: Io `FILE_WRITE`; nothing but the old file, if any, is left under \a path.
Result<> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
Result<> writeFileAtomically(const std::filesystem::path& path, std::string_view text);

/// A text file to which whole records are appended; what cannot be appended whole is taken back.
/// Thread-bound.
class AppendFile {
public:
    /// Opens or creates the file. Errors: Io `FILE_WRITE`.
    static Result<AppendFile> open(const std::filesystem::path& path);
    AppendFile(AppendFile&& other) noexcept;
    AppendFile& operator=(AppendFile&& other) noexcept;
    ~AppendFile();

    bool empty() const { return length_ == 0; }
    /// Bytes in the file: those found at the start and those appended since.
    long long length() const { return length_; }
    /// Appends \a text whole, or, on a full disk, leaves the file as it was and fails. Errors: Io
    /// `FILE_WRITE`.
    Result<> append(std::string_view text);
    /// Takes back what was appended since length() was \a length. Errors: Io `FILE_WRITE`.
    Result<> cutTo(long long length);
    /// Flushes to disk. Errors: Io `FILE_WRITE`.
    Result<> flush();

private:
    AppendFile(int descriptor, std::filesystem::path path, long long length)
        : descriptor_(descriptor), path_(std::move(path)), length_(length) {}
    int descriptor_ = -1;
    std::filesystem::path path_;
    long long length_ = 0;
    bool torn_ = false; ///< the file may be longer than length_: part of a row could not be taken back
};

} // namespace framegate
