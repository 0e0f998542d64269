// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/resolution.h"
#include "sim/jpeg_engine.h"

#include "support/jpeg_pictures.h"

#include <array>
#include <fmt/format.h>
#include <string>

namespace framegate::test {

/// A good picture that no check may reject.
struct GoodPicture {
    std::string name;
    std::vector<std::uint8_t> bytes;
    Resolution size;
    std::string sensor; ///< whose layout it has, or none
};

/// RGB pixels of one of several scenes: photograph, waves, noise at full contrast, bars, checks of single
/// pixels, flat, a step at the ends of the range. The last ones are as hard on the ranges as pixels can be.
inline std::vector<std::uint8_t> scenePixels(unsigned scene, unsigned width, unsigned height, unsigned seed) {
    if (scene == 0) return photoPixels(width, height, seed);
    if (scene == 1) return generatedPixels(width, height, 3, seed);
    std::mt19937 random(seed);
    std::vector<std::uint8_t> pixels(std::size_t{width} * height * 3);
    const unsigned pitch = 1 + seed % 16;
    const std::array<std::uint8_t, 3> colour = {static_cast<std::uint8_t>(random()),
                                                static_cast<std::uint8_t>(random()),
                                                static_cast<std::uint8_t>(random())};
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const auto x = i / 3 % width;
        const auto y = i / 3 / width;
        const bool odd = (x / pitch + y / pitch) % 2 != 0;
        const auto bar = x * 8 / width;
        switch (scene) {
        case 2:
            pixels[i] = static_cast<std::uint8_t>(random());
            break;
        case 3:
            pixels[i] = random() % 2 == 0 ? 0 : 255;
            break;
        case 4:
            pixels[i] = (bar >> (i % 3) & 1U) != 0 ? 255 : 0;
            break;
        case 5:
            pixels[i] = odd ? 255 : 0;
            break;
        case 6:
            pixels[i] = odd ? colour[i % 3] : static_cast<std::uint8_t>(255 - colour[i % 3]);
            break;
        case 7:
            pixels[i] = random() % 50 == 0 ? 0 : 255;
            break;
        default:
            pixels[i] = colour[i % 3];
        }
    }
    return pixels;
}

inline constexpr unsigned sceneCount = 9;

/// The good picture number \a seed: every size, quality, scene and encoder comes by.
inline GoodPicture goodPicture(unsigned seed) {
    std::mt19937 random(seed);
    static constexpr std::array<Resolution, 10> sizes = {{{160, 120},
                                                          {176, 144},
                                                          {320, 240},
                                                          {352, 288},
                                                          {640, 480},
                                                          {800, 600},
                                                          {1, 1},
                                                          {97, 61},
                                                          {1024, 768},
                                                          {333, 8}}};
    const auto size = sizes[seed / 2 % sizes.size()];
    const auto scene = static_cast<unsigned>(random() % sceneCount);
    const auto pixels = scenePixels(scene, size.width, size.height, seed);
    if (seed % 2 == 0) {
        const auto quality = static_cast<std::uint8_t>(1 + random() % 100);
        return {fmt::format("simulator {} scene {} quality {} seed {}", size.text(), scene, quality, seed),
                sim::encodeOv2640({size.width, size.height, pixels}, quality), size, "ov2640"};
    }
    JpegStyle style;
    style.quality = static_cast<int>(2 + random() % 99);
    style.lumaWide = static_cast<int>(1 + random() % 2);
    style.lumaHigh = static_cast<int>(1 + random() % 2);
    style.restartInterval = random() % 4 == 0 ? static_cast<unsigned>(1 + random() % 50) : 0;
    style.optimised = random() % 3 == 0;
    return {fmt::format("libjpeg-turbo {} scene {} quality {} sampling {}x{} seed {}", size.text(), scene,
                        style.quality, style.lumaWide, style.lumaHigh, seed),
            encodedJpeg(pixels, size.width, size.height, style), size, ""};
}

} // namespace framegate::test
