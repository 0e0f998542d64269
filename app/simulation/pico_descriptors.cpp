// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_descriptors.h"

#include "protocol/usb_identity.h"

#include <initializer_list>
#include <string_view>

namespace framegate::simulation {
namespace {

constexpr std::uint8_t bulk = 2;
constexpr std::uint8_t withoutDrive = 1;
constexpr std::uint8_t withoutPicoboot = 2;
constexpr std::uint32_t windows81 = 0x06030000;
/// By which tools on Windows find PICOBOOT and the reset interface.
constexpr std::string_view picoGuid = "{bc7398c1-73cd-4cb7-98b8-913a8fca7bf6}";
constexpr std::string_view framesGuid = "{6B4E2D8C-95E1-4B1A-9C57-2F0C8D1A7E46}";

/// Little endian, as all descriptors are.
class Bytes {
public:
    Bytes& byte(std::size_t value) {
        all.push_back(static_cast<std::uint8_t>(value));
        return *this;
    }
    Bytes& word(std::size_t value) { return byte(value & 0xFF).byte(value >> 8 & 0xFF); }
    Bytes& longWord(std::size_t value) { return word(value & 0xFFFF).word(value >> 16); }
    Bytes& append(const Octets& more) {
        all.insert(all.end(), more.begin(), more.end());
        return *this;
    }
    Bytes& ascii(std::string_view text, std::size_t padded) {
        for (std::size_t i = 0; i < padded; ++i)
            byte(i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0);
        return *this;
    }
    Bytes& utf16(std::string_view text, std::size_t ends) {
        for (const char letter : text)
            word(static_cast<std::uint8_t>(letter));
        for (std::size_t i = 0; i < ends; ++i)
            word(0);
        return *this;
    }
    Octets all;
};

struct Ids {
    std::uint16_t usb, vendor, product, release;
};

Octets deviceOf(const Ids& ids) {
    Bytes device;
    device.byte(18).byte(1).word(ids.usb).byte(0).byte(0).byte(0).byte(64);
    device.word(ids.vendor).word(ids.product).word(ids.release).byte(1).byte(2).byte(3).byte(1);
    return device.all;
}

struct Interface {
    std::uint8_t interfaceClass, subclass, protocol, name;
    std::vector<std::uint8_t> endpoints;
};

Octets configurationOf(const std::vector<Interface>& interfaces, std::uint8_t power) {
    Bytes body;
    std::size_t number = 0;
    for (const auto& interface : interfaces) {
        body.byte(9).byte(4).byte(number++).byte(0).byte(interface.endpoints.size());
        body.byte(interface.interfaceClass).byte(interface.subclass).byte(interface.protocol);
        body.byte(interface.name);
        for (const auto endpoint : interface.endpoints)
            body.byte(7).byte(5).byte(endpoint).byte(bulk).word(wire::usbPacketBytes).byte(0);
    }
    Bytes all;
    all.byte(9)
        .byte(2)
        .word(9 + body.all.size())
        .byte(interfaces.size())
        .byte(1)
        .byte(0)
        .byte(0x80)
        .byte(power);
    return all.append(body.all).all;
}

Octets storeOf(const Octets& set, std::uint8_t request) {
    constexpr std::uint8_t platform[16] = {0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C,
                                           0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F};
    Bytes store;
    store.byte(5).byte(0x0F).word(33).byte(1).byte(28).byte(0x10).byte(5).byte(0);
    for (const auto byte : platform)
        store.byte(byte);
    return store.longWord(windows81).word(set.size()).byte(request).byte(0).all;
}

/// WinUSB, and a property: one GUID by the name of the ROM, or a list of one by the name of the firmware.
Octets featureOf(std::string_view guid, bool list) {
    const std::string_view name = list ? "DeviceInterfaceGUIDs" : "DeviceInterfaceGUID";
    const auto nameBytes = 2 * (name.size() + 1);
    const auto guidBytes = 2 * (guid.size() + (list ? 2 : 1));
    Bytes feature;
    feature.word(20).word(3).ascii("WINUSB", 16);
    feature.word(10 + nameBytes + guidBytes).word(4).word(list ? 7 : 1);
    return feature.word(nameBytes).utf16(name, 1).word(guidBytes).utf16(guid, list ? 2 : 1).all;
}

Octets functionOf(std::uint8_t interface, const Octets& feature) {
    return Bytes().word(8).word(2).byte(interface).byte(0).word(8 + feature.size()).append(feature).all;
}

Octets setOf(std::initializer_list<Octets> functions) {
    Bytes body;
    for (const auto& function : functions)
        body.append(function);
    return Bytes().word(10).word(0).longWord(windows81).word(10 + body.all.size()).append(body.all).all;
}

void addMicrosoft(UsbDescriptors& to, Octets set, std::uint8_t request) {
    to.store = storeOf(set, request);
    to.microsoft = std::move(set);
    to.microsoftRequest = request;
}

/// What was asked to be left out; a ROM asked to leave out both leaves out none.
std::uint8_t leftOut(const PicoIdentity& identity) {
    const auto mask = identity.withoutInterfaces & (withoutDrive | withoutPicoboot);
    return static_cast<std::uint8_t>(mask == (withoutDrive | withoutPicoboot) ? 0 : mask);
}

UsbDescriptors bootselDescriptors(const PicoIdentity& identity) {
    const bool old = identity.chip == BootselChip::Rp2040;
    std::vector<Interface> interfaces;
    if (driveInterfaceOf(identity) >= 0) interfaces.push_back({0x08, 0x06, 0x50, 0, {0x81, 0x02}});
    if (picobootInterfaceOf(identity) >= 0) interfaces.push_back({0xFF, 0x00, 0x00, 0, {0x03, 0x84}});
    UsbDescriptors all;
    all.device = deviceOf({static_cast<std::uint16_t>(old ? 0x0110 : 0x0210), wire::usbVendorRaspberryPi,
                           static_cast<std::uint16_t>(old ? 0x0003 : 0x000F), 0x0100});
    all.configuration = configurationOf(interfaces, old ? 0xFA : 0x19);
    all.strings = {"Raspberry Pi", old ? "RP2 Boot" : "RP2350 Boot", identity.serial};
    if (old) return all;
    const auto feature = featureOf(picoGuid, false);
    const bool composite = driveInterfaceOf(identity) >= 0;
    addMicrosoft(all, setOf({composite ? functionOf(1, feature) : feature}), 1);
    return all;
}

UsbDescriptors firmwareDescriptors(const PicoIdentity& identity) {
    UsbDescriptors all;
    all.device = deviceOf({0x0210, wire::usbVendor, wire::usbProduct, 0x0101});
    all.configuration =
        configurationOf({{wire::usbInterfaceClass,
                          wire::usbInterfaceSubclass,
                          wire::usbInterfaceProtocol,
                          2,
                          {wire::usbEndpointOut, wire::usbEndpointIn}},
                         {wire::usbResetClass, wire::usbResetSubclass, wire::usbResetProtocol, 4, {}}},
                        125);
    all.strings = {"FrameGate", "FrameGate test board", identity.serial, "Reset"};
    addMicrosoft(all,
                 setOf({functionOf(0, featureOf(framesGuid, true)),
                        functionOf(wire::usbResetInterface, featureOf(picoGuid, true))}),
                 wire::usbRequestMicrosoft);
    return all;
}

/// As pico_stdio_usb describes itself, but for its serial port: that takes no part here.
UsbDescriptors otherDescriptors(const PicoIdentity& identity) {
    const bool old = identity.chip == BootselChip::Rp2040;
    UsbDescriptors all;
    all.device = deviceOf(
        {0x0210, wire::usbVendorRaspberryPi, static_cast<std::uint16_t>(old ? 0x000A : 0x0009), 0x0100});
    all.configuration =
        configurationOf({{wire::usbResetClass, wire::usbResetSubclass, wire::usbResetProtocol, 4, {}}}, 125);
    all.strings = {"Raspberry Pi", "Pico", identity.serial, "Reset"};
    addMicrosoft(all, setOf({functionOf(0, featureOf(picoGuid, false))}), 1);
    return all;
}

} // namespace

UsbSetup UsbSetup::of(const std::array<std::uint8_t, 8>& bytes) {
    const auto word = [&](std::size_t at) {
        return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
    };
    return {bytes[0], bytes[1], word(2), word(4), word(6)};
}

Octets stringDescriptor(const std::string& text) {
    return Bytes().byte(2 + 2 * text.size()).byte(3).utf16(text, 0).all;
}

int driveInterfaceOf(const PicoIdentity& identity) {
    return leftOut(identity) == withoutDrive ? -1 : 0;
}

int picobootInterfaceOf(const PicoIdentity& identity) {
    if (leftOut(identity) == withoutPicoboot) return -1;
    return leftOut(identity) == withoutDrive ? 0 : 1;
}

UsbDescriptors descriptorsOf(const PicoIdentity& identity) {
    switch (identity.state) {
    case PicoState::Bootsel:
        return bootselDescriptors(identity);
    case PicoState::TestFirmware:
        return firmwareDescriptors(identity);
    case PicoState::OtherFirmware:
    case PicoState::Gone:
        break;
    }
    return otherDescriptors(identity);
}

} // namespace framegate::simulation
