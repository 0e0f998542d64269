// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/square_list.h"

#include <gmock/gmock.h>

namespace framegate::imaging {
namespace {

using testing::HasSubstr;

const std::string header = "mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px\n";

std::string complaint(const std::string& text) {
    const auto squares = parseSquares(text, "list.csv");
    if (squares) return "";
    EXPECT_EQ(squares.error().code, "EDGE_LIST");
    EXPECT_EQ(squares.error().kind, ErrorKind::InvalidInput);
    return squares.error().message;
}

TEST(ParseSquares, Rows_BecomeSquares) {
    const auto squares = parseSquares(header + "0.25,-5.5,10.5,20.25,320\n,4,1,2,3\n", "list.csv");
    ASSERT_TRUE(squares);
    ASSERT_EQ(squares->size(), 2U);
    EXPECT_EQ((*squares)[0].mtf50, 0.25);
    EXPECT_EQ((*squares)[0].place.angleDegrees, -5.5);
    EXPECT_EQ((*squares)[0].place.centre.x, 10.5);
    EXPECT_EQ((*squares)[0].place.centre.y, 20.25);
    EXPECT_EQ((*squares)[0].place.side, 320);
    EXPECT_EQ((*squares)[1].mtf50, 0);
}

TEST(ParseSquares, WindowsLineEndsBlankLinesAndNoLastLineEnd_AreFine) {
    const auto squares =
        parseSquares("mtf50_cy_px,angle_deg,centre_x_px,centre_y_px,side_px\r\n\r\n,4,1,2,3", "a");
    ASSERT_TRUE(squares) << squares.error().message;
    EXPECT_EQ(squares->size(), 1U);
}

TEST(ParseSquares, AnotherHeader_IsRefusedWithTheOneExpected) {
    EXPECT_THAT(complaint("x,y\n1,2\n"), HasSubstr("list.csv:1: the first line must be \"mtf50_cy_px"));
}

TEST(ParseSquares, FieldThatIsNoNumber_IsNamedByLineAndField) {
    EXPECT_THAT(complaint(header + ",4,1,2,3\n,4,x,2,3\n"), HasSubstr("list.csv:3: field 3 is \"x\""));
    EXPECT_THAT(complaint(header + ",nan,1,2,3\n"), HasSubstr("field 2"));
    EXPECT_THAT(complaint(header + ",,1,2,3\n"), HasSubstr("field 2 is \"\""));
}

TEST(ParseSquares, TooFewOrTooManyFields_AreRefused) {
    EXPECT_THAT(complaint(header + ",4,1,2\n"), HasSubstr("field 5"));
    EXPECT_THAT(complaint(header + ",4,1,2,3,9\n"), HasSubstr("more than 5 fields"));
}

TEST(ParseSquares, SideThatIsNotPositive_IsRefused) {
    EXPECT_THAT(complaint(header + ",4,1,2,0\n"), HasSubstr("a side of 0 pixels"));
    EXPECT_THAT(complaint(header + ",4,1,2,-3\n"), HasSubstr("a side of -3 pixels"));
}

TEST(ParseSquares, NothingInIt_IsRefused) {
    EXPECT_THAT(complaint(header), HasSubstr("no square"));
    EXPECT_THAT(complaint(""), HasSubstr("the first line"));
}

TEST(ParseSquares, TooManySquares_AreRefused) {
    std::string text = header;
    for (int i = 0; i <= 10'000; ++i)
        text += ",4,1,2,3\n";
    EXPECT_THAT(complaint(text), HasSubstr("more than 10000 squares"));
}

} // namespace
} // namespace framegate::imaging
