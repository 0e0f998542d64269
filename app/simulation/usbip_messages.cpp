// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/usbip_messages.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

namespace framegate::simulation::usbip {
namespace {

constexpr std::size_t pathBytes = 256;
constexpr std::uint32_t directionIn = 1;
constexpr std::uint32_t highestEndpoint = 15;
constexpr std::uint32_t flagZeroPacket = 0x0040; // include/uapi/linux/usbip.h
constexpr std::uint32_t noPackets = 0xFFFFFFFF;  // of what is not isochronous; older hosts say 0
constexpr std::size_t setupAt = 40;

// Where the device's descriptors have what a listing says.
constexpr std::size_t vendorAt = 8;
constexpr std::size_t classAt = 4;
constexpr std::size_t interfacesAt = 4;

std::uint32_t longAt(std::span<const std::uint8_t> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | bytes[at + i];
    return value;
}

std::uint16_t wordAt(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void putWord(Octets& to, std::uint32_t value) {
    to.push_back(static_cast<std::uint8_t>(value >> 8));
    to.push_back(static_cast<std::uint8_t>(value));
}

void putLong(Octets& to, std::uint32_t value) {
    putWord(to, value >> 16);
    putWord(to, value & 0xFFFF);
}

void putText(Octets& to, const std::string& text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        to.push_back(i + 1 < size && i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0});
}

Octets reply(Operation to, std::uint32_t status) {
    Octets bytes;
    putWord(bytes, version);
    putWord(bytes, static_cast<std::uint32_t>(to) & 0x7FFF);
    putLong(bytes, status);
    return bytes;
}

void putDevice(Octets& to, const Listing& listing) {
    const auto& device = listing.descriptors.device;
    const auto little = [&](std::size_t at) { return std::uint32_t{device[at]} | device[at + 1] << 8U; };
    putText(to, "/sys/devices/framegate/usb1/" + listing.busId, pathBytes);
    putText(to, listing.busId, busIdBytes);
    putLong(to, listing.bus);
    putLong(to, listing.device);
    putLong(to, speedFull);
    putWord(to, little(vendorAt));
    putWord(to, little(vendorAt + 2));
    putWord(to, little(vendorAt + 4));
    for (std::size_t i = 0; i < 3; ++i)
        to.push_back(device[classAt + i]);
    to.push_back(1); // its one configuration
    to.push_back(1);
    to.push_back(listing.descriptors.configuration[interfacesAt]);
}

void putInterfaces(Octets& to, const Octets& configuration) {
    for (std::size_t at = 0; at + 8 < configuration.size() && configuration[at] != 0;
         at += configuration[at]) {
        if (configuration[at + 1] != 4) continue;
        to.insert(to.end(), {configuration[at + 5], configuration[at + 6], configuration[at + 7], 0});
    }
}

std::int32_t errnoOf(UsbEndStatus status) {
    switch (status) {
    case UsbEndStatus::Ok:
        return 0;
    case UsbEndStatus::Stall:
        return -EPIPE;
    case UsbEndStatus::Overflow:
        return -EOVERFLOW;
    case UsbEndStatus::Gone:
        break;
    }
    return -ESHUTDOWN;
}

Octets returnOf(Command command, std::uint32_t sequence, std::int32_t status) {
    Octets bytes;
    putLong(bytes, static_cast<std::uint32_t>(command));
    putLong(bytes, sequence);
    bytes.resize(20);
    putLong(bytes, static_cast<std::uint32_t>(status));
    return bytes;
}

Failure wrongRequest(std::string message) {
    return failure(ErrorKind::Protocol, "USBIP_REQUEST", std::move(message));
}

Failure wrongMessage(std::string message) {
    return failure(ErrorKind::Protocol, "USBIP_MESSAGE", std::move(message));
}

} // namespace

Result<Operation> readOperation(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < requestBytes || wordAt(bytes, 0) != version)
        return wrongRequest("a request that is not of USB/IP 1.1.1");
    const auto operation = static_cast<Operation>(wordAt(bytes, 2));
    if (operation == Operation::Import || operation == Operation::DeviceList) return operation;
    return wrongRequest(
        fmt::format("request 0x{:04x}; known are a device list and an import", wordAt(bytes, 2)));
}

Result<std::string> readBusId(std::span<const std::uint8_t> bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    if (end == bytes.end() || bytes.size() != busIdBytes) return wrongRequest("a bus id without an end");
    return std::string(bytes.begin(), end);
}

Octets listReply(std::span<const Listing> devices) {
    auto bytes = reply(Operation::DeviceList, 0);
    putLong(bytes, static_cast<std::uint32_t>(devices.size()));
    for (const auto& device : devices) {
        putDevice(bytes, device);
        putInterfaces(bytes, device.descriptors.configuration);
    }
    return bytes;
}

Octets importReply(const Listing* device) {
    auto bytes = reply(Operation::Import, device == nullptr ? 1 : 0);
    if (device != nullptr) putDevice(bytes, *device);
    return bytes;
}

Result<std::optional<std::size_t>> messageSize(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < headerBytes) return std::optional<std::size_t>();
    const auto command = static_cast<Command>(longAt(bytes, 0));
    if (command == Command::Unlink) return std::optional(headerBytes);
    if (command != Command::Submit) return wrongMessage(fmt::format("command {}", longAt(bytes, 0)));
    const auto direction = longAt(bytes, 12);
    const auto endpoint = longAt(bytes, 16);
    const auto length = longAt(bytes, 24);
    const auto packets = longAt(bytes, 32);
    if (direction > directionIn || endpoint > highestEndpoint)
        return wrongMessage(fmt::format("endpoint {}, direction {}", endpoint, direction));
    if (length > transferLimit)
        return wrongMessage(fmt::format("a transfer of {} bytes, at most {} go", length, transferLimit));
    if (packets != 0 && packets != noPackets) return wrongMessage("an isochronous transfer");
    return std::optional(headerBytes + (direction == directionIn ? 0 : length));
}

Message readMessage(std::span<const std::uint8_t> bytes) {
    Message message;
    message.sequence = longAt(bytes, 4);
    if (static_cast<Command>(longAt(bytes, 0)) == Command::Unlink) {
        message.unlink = longAt(bytes, 20);
        return message;
    }
    std::array<std::uint8_t, 8> setup{};
    std::copy_n(bytes.begin() + setupAt, setup.size(), setup.begin());
    UsbUrb urb;
    urb.id = message.sequence;
    urb.setup = UsbSetup::of(setup);
    urb.endpoint = static_cast<std::uint8_t>(longAt(bytes, 16));
    const bool in = longAt(bytes, 12) == directionIn;
    if (in) urb.room = longAt(bytes, 24);
    if (in && urb.endpoint != 0) urb.endpoint |= usbDirectionIn;
    urb.endsWithZeroPacket = (longAt(bytes, 20) & flagZeroPacket) != 0;
    urb.out.assign(bytes.begin() + headerBytes, bytes.end());
    message.urb = std::move(urb);
    return message;
}

Octets submitReturn(const UsbUrbEnd& end) {
    auto bytes = returnOf(Command::SubmitReturn, end.id, errnoOf(end.status));
    putLong(bytes, static_cast<std::uint32_t>(end.moved));
    bytes.resize(headerBytes);
    bytes.insert(bytes.end(), end.in.begin(), end.in.end());
    return bytes;
}

Octets unlinkReturn(std::uint32_t sequence, bool taken) {
    auto bytes = returnOf(Command::UnlinkReturn, sequence, taken ? -ECONNRESET : 0);
    bytes.resize(headerBytes);
    return bytes;
}

} // namespace framegate::simulation::usbip
