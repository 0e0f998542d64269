// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/report_writer.h"

#include <charconv>
#include <clocale>
#include <gtest/gtest.h>
#include <limits>

namespace framegate {
namespace {

TEST(NumberText, Value_IsTheShortestThatReadsBack) {
    EXPECT_EQ(numberText(0.1), "0.1");
    EXPECT_EQ(numberText(1.0 / 3), "0.3333333333333333");
    EXPECT_EQ(numberText(100), "100");
    EXPECT_EQ(numberText(-2.5), "-2.5");
    EXPECT_EQ(numberText(1e300), "1e+300");
}

TEST(NumberText, ExtremeValues_ReadBackToTheLastBit) {
    using Limits = std::numeric_limits<double>;
    for (const double value :
         {Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min(), 0.1 + 0.2}) {
        const auto text = numberText(value);
        double back = 0;
        std::from_chars(text.data(), text.data() + text.size(), back);
        EXPECT_EQ(back, value) << text;
    }
}

TEST(NumberText, ZeroOfEitherSign_IsZero) {
    EXPECT_EQ(numberText(0.0), "0");
    EXPECT_EQ(numberText(-0.0), "0");
}

TEST(NumberText, WhatIsNotFinite_HasOneSpelling) {
    EXPECT_EQ(numberText(std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(numberText(-std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(numberText(std::numeric_limits<double>::infinity()), "inf");
    EXPECT_EQ(numberText(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(CsvField, PlainText_StaysAsItIs) {
    EXPECT_EQ(csvField(""), "");
    EXPECT_EQ(csvField("a;b c'd"), "a;b c'd");
    EXPECT_EQ(csvField("größe"), "größe");
}

TEST(CsvField, CommaQuoteOrLineEnd_IsQuoted) {
    EXPECT_EQ(csvField("a,b"), "\"a,b\"");
    EXPECT_EQ(csvField("say \"no\""), "\"say \"\"no\"\"\"");
    EXPECT_EQ(csvField("one\ntwo"), "\"one\ntwo\"");
    EXPECT_EQ(csvField("one\rtwo"), "\"one\rtwo\"");
    EXPECT_EQ(csvField("\""), "\"\"\"\"");
}

} // namespace
} // namespace framegate
