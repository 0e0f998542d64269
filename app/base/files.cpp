// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace framegate {
namespace {

ErrorKind kindOf(int number) {
    if (number == ENOENT || number == ENOTDIR) return ErrorKind::NotFound;
    if (number == EACCES || number == EPERM || number == EROFS) return ErrorKind::Permission;
    return ErrorKind::Io;
}

Failure systemFailure(std::string code, std::string_view doing, const std::filesystem::path& path) {
    const int number = errno;
    return failure(kindOf(number), std::move(code),
                   fmt::format("{} {}: {}", doing, path.string(), std::strerror(number)));
}

/// Closes its descriptor when it goes.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }

private:
    int number_;
};

bool writeAll(int descriptor, const char* data, std::size_t size) {
    while (size > 0) {
        const auto written = ::write(descriptor, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
    }
    return true;
}

void flushFolder(const std::filesystem::path& folder) {
    const Descriptor descriptor(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.valid()) ::fsync(descriptor.number());
}

template <class Bytes>
Result<Bytes> readWhole(const std::filesystem::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return systemFailure("FILE_READ", "reading", path);
    Bytes bytes;
    std::size_t filled = 0;
    for (;;) {
        bytes.resize(std::min(std::max<std::size_t>(2 * filled, 65536), limit) + 1);
        const auto got = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemFailure("FILE_READ", "reading", path);
        filled += static_cast<std::size_t>(got);
        if (filled > limit)
            return failure(ErrorKind::InvalidInput, "FILE_TOO_LARGE",
                           fmt::format("{} is larger than the {} bytes allowed", path.string(), limit));
        if (got == 0) break;
    }
    bytes.resize(filled);
    return bytes;
}

} // namespace

Result<std::vector<std::byte>> readFile(const std::filesystem::path& path, std::size_t limit) {
    return readWhole<std::vector<std::byte>>(path, limit);
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t limit) {
    return readWhole<std::string>(path, limit);
}

Result<> writeFileAtomically(const std::filesystem::path& path, std::string_view text) {
    std::string temporary = path.string() + ".partial-XXXXXX";
    const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!file.valid()) return systemFailure("FILE_WRITE", "writing", path);
    const bool written = ::fchmod(file.number(), 0644) == 0 &&
                         writeAll(file.number(), text.data(), text.size()) && ::fsync(file.number()) == 0 &&
                         ::rename(temporary.c_str(), path.c_str()) == 0;
    if (!written) {
        auto result = systemFailure("FILE_WRITE", "writing", path);
        ::unlink(temporary.c_str());
        return result;
    }
    flushFolder(path.parent_path());
    return {};
}

Result<> writeFileAtomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    return writeFileAtomically(path,
                               std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Result<AppendFile> AppendFile::open(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0) return systemFailure("FILE_WRITE", "opening", path);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        auto result = systemFailure("FILE_WRITE", "opening", path);
        ::close(descriptor);
        return result;
    }
    if (status.st_size == 0) flushFolder(path.parent_path()); // a new name must survive a power cut as well
    return AppendFile(descriptor, path, status.st_size);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      length_(other.length_),
      torn_(other.torn_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    std::swap(length_, other.length_);
    std::swap(torn_, other.torn_);
    return *this;
}

AppendFile::~AppendFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<> AppendFile::append(std::string_view text) {
    // What an earlier append left must go first, or the new row would be glued to it.
    if (torn_)
        if (auto cut = cutTo(length_); !cut) return cut;
    if (!writeAll(descriptor_, text.data(), text.size())) {
        auto result = systemFailure("FILE_WRITE", "appending to", path_);
        torn_ = true;
        if (!cutTo(length_)) result.value().message += " (and part of a row could not be taken back)";
        return result;
    }
    length_ += static_cast<long long>(text.size());
    return {};
}

Result<> AppendFile::cutTo(long long length) {
    if (::ftruncate(descriptor_, length) != 0)
        return systemFailure("FILE_WRITE", "taking a row back from", path_);
    length_ = length;
    torn_ = false;
    return {};
}

Result<> AppendFile::flush() {
    if (::fsync(descriptor_) != 0) return systemFailure("FILE_WRITE", "flushing", path_);
    return {};
}

} // namespace framegate
