// SPDX-License-Identifier: GPL-3.0-or-later
//
// fuzz_pictures FOLDER: writes small pictures of every kind, for the JPEG fuzz targets to begin with.
#include "sim/jpeg_engine.h"

#include "support/jpeg_pictures.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace {

using framegate::test::JpegStyle;
using Octets = std::vector<std::uint8_t>;

void write(const std::filesystem::path& file, const Octets& bytes) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<JpegStyle> styles() {
    std::vector<JpegStyle> all;
    for (const int quality : {10, 75, 98})
        for (const auto& [wide, high] : {std::pair{1, 1}, std::pair{2, 1}, std::pair{2, 2}})
            for (const unsigned restart : {0U, 2U})
                for (const bool grey : {false, true})
                    all.push_back({quality, wide, high, grey, restart, false, quality == 75});
    all.push_back({75, 2, 1, false, 0, true, false}); // progressive: refused
    return all;
}

} // namespace

int main(int count, char** arguments) {
    using namespace framegate;
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    std::filesystem::create_directories(folder);
    constexpr unsigned width = 48;
    constexpr unsigned height = 40;
    unsigned number = 0;
    for (const auto& style : styles()) {
        const auto pixels = test::generatedPixels(width, height, style.grey ? 1 : 3, ++number);
        write(folder / fmt::format("style{:02}.jpg", number),
              test::encodedJpeg(pixels, width, height, style));
    }
    const auto pixels = test::photoPixels(width, height, 1);
    for (const std::uint8_t scale : {std::uint8_t{4}, std::uint8_t{32}})
        write(folder / fmt::format("sensor{:02}.jpg", scale),
              sim::encodeOv2640({width, height, pixels}, scale));
    return 0;
}
