// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/interface_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using ::testing::HasSubstr;

constexpr std::uint8_t bulk = 2;
constexpr std::uint8_t interrupt = 3;
constexpr UsbInterfaceMatch wanted{0xFF, 0x46, 0x01};

InterfaceDescription firmwareAt(std::uint8_t number) {
    return {number, 0xFF, 0x46, 0x01, {{0x01, bulk}, {0x81, bulk}}};
}

/// An RP2040 in BOOTSEL: mass storage, then PICOBOOT.
std::vector<InterfaceDescription> bootsel() {
    return {{0, 0x08, 0x06, 0x50, {{0x81, bulk}, {0x02, bulk}}},
            {1, 0xFF, 0, 0, {{0x03, bulk}, {0x84, bulk}}}};
}

TEST(InterfaceMatch, FindsByClassNotByNumber) {
    const auto found = findInterface(bootsel(), {0xFF, 0, 0}, "the board").value();
    EXPECT_EQ(found.number, 1);
    EXPECT_EQ(found.bulkOut, 0x03);
    EXPECT_EQ(found.bulkIn, 0x84);
}

TEST(InterfaceMatch, FindsItWhereItIsTheOnlyInterface) {
    auto alone = bootsel();
    alone.erase(alone.begin());
    alone[0].number = 0; // mass storage was switched off
    EXPECT_EQ(findInterface(alone, {0xFF, 0, 0}, "the board").value().number, 0);
}

TEST(InterfaceMatch, TakesTheFirstOfTwo) {
    const std::vector both = {firmwareAt(3), firmwareAt(4)};
    EXPECT_EQ(findInterface(both, wanted, "the board").value().number, 3);
}

TEST(InterfaceMatch, ComparesSubclassAndProtocol) {
    auto other = firmwareAt(0);
    other.subclass = 0x47;
    auto older = firmwareAt(1);
    older.protocol = 0x00;
    const std::vector interfaces = {other, older, firmwareAt(2)};
    EXPECT_EQ(findInterface(interfaces, wanted, "the board").value().number, 2);
}

TEST(InterfaceMatch, PassesOverOneThatLacksABulkPipe) {
    auto oneWay = firmwareAt(0);
    oneWay.endpoints.pop_back();
    const std::vector interfaces = {oneWay, firmwareAt(1)};
    EXPECT_EQ(findInterface(interfaces, wanted, "the board").value().number, 1);
}

TEST(InterfaceMatch, WantedForItsRequestsAlone_NeedsNoPipes) {
    const std::vector<InterfaceDescription> interfaces = {firmwareAt(0), {1, 0xFF, 0, 1, {}}};
    EXPECT_FALSE(findInterface(interfaces, {0xFF, 0, 1}, "the board"));
    const auto found = findInterface(interfaces, {0xFF, 0, 1, false}, "the board").value();
    EXPECT_EQ(found.number, 1);
    EXPECT_EQ(found.bulkOut, 0);
}

TEST(InterfaceMatch, EmptyPackets_AreForTheOneWhoOpensToSay) {
    EXPECT_TRUE(findInterface(bootsel(), {0xFF, 0, 0}, "the board").value().emptyPackets);
    EXPECT_FALSE(findInterface(bootsel(), {0xFF, 0, 0, true, false}, "the board").value().emptyPackets);
}

TEST(InterfaceMatch, NothingFits_ListsWhatIsThere) {
    auto interfaces = bootsel();
    interfaces.push_back({2, 0xFF, 0, 1, {}}); // the SDK's reset interface
    const auto found = findInterface(interfaces, wanted, "the board at USB port 1-2");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, ErrorKind::NotFound);
    EXPECT_EQ(found.error().code, "USB_NO_INTERFACE");
    EXPECT_EQ(
        found.error().message,
        "opening the board at USB port 1-2: no interface ff/46/01 with a bulk endpoint each way; it has "
        "08/06/50, ff/00/00, ff/00/01 (without bulk both ways); is the right firmware on it?");
}

TEST(InterfaceMatch, NoInterfaceAtAll_SaysSo) {
    EXPECT_THAT(findInterface({}, wanted, "the board").error().message, HasSubstr("it has none"));
}

TEST(PipesOf, InterruptEndpoints_DoNotCount) {
    EXPECT_FALSE(pipesOf({0, 0xFF, 0x46, 0x01, {{0x01, bulk}, {0x81, interrupt}}}));
}

TEST(PipesOf, SeveralEndpoints_GiveTheFirstOfEachDirection) {
    const auto pipes =
        pipesOf({0, 0xFF, 0, 0, {{0x82, interrupt}, {0x83, bulk}, {0x84, bulk}, {0x05, bulk}, {0x06, bulk}}});
    ASSERT_TRUE(pipes);
    EXPECT_EQ(pipes->bulkIn, 0x83);
    EXPECT_EQ(pipes->bulkOut, 0x05);
}

TEST(PipesOf, UpperAttributeBits_AreIgnored) {
    EXPECT_TRUE(pipesOf({0, 0xFF, 0, 0, {{0x81, 0xC0 | bulk}, {0x01, 0xC0 | bulk}}}));
}

} // namespace
} // namespace framegate
