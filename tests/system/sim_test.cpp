// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/usbip_backend.h"
#include "system/framegate.h"

#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

/// `framegate sim serve` with \a input on its standard input.
Ran serve(const std::string& input, const std::string& options) {
    return runProgram(
        {"/bin/sh", "-c",
         "printf '" + input + "' | " FRAMEGATE_BIN_DIR "/framegate sim serve --port 0 --control " + options});
}

TEST(SimServe, Commands_AreAnsweredAndBoardsTold) {
    const auto ran =
        serve("unplug 2\\nunplug 2\\nfault 1 power-loss=3\\nfault 1 magic\\nplug 2 bootsel\\nquit\\n",
              "--boards 2");
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("listening 127.0.0.1 "));
    EXPECT_THAT(ran.out, HasSubstr("ok unplug 2\n"));
    EXPECT_THAT(ran.out, HasSubstr("error board 2 is not plugged in [USB_NO_DEVICE]\n"));
    EXPECT_THAT(ran.out, HasSubstr("ok fault 1 power-loss=3\n"));
    EXPECT_THAT(ran.out, HasSubstr("error fault \"magic\": expected stuck-bit"));
    EXPECT_THAT(ran.out, HasSubstr("ok plug 2 bootsel\n"));
    EXPECT_THAT(ran.out, HasSubstr("ok quit\n"));
    EXPECT_THAT(ran.err, HasSubstr("attach -r 127.0.0.1 -b 1-2\n"));
}

TEST(SimServe, EndOfTheInput_EndsIt) {
    EXPECT_EQ(serve("", "--state bootsel").status, 0);
}

TEST(SimServe, WrongOptions_AreWrongInput) {
    EXPECT_EQ(framegate({"sim"}).status, 2);
    EXPECT_EQ(framegate({"sim", "serve", "--state", "asleep"}).status, 2);
    EXPECT_EQ(framegate({"sim", "serve", "--sensor", "ov9999", "--port", "0"}).status, 2);
    const auto fault = framegate({"sim", "serve", "--bootsel-fault", "magic", "--port", "0"});
    EXPECT_EQ(fault.status, 2);
    EXPECT_THAT(fault.err, HasSubstr("SERVE_COMMAND"));
}

TEST(SimServe, Interrupt_EndsItCleanlyWhileAHostHasABoard) {
    const TempFolder folder;
    const auto file = folder / "out";
    Program server({"/bin/sh", "-c",
                    "exec " FRAMEGATE_BIN_DIR "/framegate sim serve --port 0 --boards 2 --state bootsel > " +
                        file.string()});
    ASSERT_TRUE(server.await(file, "board 2 bootsel"));
    const auto text = readText(file);
    const auto at = text.find("127.0.0.1 ");
    ASSERT_NE(at, std::string::npos);
    const auto port = static_cast<std::uint16_t>(std::stoi(text.substr(at + 10)));
    UsbipBackend host(port);
    EXPECT_THAT(host.devices().value(), SizeIs(2));
    const auto rom = host.open(UsbPortPath(1, {1}), {0xFF, 0, 0});
    ASSERT_TRUE(rom);
    server.signal(SIGINT);
    EXPECT_EQ(server.wait(), 0);
}

} // namespace
} // namespace framegate::test
