// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/slot_learning.h"

#include "config/readers.h"
#include "simulation/virtual_bench.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

/// A machine where boards are plugged in and unplugged at moments of a clock. None of them can be opened.
class PluggedOverTime : public UsbBackend {
public:
    explicit PluggedOverTime(Clock& clock) : clock_(clock) {}
    void plug(std::chrono::milliseconds at, const char* port, const char* serial) {
        stays_.push_back({at, 24h, {*UsbPortPath::parse(port), 0x2E8A, 0x000A, serial, "a program"}});
    }
    void unplug(std::chrono::milliseconds at, const char* port) {
        for (auto& stay : stays_)
            if (stay.device.port.text() == port && stay.until > at) stay.until = at;
    }
    Result<std::vector<UsbDevice>> devices() override {
        std::vector<UsbDevice> there;
        for (const auto& stay : stays_)
            if (stay.from <= clock_.now().sinceZero && clock_.now().sinceZero < stay.until)
                there.push_back(stay.device);
        return there;
    }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath&, UsbInterfaceMatch) override {
        return failure(ErrorKind::NotFound, "USB_NO_INTERFACE", "none");
    }
    Result<> restart(const UsbPortPath&, UsbInterfaceMatch, UsbControlRequest, std::chrono::nanoseconds,
                     std::stop_token) override {
        return {};
    }

private:
    struct Stay {
        std::chrono::nanoseconds from;
        std::chrono::nanoseconds until;
        UsbDevice device;
    };
    Clock& clock_;
    std::vector<Stay> stays_;
};

class SlotLearning : public ::testing::Test {
protected:
    Result<StationLayout> learn(int slots) {
        SlotsToLearn order{"bench", {}, SwappedBoards::Note};
        for (int number = 1; number <= slots; ++number)
            order.numbers.push_back(number);
        return learnByPlugging(usb_, clock_, order, [&](const std::string& text) { said_.push_back(text); },
                               {});
    }
    test::FakeClock clock_;
    PluggedOverTime usb_{clock_};
    std::vector<std::string> said_;
};

TEST_F(SlotLearning, OneBoardAfterTheOther_GivesPortsAndIds) {
    usb_.plug(1s, "1-1.4", "E66118604B5F9A21");
    usb_.plug(3s, "1-1.2", "EEEEEEEEEEEEEEEE");
    const auto layout = learn(2);
    ASSERT_TRUE(layout) << layout.error().message;
    ASSERT_EQ(layout->slots.size(), 2U);
    EXPECT_EQ(layout->slots[0].port.text(), "1-1.4");
    EXPECT_EQ(layout->slots[0].boardId, "e66118604b5f9a21");
    EXPECT_EQ(layout->slots[1].port.text(), "1-1.2");
    EXPECT_EQ(layout->slots[1].boardId, "");
    EXPECT_THAT(said_, Contains(HasSubstr("slot 2: plug its board in")));
}

TEST_F(SlotLearning, TwoBoardsAtOnce_AreRefusedUntilBothAreOut) {
    usb_.plug(1s, "1-1", "");
    usb_.plug(1200ms, "1-2", "");
    usb_.unplug(4s, "1-1");
    usb_.unplug(5s, "1-2");
    usb_.plug(6s, "1-2", "");
    const auto layout = learn(1);
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(layout->slots[0].port.text(), "1-2");
    EXPECT_THAT(said_, Contains("two boards at once, at 1-1, 1-2: unplug both"));
}

TEST_F(SlotLearning, BoardThatIsThereAlready_CountsOnceItWasUnplugged) {
    usb_.plug(0s, "1-1", "");
    usb_.unplug(2s, "1-1");
    usb_.plug(3s, "1-1", "");
    const auto layout = learn(1);
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_GT(clock_.now().sinceZero, 3s);
    EXPECT_THAT(said_, Contains("plugged in already: 1-1; unplug what is to be learnt"));
}

TEST_F(SlotLearning, BoardOfAnotherSlotInAnotherPort_IsRefused) {
    usb_.plug(1s, "1-1", "E66118604B5F9A21");
    usb_.unplug(3s, "1-1");
    usb_.plug(4s, "1-2", "E66118604B5F9A21");
    usb_.unplug(6s, "1-2");
    usb_.plug(7s, "1-2", "E66118604B5F9A22");
    const auto layout = learn(2);
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_THAT(said_, Contains("the board at 1-2 belongs to slot 1 already: unplug it"));
    EXPECT_EQ(layout->slots[1].boardId, "e66118604b5f9a22");
}

TEST_F(SlotLearning, ContactThatBounces_IsOneArrival) {
    for (int i = 0; i < 5; ++i) {
        usb_.plug(1000ms + 200ms * i, "1-1", "");
        usb_.unplug(1100ms + 200ms * i, "1-1");
    }
    usb_.plug(2s, "1-1", "");
    ASSERT_TRUE(learn(1));
    EXPECT_GT(clock_.now().sinceZero, 2400ms);
}

TEST_F(SlotLearning, Stop_EndsAsCancelled) {
    std::stop_source stop;
    stop.request_stop();
    const auto layout = learnByPlugging(
        usb_, clock_, {"bench", {1}}, [](const std::string&) {}, stop.get_token());
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().kind, ErrorKind::Cancelled);
}

TEST(SlotBlinking, AnswersSayWhichSlotBlinks) {
    simulation::BenchOptions options;
    options.slots = 3;
    const auto bench = *simulation::VirtualBench::create(options);
    std::vector<std::string> answers = {"2", "two", "2", "", "1"};
    std::vector<std::string> questions;
    const AskOperator ask = [&](const std::string& question, const std::stop_token&) -> Result<std::string> {
        questions.push_back(question);
        return answers.at(questions.size() - 1);
    };
    const auto layout = learnByBlinking(*bench, {"bench", {1, 2}}, [](const std::string&) {}, ask, {});
    ASSERT_TRUE(layout) << layout.error().message;
    EXPECT_EQ(questions.size(), 5U);
    EXPECT_EQ(layout->slots[0].port.text(), "1-3");
    EXPECT_EQ(layout->slots[1].port.text(), "1-1");
    EXPECT_EQ(layout->slots[1].boardId.size(), 16U);
}

TEST(SlotBlinking, SlotThatNobodyFound_IsIncomplete) {
    const auto bench = *simulation::VirtualBench::create({});
    const AskOperator none = [](const std::string&, const std::stop_token&) -> Result<std::string> {
        return std::string();
    };
    const auto layout = learnByBlinking(*bench, {"bench", {1}}, [](const std::string&) {}, none, {});
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().code, "LEARN_INCOMPLETE");
}

TEST(StationToml, IsReadBackAsItWas) {
    StationLayout layout{"bench-4", {}, SwappedBoards::Refuse};
    layout.slots.push_back({2, UsbPortPath(1, {1, 2}), "e66118604b5f9a21"});
    layout.slots.push_back({3, UsbPortPath(1, {4}), ""});
    const test::TempFolder folder;
    const auto file = folder / "station.toml";
    std::ofstream(file) << stationToml(layout);
    const auto read = config::readStation(file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->name, "bench-4");
    EXPECT_EQ(read->swappedBoards, SwappedBoards::Refuse);
    EXPECT_EQ(read->slots[0].boardId, "e66118604b5f9a21");
    EXPECT_EQ(read->slots[1].port, UsbPortPath(1, {4}));
}

} // namespace
} // namespace framegate
