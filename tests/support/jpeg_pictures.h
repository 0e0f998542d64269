// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
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

/// RGB pixels like a photograph's: smooth light and colour at all scales, a few hard edges, fine grain and
/// clipped highlights, from \a seed.
inline std::vector<std::uint8_t> photoPixels(unsigned width, unsigned height, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<float> light(std::size_t{width} * height);
    std::array<std::vector<float>, 2> tint;
    const auto addOctave = [&](std::vector<float>& plane, unsigned cell, float amplitude) {
        const unsigned wide = width / cell + 2;
        std::vector<float> lattice(std::size_t{wide} * (height / cell + 2));
        for (auto& value : lattice)
            value = amplitude * (static_cast<float>(random() % 2001) / 1000.0F - 1);
        for (unsigned y = 0; y < height; ++y)
            for (unsigned x = 0; x < width; ++x) {
                const auto* corner = lattice.data() + std::size_t{y / cell} * wide + x / cell;
                const float fx = static_cast<float>(x % cell) / static_cast<float>(cell);
                const float fy = static_cast<float>(y % cell) / static_cast<float>(cell);
                const float top = corner[0] + fx * (corner[1] - corner[0]);
                const float bottom = corner[wide] + fx * (corner[wide + 1] - corner[wide]);
                plane[std::size_t{y} * width + x] += top + fy * (bottom - top);
            }
    };
    float amplitude = 70;
    for (unsigned cell = 512; cell >= 4; cell /= 2, amplitude *= 0.62F)
        addOctave(light, cell, amplitude);
    for (auto& plane : tint) {
        plane.resize(light.size());
        addOctave(plane, 256, 25);
        addOctave(plane, 64, 10);
    }
    std::vector<std::uint8_t> pixels(light.size() * 3);
    for (std::size_t i = 0; i < light.size(); ++i) {
        const auto x = static_cast<unsigned>(i % width);
        const auto y = static_cast<unsigned>(i / width);
        const float edge = (x / 97 + y / 61) % 11 == 0 ? 45.0F : 0.0F;
        const float grain = static_cast<float>(random() % 7) - 3;
        const float base = 125 + light[i] + edge + grain;
        const std::array<float, 3> colour = {base + tint[0][i], base - (tint[0][i] + tint[1][i]) / 2,
                                             base + tint[1][i]};
        for (std::size_t c = 0; c < 3; ++c)
            pixels[i * 3 + c] = static_cast<std::uint8_t>(std::min(255.0F, std::max(0.0F, colour[c])));
    }
    return pixels;
}

/// A JPEG of \a pixels, one or three bytes each as \a style says, by libjpeg-turbo.
inline std::vector<std::uint8_t> encodedJpeg(const std::vector<std::uint8_t>& pixels, unsigned width,
                                             unsigned height, const JpegStyle& style) {
    const unsigned channels = style.grey ? 1 : 3;
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
        // The library's row type is not const, though it only reads.
        auto* row = const_cast<JSAMPLE*>(pixels.data() + std::size_t{state.next_scanline} * width * channels);
        jpeg_write_scanlines(&state, &row, 1);
    }
    jpeg_finish_compress(&state);
    std::vector<std::uint8_t> bytes(buffer, buffer + size);
    jpeg_destroy_compress(&state);
    std::free(buffer);
    return bytes;
}

/// A JPEG of generatedPixels().
inline std::vector<std::uint8_t> generatedJpeg(unsigned width, unsigned height, const JpegStyle& style,
                                               unsigned seed) {
    return encodedJpeg(generatedPixels(width, height, style.grey ? 1 : 3, seed), width, height, style);
}

} // namespace framegate::test
