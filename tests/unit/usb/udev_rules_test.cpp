// SPDX-License-Identifier: GPL-3.0-or-later
//
// udev skips a rule it does not understand without a word to the operator, so the file is checked here.
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
