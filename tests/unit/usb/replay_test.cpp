// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fake_clock.h"
#include "support/scripted_transport.h"
#include "support/temp_folder.h"
#include "usb/recording_backend.h"
#include "usb/replay_backend.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const UsbPortPath port(1, {2});
constexpr UsbInterfaceMatch match{0xFF, 0x46, 1};
const Deadline noDeadline(ClockTime{std::chrono::nanoseconds{1h}});

/// A machine with one board, which says what a script says.
class ScriptedBackend : public UsbBackend {
public:
    explicit ScriptedBackend(test::TransportScript& script) : script_(script) {}
    Result<std::vector<UsbDevice>> devices() override {
        return std::vector<UsbDevice>{{port, 0x1209, 1, "F6", "board"}};
    }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& at, UsbInterfaceMatch) override {
        if (at == port) return std::make_unique<test::ScriptedTransport>(script_);
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "nothing there");
    }
    Result<> restart(const UsbPortPath&, UsbInterfaceMatch, UsbControlRequest, std::chrono::nanoseconds,
                     std::stop_token) override {
        return failure(ErrorKind::Usb, "USB_NO_RESTART", "stays");
    }

private:
    test::TransportScript& script_;
};

/// A conversation of every call, and what came of it as text.
std::string converse(UsbBackend& usb) {
    std::string told;
    const auto note = [&told](const auto& result) { told += (result ? "ok" : result.error().code) + " "; };
    const auto devices = usb.devices();
    note(devices);
    const auto lookout = usb.watch(port);
    auto board = usb.open(port, match);
    note(board);
    if (!board) return told;
    auto& clock = (*board)->clock();
    note(usb.open(UsbPortPath(1, {9}), match));
    const std::array<std::byte, 3> request{};
    note((*board)->send(request, noDeadline, {}));
    std::array<std::byte, 64> buffer{};
    const auto got = (*board)->receive(buffer, noDeadline, {});
    told += got ? std::to_string(std::to_integer<int>(buffer[1])) + " " : got.error().code + " ";
    const auto reader = (*board)->reader(64);
    note(reader->next(2, noDeadline, {}));
    note(reader->next(1, noDeadline, {})); // nothing is scripted: a time-out
    note((*board)->control({0x41, 1, 0, 0}, {}, noDeadline, {}));
    note((*board)->clearHalt(UsbPipe::BulkIn, noDeadline, {}));
    note(lookout->wait(clock, Deadline(clock.now() + 30ms), {}));
    note(usb.restart(port, match, {0x41, 2}, 1s, {}));
    return told + std::to_string(clock.now().sinceZero / 1ms) + " ms";
}

struct Recorded {
    Recorded() {
        script.answers.emplace_back(std::vector<std::uint8_t>{1, 42, 3});
        script.answers.emplace_back(std::vector<std::uint8_t>{5});
        ScriptedBackend board(script);
        recording = UsbRecording::create(file).value();
        told = converse(*recordUsb(board, recording));
    }
    test::TempFolder folder;
    std::filesystem::path file = folder / "usb.jsonl";
    test::TransportScript script;
    std::shared_ptr<UsbRecording> recording;
    std::string told;
};

TEST(UsbReplay, RecordedConversation_GoesTheSameWay) {
    Recorded recorded;
    EXPECT_EQ(recorded.told, "ok ok USB_NO_DEVICE ok 42 ok USB_TIMEOUT ok ok ok USB_NO_RESTART 30 ms");
    const auto replay = ReplayBackend::read(recorded.file).value();
    EXPECT_EQ(converse(*replay), recorded.told);
    EXPECT_EQ(replay->left(), 0U);
}

TEST(UsbReplay, OtherBytes_AreRefusedWithTheLine) {
    Recorded recorded;
    const auto replay = ReplayBackend::read(recorded.file).value();
    const auto board = replay->open(port, match).value();
    const std::array<std::byte, 3> other{std::byte{0}, std::byte{1}, std::byte{0}};
    const auto sent = board->send(other, noDeadline, {});
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, "USB_REPLAY");
    EXPECT_THAT(sent.error().message,
                HasSubstr("usb.jsonl:5: sending 3 bytes on transport 1 that differ from "
                          "byte 1 on; the recording has sending 3 bytes"));
}

TEST(UsbReplay, AnotherCall_IsRefusedWithTheLine) {
    Recorded recorded;
    const auto replay = ReplayBackend::read(recorded.file).value();
    const auto board = replay->open(port, match).value();
    std::array<std::byte, 64> buffer{};
    EXPECT_THAT(board->receive(buffer, noDeadline, {}).error().message,
                HasSubstr("usb.jsonl:5: receiving up to 64 bytes on transport 1; the recording has sending"));
}

TEST(UsbReplay, MoreThanWasRecorded_IsRefused) {
    Recorded recorded;
    const auto replay = ReplayBackend::read(recorded.file).value();
    ASSERT_TRUE(replay->devices());
    EXPECT_THAT(replay->devices().error().message, HasSubstr("listing devices: the recording has no more"));
}

TEST(UsbReplay, StopRequest_EndsACallAsCancelled) {
    Recorded recorded;
    const auto board = ReplayBackend::read(recorded.file).value()->open(port, match).value();
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(board->send({}, noDeadline, stop.get_token()).error().kind, ErrorKind::Cancelled);
}

TEST(UsbRecorder, FileThatIsThere_IsNotTouched) {
    test::TempFolder folder;
    const auto file = folder.write("units.csv", "lot,serial\n");
    const auto created = UsbRecording::create(file);
    ASSERT_FALSE(created);
    EXPECT_EQ(created.error().kind, ErrorKind::InvalidInput);
    EXPECT_THAT(created.error().message, HasSubstr("name another"));
    EXPECT_EQ(folder.read("units.csv"), "lot,serial\n");
}

TEST(UsbRecorder, BeyondItsLimit_IsNotWholeAndStillReadable) {
    test::TempFolder folder;
    const auto recording = UsbRecording::create(folder / "usb.jsonl", 300).value();
    EXPECT_TRUE(recording->whole());
    for (int i = 0; i < 20; ++i)
        recording->add({});
    ASSERT_FALSE(recording->whole());
    EXPECT_EQ(recording->whole().error().code, "USB_RECORDING_CUT");
    EXPECT_THAT(recording->whole().error().message, HasSubstr("breaks off"));
    EXPECT_TRUE(ReplayBackend::read(folder / "usb.jsonl"));
}

TEST(UsbRecorder, FullDisk_LeavesTheWorkGoingOn) {
    test::TempFolder folder;
    test::TransportScript script;
    ScriptedBackend board(script);
    const auto recording = UsbRecording::create(folder / "usb.jsonl").value();
    const auto usb = recordUsb(board, recording);
    const test::FileSizeLimit full(100);
    EXPECT_TRUE(usb->devices());
    EXPECT_EQ(recording->whole().error().kind, ErrorKind::Io);
}

} // namespace
} // namespace framegate
