// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/test_record.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

LotSummary counts(unsigned planned, unsigned passed, unsigned failed, unsigned errors = 0,
                  unsigned aborted = 0) {
    return {"L1", planned, passed, failed, errors, aborted, passed};
}

TEST(LotSummary, EveryUnitPassed_IsZero) {
    EXPECT_EQ(counts(3, 3, 0).exitStatus(false), 0);
}

TEST(LotSummary, NoUnitsAtAll_IsZero) {
    EXPECT_EQ(counts(0, 0, 0).exitStatus(false), 0);
}

TEST(LotSummary, OneUnitFailed_IsOne) {
    EXPECT_EQ(counts(3, 2, 1).exitStatus(false), 1);
}

TEST(LotSummary, OneUnitNotTold_IsThreeWhateverElseFailed) {
    EXPECT_EQ(counts(3, 2, 0, 1).exitStatus(false), 3);
    EXPECT_EQ(counts(3, 1, 1, 1).exitStatus(false), 3);
    EXPECT_EQ(counts(3, 2, 0, 0, 1).exitStatus(false), 3);
}

TEST(LotSummary, UnitNeverTested_IsThree) {
    EXPECT_EQ(counts(3, 2, 0).exitStatus(false), 3);
    EXPECT_EQ(counts(3, 0, 0).exitStatus(false), 3);
}

TEST(LotSummary, Stopped_IsAlways130) {
    EXPECT_EQ(counts(3, 3, 0).exitStatus(true), 130);
    EXPECT_EQ(counts(3, 0, 1, 1, 1).exitStatus(true), 130);
}

TEST(LotSummary, FirstPassYield_CountsJudgedUnitsOnly) {
    LotSummary summary = counts(10, 3, 1, 4, 2);
    summary.passedFirstRun = 2;
    EXPECT_DOUBLE_EQ(summary.firstPassYield(), 0.5);
    EXPECT_EQ(summary.tested(), 10U);
    EXPECT_EQ(counts(2, 0, 0, 2).firstPassYield(), 0);
}

TEST(Outcome, EveryOutcome_HasItsWord) {
    EXPECT_EQ(outcomeText(Outcome::Pass), "PASS");
    EXPECT_EQ(outcomeText(Outcome::Fail), "FAIL");
    EXPECT_EQ(outcomeText(Outcome::Error), "ERROR");
    EXPECT_EQ(outcomeText(Outcome::Aborted), "ABORTED");
}

} // namespace
} // namespace framegate
