// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/bit_comparison.h"

#include <cmath>
#include <gtest/gtest.h>
#include <string>

namespace framegate {
namespace {

BitComparison compared(const std::vector<std::string>& texts) {
    std::vector<std::span<const std::byte>> copies;
    for (const auto& text : texts)
        copies.push_back(std::as_bytes(std::span(text)));
    return compareBits(copies);
}

TEST(BitComparison, SameCopies_AreExact) {
    const auto result = compared({"picture", "picture", "picture"});
    EXPECT_TRUE(result.exact());
    EXPECT_EQ(result.compared, 3U);
    EXPECT_EQ(result.bits, 3U * 7 * 8);
    EXPECT_EQ(result.bitErrors, 0U);
}

TEST(BitComparison, OneBitInOneCopy_IsOneErrorWhicheverCopyItIs) {
    for (std::size_t wrong = 0; wrong < 3; ++wrong) {
        std::vector<std::string> copies(3, "picture");
        copies[wrong][2] ^= 0x10;
        const auto result = compared(copies);
        EXPECT_EQ(result.bitErrors, 1U) << wrong;
        EXPECT_EQ(result.differing, 1U) << wrong;
        EXPECT_FALSE(result.exact());
    }
}

TEST(BitComparison, EachCopyWrongElsewhere_CountsOneErrorEach) {
    std::vector<std::string> copies(5, "picture");
    for (std::size_t i = 0; i < copies.size(); ++i)
        copies[i][i] ^= 0x02;
    const auto result = compared(copies);
    EXPECT_EQ(result.bitErrors, 5U) << "the majority of each bit is the picture, which no copy is";
    EXPECT_EQ(result.differing, 5U);
}

TEST(BitComparison, AByteLost_IsADamagedCopyAndNoBitError) {
    const auto result = compared({"picture", "pictre", "picture", "picture"});
    EXPECT_EQ(result.otherLength, 1U);
    EXPECT_EQ(result.compared, 3U);
    EXPECT_EQ(result.bitErrors, 0U);
    EXPECT_FALSE(result.exact());
}

TEST(BitComparison, AsManyOfEitherLength_ComparesTheShorter) {
    const auto result = compared({"longer", "short", "longer", "short"});
    EXPECT_EQ(result.bits, 2U * 5 * 8);
    EXPECT_EQ(result.otherLength, 2U);
}

TEST(BitComparison, EvenSplit_CountsAsTheFirstHasIt) {
    EXPECT_EQ(compared({"a", "b"}).bitErrors, compared({"b", "a"}).bitErrors);
    EXPECT_EQ(compared({"a", "b"}).differing, 1U);
}

TEST(BitComparison, NoCopies_CompareNothing) {
    EXPECT_EQ(compareBits({}).bits, 0U);
}

// The 95 % point of the beta distribution with errors + 1 and trials - errors.
TEST(RateBound, KnownIntervals_AreThoseOfClopperAndPearson) {
    EXPECT_NEAR(rateBound95(0, 10), 0.2588656, 1e-6);
    EXPECT_NEAR(rateBound95(1, 10), 0.3941633, 1e-6);
    EXPECT_NEAR(rateBound95(5, 10), 0.7775589, 1e-6);
    EXPECT_NEAR(rateBound95(9, 10), 0.9948838, 1e-6);
}

TEST(RateBound, ManyTrials_IsThePoissonBound) {
    EXPECT_NEAR(rateBound95(0, 100'000'000) * 1e8, 2.995732, 1e-4);
    EXPECT_NEAR(rateBound95(1, 100'000'000) * 1e8, 4.743865, 1e-4);
    EXPECT_NEAR(rateBound95(10, 100'000'000) * 1e8, 16.96222, 1e-3);
}

TEST(RateBound, ManyErrors_IsCloseAboveTheRateSeen) {
    const double bound = rateBound95(50'000, 1'000'000);
    EXPECT_NEAR(bound, 0.05 + 1.645 * std::sqrt(0.05 * 0.95 / 1e6), 2e-6);
}

TEST(RateBound, NothingButErrorsOrNoTrial_IsOne) {
    EXPECT_EQ(rateBound95(8, 8), 1);
    EXPECT_EQ(rateBound95(0, 0), 1);
}

} // namespace
} // namespace framegate
