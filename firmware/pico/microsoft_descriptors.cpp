// SPDX-License-Identifier: MIT
//
// Lengths and types are those of "Microsoft OS 2.0 Descriptors Specification"; all little endian.
#include "pico/microsoft_descriptors.h"

#include "protocol/usb_identity.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t windows81 = 0x06030000; // the first that knows these descriptors
constexpr std::string_view propertyName = "DeviceInterfaceGUIDs";
constexpr std::string_view framesGuid = "{6B4E2D8C-95E1-4B1A-9C57-2F0C8D1A7E46}";
/// By which tools find the reset interface of any board of the pico-sdk.
constexpr std::string_view resetGuid = "{bc7398c1-73cd-4cb7-98b8-913a8fca7bf6}";

constexpr std::size_t setHeaderBytes = 10;
constexpr std::size_t functionHeaderBytes = 8;
constexpr std::size_t compatibleIdBytes = 20;
constexpr std::size_t nameBytes = 2 * (propertyName.size() + 1); // UTF-16 with an end
constexpr std::size_t guidsBytes = 2 * (framesGuid.size() + 2);  // a list: an end each, and one of its own
static_assert(framesGuid.size() == resetGuid.size());
constexpr std::size_t propertyBytes = 10 + nameBytes + guidsBytes;
constexpr std::size_t functionBytes = functionHeaderBytes + compatibleIdBytes + propertyBytes;
constexpr std::size_t setBytes = setHeaderBytes + 2 * functionBytes;

template <std::size_t size>
class Descriptor {
public:
    constexpr Descriptor& byte(std::size_t value) {
        bytes_[used_++] = static_cast<std::uint8_t>(value);
        return *this;
    }
    constexpr Descriptor& word(std::size_t value) { return byte(value & 0xFF).byte(value >> 8 & 0xFF); }
    constexpr Descriptor& longWord(std::size_t value) { return word(value & 0xFFFF).word(value >> 16); }
    constexpr Descriptor& ascii(std::string_view text, std::size_t padded) {
        for (std::size_t i = 0; i < padded; ++i)
            byte(i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0);
        return *this;
    }
    constexpr Descriptor& utf16(std::string_view text, std::size_t ends) {
        for (const char c : text)
            word(static_cast<std::uint8_t>(c));
        for (std::size_t i = 0; i < ends; ++i)
            word(0);
        return *this;
    }
    constexpr Descriptor& function(std::uint8_t interface, std::string_view guid) {
        word(functionHeaderBytes).word(2).byte(interface).byte(0).word(functionBytes);
        word(compatibleIdBytes).word(3).ascii("WINUSB", 16);
        word(propertyBytes).word(4).word(7).word(nameBytes).utf16(propertyName, 1);
        return word(guidsBytes).utf16(guid, 2);
    }
    constexpr std::size_t used() const { return used_; }
    constexpr const std::array<std::uint8_t, size>& bytes() const { return bytes_; }

private:
    std::array<std::uint8_t, size> bytes_{};
    std::size_t used_ = 0;
};

constexpr auto makeSet() {
    Descriptor<setBytes> set;
    set.word(setHeaderBytes).word(0).longWord(windows81).word(setBytes);
    set.function(0, framesGuid).function(wire::usbResetInterface, resetGuid);
    return set;
}

constexpr std::size_t storeBytes = 5 + 28;

constexpr auto makeStore() {
    constexpr std::uint8_t platform[16] = {0xDF, 0x60, 0xDD, 0xD8, 0x89, 0x45, 0xC7, 0x4C,
                                           0x9C, 0xD2, 0x65, 0x9D, 0x9E, 0x64, 0x8A, 0x9F};
    Descriptor<storeBytes> store;
    store.byte(5).byte(0x0F).word(storeBytes).byte(1);
    store.byte(28).byte(0x10).byte(5).byte(0);
    for (const auto byte : platform)
        store.byte(byte);
    store.longWord(windows81).word(setBytes).byte(wire::usbRequestMicrosoft).byte(0);
    return store;
}

constexpr auto set = makeSet();
static_assert(set.used() == setBytes);
constexpr auto store = makeStore();
static_assert(store.used() == storeBytes);

} // namespace

std::span<const std::uint8_t> binaryObjectStore() {
    return store.bytes();
}

std::span<const std::uint8_t> microsoftDescriptors() {
    return set.bytes();
}

} // namespace framegate::firmware
