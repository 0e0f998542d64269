// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_descriptors.h"

// The firmware's own descriptors, compiled for the host.
#include "pico/microsoft_descriptors.cpp"
#include "pico/usb_descriptors.cpp"

#include <gmock/gmock.h>

namespace framegate::firmware {

const char* boardIdText() {
    return "F653494D00000001";
}

} // namespace framegate::firmware

namespace framegate::simulation {
namespace {

using ::testing::ElementsAre;

Octets octets(const std::uint8_t* first, std::size_t size) {
    return {first, first + size};
}

PicoIdentity identityOf(PicoState state, BootselChip chip = BootselChip::Rp2040, std::uint8_t without = 0) {
    return {state, 0, chip, "F653494D00000001", without};
}

TEST(PicoDescriptors, TestFirmware_IsByteForByteWhatTheFirmwareSays) {
    const auto ours = descriptorsOf(identityOf(PicoState::TestFirmware));
    EXPECT_EQ(ours.device, octets(tud_descriptor_device_cb(), 18));
    EXPECT_EQ(ours.configuration, octets(tud_descriptor_configuration_cb(0), firmware::configurationBytes));
    EXPECT_EQ(ours.store, octets(tud_descriptor_bos_cb(), firmware::binaryObjectStore().size()));
    const auto set = firmware::microsoftDescriptors();
    EXPECT_EQ(ours.microsoft, octets(set.data(), set.size()));
    EXPECT_EQ(ours.microsoftRequest, wire::usbRequestMicrosoft);
    for (std::uint8_t i = 1; i <= ours.strings.size(); ++i) {
        const auto mine = stringDescriptor(ours.strings[i - 1]);
        const auto* theirs = reinterpret_cast<const std::uint8_t*>(tud_descriptor_string_cb(i, 0x0409));
        EXPECT_EQ(mine, octets(theirs, mine.size())) << "string " << int{i};
    }
    EXPECT_EQ(tud_descriptor_string_cb(static_cast<std::uint8_t>(ours.strings.size() + 1), 0), nullptr);
}

TEST(PicoDescriptors, Rp2040InBootsel_IsAsItsRomHasIt) {
    const auto rom = descriptorsOf(identityOf(PicoState::Bootsel));
    EXPECT_THAT(rom.device, ElementsAre(18, 1, 0x10, 1, 0, 0, 0, 64, 0x8A, 0x2E, 3, 0, 0, 1, 1, 2, 3, 1));
    EXPECT_THAT(rom.configuration, ElementsAre(9, 2, 55, 0, 2, 1, 0, 0x80, 0xFA,                 //
                                               9, 4, 0, 0, 2, 8, 6, 0x50, 0,                     //
                                               7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x02, 2, 64, 0, 0, //
                                               9, 4, 1, 0, 2, 0xFF, 0, 0, 0,                     //
                                               7, 5, 0x03, 2, 64, 0, 0, 7, 5, 0x84, 2, 64, 0, 0));
    EXPECT_TRUE(rom.store.empty());
    EXPECT_EQ(rom.strings[1], "RP2 Boot");
}

TEST(PicoDescriptors, Rp2350InBootsel_HasMicrosoftDescriptors) {
    const auto rom = descriptorsOf(identityOf(PicoState::Bootsel, BootselChip::Rp2350));
    EXPECT_EQ(rom.device[2] | rom.device[3] << 8, 0x0210);
    EXPECT_EQ(rom.configuration[8], 0x19);
    EXPECT_EQ(rom.store.size(), 0x21U);
    EXPECT_EQ(rom.microsoft.size(), 0xA6U);
    const auto alone = descriptorsOf(identityOf(PicoState::Bootsel, BootselChip::Rp2350, 1));
    EXPECT_EQ(alone.microsoft.size(), 0x9EU); // not a composite device any more
}

TEST(PicoDescriptors, BootselWithoutADrive_HasPicobootAsItsFirstInterface) {
    const auto without = identityOf(PicoState::Bootsel, BootselChip::Rp2040, 1);
    EXPECT_EQ(descriptorsOf(without).configuration.size(), 9U + 23U);
    EXPECT_EQ(picobootInterfaceOf(without), 0);
    EXPECT_EQ(driveInterfaceOf(without), -1);
    EXPECT_EQ(picobootInterfaceOf(identityOf(PicoState::Bootsel, BootselChip::Rp2040, 2)), -1);
    EXPECT_EQ(picobootInterfaceOf(identityOf(PicoState::Bootsel, BootselChip::Rp2040, 3)), 1); // both stay
}

TEST(PicoDescriptors, OtherFirmware_HasTheSdksIdsAndResetInterface) {
    const auto other = descriptorsOf(identityOf(PicoState::OtherFirmware, BootselChip::Rp2350));
    EXPECT_EQ(other.device[10], 0x09);
    EXPECT_EQ(other.microsoft.size(), 166U); // as the SDK's
    EXPECT_THAT(Octets(other.configuration.begin() + 9, other.configuration.end()),
                ElementsAre(9, 4, 0, 0, 0, 0xFF, 0, 1, 4));
}

} // namespace
} // namespace framegate::simulation
