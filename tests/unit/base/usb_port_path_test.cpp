// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/usb_port_path.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using testing::ElementsAre;

TEST(UsbPortPath, TextOfTheKernel_IsUnderstood) {
    const auto path = UsbPortPath::parse("1-2.4.3");
    ASSERT_TRUE(path);
    EXPECT_EQ(path->bus(), 1);
    EXPECT_THAT(path->ports(), ElementsAre(2, 4, 3));
    EXPECT_EQ(path->text(), "1-2.4.3");
}

TEST(UsbPortPath, LongestPathAndLargestNumbers_AreUnderstood) {
    const auto path = UsbPortPath::parse("255-255.1.1.1.1.1.7");
    ASSERT_TRUE(path);
    EXPECT_EQ(path->text(), "255-255.1.1.1.1.1.7");
}

TEST(UsbPortPath, AnythingElse_IsRefusedAndQuoted) {
    for (const auto* text : {"",
                             "1",
                             "1-",
                             "-1",
                             "1-2.",
                             "1-.2",
                             "1-2..3",
                             "1-2-3",
                             "0-1",
                             "1-0",
                             "256-1",
                             "1-256",
                             "1-2.4 ",
                             " 1-2",
                             "a-1",
                             "1-b",
                             "1-2:1.0",
                             "usb1",
                             "1-1.1.1.1.1.1.1.1",
                             "+1-2",
                             "1--2",
                             "99999999999-1"}) {
        const auto path = UsbPortPath::parse(text);
        ASSERT_FALSE(path) << text;
        EXPECT_EQ(path.error().code, "USB_PORT_PATH");
        EXPECT_EQ(path.error().kind, ErrorKind::InvalidInput);
        EXPECT_THAT(path.error().message, testing::HasSubstr(std::string("\"") + text + "\""));
    }
}

TEST(UsbPortPath, SamePlace_ComparesEqual) {
    EXPECT_EQ(*UsbPortPath::parse("1-2.4"), UsbPortPath(1, {2, 4}));
    EXPECT_NE(*UsbPortPath::parse("1-2.4"), *UsbPortPath::parse("2-2.4"));
    EXPECT_LT(*UsbPortPath::parse("1-2"), *UsbPortPath::parse("1-2.1"));
    EXPECT_LT(*UsbPortPath::parse("1-2.1"), *UsbPortPath::parse("1-10")) << "by number, not by text";
}

} // namespace
} // namespace framegate
