// SPDX-License-Identifier: GPL-3.0-or-later
#include "readers_fixture.h"

#include <gmock/gmock.h>

namespace framegate::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PlanReader : public Readers {};

TEST_F(PlanReader, ReadsAllItNames) {
    const auto plan = readPlan(folder_.write("plans/p.toml", plan_));
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_EQ(plan->sensor.name, "tiny");
    EXPECT_EQ(plan->board.name, "flat");
    EXPECT_EQ(plan->limits.name(), "wide");
    EXPECT_EQ(plan->timing.writePause, std::chrono::microseconds(1));
    EXPECT_EQ(plan->timing.captureLimit, std::chrono::milliseconds(4));
    EXPECT_EQ(plan->unitTimeLimit, std::chrono::seconds(30));
    EXPECT_EQ(plan->main[0].attempts, 2);
    EXPECT_EQ(plan->main[0].line, 16U);
    EXPECT_THAT(plan->main[0].resolutions, ElementsAre(Resolution{640, 480}, Resolution{320, 240}));
    EXPECT_TRUE(plan->setup.empty());
}

TEST_F(PlanReader, AllResolutions_AreTheSensorsInOrder) {
    const auto plan =
        readPlan(folder_.write("plans/p.toml", replaced(plan_, "[\"640x480\", \"320x240\"]", "\"all\"")));
    EXPECT_THAT(plan->main[0].resolutions, ElementsAre(Resolution{320, 240}, Resolution{640, 480}));
}

TEST_F(PlanReader, NamesByPath) {
    folder_.write("plans/mine.toml", sensor_);
    EXPECT_TRUE(readPlan(
        folder_.write("plans/p.toml", replaced(plan_, "sensor = \"tiny\"", "sensor = \"./mine.toml\""))));
    EXPECT_EQ(planError(replaced(plan_, "sensor = \"tiny\"", "sensor = \"./yours.toml\"")),
              "plans/p.toml:4:10: sensor: there is no file plans/yours.toml");
}

TEST_F(PlanReader, UnknownNames_ListThoseKnown) {
    folder_.write("sensors/other.toml", sensor_);
    EXPECT_EQ(planError(replaced(plan_, "sensor = \"tiny\"", "sensor = \"ov9999\"")),
              "plans/p.toml:4:10: sensor: sensors describes no sensor called \"ov9999\"; it has other, tiny");
    EXPECT_EQ(planError(replaced(plan_, "board = \"flat\"", "board = \"round\"")),
              "plans/p.toml:5:9: board: boards describes no board called \"round\"; it has flat");
    EXPECT_EQ(planError(replaced(plan_, "limits = \"wide\"", "limits = \"narrow\"")),
              "plans/p.toml:6:10: limits: limits describes no limits called \"narrow\"; it has wide");
    std::filesystem::remove_all(folder_.path() / "limits");
    EXPECT_EQ(planError(plan_),
              "plans/p.toml:6:10: limits: limits describes no limits called \"wide\"; it has no file");
}

TEST_F(PlanReader, ErrorInWhatItNames_NamesThatFile) {
    folder_.write("sensors/tiny.toml", "name = 3");
    EXPECT_EQ(planError(plan_), "sensors/tiny.toml:1:8: name: expected a string, found 3");
}

TEST_F(PlanReader, ErrorsInTiming) {
    EXPECT_EQ(planError(replaced(plan_, "spi_hz = 4_000_000", "spi_hz = \"fast\"")),
              "plans/p.toml:15:10: timing.spi_hz: expected an integer from 1000 to 48000000, found \"fast\"");
    EXPECT_EQ(
        planError(replaced(plan_, "spi_hz = 4_000_000", "spi_hz = 8_000_000")),
        "plans/p.toml:15:10: timing.spi_hz: 8000000 is faster than board flat allows, which is 4000000");
    EXPECT_EQ(planError(replaced(plan_, "i2c_hz = 400_000", "i2c_khz = 400")),
              "plans/p.toml:9:1: timing.i2c_hz: missing");
    EXPECT_EQ(planError(replaced(plan_, "write_pause_us = 1", "write_pause_us = -1")),
              "plans/p.toml:10:18: timing.write_pause_us: expected an integer from 0 to 100000, found -1");
    EXPECT_EQ(planError(replaced(plan_, "[timing]", "timing = 3\n[timings]")),
              "plans/p.toml:9:10: timing: expected a table, found 3");
}

TEST_F(PlanReader, TimingThatTheSensorDoesNotStand_IsRefused) {
    folder_.write("sensors/tiny.toml", "write_pause_us = 300\ni2c_hz_max = 100000\n" + sensor_);
    EXPECT_EQ(planError(plan_),
              "plans/p.toml:14:10: timing.i2c_hz: 400000 is faster than sensor tiny allows, which is 100000");
    EXPECT_EQ(planError(replaced(plan_, "i2c_hz = 400_000", "i2c_hz = 100_000")),
              "plans/p.toml:10:18: timing.write_pause_us: 1 is shorter than sensor tiny needs, which is 300");
}

TEST_F(PlanReader, SensorThatTheBoardDoesNotCarry_IsRefused) {
    folder_.write("boards/flat.toml", board_ + "sensor = [\"ov9999\"]\n");
    EXPECT_EQ(planError(plan_), "plans/p.toml:5:9: board: board flat carries no tiny, only ov9999");
}

TEST_F(PlanReader, LeavesSizesOutForAReason) {
    const std::string left = "[[left_out]]\nresolution = \"640x480\"\nreason = \"too large\"\n";
    const auto plan = readPlan(
        folder_.write("plans/p.toml", replaced(plan_, "[\"640x480\", \"320x240\"]", "\"all\"") + left));
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_THAT(plan->main[0].resolutions, ElementsAre(Resolution{320, 240}));
    EXPECT_EQ(plan->leftOut.front().reason, "too large");
    EXPECT_EQ(planError(plan_ + left),
              "plans/p.toml:18:16: main[1].resolutions[1]: the plan leaves size 640x480 out: too large");
    EXPECT_EQ(planError(plan_ + left + left),
              "plans/p.toml:23:1: left_out[2]: size 640x480 is left out already");
}

TEST_F(PlanReader, SetsTheQualityOfSizes) {
    folder_.write("sensors/tiny.toml",
                  replaced(sensor_, "[0x20, 5]", "[0x20, 5], [\"QUALITY\", 8]") +
                      "[registers.QUALITY]\nbank = 0\naddress = 0x44\nmeaning = \"q\"\n"
                      "[jpeg_quality]\nregister = \"QUALITY\"\nfinest = 2\ncoarsest = 16\n");
    const std::string quality = "[[quality]]\nresolution = \"640x480\"\nvalue = 12\nreason = \"fits\"\n";
    const auto plan = readPlan(folder_.write("plans/p.toml", plan_ + quality));
    ASSERT_TRUE(plan) << plan.error().message;
    const auto valueAt = [&](Resolution size) {
        for (const auto& write : plan->sensor.image(size))
            if (write.at == plan->sensor.jpegQuality->at) return int(write.value);
        return -1;
    };
    EXPECT_EQ(valueAt({640, 480}), 12);
    EXPECT_EQ(valueAt({320, 240}), 8);
    EXPECT_EQ(plan->quality.front().reason, "fits");
    EXPECT_EQ(planError(plan_ + replaced(quality, "value = 12", "value = 17")),
              "plans/p.toml:22:9: quality[1].value: expected 2 to 16, the range of sensor tiny");
}

TEST_F(PlanReader, QualityOfASensorWithoutOne_IsRefused) {
    EXPECT_EQ(planError(plan_ + "[[quality]]\nresolution = \"640x480\"\nvalue = 12\nreason = \"r\"\n"),
              "plans/p.toml:20:1: quality[1]: sensor tiny has no JPEG quality to set");
}

TEST_F(PlanReader, Light_IsReadAndChecked) {
    const auto plan =
        readPlan(folder_.write("plans/p.toml", plan_ + "[light]\nexposure_lines = 204\ngrey = 115.5\n"));
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_TRUE(plan->light);
    EXPECT_DOUBLE_EQ(plan->light->exposure, 204);
    EXPECT_DOUBLE_EQ(plan->light->grey, 115.5);
    EXPECT_THAT(planError(plan_ + "[light]\nexposure_lines = 204\ngrey = 300\n"), HasSubstr("light.grey"));
    EXPECT_THAT(planError(plan_ + "[light]\ngrey = 100\n"), HasSubstr("exposure_lines: missing"));
}

TEST_F(PlanReader, ErrorsInSteps) {
    EXPECT_EQ(
        planError(replaced(plan_, "\"320x240\"", "\"800x600\"")),
        "plans/p.toml:18:27: main[1].resolutions[2]: tiny has no JPEG size 800x600; it has 320x240, 640x480");
    EXPECT_EQ(planError(replaced(plan_, "\"320x240\"", "\"640x480\"")),
              "plans/p.toml:18:27: main[1].resolutions[2]: size 640x480 is listed twice");
    EXPECT_EQ(planError(replaced(plan_, "\"320x240\"", "320")),
              "plans/p.toml:18:27: main[1].resolutions[2]: expected a size such as \"640x480\", found 320");
    EXPECT_EQ(planError(replaced(plan_, "[\"640x480\", \"320x240\"]", "\"some\"")),
              "plans/p.toml:18:15: main[1].resolutions: expected \"all\" or a list of sizes, found \"some\"");
    EXPECT_EQ(planError(replaced(plan_, "[\"640x480\", \"320x240\"]", "[]")),
              "plans/p.toml:18:15: main[1].resolutions: expected at least one size");
    EXPECT_EQ(planError(replaced(plan_, "attempts = 2", "attempts = 0")),
              "plans/p.toml:19:12: main[1].attempts: expected an integer from 1 to 10, found 0");
    EXPECT_EQ(planError(replaced(plan_, "attempts = 2", "captures = 2")),
              "plans/p.toml:19:12: main[1].captures: expected an integer from 3 to 64, found 2");
    EXPECT_EQ(planError(replaced(plan_, "attempts = 2", "tries = 2")),
              "plans/p.toml:19:1: main[1].tries: unknown key; known here are attempts, captures, "
              "firmware, focus_limit_s, resolutions, scenes, second_read, sha256, start, step");
    EXPECT_EQ(planError(replaced(plan_, "[[main]]", "[[teardown]]")), "plans/p.toml:1:1: main: missing");
    EXPECT_EQ(planError(replaced(plan_, "[[main]]", "[main]")),
              "plans/p.toml:16:1: main: expected an array, found a table");
}

TEST_F(PlanReader, TestFirmware_IsAsItIsUnlessThePlanWantsOne) {
    EXPECT_EQ(readPlan(folder_.write("plans/p.toml", plan_))->testFirmware, TestFirmware::AsIs);
    const auto wanting = [&](const std::string& table) {
        return replaced(plan_, "[timing]", table + "[timing]");
    };
    const auto ram = readPlan(folder_.write("plans/p.toml", wanting("[firmware]\ntest = \"ram\"\n")));
    ASSERT_TRUE(ram) << ram.error().message;
    EXPECT_EQ(ram->testFirmware, TestFirmware::Ram);
    EXPECT_EQ(planError(wanting("[firmware]\ntest = \"rom\"\n")),
              "plans/p.toml:10:8: firmware.test: expected \"as-is\", \"ram\" or \"flash\", found \"rom\"");
    EXPECT_THAT(planError(wanting("[firmware]\nship = \"ram\"\n")), HasSubstr("firmware.test: missing"));
}

TEST_F(PlanReader, ShippingFirmware_IsReadWithThePlan) {
    folder_.write("plans/product.uf2", "abc");
    const auto step = plan_ + "[[main]]\nstep = \"provision\"\nfirmware = \"product.uf2\"\n";
    const auto plan = readPlan(folder_.write("plans/p.toml", step + "start = false\n"));
    ASSERT_TRUE(plan) << plan.error().message;
    const auto& firmware = plan->main.back().firmware;
    EXPECT_EQ(firmware->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(firmware->bytes->size(), 3U);
    EXPECT_FALSE(firmware->start);
    EXPECT_FALSE(plan->main.front().firmware);
    EXPECT_TRUE(readPlan(folder_.write("plans/p.toml", step))->main.back().firmware->start);
}

TEST_F(PlanReader, ShippingFirmware_Errors) {
    folder_.write("plans/product.uf2", "abc");
    const auto step = plan_ + "[[main]]\nstep = \"provision\"\nfirmware = \"product.uf2\"\n";
    EXPECT_THAT(planError(replaced(step, "product", "none")), HasSubstr("main[2].firmware: "));
    EXPECT_THAT(planError(replaced(step, "product", "none")), HasSubstr("plans/none.uf2"));
    EXPECT_THAT(planError(step + "sha256 = \"ba78\"\n"), HasSubstr("main[2].sha256: "));
    EXPECT_THAT(planError(step + "sha256 = \"ba78\"\n"), HasSubstr("plans/product.uf2 has ba7816bf8f01cfea"));
    EXPECT_THAT(planError(plan_ + "start = true\n"),
                HasSubstr("main[1].start: it says how `firmware` is, which is not there"));
}

TEST_F(PlanReader, MissingFile_IsNotFound) {
    const auto plan = readPlan(folder_.path() / "plans/none.toml");
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(plan.error().message, HasSubstr("plans/none.toml"));
}

} // namespace
} // namespace framegate::config
