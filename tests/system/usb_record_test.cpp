// SPDX-License-Identifier: GPL-3.0-or-later
//
// --usb-record, on each command that has it.
#include "support/firmware_files.h"
#include "system/framegate.h"

#include <gmock/gmock.h>

namespace framegate::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class UsbRecord : public ::testing::Test {
protected:
    Ran record(std::vector<std::string> command) {
        command.insert(command.end(),
                       {"--bench", "virtual", "--usb-record", (folder_ / "usb.jsonl").string()});
        return framegate(command);
    }
    /// It is a recording, and these calls are in it.
    void expectRecorded(std::initializer_list<const char*> calls) {
        const auto text = folder_.read("usb.jsonl");
        EXPECT_THAT(text, StartsWith("{\"format\":\"framegate usb recording\",\"version\":1,"));
        for (const auto* call : calls)
            EXPECT_THAT(text, HasSubstr("\n{\"call\":\"" + std::string(call) + "\","));
        EXPECT_EQ(text.back(), '\n');
    }
    TempFolder folder_;
};

TEST_F(UsbRecord, OfBoards_HasTheGreeting) {
    EXPECT_EQ(record({"boards"}).status, 0);
    expectRecorded({"devices", "open", "send", "receive"});
}

TEST_F(UsbRecord, OfFlash_HasTheWholeFlashing) {
    const auto bytes = uf2Of(rp2040Flash(20 * 1024, 1), 0x10000000, 0xE48BFF56);
    const auto file =
        folder_.write("firmware.uf2", std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    const auto ran = record({"flash", "--firmware", file.string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    expectRecorded({"devices", "open", "control", "send", "receive", "wait"});
}

TEST_F(UsbRecord, OfCapture_HasTheStream) {
    const auto ran = record({"capture", "--resolution", "160x120", "-o", (folder_ / "a.jpg").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    expectRecorded({"open", "send", "receive"});
    EXPECT_GT(folder_.read("usb.jsonl").size(), 2 * folder_.read("a.jpg").size());
}

TEST_F(UsbRecord, OfRun_HasEachSlot) {
    const auto ran = record({"run", "--plan", sourceFolder + "/fixtures/plans/ov2640-quick.toml", "--units",
                             "2", "--slots", "2", "--out", (folder_ / "lot").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    expectRecorded({"open", "send", "receive"});
    EXPECT_THAT(folder_.read("usb.jsonl"), HasSubstr("\"transport\":2,"));
}

TEST_F(UsbRecord, FileThatIsThere_IsRefusedAndKept) {
    folder_.write("usb.jsonl", "mine");
    const auto ran = record({"boards"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("usb.jsonl: there is such a file already; name another"));
    EXPECT_EQ(folder_.read("usb.jsonl"), "mine");
}

} // namespace
} // namespace framegate::test
