// SPDX-License-Identifier: GPL-3.0-or-later
//
// A third party as the referee: the picotool that Debian ships talks to our simulated boot ROM, and reads
// what our flasher wrote.
#include "guest_bench.h"
#include "guest_firmware.h"
#include "guest_station.h"
#include "support/firmware_files.h"

#include <cstring>
#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t flashStart = 0x10000000;
constexpr int board = 2;

/// Runs it with the libraries it was built for, whatever this machine has, on the board alone: the others'
/// firmware could be asked into BOOTSEL too, and picotool wants one device.
Ran picotool(std::vector<std::string> arguments) {
    const auto [bus, device] = usbNumbersAt(portOf(board));
    arguments.insert(arguments.end(), {"--bus", std::to_string(bus), "--address", std::to_string(device)});
    const std::string root = FRAMEGATE_SOURCE_DIR "/build/usb-guest/picotool";
    std::vector<std::string> all = {root + "/usr/lib64/ld-linux-x86-64.so.2", "--library-path",
                                    root + "/usr/lib/x86_64-linux-gnu", root + "/usr/bin/picotool"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return runProgram(std::move(all));
}

std::string hex(std::uint64_t value) {
    char text[20];
    std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(value));
    return text;
}

std::string asText(const Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Picotool : public ::testing::Test {
protected:
    void SetUp() override { guestBench().become(board, "bootsel"); }
    /// Our flasher on that board alone.
    Ran flash(const std::string& firmware) {
        const auto station = folder_.write("station.toml", "name = \"one\"\n[[slot]]\nnumber = 1\nport = \"" +
                                                               portOf(board) + "\"\n");
        return framegate({"flash", "--firmware", firmware, "--station", station, "--slot", "1"});
    }
    /// What is in flash, by picotool.
    std::string saved(std::uint64_t from, std::uint64_t to) {
        const auto file = folder_ / "saved.bin";
        const auto ran = picotool({"save", "-r", hex(from), hex(to), file});
        EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
        return readText(file);
    }
    std::filesystem::path write(const std::string& name, const Bytes& bytes) {
        return folder_.write(name, asText(bytes));
    }
    TempFolder folder_;
};

TEST_F(Picotool, SaveOfWhatWeFlashed_IsTheImageByteForByte) {
    ASSERT_EQ(flash(flashFirmware).status, 0);
    guestBench().become(board, "bootsel");
    const auto image = readImage(flashFirmware);
    for (const auto& segment : image.segments)
        EXPECT_TRUE(saved(segment.address, segment.end()) == asText(segment.bytes))
            << "from " << hex(segment.address);
}

TEST_F(Picotool, Info_NamesTheFirmwareInFlash) {
    ASSERT_EQ(flash(flashFirmware).status, 0);
    guestBench().become(board, "bootsel");
    const auto ran = picotool({"info"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("FrameGate test firmware"));
}

TEST_F(Picotool, WhatItLoaded_OurFlasherFindsEqual) {
    const auto content = rp2040Flash(64 * 1024, 5);
    const auto file = write("content.bin", content);
    const auto loaded = picotool({"load", "-v", file, "-o", hex(flashStart)});
    EXPECT_EQ(loaded.status, 0) << loaded.out << loaded.err;
    EXPECT_EQ(picotool({"verify", file, "-o", hex(flashStart)}).status, 0);
    EXPECT_TRUE(saved(flashStart, flashStart + content.size()) == asText(content));
    const auto ran = flash(write("content.uf2", uf2Of(content, flashStart, 0xE48BFF56)));
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("16 sectors, of which 16 were equal and 0 erased"));
}

TEST_F(Picotool, Verify_TellsContentThatDiffers) {
    auto content = rp2040Flash(64 * 1024, 6);
    ASSERT_EQ(picotool({"load", write("content.bin", content), "-o", hex(flashStart)}).status, 0);
    content.back() ^= std::byte{1};
    EXPECT_NE(picotool({"verify", write("other.bin", content), "-o", hex(flashStart)}).status, 0);
}

TEST_F(Picotool, LoadAndReboot_StartsTheTestFirmware) {
    const auto loaded = picotool({"load", "-v", flashFirmware});
    EXPECT_EQ(loaded.status, 0) << loaded.out << loaded.err;
    const auto ran = picotool({"reboot"});
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    EXPECT_TRUE(awaitInKernel(portOf(board), "firmware")) << guestBench().served().output();
}

} // namespace
} // namespace framegate::test
