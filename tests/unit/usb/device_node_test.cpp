// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/device_node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(DeviceNode, OfNoDevice_DoesNotExist) {
    const auto node = deviceNode(250, 7);
    EXPECT_EQ(node.path, "/dev/bus/usb/250/007");
    EXPECT_FALSE(node.exists);
}

TEST(AccessAdvice, FileOfRoots_SaysToInstallTheRulesAndToReplug) {
    const auto advice = accessAdvice({"/dev/bus/usb/001/007", true, "root", 0664});
    EXPECT_THAT(advice, AllOf(HasSubstr("/dev/bus/usb/001/007 (group root, mode 664)"),
                              HasSubstr("packaging/udev/70-framegate.rules"), HasSubstr("plug it in again")));
}

TEST(AccessAdvice, FileOfTheGroup_SaysToJoinIt) {
    const auto advice = accessAdvice({"/dev/bus/usb/001/007", true, "plugdev", 0660});
    EXPECT_THAT(advice, AllOf(HasSubstr("not in group plugdev"), HasSubstr("usermod -aG plugdev"),
                              HasSubstr("log out and in again")));
    EXPECT_THAT(accessAdvice({"/dev/bus/usb/001/007", true, "plugdev", 0440}),
                HasSubstr("70-framegate.rules"));
}

} // namespace
} // namespace framegate
