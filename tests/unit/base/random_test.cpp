// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"

#include <bit>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace framegate {
namespace {

// The same by a second way, from the published constants: FNV-1a, then the finaliser of SplitMix64.
TEST(DerivedSeed, KnownNames_KeepTheirSeedsForEver) {
    EXPECT_EQ(derivedSeed(0, ""), 0xf52a15e9a9b5e89bULL);
    EXPECT_EQ(derivedSeed(7, "FG-000001"), 0x216c3938061c063aULL);
}

TEST(DerivedSeed, NeighbouringNamesAndSeeds_NeverMeet) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 50; ++seed)
        for (int unit = 0; unit < 200; ++unit)
            seen.insert(derivedSeed(seed, "FG-" + std::to_string(unit)));
    EXPECT_EQ(seen.size(), 50U * 200U);
}

TEST(DerivedSeed, OneBitOfTheSeed_ChangesAboutHalfTheBits) {
    int changed = 0;
    for (int bit = 0; bit < 64; ++bit)
        changed += std::popcount(derivedSeed(0, "x") ^ derivedSeed(std::uint64_t{1} << bit, "x"));
    EXPECT_NEAR(changed / 64.0, 32, 3);
}

TEST(DerivedSeed, BytesAboveAscii_AreNotTakenAsNegative) {
    EXPECT_NE(derivedSeed(0, "\xFF"), derivedSeed(0, "\x7F"));
}

} // namespace
} // namespace framegate
