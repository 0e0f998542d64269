// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/attach_port.h"

#include "support/temp_folder.h"

#include <gmock/gmock.h>

namespace framegate::simulation {
namespace {

using ::testing::HasSubstr;

constexpr const char* status = "hub port sta spd dev      sockfd local_busid\n"
                               "hs  0000 006 002 00010002 000003 1-1\n"
                               "hs  0001 004 000 00000000 000000 0-0\n"
                               "ss  0002 004 000 00000000 000000 0-0\n";

TEST(AttachPort, FreePorts_AreThoseForFullSpeedOfAllControllers) {
    const test::TempFolder folder;
    folder.write("status", status);
    folder.write("status.1", "hs  0030 004 000 00000000 000000 0-0\n");
    const auto attach = folder.write("attach", "");
    const auto ports = findVhciPorts(2, attach.parent_path());
    ASSERT_TRUE(ports);
    EXPECT_TRUE((*ports)[0]->attach(17, 0x00010002).value());
    EXPECT_EQ(folder.read("attach"), "1 17 65538 2");
    EXPECT_TRUE((*ports)[1]->attach(18, 0x00010003).value());
    EXPECT_EQ(folder.read("attach"), "30 18 65539 2");
}

TEST(AttachPort, TooFewPorts_AreRefusedWithAdvice) {
    const test::TempFolder folder;
    const auto file = folder.write("status", status);
    const auto ports = findVhciPorts(2, file.parent_path());
    ASSERT_FALSE(ports);
    EXPECT_EQ(ports.error().code, "USBIP_ATTACH");
    EXPECT_THAT(ports.error().message, HasSubstr("has 1 free ports, 2 are needed"));
    EXPECT_THAT(ports.error().message, HasSubstr("modprobe vhci-hcd"));
}

TEST(AttachPort, FileThatCannotBeWritten_IsAnError) {
    const test::TempFolder folder;
    const auto file = folder.write("status", status);
    const auto ports = findVhciPorts(1, file.parent_path());
    const auto done = (*ports)[0]->attach(17, 1);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "USBIP_ATTACH");
}

} // namespace
} // namespace framegate::simulation
