// SPDX-License-Identifier: GPL-3.0-or-later
//
// Each shipped plan's sensor and board through the built program.
#include "system/framegate.h"

#include <gmock/gmock.h>
#include <ostream>

namespace framegate {
namespace {

using test::framegate;
using test::TempFolder;
using testing::HasSubstr;

const std::string plans = FRAMEGATE_SOURCE_DIR "/fixtures/plans/";

struct LargestSize {
    const char* plan;
    const char* sensor;
    const char* size;
};

void PrintTo(const LargestSize& tested, std::ostream* out) {
    *out << tested.plan << " at " << tested.size;
}

class SensorCapture : public testing::TestWithParam<LargestSize> {};

TEST_P(SensorCapture, OfTheLargestSize_IsAValidPicture) {
    const auto& [plan, sensor, size] = GetParam();
    const TempFolder folder;
    const auto file = (folder / "picture.jpg").string();
    const auto captured = framegate(
        {"capture", "--bench", "virtual", "--plan", plans + plan, "--resolution", size, "-o", file});
    ASSERT_EQ(captured.status, 0) << captured.err;
    const auto verified = framegate({"verify", file, "--sensor", sensor, "--size", size});
    EXPECT_EQ(verified.status, 0) << verified.out;
}

INSTANTIATE_TEST_SUITE_P(Plans, SensorCapture,
                         testing::Values(LargestSize{"ov2640.toml", "ov2640", "1600x1200"},
                                         LargestSize{"ov2640-384k.toml", "ov2640", "1600x1200"},
                                         LargestSize{"ov5642.toml", "ov5642", "2592x1944"},
                                         LargestSize{"ov5642-512k.toml", "ov5642", "2592x1944"}),
                         [](const auto& tested) {
                             std::string name = tested.param.plan;
                             for (char& c : name)
                                 if (c == '-' || c == '.') c = '_';
                             return name;
                         });

TEST(PlanCheck, SaysWhatThePlanDoesAboutAPictureThatDoesNotFit) {
    const auto checked = framegate({"plan", "check", plans + "ov5642-512k.toml"});
    EXPECT_EQ(checked.status, 0);
    EXPECT_THAT(checked.out, HasSubstr("2592x1944 in JPEG quality 0x08, not 0x04: "));
    EXPECT_THAT(checked.out, HasSubstr("512 KiB"));
}

} // namespace
} // namespace framegate
