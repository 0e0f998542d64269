// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fake_ports.h"

#include <gmock/gmock.h>

namespace framegate {
namespace {

using test::FakeChip;
using wire::Output;
using wire::outputBit;
using wire::Status;

TEST(Outputs, TheMask_SaysWhichAreSwitched) {
    FakeChip chip;
    const std::uint8_t both = outputBit(Output::Diffuser) | outputBit(Output::Shutter);
    chip.ask(wire::Opcode::Outputs, wire::OutputsRequest{both, both});
    ASSERT_TRUE(chip.finish());
    chip.ask(wire::Opcode::Outputs, wire::OutputsRequest{outputBit(Output::Shutter), 0});
    ASSERT_TRUE(chip.finish());
    EXPECT_THAT(chip.outputs.on, testing::ElementsAre(both, outputBit(Output::Diffuser)));
    EXPECT_EQ(chip.answer<wire::OutputsDone>().levels, outputBit(Output::Diffuser));
    EXPECT_EQ(chip.answer<wire::OutputsDone>().available, both);
}

TEST(Outputs, AnEmptyMask_AsksAndSwitchesNothing) {
    FakeChip chip;
    chip.ask(wire::Opcode::Outputs, wire::OutputsRequest{0, 0xFF});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Ok);
    EXPECT_TRUE(chip.outputs.on.empty());
}

TEST(Outputs, WhatTheBoardLacks_SwitchesNone) {
    FakeChip chip;
    chip.ask(wire::Opcode::Outputs, wire::OutputsRequest{0x03, 0x03});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Unsupported);
    EXPECT_TRUE(chip.outputs.on.empty());
}

TEST(Outputs, BoardWithout_IsUnsupported) {
    FakeChip chip;
    chip.outputs.has = 0;
    chip.ask(wire::Opcode::Outputs, wire::OutputsRequest{});
    ASSERT_TRUE(chip.finish());
    EXPECT_EQ(chip.status(), Status::Unsupported);
}

} // namespace
} // namespace framegate
