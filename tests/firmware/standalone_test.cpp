// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program that needs no PC, unmodified, in the emulator: what it hands on over its UART is received by
// the script that comes with it, and judged by framegate verify.
#include "support/program.h"
#include "support/temp_folder.h"

#include <filesystem>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::runProgram;
using test::TempFolder;

struct Model {
    const char* sensor;
    const char* board;
    std::size_t sizes;
};

class Standalone : public testing::TestWithParam<Model> {};

TEST_P(Standalone, EverySize_IsHandedOnAsAValidPicture) {
    const auto& [sensor, board, sizes] = GetParam();
    const TempFolder folder;
    const auto uart = (folder / "uart.bin").string();
    const auto elf = fmt::format(FRAMEGATE_STANDALONE "-{}.elf", sensor);
    ASSERT_TRUE(std::filesystem::exists(elf)) << elf << ": build the preset firmware-pico";
    const auto run = runProgram({FRAMEGATE_NODE, FRAMEGATE_STANDALONE_SCRIPT, elf, FRAMEGATE_BOOTROM,
                                 FRAMEGATE_MODULE_ADDON, sensor, board, uart});
    ASSERT_EQ(run.status, 0) << run.err;
    const auto pictures = folder / "pictures";
    const auto received = runProgram({FRAMEGATE_PYTHON, FRAMEGATE_RECEIVE_SCRIPT, uart, pictures.string()});
    ASSERT_EQ(received.status, 0) << received.out << received.err;
    std::vector<std::string> arguments = {FRAMEGATE_BIN_DIR "/framegate", "verify", "--sensor", sensor};
    for (const auto& entry : std::filesystem::directory_iterator(pictures))
        arguments.push_back(entry.path().string());
    EXPECT_EQ(arguments.size(), 4 + sizes) << received.out;
    const auto verified = runProgram(arguments);
    EXPECT_EQ(verified.status, 0) << verified.out;
}

INSTANTIATE_TEST_SUITE_P(Of, Standalone,
                         testing::Values(Model{"ov2640", "mini-2mp-plus", 9},
                                         Model{"ov5642", "mini-5mp-plus", 7}),
                         [](const auto& one) { return std::string(one.param.sensor); });

} // namespace
} // namespace framegate
