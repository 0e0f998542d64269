// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <jpeglib.h>
#include <random>
#include <vector>

namespace framegate::test {

/// How a generated JPEG is coded.
struct JpegStyle {
    int quality = 80;
    int lumaWide = 2; ///< sampling factors of luma: 2x1 is 4:2:2
    int lumaHigh = 1;
    bool grey = false;
    unsigned restartInterval = 0; ///< MCUs
    bool progressive = false;
    bool optimised = false; ///< Huffman tables of its own
};

/// Rows of a busy scene: waves, edges and noise, from \a seed; \a channels bytes a pixel.
inline std::vector<std::uint8_t> generatedPixels(unsigned width, unsigned height, unsigned channels,
                                                 unsigned seed) {
    std::mt19937 random(seed);
    const double pitch = 5 + seed % 40;
    std::vector<std::uint8_t> pixels(std::size_t{width} * height * channels);
    for (unsigned y = 0; y < height; ++y)
        for (unsigned x = 0; x < width; ++x)
            for (unsigned c = 0; c < channels; ++c) {
                const double wave = 128 + 70 * std::sin((x + c * 3) / pitch) * std::cos(y / (pitch + c));
                const double edge = (x / 37 + y / 29) % 5 == 0 ? 40 : 0;
                pixels[(std::size_t{y} * width + x) * channels + c] = static_cast<std::uint8_t>(
                    std::min(255.0, std::max(0.0, wave + edge + static_cast<double>(random() % 9))));
            }
    return pixels;
}

/// A JPEG by libjpeg-turbo.
inline std::vector<std::uint8_t> generatedJpeg(unsigned width, unsigned height, const JpegStyle& style,
                                               unsigned seed) {
    const unsigned channels = style.grey ? 1 : 3;
    auto pixels = generatedPixels(width, height, channels, seed);
    jpeg_compress_struct state{};
    jpeg_error_mgr errors{};
    state.err = jpeg_std_error(&errors);
    jpeg_create_compress(&state);
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&state, &buffer, &size);
    state.image_width = width;
    state.image_height = height;
    state.input_components = static_cast<int>(channels);
    state.in_color_space = style.grey ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&state);
    jpeg_set_quality(&state, style.quality, TRUE);
    state.comp_info[0].h_samp_factor = style.grey ? 1 : style.lumaWide;
    state.comp_info[0].v_samp_factor = style.grey ? 1 : style.lumaHigh;
    state.restart_interval = style.restartInterval;
    state.optimize_coding = style.optimised ? TRUE : FALSE;
    if (style.progressive) jpeg_simple_progression(&state);
    jpeg_start_compress(&state, TRUE);
    while (state.next_scanline < height) {
        JSAMPROW row = pixels.data() + std::size_t{state.next_scanline} * width * channels;
        jpeg_write_scanlines(&state, &row, 1);
    }
    jpeg_finish_compress(&state);
    std::vector<std::uint8_t> bytes(buffer, buffer + size);
    jpeg_destroy_compress(&state);
    std::free(buffer);
    return bytes;
}

} // namespace framegate::test
