// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbip_cable.h"

#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>
#include <span>
#include <sys/socket.h>
#include <unistd.h>

namespace framegate::test {
namespace {

// Linux, Documentation/usb/usbip_protocol.rst: all words in network order.
constexpr std::size_t messageBytes = 48;
constexpr std::uint32_t cmdSubmit = 1;
constexpr std::uint32_t cmdUnlink = 2;
constexpr std::uint32_t retSubmit = 3;
constexpr std::uint32_t retUnlink = 4;
constexpr std::size_t setupAt = 40;
constexpr std::uint32_t zeroPacketFlag = 0x40; // URB_ZERO_PACKET
constexpr int lookMs = 2;                      // a test changes the device behind our back

// USB 2.0, tables 9-4 and 9-5.
constexpr std::uint8_t toDevice = 0x00;
constexpr std::uint8_t toInterface = 0x01;
constexpr std::uint8_t toEndpoint = 0x02;
constexpr std::uint8_t fromDevice = 0x80;
constexpr std::uint8_t getStatus = 0;
constexpr std::uint8_t clearFeature = 1;
constexpr std::uint8_t getDescriptor = 6;
constexpr std::uint8_t setConfiguration = 9;
constexpr std::uint8_t setInterface = 11;
constexpr std::uint8_t deviceDescriptor = 1;
constexpr std::uint8_t configurationDescriptor = 2;
constexpr std::ptrdiff_t deviceDescriptorBytes = 18;

void put(Octets& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes.at(at + i) = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

} // namespace

struct UsbIpCable::Message {
    Octets bytes = Octets(messageBytes);
    std::uint32_t word(std::size_t at) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | bytes.at(at + i);
        return value;
    }
    std::uint32_t command() const { return word(0); }
    std::uint32_t sequence() const { return word(4); }
    bool in() const { return word(12) != 0; }
    std::uint8_t endpoint() const {
        const auto number = static_cast<std::uint8_t>(word(16));
        return number != 0 && in() ? static_cast<std::uint8_t>(number | 0x80U) : number;
    }
    bool zeroPacket() const { return (word(20) & zeroPacketFlag) != 0; }
    std::uint32_t length() const { return word(24); }
    Octets setup() const { return {bytes.begin() + setupAt, bytes.end()}; }
};

UsbIpCable::UsbIpCable(int socket, std::shared_ptr<BoardDevice> device)
    : socket_(socket),
      device_(std::move(device)),
      carrier_([this](const std::stop_token& stop) { carry(stop); }) {}

UsbIpCable::~UsbIpCable() {
    ::shutdown(socket_, SHUT_RDWR);
    carrier_.request_stop();
    carrier_.join();
    ::close(socket_);
}

void UsbIpCable::carry(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd waiting{socket_, POLLIN, 0};
        if (::poll(&waiting, 1, lookMs) > 0 && !takeRequest()) return;
        while (const auto end = device_->reap())
            if (unlinked_.erase(end->id) == 0)
                answer(static_cast<std::uint32_t>(end->id), end->status, end->moved, end->in);
    }
}

bool UsbIpCable::receive(std::span<std::uint8_t> bytes) const {
    return bytes.empty() ||
           ::recv(socket_, bytes.data(), bytes.size(), MSG_WAITALL) == static_cast<ssize_t>(bytes.size());
}

void UsbIpCable::send(const Octets& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto more = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (more <= 0) return;
        sent += static_cast<std::size_t>(more);
    }
}

/// Whether the kernel is still there.
bool UsbIpCable::takeRequest() {
    Message request;
    if (!receive(request.bytes)) return false;
    if (request.command() == cmdUnlink) unlink(request);
    if (request.command() == cmdSubmit) submit(request);
    return true;
}

void UsbIpCable::submit(const Message& request) {
    Urb urb;
    urb.id = request.sequence();
    urb.endpoint = request.endpoint();
    urb.endsWithZeroPacket = request.zeroPacket();
    if (urb.endpoint == 0) urb.bytes = request.setup();
    if (request.in()) {
        urb.room = request.length();
    } else {
        const auto before = urb.bytes.size();
        urb.bytes.resize(before + request.length());
        if (!receive(std::span(urb.bytes).subspan(before))) return;
    }
    const auto known = urb.endpoint == 0 ? standardRequest(urb.bytes) : std::nullopt;
    if (!known) {
        device_->submit(std::move(urb));
        return;
    }
    Octets in(known->begin(),
              known->begin() + static_cast<std::ptrdiff_t>(std::min(known->size(), urb.room)));
    answer(request.sequence(), 0, in.size(), in);
}

/// What every device answers; none for what is left to this one.
std::optional<Octets> UsbIpCable::standardRequest(const Octets& setup) const {
    const auto type = setup[0];
    const auto request = setup[1];
    if (type == fromDevice && request == getDescriptor) {
        const auto all = descriptorsOf(device_->identity());
        if (setup[3] == deviceDescriptor) return Octets(all.begin(), all.begin() + deviceDescriptorBytes);
        if (setup[3] == configurationDescriptor)
            return Octets(all.begin() + deviceDescriptorBytes, all.end());
    }
    if ((type & 0xE0U) == fromDevice && request == getStatus) return Octets{0, 0};
    if (type == toDevice && request == setConfiguration) return Octets{};
    if (type == toInterface && request == setInterface) return Octets{};
    if (type == toEndpoint && request == clearFeature) {
        device_->clearHalt(setup[4]);
        return Octets{};
    }
    return std::nullopt;
}

void UsbIpCable::unlink(const Message& request) {
    const auto which = request.word(20);
    const bool cancelled = device_->discard(which);
    if (cancelled) unlinked_.insert(which);
    // One that was over already is answered before the kernel hears that there was nothing to cancel.
    while (const auto end = device_->reap())
        if (unlinked_.erase(end->id) == 0)
            answer(static_cast<std::uint32_t>(end->id), end->status, end->moved, end->in);
    Octets reply(messageBytes);
    put(reply, 0, retUnlink);
    put(reply, 4, request.sequence());
    put(reply, 20, static_cast<std::uint32_t>(cancelled ? -ECONNRESET : 0));
    send(reply);
}

void UsbIpCable::answer(std::uint32_t sequence, int status, std::size_t moved, const Octets& in) const {
    Octets reply(messageBytes);
    put(reply, 0, retSubmit);
    put(reply, 4, sequence);
    put(reply, 20, static_cast<std::uint32_t>(status));
    put(reply, 24, static_cast<std::uint32_t>(moved));
    reply.insert(reply.end(), in.begin(), in.end());
    send(reply);
}

} // namespace framegate::test
