// SPDX-License-Identifier: GPL-3.0-or-later
#include "readers_fixture.h"

#include <gmock/gmock.h>

namespace framegate::config {
namespace {

using testing::ElementsAre;

// ---- Sensors ----

TEST_F(Readers, Sensor_ExpandsNamesRunsAndPorts) {
    const auto sensor = readSensor(folder_.write("s.toml", sensor_));
    ASSERT_TRUE(sensor) << sensor.error().message;
    std::vector<std::string> base;
    for (const auto& write : sensor->base)
        base.push_back(std::to_string(write.at.address) + "=" + std::to_string(write.value) +
                       (write.readable ? "r" : ""));
    EXPECT_THAT(base, ElementsAre("125=1", "125=2", "16=3", "17=4", "32=5"));
    EXPECT_TRUE(sensor->modes.front().writes.back().readable);
    EXPECT_EQ(sensor->modes.front().writes.front().at, (RegisterAddress{1, 0x12}));
}

TEST_F(Readers, Sensor_SortsModesBySize) {
    const auto sensor = readSensor(folder_.write("s.toml", sensor_));
    EXPECT_EQ(sensor->modes.front().size.text(), "320x240");
    EXPECT_EQ(sensor->modes.back().size.text(), "640x480");
}

TEST_F(Readers, Sensor_MayReadBackUnnamedRegisters) {
    const auto sensor = readSensor(folder_.write("s.toml", "read_back_unnamed = true\n" + sensor_));
    EXPECT_FALSE(sensor->base[0].readable) << "a port never is";
    EXPECT_TRUE(sensor->base[2].readable);
}

TEST_F(Readers, Sensor_WithTwoByteAddressesAndNoBanks) {
    const auto sensor = readSensor(folder_.write("s.toml", R"(name = "wide"
i2c_address = 0x3c
address_bytes = 2
soft_reset = ["SYSTEM", 0x82]
registers = { SYSTEM = { address = 0x3008, meaning = "reset" } }
[[identity]]
register = "SYSTEM"
accepted = [0x02]
[[base]]
writes = [[0x5800, [1, 2, 3]], ["SYSTEM", 2]]
[[mode]]
size = "2592x1944"
parts = [{ writes = [[0x3808, [0x0a, 0x20, 0x07, 0x98]]] }]
)"));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_FALSE(sensor->bankRegister);
    EXPECT_EQ(sensor->base[2].at, (RegisterAddress{0, 0x5802}));
    EXPECT_EQ(sensor->modes[0].writes[3].at, (RegisterAddress{0, 0x380B}));
}

TEST_F(Readers, Sensor_ValueAbove255_IsRefused) {
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0x20, 0x100]")),
              "s.toml:15:52: base[1].writes[3][2]: expected an integer from 0 to 255, found 256");
}

TEST_F(Readers, Sensor_ErrorsInWrites) {
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0x20, 5, 6, 7]")),
              "s.toml:15:45: base[1].writes[3]: expected [register, value], [register, [values]] or "
              "[register, value, mask]");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0x5a, 5]")),
              "s.toml:15:46: base[1].writes[3][1]: this register is called WIDTH; write its name");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0xff, 5]")),
              "s.toml:15:46: base[1].writes[3][1]: this register selects the bank; the key bank does that");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0x100, 5]")),
              "s.toml:15:46: base[1].writes[3][1]: expected an integer from 0 to 255, found 256");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[\"COTNROL\", 5]")),
              "s.toml:15:46: base[1].writes[3][1]: no register is called \"COTNROL\" in the table registers");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[\"CONTROL\", 5]")),
              "s.toml:15:46: base[1].writes[3][1]: CONTROL is in bank 1, not in bank 0");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "[0xfe, [5, 6]]")),
              "s.toml:15:56: base[1].writes[3][2][2]: the values run past the last register");
    EXPECT_EQ(
        sensorError(replaced(sensor_, "[0x20, 5]", "[true, 5]")),
        "s.toml:15:46: base[1].writes[3][1]: expected the name or the address of a register, found true");
    EXPECT_EQ(sensorError(replaced(sensor_, "[0x20, 5]", "7")),
              "s.toml:15:45: base[1].writes[3]: expected an array, found 7");
    EXPECT_EQ(sensorError(replaced(sensor_, "writes = [[\"CONTROL\", 0x40]]", "writes = []")),
              "s.toml:19:10: block[1].writes: expected at least one entry");
}

TEST_F(Readers, Sensor_ErrorsInRegisters) {
    EXPECT_EQ(sensorError(replaced(sensor_, "address = 0x5a, meaning = \"width\"", "address = 0x5a")),
              "s.toml:8:9: registers.WIDTH.meaning: missing");
    EXPECT_EQ(sensorError(replaced(sensor_, "{ bank = 0, address = 0x5a", "{ bank = 1, address = 0x12")),
              "s.toml:8:9: registers.WIDTH: this register is called CONTROL already");
    EXPECT_EQ(sensorError(replaced(sensor_, "{ bank = 0, address = 0x5a", "{ address = 0x5a")),
              "s.toml:8:9: registers.WIDTH.bank: missing");
    EXPECT_EQ(sensorError(replaced(sensor_, "{ bank = 0, address = 0x5a",
                                   "{ bank = 0, readback = false, address = 0x5a")),
              "s.toml:8:21: registers.WIDTH.readback: unknown key; known here are address, bank, kept, "
              "meaning, port, read_back");
    EXPECT_EQ(sensorError(replaced(sensor_, "[registers]", "[register]")), "s.toml:1:1: registers: missing");
}

TEST_F(Readers, Sensor_ErrorsInModes) {
    EXPECT_EQ(sensorError(replaced(sensor_, "size = \"320x240\"", "size = \"640x480\"")),
              "s.toml:23:1: mode[2]: size 640x480 is described already on line 20");
    EXPECT_EQ(sensorError(replaced(sensor_, "size = \"320x240\"", "size = \"big\"")),
              "s.toml:24:8: mode[2].size: expected a size such as \"640x480\", found \"big\"");
    EXPECT_EQ(
        sensorError(replaced(sensor_, "parts = [\"common\", { bank = 0, writes = [[\"WIDTH\", 0x50]] }]",
                             "parts = [\"common\"]")),
        "s.toml:23:1: mode[2]: mode 320x240 does not write WIDTH, which mode 640x480 does and base does not; "
        "the size would depend on the one set before");
    EXPECT_EQ(
        sensorError(replaced(sensor_, "parts = [\"common\", { bank = 0, writes = [[\"WIDTH\", 0x50]] }]",
                             "parts = [\"comon\"]")),
        "s.toml:25:10: mode[2].parts[1]: no block is called \"comon\"; there are common");
    EXPECT_EQ(
        sensorError(replaced(sensor_, "parts = [\"common\", { bank = 0, writes = [[\"WIDTH\", 0x50]] }]",
                             "parts = [3]")),
        "s.toml:25:10: mode[2].parts[1]: expected the name of a block or a table with writes, found 3");
    EXPECT_EQ(sensorError(replaced(sensor_, "[[block]]",
                                   "[[block]]\nname = \"spare\"\nbank = 0\nwrites = [[1, 2]]\n[[block]]")),
              "s.toml:16:1: block[1]: no mode uses block \"spare\"");
    EXPECT_EQ(sensorError(replaced(sensor_, "[[block]]",
                                   "[[block]]\nname = \"common\"\nbank = 0\nwrites = [[1, 2]]\n[[block]]")),
              "s.toml:20:1: block[2]: a block is called \"common\" already");
}

TEST_F(Readers, Sensor_ErrorsElsewhere) {
    EXPECT_EQ(
        sensorError(replaced(sensor_, "i2c_address = 0x30", "i2c_address = 0x60\ni2c_adress = 1")),
        "s.toml:3:1: i2c_adress: unknown key; known here are address_bytes, bank_register, bare_array, "
        "bars_repeat_exactly, base, block, exposure, freeze_auto, hold, i2c_address, i2c_hz_max, identity, "
        "jpeg_quality, mode, name, provisional, "
        "read_back_unnamed, registers, release, release_auto, repaired_array, settle, soft_reset, "
        "test_pattern, "
        "test_pattern_off, write_pause_us");
    EXPECT_EQ(sensorError(replaced(sensor_, "i2c_address = 0x30", "i2c_address = 0x78")),
              "s.toml:2:15: i2c_address: expected an integer from 8 to 119, found 120");
    EXPECT_EQ(sensorError(replaced(sensor_, "address_bytes = 1", "address_bytes = 3")),
              "s.toml:3:17: address_bytes: expected an integer from 1 to 2, found 3");
    EXPECT_EQ(sensorError(replaced(sensor_, "[\"CONTROL\", 0x80]", "[\"CONTROL\"]")),
              "s.toml:5:14: soft_reset: expected [register, value]");
    EXPECT_EQ(sensorError(replaced(sensor_, "[\"CONTROL\", 0x80]", "[0x12, 0x80]")),
              "s.toml:5:15: soft_reset[1]: expected the name of a register, found 18");
    EXPECT_EQ(sensorError(replaced(sensor_, "accepted = [0x26]", "accepted = []")),
              "s.toml:12:12: identity[1].accepted: expected at least one entry");
    EXPECT_EQ(sensorError("provisional = [\"WITDH\"]\n" + sensor_),
              "s.toml:1:16: provisional[1]: nothing in this file is called \"WITDH\"");
    EXPECT_EQ(sensorError(replaced(sensor_, "name = \"tiny\"", "name = \"\"")),
              "s.toml:1:8: name: expected 1 to 200 characters without line breaks, found \"\"");
    EXPECT_EQ(sensorError(replaced(sensor_, "name = \"tiny\"\n", "")), "s.toml:1:1: name: missing");
}

TEST_F(Readers, Sensor_ModeLeavesToBaseWhatBaseWrites) {
    const auto text = replaced(sensor_, "[0x20, 5]", "[0x20, 5], [\"WIDTH\", 0x28]");
    const auto sensor = readSensor(folder_.write(
        "s.toml", replaced(text, "parts = [\"common\", { bank = 0, writes = [[\"WIDTH\", 0x50]] }]",
                           "parts = [\"common\"]")));
    ASSERT_TRUE(sensor) << sensor.error().message;
    const auto& writes = sensor->modes.front().writes;
    ASSERT_EQ(writes.size(), 2U);
    EXPECT_EQ(writes.front().at, (RegisterAddress{0, 0x5a}));
    EXPECT_EQ(writes.front().value, 0x28);
}

TEST_F(Readers, Sensor_HoldAndRelease_EncloseEveryMode) {
    const auto sensor =
        readSensor(folder_.write("s.toml", sensor_ + "[[hold]]\nbank = 0\nwrites = [[0x40, 4]]\n"
                                                     "[[release]]\nbank = 0\nwrites = [[0x40, 0]]\n"));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_EQ(sensor->hold.size(), 1U);
    for (const auto& mode : sensor->modes) {
        EXPECT_EQ(mode.writes.front().value, 4);
        EXPECT_EQ(mode.writes.back().at, (RegisterAddress{0, 0x40}));
    }
}

TEST_F(Readers, Sensor_TimingSettlingQualityAndFreezing) {
    const auto sensor = readSensor(
        folder_.write("s.toml", "write_pause_us = 300\ni2c_hz_max = 100000\n" +
                                    replaced(sensor_, "[0x20, 5]", "[0x20, 5], [\"WIDTH\", 0x28]") +
                                    "[settle]\nstable_frames = 3\nlength_tolerance = 0.25\nlimit_ms = 900\n"
                                    "[jpeg_quality]\nregister = \"WIDTH\"\nfinest = 1\ncoarsest = 0x30\n"
                                    "[[freeze_auto]]\nbank = 1\nwrites = [[\"CONTROL\", 0, 5]]\n"
                                    "[[release_auto]]\nbank = 1\nwrites = [[\"CONTROL\", 5, 5]]\n"));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_EQ(sensor->writePause, std::chrono::microseconds(300));
    EXPECT_EQ(sensor->i2cHzMax, 100'000U);
    EXPECT_EQ(sensor->settle.stableFrames, 3U);
    EXPECT_EQ(sensor->settle.lengthTolerance, 0.25);
    EXPECT_EQ(sensor->settle.limit, std::chrono::milliseconds(900));
    EXPECT_EQ(sensor->jpegQuality->standard, 0x28);
    EXPECT_EQ(sensor->freezeAuto.front().mask, 5);
    EXPECT_EQ(sensor->releaseAuto.front().value, 5);
}

TEST_F(Readers, Sensor_ExposureAndField) {
    const std::string exposure = "[exposure]\ntime = [[\"CONTROL\", 0x0f], [\"WIDTH\", 0xff]]\n"
                                 "units_per_line = 16\ngain = [[\"CONTROL\", 0xf0]]\n";
    const auto sensor = readSensor(folder_.write(
        "s.toml",
        replaced(sensor_, "size = \"640x480\"", "size = \"640x480\"\nfield = [0.1, 0, 0.8, 1]") + exposure));
    ASSERT_TRUE(sensor) << sensor.error().message;
    ASSERT_TRUE(sensor->exposure);
    EXPECT_EQ(sensor->exposure->unitsPerLine, 16U);
    EXPECT_EQ(sensor->exposure->time.at(0).mask, 0x0F);
    EXPECT_EQ(sensor->exposure->gain.at(0).at.bank, 1);
    EXPECT_DOUBLE_EQ(sensor->mode({640, 480})->field.left, 0.1);
    EXPECT_DOUBLE_EQ(sensor->mode({320, 240})->field.width, 1);
}

TEST_F(Readers, Sensor_FieldBeyondTheWhole_IsRefused) {
    EXPECT_THAT(
        sensorError(replaced(sensor_, "size = \"640x480\"", "size = \"640x480\"\nfield = [0.3, 0, 0.8, 1]")),
        testing::HasSubstr("expected a part of the whole field"));
    EXPECT_THAT(sensorError(replaced(sensor_, "size = \"640x480\"", "size = \"640x480\"\nfield = [0, 1]")),
                testing::HasSubstr("expected [left, top, width, height]"));
}

TEST_F(Readers, Sensor_TestPatternWithItsUndo_IsReadAndRepeatsNotUnlessSaid) {
    const std::string on = "[[test_pattern]]\nbank = 1\nwrites = [[\"CONTROL\", 2, 2]]\n";
    const std::string off = "[[test_pattern_off]]\nbank = 1\nwrites = [[\"CONTROL\", 0, 2]]\n";
    const auto sensor = readSensor(folder_.write("s.toml", sensor_ + on + off));
    ASSERT_TRUE(sensor) << sensor.error().message;
    EXPECT_EQ(sensor->testPattern.front().value, 2);
    EXPECT_EQ(sensor->testPatternOff.front().mask, 2);
    EXPECT_FALSE(sensor->barsRepeatExactly);
    const auto proven =
        readSensor(folder_.write("s.toml", "bars_repeat_exactly = true\n" + sensor_ + on + off));
    EXPECT_TRUE(proven && proven->barsRepeatExactly);
}

TEST_F(Readers, Sensor_TestPatternThatItsUndoLeavesOn_IsRefused) {
    const std::string on = "[[test_pattern]]\nbank = 1\nwrites = [[\"CONTROL\", 2, 2]]\n";
    const std::string other = "[[test_pattern_off]]\nbank = 1\nwrites = [[\"CONTROL\", 0, 4]]\n";
    const std::string what = "test_pattern_off must write the registers and bits that test_pattern writes";
    EXPECT_THAT(sensorError(sensor_ + on), testing::HasSubstr(what));
    EXPECT_THAT(sensorError(sensor_ + on + other), testing::HasSubstr(what));
    EXPECT_THAT(sensorError("bars_repeat_exactly = true\n" + sensor_),
                testing::HasSubstr("bars_repeat_exactly: there is no test_pattern that could repeat"));
}

TEST_F(Readers, Sensor_QualityThatBaseDoesNotSet_IsRefused) {
    EXPECT_EQ(
        sensorError(sensor_ + "[jpeg_quality]\nregister = \"WIDTH\"\nfinest = 1\ncoarsest = 2\n"),
        "s.toml:27:12: jpeg_quality.register: base does not write WIDTH, so the standard quality is not "
        "known");
}

// ---- Boards ----

TEST_F(Readers, Board_IsReadWhole) {
    const auto board = readBoard(folder_.write("b.toml", board_ + "provisional = [\"versions\"]\n"));
    ASSERT_TRUE(board) << board.error().message;
    EXPECT_THAT(board->versions, ElementsAre(0x40));
    EXPECT_EQ(board->fifoBytes, 524288U);
    EXPECT_EQ(board->dummyBytes, 1U);
    EXPECT_EQ(board->spiHzMax, 4'000'000U);
    EXPECT_EQ(board->start[0].wait, std::chrono::milliseconds(100));
    EXPECT_THAT(board->provisional, ElementsAre("versions"));
}

TEST_F(Readers, Board_WithoutBehaviour_IsAsTheVendorsExamplesTakeIt) {
    const auto board = readBoard(folder_.write("b.toml", board_));
    EXPECT_EQ(board->rewind, Rewind::Unknown);
    EXPECT_EQ(board->doneMask, 0x08);
    EXPECT_EQ(board->vsyncMask, 0x01);
    EXPECT_EQ(board->standby.address, 0x06);
    EXPECT_EQ(board->standby.mask, 0x02);
    EXPECT_TRUE(board->standby.standbyIsHigh);
    EXPECT_TRUE(board->sensor.empty());
}

TEST_F(Readers, Board_BehaviourIsRead) {
    const auto board = readBoard(folder_.write(
        "b.toml", board_ + "sensor = [\"tiny\"]\nrewind = \"0x20\"\ndone_mask = 0x04\nvsync_mask = 0\n"
                           "standby = { address = 2, mask = 0x10, level = \"low\", wake_ms = 5 }\n"));
    ASSERT_TRUE(board) << board.error().message;
    EXPECT_EQ(board->rewind, Rewind::Bit0x20);
    EXPECT_EQ(rewindValue(board->rewind), 0x20);
    EXPECT_EQ(board->doneMask, 0x04);
    EXPECT_FALSE(board->standby.standbyIsHigh);
    EXPECT_EQ(board->standby.wakeTime, std::chrono::milliseconds(5));
    EXPECT_THAT(board->sensor, ElementsAre("tiny"));
}

TEST_F(Readers, Board_Errors) {
    EXPECT_EQ(boardError(replaced(board_, "dummy_bytes = 1", "dummy_bytes = 2")),
              "b.toml:4:15: dummy_bytes: expected an integer from 0 to 1, found 2");
    EXPECT_EQ(boardError(replaced(board_, "versions = [0x40]", "versions = [0x40, 256]")),
              "b.toml:2:19: versions[2]: expected an integer from 0 to 255, found 256");
    EXPECT_EQ(boardError(replaced(board_, "[[0x07, 0x80, 100]]", "[[0x80, 0x80]]")),
              "b.toml:7:11: start[1][1]: expected an integer from 0 to 127, found 128");
    EXPECT_EQ(boardError(replaced(board_, "[[0x07, 0x80, 100]]", "[[0x07]]")),
              "b.toml:7:10: start[1]: expected [address, value] or [address, value, wait_ms]");
    EXPECT_EQ(boardError(replaced(board_, "spi_hz_max = 4_000_000", "spi_hz_max = \"fast\"")),
              "b.toml:6:14: spi_hz_max: expected an integer from 1000 to 48000000, found \"fast\"");
    EXPECT_EQ(boardError(board_ + "rewinds = \"none\"\n"),
              "b.toml:8:1: rewinds: unknown key; known here are done_mask, dummy_bytes, fifo_bytes, name, "
              "provisional, rewind, sensor, spi_hz_max, standby, start, versions, vsync_mask, "
              "zero_tail_bytes");
    EXPECT_EQ(
        boardError(board_ + "rewind = 0x10\n"),
        "b.toml:8:10: rewind: expected \"unknown\", \"none\", \"0x10\", \"0x20\" or \"0x30\", found 16");
    EXPECT_EQ(boardError(board_ + "standby = { address = 6, mask = 2, level = \"up\", wake_ms = 800 }\n"),
              "b.toml:8:44: standby.level: expected \"high\" or \"low\", found \"up\"");
    EXPECT_EQ(boardError(board_ + "provisional = [\"rewind\"]\n"),
              "b.toml:8:16: provisional[1]: nothing in this file is called \"rewind\"");
    EXPECT_EQ(boardError(replaced(board_, "fifo_bytes = 524288\n", "")), "b.toml:1:1: fifo_bytes: missing");
}

// ---- Limits ----

TEST_F(Readers, Limits_AreFoundBySizeAndKeepTheirBand) {
    const auto limits = readLimits(folder_.write("l.toml", limits_));
    ASSERT_TRUE(limits) << limits.error().message;
    EXPECT_EQ(limits->version(), "3");
    EXPECT_EQ(limits->find("luma_mean", Resolution{640, 480})->marginalBand, 5);
    EXPECT_EQ(limits->find("luma_mean", Resolution{640, 480})->high, 235.5);
    EXPECT_EQ(limits->find("luma_mean", Resolution{320, 240})->low, 30);
    EXPECT_EQ(limits->find("luma_mean", Resolution{320, 240})->high, std::nullopt);
}

TEST_F(Readers, Limits_SayWhomTheyBlame) {
    const auto text = replaced(limits_, "low = 30", "low = 30\nblames = \"station\"");
    const auto limits = readLimits(folder_.write("l.toml", text));
    ASSERT_TRUE(limits) << limits.error().message;
    EXPECT_EQ(limits->find("luma_mean", Resolution{320, 240})->blames, Blames::Station);
    EXPECT_EQ(limits->find("luma_mean", Resolution{640, 480})->blames, Blames::Unit);
    EXPECT_EQ(limitsError(replaced(text, "\"station\"", "\"operator\"")),
              "l.toml:13:10: limit[2].blames: expected \"unit\" or \"station\", found \"operator\"");
}

TEST_F(Readers, Limits_Errors) {
    EXPECT_EQ(limitsError(replaced(limits_, "low = 30", "low = \"dark\"")),
              "l.toml:12:7: limit[2].low: expected a finite number, found \"dark\"");
    EXPECT_EQ(limitsError(replaced(limits_, "low = 30", "low = nan")),
              "l.toml:12:7: limit[2].low: expected a finite number, found nan");
    EXPECT_EQ(limitsError(replaced(limits_, "low = 30\n", "")),
              "l.toml:9:1: limit[2]: expected low, high or both");
    EXPECT_EQ(limitsError(replaced(limits_, "high = 235.5", "high = 19.5")),
              "l.toml:6:8: limit[1].high: expected at least low, which is 20, found 19.5");
    EXPECT_EQ(limitsError(replaced(limits_, "marginal_band = 5", "marginal_band = -1")),
              "l.toml:7:17: limit[1].marginal_band: expected a number of at least 0, found -1");
    EXPECT_EQ(limitsError(replaced(limits_, "resolution = \"320x240\"\n", "")),
              "l.toml:9:1: limit[2]: luma_mean has its limits already on line 3");
    EXPECT_EQ(
        limitsError(limits_ +
                    "[[limit]]\nname = \"luma_mean\"\nresolution = \"320x240\"\nlow = 1\nreason = \"r\"\n"),
        "l.toml:14:1: limit[3]: luma_mean at 320x240 has its limits already on line 9");
    EXPECT_EQ(limitsError(limits_ + "[[limit]]\nname = \"Luma-Mean\"\nlow = 1\nreason = \"r\"\n"),
              "l.toml:15:8: limit[3].name: expected lower-case letters, digits and underscores, found "
              "\"Luma-Mean\"");
    EXPECT_EQ(limitsError(limits_ + "[[limit]]\nname = \"luma\"\nlow = 1\n"),
              "l.toml:14:1: limit[3].reason: missing");
    EXPECT_EQ(limitsError(limits_ + "[[limits]]\n"),
              "l.toml:14:3: limits: unknown key; known here are limit, name, version");
    EXPECT_EQ(limitsError("name = \"x\"\nversion = \"1\"\nlimit = []\n"),
              "l.toml:3:9: limit: expected at least one entry");
    EXPECT_EQ(limitsError("name = \"x\"\nversion = \"1\"\nlimit = [3]\n"),
              "l.toml:3:10: limit[1]: expected a table, found 3");
}

// ---- Stations ----

TEST_F(Readers, Station_SortsItsSlots) {
    const auto station = readStation(folder_.write("t.toml", station_));
    ASSERT_TRUE(station) << station.error().message;
    EXPECT_EQ(station->slots[0].number, 1);
    EXPECT_EQ(station->slots[0].port.text(), "1-1.4");
}

TEST_F(Readers, Station_KnowsItsBoards) {
    const auto with = replaced(station_, "port = \"1-2\"", "port = \"1-2\"\nboard_id = \"e66118604b5f9a21\"");
    const auto station = readStation(folder_.write("t.toml", "swapped_boards = \"refuse\"\n" + with));
    ASSERT_TRUE(station) << station.error().message;
    EXPECT_EQ(station->swappedBoards, SwappedBoards::Refuse);
    EXPECT_EQ(station->slots[0].boardId, "");
    EXPECT_EQ(station->slots[1].boardId, "e66118604b5f9a21");
    EXPECT_EQ(readStation(folder_.write("t.toml", station_))->swappedBoards, SwappedBoards::Note);
    EXPECT_EQ(stationError(replaced(with, "e66118604b5f9a21", "E6")),
              "t.toml:5:12: slot[1].board_id: expected 16 hexadecimal digits in lower case, such as "
              "\"e66118604b5f9a21\", found \"E6\"");
    EXPECT_EQ(stationError(with + "board_id = \"e66118604b5f9a21\"\n"),
              "t.toml:9:12: slot[2].board_id: board e66118604b5f9a21 belongs to slot 2 already");
    EXPECT_EQ(stationError("swapped_boards = \"yes\"\n" + station_),
              "t.toml:1:18: swapped_boards: expected \"note\" or \"refuse\", found \"yes\"");
}

TEST_F(Readers, Station_Errors) {
    EXPECT_EQ(stationError(replaced(station_, "number = 1", "number = 2")),
              "t.toml:6:10: slot[2].number: slot 2 is described twice");
    EXPECT_EQ(stationError(replaced(station_, "\"1-1.4\"", "\"1-2\"")),
              "t.toml:7:8: slot[2].port: port 1-2 belongs to slot 2 already");
    EXPECT_EQ(stationError(replaced(station_, "\"1-1.4\"", "\"usb1\"")),
              "t.toml:7:8: slot[2].port: expected a USB port path such as \"1-2.4\", found \"usb1\"");
    EXPECT_EQ(stationError(replaced(station_, "number = 1", "number = 0")),
              "t.toml:6:10: slot[2].number: expected an integer from 1 to 256, found 0");
    EXPECT_EQ(stationError(replaced(station_, "number = 1", "colour = 1")),
              "t.toml:5:1: slot[2].number: missing");
    EXPECT_EQ(stationError("name = \"bench\"\n"), "t.toml:1:1: slot: missing");
}

// ---- Serials ----

TEST_F(Readers, Serials_TakeBomCarriageReturnsBlanksAndComments) {
    const auto serials = readSerials(folder_.write("u.txt", "\xEF\xBB\xBF"
                                                            "FG-1\r\n\r\n# a remark\r\n  FG-2\t\r\nFG-3"));
    ASSERT_TRUE(serials) << serials.error().message;
    ASSERT_EQ(serials->size(), 3U);
    EXPECT_EQ((*serials)[1].text(), "FG-2");
    EXPECT_EQ((*serials)[2].text(), "FG-3");
}

TEST_F(Readers, Serials_Errors) {
    EXPECT_EQ(serialsError("FG-1\n\nFG-2\n FG-1\n"), "u.txt:4:2: serial FG-1 stands already on line 1");
    EXPECT_EQ(serialsError("FG-1\nFG,2\n"),
              "u.txt:2:1: \"FG,2\" is no serial number; expected 1 to 64 printable ASCII characters without "
              "spaces, commas, semicolons, quotes, slashes or wildcards, and no dot in front");
    EXPECT_EQ(serialsError("# nobody\n"), "u.txt:1:1: expected at least one serial, found none");
    EXPECT_EQ(serialsError(""), "u.txt:1:1: expected at least one serial, found none");
}

TEST_F(Readers, Serials_MissingFileAndFolder_AreRefused) {
    EXPECT_EQ(readSerials(folder_.path() / "none.txt").error().kind, ErrorKind::NotFound);
    EXPECT_FALSE(readSerials(folder_.path()));
}

} // namespace
} // namespace framegate::config
