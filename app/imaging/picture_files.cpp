// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/picture_files.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <csetjmp>
#include <cstring>
#include <fmt/format.h>
#include <png.h>
#include <string>
#include <utility>

namespace framegate::imaging {
namespace {

constexpr int widest = 16'384; ///< pixels, of either side of a file that is read
/// A deflated byte stands for at most 1032: a header that promises more pixels than that is not believed.
constexpr std::size_t mostInflated = 1032;

Failure unreadable(std::string_view name, std::string_view why) {
    return failure(ErrorKind::InvalidInput, "PICTURE_FILE", fmt::format("{}: {}", name, why));
}

Failure tooLarge(std::string_view name, unsigned width, unsigned height) {
    return unreadable(name, fmt::format("{}x{} pixels; sides of 1 to {} are read", width, height, widest));
}

bool sidesFit(unsigned width, unsigned height) {
    return std::min(width, height) > 0 && std::max(width, height) <= unsigned(widest);
}

FilePixels blank(unsigned width, unsigned height, int bits, int channels) {
    const auto values = std::size_t{width} * height * unsigned(channels);
    return {{static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)},
            bits,
            channels,
            std::vector<std::uint8_t>(values * unsigned(bits) / 8)};
}

/// What libpng reads from, and what it had to say before it gave up.
struct PngInput {
    std::span<const std::byte> left;
    std::string complaint;
};

void giveBytes(png_structp png, png_bytep into, std::size_t count) {
    auto& input = *static_cast<PngInput*>(png_get_io_ptr(png));
    if (count > input.left.size()) png_error(png, "the file ends too early");
    std::memcpy(into, input.left.data(), count);
    input.left = input.left.subspan(count);
}

[[noreturn]] void onPngError(png_structp png, png_const_charp message) {
    static_cast<PngInput*>(png_get_error_ptr(png))->complaint = message;
    png_longjmp(png, 1);
}

void ignoreWarning(png_structp, png_const_charp) {}

/// One file's reader. libpng leaves its calls by longjmp: what needs a destructor is made outside of them.
class PngReader {
public:
    explicit PngReader(std::span<const std::byte> bytes) : input_{bytes, {}}, size_(bytes.size()) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, onPngError, ignoreWarning);
        if (png_ != nullptr) info_ = png_create_info_struct(png_);
    }
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    Result<FilePixels> read(std::string_view name) {
        if (info_ == nullptr) return unreadable(name, "libpng could not be started");
        if (!readHeader()) return unreadable(name, input_.complaint);
        if (!sidesFit(width_, height_)) return tooLarge(name, width_, height_);
        if (rowBytes_ * height_ / mostInflated > size_)
            return unreadable(name, "the file is too short for its pixels");
        FilePixels pixels = blank(width_, height_, bits_, channels_);
        std::vector<png_bytep> rows(height_);
        for (unsigned row = 0; row < height_; ++row)
            rows[row] = pixels.bytes.data() + std::size_t{row} * rowBytes_;
        if (!readRows(rows.data())) return unreadable(name, input_.complaint);
        return pixels;
    }

private:
    bool readHeader() {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_set_read_fn(png_, &input_, giveBytes);
        png_set_user_limits(png_, 0x7FFFFFFF, 0x7FFFFFFF); // the sides are judged by a clearer message
        png_set_chunk_cache_max(png_, 128);
        png_set_chunk_malloc_max(png_, 4 << 20);
        png_read_info(png_, info_);
        width_ = png_get_image_width(png_, info_);
        height_ = png_get_image_height(png_, info_);
        if (!sidesFit(width_, height_)) return true;
        png_set_expand(png_);
        png_set_strip_alpha(png_);
        png_set_bgr(png_);
        if (std::endian::native == std::endian::little) png_set_swap(png_);
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        rowBytes_ = png_get_rowbytes(png_, info_);
        bits_ = png_get_bit_depth(png_, info_);
        channels_ = png_get_channels(png_, info_);
        return true;
    }

    bool readRows(png_bytepp rows) {
        if (setjmp(png_jmpbuf(png_)) != 0) return false;
        png_read_image(png_, rows);
        png_read_end(png_, nullptr);
        return true;
    }

    PngInput input_;
    std::size_t size_; ///< bytes of the file
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    unsigned width_ = 0;
    unsigned height_ = 0;
    std::size_t rowBytes_ = 0; ///< after all conversions
    int bits_ = 0;
    int channels_ = 0;
};

/// The words of a PGM's header.
class PgmHeader {
public:
    explicit PgmHeader(std::string_view text) : text_(text) {}

    /// The next number; 0 if there is none or it is no number of ours.
    unsigned number() {
        skipSpace();
        unsigned value = 0;
        const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (error != std::errc{}) return 0;
        at_ = std::size_t(end - text_.data());
        return value;
    }
    /// Where the pixels begin: after the one space that ends the header.
    std::size_t pixels() const { return std::min(at_ + 1, text_.size()); }

private:
    void skipSpace() {
        while (at_ < text_.size()) {
            if (text_[at_] == '#')
                at_ = std::min(text_.find('\n', at_), text_.size());
            else if (std::strchr(" \t\r\n", text_[at_]) == nullptr || text_[at_] == '\0')
                return;
            else
                ++at_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 2; ///< after "P5"
};

Result<FilePixels> readPgm(std::span<const std::byte> bytes, std::string_view name) {
    PgmHeader header({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const unsigned width = header.number();
    const unsigned height = header.number();
    const unsigned highest = header.number();
    if (!sidesFit(width, height)) return tooLarge(name, width, height);
    if (highest != 255 && highest != 65'535)
        return unreadable(name, fmt::format("its highest level is {}; 255 and 65535 are read", highest));
    const auto content = bytes.subspan(header.pixels());
    const int bits = highest == 255 ? 8 : 16;
    const std::size_t wanted = std::size_t{width} * height * unsigned(bits) / 8;
    if (content.size() < wanted)
        return unreadable(name, fmt::format("{} bytes of pixels; {} were expected", content.size(), wanted));
    FilePixels pixels = blank(width, height, bits, 1);
    std::memcpy(pixels.bytes.data(), content.data(), wanted);
    if (bits == 16 && std::endian::native == std::endian::little)
        for (std::size_t i = 0; i < wanted; i += 2)
            std::swap(pixels.bytes[i], pixels.bytes[i + 1]);
    return pixels;
}

bool beginsWith(std::span<const std::byte> bytes, std::string_view text) {
    return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

} // namespace

Result<FilePixels> readPictureFile(std::span<const std::byte> bytes, std::string_view name) {
    if (beginsWith(bytes, "\x89PNG\r\n\x1A\n")) return PngReader(bytes).read(name);
    if (beginsWith(bytes, "P5")) return readPgm(bytes, name);
    return unreadable(name, "no picture of a kind that is read: JPEG, PNG or PGM (P5)");
}

} // namespace framegate::imaging
