// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace framegate {
namespace {

Result<int> broken() {
    return failure(ErrorKind::Timeout, "USB_TIMEOUT", "no reply");
}

Result<> passedOn() {
    auto result = broken();
    if (!result) return passOn(std::move(result));
    return {};
}

TEST(Result, Value_IsHeld) {
    const Result<int> result = 7;
    ASSERT_TRUE(result);
    EXPECT_EQ(*result, 7);
    EXPECT_TRUE(Result<>());
}

TEST(Result, Failure_HasKindCodeAndMessage) {
    const auto result = broken();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Timeout);
    EXPECT_EQ(result.error().code, "USB_TIMEOUT");
    EXPECT_EQ(result.error().message, "no reply");
}

TEST(Result, Within_PutsContextInFrontAndKeepsTheCode) {
    const auto result = broken().within("capture 320x240").within("slot 3");
    EXPECT_EQ(result.error().message, "slot 3: capture 320x240: no reply");
    EXPECT_EQ(result.error().code, "USB_TIMEOUT");
}

TEST(Result, WithinOfAValue_LeavesItAlone) {
    EXPECT_EQ(*Result<int>(7).within("slot 3"), 7);
}

TEST(Result, PassOn_CarriesTheErrorToAnotherType) {
    EXPECT_EQ(passedOn().error().code, "USB_TIMEOUT");
    const auto kept = broken();
    const Result<std::string> other = passOn(kept);
    EXPECT_EQ(other.error().message, kept.error().message);
}

TEST(Error, WithinOfALasting_ChangesACopyOnly) {
    const Error error{ErrorKind::Io, "FILE_READ", "gone"};
    EXPECT_EQ(error.within("plan").message, "plan: gone");
    EXPECT_EQ(error.message, "gone");
}

TEST(ErrorKind, EveryKind_HasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind)
        names.insert(kindText(static_cast<ErrorKind>(kind)));
    EXPECT_EQ(names.size(), 12U);
    EXPECT_EQ(names.count(""), 0U);
    EXPECT_EQ(kindText(ErrorKind::Timeout), "timeout");
    EXPECT_EQ(kindText(ErrorKind::NotAvailable), "not available");
    EXPECT_EQ(kindText(ErrorKind::Internal), "internal");
}

} // namespace
} // namespace framegate
