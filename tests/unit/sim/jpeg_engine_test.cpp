// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/jpeg_engine.h"

#include "unit/sim/module_driver.h"

#include <gmock/gmock.h>
#include <iterator>

namespace framegate::sim {
namespace {

std::vector<std::uint8_t> encoded(std::uint16_t width, std::uint16_t height, std::uint8_t scale) {
    return encodeOv2640(GradientScene().look(width, height, 0, {}), scale);
}

std::vector<std::uint8_t> capture(const std::string& name) {
    std::ifstream file(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "captures" / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct RealFile {
    const char* name;
    std::uint16_t width;
    std::uint16_t height;
    std::uint8_t scale;
};

class RealHeader : public testing::TestWithParam<RealFile> {};

TEST_P(RealHeader, IsByteForByteTheEncoders) {
    const auto& [name, width, height, scale] = GetParam();
    auto real = capture(name);
    if (real.empty()) GTEST_SKIP() << "no real captures beside the project";
    auto own = encoded(width, height, scale);
    ASSERT_GT(real.size(), ov2640ScanOffset);
    real.resize(ov2640ScanOffset);
    own.resize(ov2640ScanOffset);
    EXPECT_EQ(own, real);
}

INSTANTIATE_TEST_SUITE_P(Captures, RealHeader,
                         testing::Values(RealFile{"boraks_0ppm_20260607_135105_699.jpg", 1024, 768, 8},
                                         RealFile{"boraks_1500ppm_20260607_170554_857.jpg", 1024, 768, 8},
                                         RealFile{"jomjol_530.07077.jpg", 640, 480, 12},
                                         RealFile{"simplemethod_FullRes.jpg", 1280, 960, 12},
                                         RealFile{"simplemethod_MinRes.jpg", 320, 240, 12}),
                         [](const auto& tested) { return "n" + std::to_string(tested.index); });

TEST(JpegEngine, Segments_StandWhereTheSensorPutsThem) {
    const auto jpeg = encoded(160, 120, 12);
    const std::pair<std::size_t, int> expected[] = {{0, 0xD8},   {2, 0xE0},   {20, 0xDB},  {89, 0xDB},
                                                    {158, 0xC4}, {191, 0xC4}, {374, 0xC4}, {407, 0xC4},
                                                    {590, 0xC0}, {609, 0xDA}};
    for (const auto& [at, marker] : expected) {
        EXPECT_EQ(jpeg[at], 0xFF) << at;
        EXPECT_EQ(jpeg[at + 1], marker) << at;
    }
}

TEST(JpegEngine, Scan_HoldsNoMarkerAndEndsWithEoi) {
    const auto jpeg = encoded(320, 240, 12);
    ASSERT_EQ(eoiOf(jpeg), jpeg.size() - 2);
    for (std::size_t at = ov2640ScanOffset; at < jpeg.size() - 2; ++at) {
        if (jpeg[at] == 0xFF) {
            ASSERT_EQ(jpeg[at + 1], 0x00) << at;
        }
    }
}

TEST(JpegEngine, QuantiserScale_IsRoundedAndNeverZero) {
    const auto fine = encoded(16, 16, 0);
    const auto coarse = encoded(16, 16, 255);
    EXPECT_EQ(fine[25], 1);
    EXPECT_EQ(coarse[25], 255);
    EXPECT_EQ(encoded(16, 16, 12)[26], 8); // 11 × 12 / 16 = 8.25
}

TEST(JpegEngine, OddSizes_AreEncodedToo) {
    EXPECT_EQ(eoiOf(encoded(20, 4, 12)), encoded(20, 4, 12).size() - 2);
}

} // namespace
} // namespace framegate::sim
