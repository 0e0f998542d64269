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

/// Decodes into \a picture. Nothing here has a destructor that a jump could pass over.
bool decodeInto(jpeg_decompress_struct& state, Listener& listener, std::span<const std::byte> bytes,
                DecodedPicture& picture) {
    if (setjmp(listener.escape) != 0) return false;
    jpeg_create_decompress(&state);
    jpeg_mem_src(&state, reinterpret_cast<const unsigned char*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&state, TRUE);
    state.out_color_space = JCS_EXT_BGR;
    state.dct_method = JDCT_ISLOW;
    jpeg_start_decompress(&state);
    picture.size = {static_cast<std::uint16_t>(state.output_width),
                    static_cast<std::uint16_t>(state.output_height)};
    picture.bgr.assign(std::size_t{state.output_width} * state.output_height * 3, unwritten);
    while (state.output_scanline < state.output_height) {
        JSAMPROW row = picture.bgr.data() + std::size_t{state.output_scanline} * state.output_width * 3;
        jpeg_read_scanlines(&state, &row, 1);
    }
    jpeg_finish_decompress(&state);
    return true;
}

} // namespace

Result<DecodedPicture> decode(std::span<const std::byte> bytes) {
    jpeg_decompress_struct state{};
    Listener listener;
    state.err = jpeg_std_error(&listener.base);
    listener.base.error_exit = onError;
    listener.base.emit_message = onMessage;
    DecodedPicture picture;
    const bool whole = decodeInto(state, listener, bytes, picture);
    const auto warnings = listener.base.num_warnings;
    jpeg_destroy_decompress(&state);
    if (!whole)
        return failure(ErrorKind::Module, "JPEG_DECODER_ERROR",
                       std::string("libjpeg-turbo: ") + listener.text);
    if (warnings > 0)
        return failure(ErrorKind::Module, "JPEG_DECODER_WARNING",
                       std::string("libjpeg-turbo: ") + listener.text);
    return picture;
}

} // namespace framegate::jpeg
