// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/event_mailbox.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

RunEvent finished(std::string serial) {
    TestRecord record;
    record.serial = std::move(serial);
    return RunFinished{std::make_shared<const TestRecord>(std::move(record))};
}

TEST(EventMailbox, Taken_IsEmpty) {
    EventMailbox mailbox;
    mailbox.publish(finished("A"));
    EXPECT_EQ(mailbox.take().size(), 1U);
    EXPECT_TRUE(mailbox.take().empty());
}

TEST(EventMailbox, ManyPictures_KeepsTheNewestOfEachSlot) {
    EventMailbox mailbox;
    for (std::uint16_t width = 1; width <= 100; ++width)
        for (int slot = 1; slot <= 2; ++slot)
            mailbox.publish(PictureTaken{slot, "A", {width, 1}, nullptr, true});
    const auto events = mailbox.take();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<PictureTaken>(events[0]).slot, 1);
    EXPECT_EQ(std::get<PictureTaken>(events[0]).resolution.width, 100);
    EXPECT_EQ(std::get<PictureTaken>(events[1]).slot, 2);
}

TEST(EventMailbox, ManyLooksAtALens_KeepsTheNewestAndTheStep) {
    EventMailbox mailbox;
    mailbox.publish(StepStarted{1, "set-focus", {}, 3});
    for (unsigned looks = 1; looks <= 50; ++looks) {
        FocusLook look;
        look.looks = looks;
        mailbox.publish(FocusLooked{1, look});
    }
    const auto events = mailbox.take();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<StepStarted>(events[0]));
    EXPECT_EQ(std::get<FocusLooked>(events[1]).look.looks, 50U);
}

TEST(EventMailbox, NobodyTakes_NoVerdictIsLost) {
    EventMailbox mailbox;
    for (int run = 0; run < 1000; ++run) {
        mailbox.publish(StepStarted{1, "capture", {}, 0});
        mailbox.publish(finished(std::to_string(run)));
    }
    const auto events = mailbox.take();
    ASSERT_EQ(events.size(), 1001U);
    EXPECT_EQ(std::get<RunFinished>(events.back()).record->serial, "999");
}

TEST(EventMailbox, Taken_InTheOrderPublished) {
    EventMailbox mailbox;
    mailbox.publish(PictureTaken{1, "A", {}, nullptr, true});
    mailbox.publish(finished("A"));
    mailbox.publish(RunStarted{1, "B", 1, 5});
    mailbox.publish(StepStarted{1, "capture", {}, 0});
    const auto events = mailbox.take();
    ASSERT_EQ(events.size(), 4U);
    EXPECT_TRUE(std::holds_alternative<PictureTaken>(events[0]));
    EXPECT_TRUE(std::holds_alternative<RunFinished>(events[1]));
    EXPECT_TRUE(std::holds_alternative<RunStarted>(events[2]));
    EXPECT_TRUE(std::holds_alternative<StepStarted>(events[3]));
}

TEST(EventMailbox, ManyNotices_KeepsTheNewest) {
    EventMailbox mailbox;
    for (unsigned index = 0; index < EventMailbox::keptNotices + 1; ++index)
        mailbox.publish(StationNotice{0, std::to_string(index)});
    const auto events = mailbox.take();
    ASSERT_EQ(events.size(), EventMailbox::keptNotices);
    EXPECT_EQ(std::get<StationNotice>(events.front()).message, "1");
}

} // namespace
} // namespace framegate
