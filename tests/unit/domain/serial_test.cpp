// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/unit.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

TEST(Serial, ScannedText_IsTakenAsItIs) {
    for (const auto* text : {"FG-000001", "a", "B0067:2026.11_#4+(x)=@!$%&^~[]{}"})
        EXPECT_EQ(Serial::parse(text)->text(), text);
}

TEST(Serial, SixtyFourCharacters_AreTheMost) {
    EXPECT_TRUE(Serial::parse(std::string(64, 'x')));
    EXPECT_FALSE(Serial::parse(std::string(65, 'x')));
}

TEST(Serial, EveryCharacterThatWouldBreakAListOrAFileName_IsRefused) {
    for (const char c : std::string(" \t\r\n,;\"'`/\\*?<>|\x7f\x80\xff\x1b") + '\0')
        EXPECT_FALSE(Serial::parse(std::string("FG") + c + "1")) << "character " << int{c};
}

TEST(Serial, DotInFront_IsRefused) {
    EXPECT_FALSE(Serial::parse(".."));
    EXPECT_FALSE(Serial::parse(".hidden"));
    EXPECT_TRUE(Serial::parse("FG.1"));
}

TEST(Serial, Refusal_QuotesWhatWasFoundAndSaysWhatIsExpected) {
    const auto serial = Serial::parse("");
    ASSERT_FALSE(serial);
    EXPECT_EQ(serial.error().code, "SERIAL");
    EXPECT_EQ(serial.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(serial.error().message,
                testing::AllOf(testing::HasSubstr("\"\""), testing::HasSubstr("1 to 64")));
}

TEST(Serial, Numbered_HasSixDigitsOrMore) {
    EXPECT_EQ(Serial::numbered(1).text(), "FG-000001");
    EXPECT_EQ(Serial::numbered(999'999).text(), "FG-999999");
    EXPECT_EQ(Serial::numbered(1'234'567).text(), "FG-1234567");
}

} // namespace
} // namespace framegate
