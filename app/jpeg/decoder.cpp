// SPDX-License-Identifier: GPL-3.0-or-later
//
// libjpeg-turbo as an independent opinion. The only file that touches its error handling.
#include "jpeg/validator.h"

#include <csetjmp>
#include <cstdio>
#include <jpeglib.h>

namespace framegate::jpeg {
namespace {

/// What the library calls back into: the first warning's text, and where to go after a fatal error.
struct Listener {
    jpeg_error_mgr base{};
    std::jmp_buf escape{};
    char text[JMSG_LENGTH_MAX] = {};
};

Listener& listenerOf(j_common_ptr state) {
    return *reinterpret_cast<Listener*>(state->err);
}

void onError(j_common_ptr state) {
    auto& listener = listenerOf(state);
    listener.base.format_message(state, listener.text);
    std::longjmp(listener.escape, 1);
}

void onMessage(j_common_ptr state, int level) {
    if (level >= 0) return; // a trace, no warning
    auto& listener = listenerOf(state);
    if (listener.base.num_warnings++ == 0) listener.base.format_message(state, listener.text);
}

constexpr std::uint8_t unwritten = 0xA5; ///< pixels the decoder leaves alone must not show an older picture

/// Where the pixels go, row by row, and how they are asked for.
class Sink {
public:
    virtual ~Sink() = default;
    /// After the header was read.
    virtual void choose(jpeg_decompress_struct& state) = 0;
    /// Once the output size is known.
    virtual void begin(const jpeg_decompress_struct& state) = 0;
    virtual JSAMPROW row(unsigned number) = 0;
};

class PictureSink final : public Sink {
public:
    explicit PictureSink(DecodedPicture& picture) : picture_(picture) {}
    void choose(jpeg_decompress_struct& state) override { state.out_color_space = JCS_EXT_BGR; }
    void begin(const jpeg_decompress_struct& state) override {
        picture_.size = {static_cast<std::uint16_t>(state.output_width),
                         static_cast<std::uint16_t>(state.output_height)};
        picture_.bgr.assign(std::size_t{state.output_width} * state.output_height * 3, unwritten);
    }
    JSAMPROW row(unsigned number) override {
        return picture_.bgr.data() + std::size_t{number} * picture_.size.width * 3;
    }

private:
    DecodedPicture& picture_;
};

class NoSink final : public Sink {
public:
    void choose(jpeg_decompress_struct& state) override {
        state.scale_num = 1;
        state.scale_denom = 8;
        if (state.jpeg_color_space == JCS_YCbCr) state.out_color_space = JCS_GRAYSCALE;
    }
    void begin(const jpeg_decompress_struct& state) override {
        row_.resize(std::size_t{state.output_width} * 3);
    }
    JSAMPROW row(unsigned) override { return row_.data(); }

private:
    std::vector<JSAMPLE> row_;
};

/// Nothing here has a destructor that a jump could pass over.
bool decodeInto(jpeg_decompress_struct& state, Listener& listener, std::span<const std::byte> bytes,
                Sink& sink) {
    if (setjmp(listener.escape) != 0) return false;
    jpeg_create_decompress(&state);
    jpeg_mem_src(&state, reinterpret_cast<const unsigned char*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&state, TRUE);
    state.dct_method = JDCT_ISLOW;
    sink.choose(state);
    jpeg_start_decompress(&state);
    sink.begin(state);
    while (state.output_scanline < state.output_height) {
        JSAMPROW row = sink.row(state.output_scanline);
        jpeg_read_scanlines(&state, &row, 1);
    }
    jpeg_finish_decompress(&state);
    return true;
}

Result<> decodeBy(Sink& sink, std::span<const std::byte> bytes) {
    jpeg_decompress_struct state{};
    Listener listener;
    state.err = jpeg_std_error(&listener.base);
    listener.base.error_exit = onError;
    listener.base.emit_message = onMessage;
    const bool whole = decodeInto(state, listener, bytes, sink);
    const auto warnings = listener.base.num_warnings;
    jpeg_destroy_decompress(&state);
    if (!whole)
        return failure(ErrorKind::Module, "JPEG_DECODER_ERROR",
                       std::string("libjpeg-turbo: ") + listener.text);
    if (warnings == 0) return {};
    return failure(ErrorKind::Module, "JPEG_DECODER_WARNING",
                   "libjpeg-turbo: " + std::to_string(warnings) + " warnings, the first: " + listener.text);
}

} // namespace

Result<> hearDecoder(std::span<const std::byte> bytes) {
    NoSink sink;
    return decodeBy(sink, bytes);
}

Result<DecodedPicture> decode(std::span<const std::byte> bytes) {
    DecodedPicture picture;
    PictureSink sink(picture);
    const auto decoded = decodeBy(sink, bytes);
    if (!decoded) return passOn(decoded);
    return picture;
}

} // namespace framegate::jpeg
