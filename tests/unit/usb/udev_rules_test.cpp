// SPDX-License-Identifier: GPL-3.0-or-later
//
// udev skips a rule it does not understand without a word to the operator, so the file is checked here.
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>
#include <string>
#include <vector>

namespace framegate {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> rules() {
    std::ifstream file(FRAMEGATE_SOURCE_DIR "/packaging/udev/70-framegate.rules");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        if (!line.empty() && line[0] != '#') lines.push_back(line);
    return lines;
}

bool has(const std::string& line, const char* part) {
    return line.find(part) != std::string::npos;
}

TEST(UdevRules, EachLine_IsKeysAndValuesWithCommasBetween) {
    const std::regex rule(
        R"re([A-Z]+(\{[^}]+\})?(==|!=|\+=|=)"[^"]*"(, [A-Z]+(\{[^}]+\})?(==|!=|\+=|=)"[^"]*")*)re");
    const auto lines = rules();
    ASSERT_FALSE(lines.empty());
    for (const auto& line : lines)
        EXPECT_TRUE(std::regex_match(line, rule)) << line;
}

TEST(UdevRules, GroupAndSeat_StandInRulesOfTheirOwn) {
    const auto lines = rules();
    EXPECT_THAT(lines, Contains(HasSubstr("GROUP=\"plugdev\"")));
    EXPECT_THAT(lines, Contains(HasSubstr("TAG+=\"uaccess\"")));
    for (const auto& line : lines)
        EXPECT_FALSE(has(line, "GROUP=") && has(line, "uaccess")) << line;
}

TEST(UdevRules, File_ComesBeforeTheSeatsRules) {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(FRAMEGATE_SOURCE_DIR "/packaging/udev"))
        names.push_back(file.path().filename().string());
    EXPECT_EQ(names, std::vector<std::string>{"70-framegate.rules"}); // below 73-seat-late.rules
}

TEST(UdevRules, EachBoard_IsMarkedAsOurs) {
    const auto lines = rules();
    for (const auto* board : {"1209 0001", "2e8a 0003", "2e8a 000f"}) {
        const std::string text = board;
        const auto rule = "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ATTR{idVendor}==\"" +
                          text.substr(0, 4) + "\", ATTR{idProduct}==\"" + text.substr(5) +
                          "\", ENV{FRAMEGATE_BOARD}=\"1\"";
        EXPECT_THAT(lines, Contains(rule));
    }
    EXPECT_THAT(lines, Contains("ENV{FRAMEGATE_BOARD}==\"1\", MODE=\"0660\", GROUP=\"plugdev\""));
    EXPECT_THAT(lines, Contains("ENV{FRAMEGATE_BOARD}==\"1\", TAG+=\"uaccess\""));
    EXPECT_THAT(lines, Contains("ENV{FRAMEGATE_BOARD}==\"1\", ENV{ID_MM_DEVICE_IGNORE}=\"1\""));
}

TEST(UdevRules, EveryJump_HasItsLabel) {
    const auto lines = rules();
    EXPECT_THAT(lines, Contains(HasSubstr("GOTO=\"framegate_end\"")));
    EXPECT_EQ(lines.back(), "LABEL=\"framegate_end\"");
}

TEST(UdevRules, BootRomDrives_AreNotMounted) {
    const auto lines = rules();
    for (const auto* product : {"0003", "000f"}) {
        const auto ignore = "SUBSYSTEM==\"block\", ATTRS{idVendor}==\"2e8a\", ATTRS{idProduct}==\"" +
                            std::string(product) + "\", ENV{UDISKS_IGNORE}=\"1\"";
        EXPECT_THAT(lines, Contains(ignore));
    }
}

} // namespace
} // namespace framegate
