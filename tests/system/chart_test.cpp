// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temp_folder.h"
#include "system/framegate.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::framegate;
using testing::HasSubstr;
using testing::Not;

TEST(ChartCommand, Pdf_IsOneVectorPageOfThatPaperWithMetadata) {
    const test::TempFolder folder;
    const auto ran = framegate({"chart", "-o", (folder / "chart.pdf").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto pdf = folder.read("chart.pdf");
    EXPECT_THAT(pdf, testing::StartsWith("%PDF-1."));
    EXPECT_THAT(pdf, HasSubstr("/MediaBox [0 0 842.000000 595.")); // A4 in points, which Qt rounds
    EXPECT_THAT(pdf, HasSubstr("/Count 1"));
    EXPECT_THAT(pdf, HasSubstr("/Title"));
    EXPECT_THAT(pdf, Not(HasSubstr("/Subtype /Image")));
    EXPECT_EQ(folder.count(), 1U);
}

TEST(ChartCommand, LargerPaper_GivesALargerChart) {
    const test::TempFolder folder;
    const auto ran = framegate({"chart", "-o", (folder / "c.pdf").string(), "--paper", "1200x900.5mm"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("1146.0 mm wide"));
}

TEST(ChartCommand, UnknownPaper_SaysWhatIsPossible) {
    const test::TempFolder folder;
    for (const char* paper : {"A9", "10x10mm", "297x210", "-297x210mm", "1e9x1mm", ""}) {
        const auto ran = framegate({"chart", "-o", (folder / "c.pdf").string(), "--paper", paper});
        EXPECT_EQ(ran.status, 2) << paper;
        EXPECT_THAT(ran.err, HasSubstr("420x297mm")) << paper;
    }
    EXPECT_EQ(folder.count(), 0U);
}

TEST(ChartCommand, BrokenChart_IsNamedWithItsPlace) {
    const test::TempFolder folder;
    const auto chart = folder.write("mine.toml", "name = \"mine\"\nversion = 1\n");
    const auto ran = framegate({"chart", "-o", (folder / "c.pdf").string(), "--chart", chart.string()});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("mine.toml:2:"));
}

TEST(ChartCommand, FolderThatIsNotThere_IsRefused) {
    const auto ran = framegate({"chart", "-o", "/nowhere/at/all/chart.pdf"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("/nowhere/at/all"));
}

} // namespace
} // namespace framegate
