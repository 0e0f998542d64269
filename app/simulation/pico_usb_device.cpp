// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_usb_device.h"

#include "protocol/frame.h"
#include "protocol/usb_identity.h"
#include "simulation/pico_descriptors.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace framegate::simulation {
namespace {

// bmRequestType and bRequest: USB 2.0, tables 9-2 to 9-5.
constexpr std::uint8_t kindMask = 0x60;
constexpr std::uint8_t kindVendor = 0x40;
constexpr std::uint8_t recipientMask = 0x1F;
constexpr std::uint8_t toDevice = 0;
constexpr std::uint8_t toEndpoint = 2;
constexpr std::uint8_t getStatus = 0;
constexpr std::uint8_t clearFeature = 1;
constexpr std::uint8_t setAddress = 5;
constexpr std::uint8_t getDescriptor = 6;
constexpr std::uint8_t getConfiguration = 8;
constexpr std::uint8_t setConfiguration = 9;
constexpr std::uint8_t getInterface = 10;
constexpr std::uint8_t setInterface = 11;
constexpr std::uint8_t driveReset = 0xFF; ///< bulk-only transport, 3.1
constexpr std::uint8_t driveUnits = 0xFE;
constexpr std::uint8_t drivePipes[] = {0x81, 0x02};
constexpr std::chrono::hours forEver{24}; ///< of the board's time: it answers at once, or with NAK

UsbPipe pipeOf(std::uint8_t endpoint) {
    return (endpoint & usbDirectionIn) != 0 ? UsbPipe::BulkIn : UsbPipe::BulkOut;
}

UsbEndStatus statusOf(const Error& error) {
    if (error.kind == ErrorKind::Disconnected) return UsbEndStatus::Gone;
    return error.code == "USB_OVERFLOW" ? UsbEndStatus::Overflow : UsbEndStatus::Stall;
}

std::span<const std::byte> bytesOf(const Octets& octets) {
    return std::as_bytes(std::span(octets));
}

bool fullLastPacket(const UsbUrb& urb) {
    return !urb.out.empty() && urb.out.size() % wire::usbPacketBytes == 0;
}

} // namespace

PicoUsbDevice::PicoUsbDevice(PicoBoard& board)
    : board_(board),
      identity_(board.identity()),
      descriptors_(descriptorsOf(identity_)),
      reset_(board, PicoTransport::Interface::Reset, identity_.generation) {
    if (identity_.state == PicoState::TestFirmware)
        pipes_ =
            std::make_unique<PicoTransport>(board, PicoTransport::Interface::Frames, identity_.generation);
    if (identity_.state == PicoState::Bootsel)
        pipes_ =
            std::make_unique<PicoTransport>(board, PicoTransport::Interface::Picoboot, identity_.generation);
}

bool PicoUsbDevice::attached() const {
    const auto now = board_.identity();
    return now.generation == identity_.generation && now.state == identity_.state &&
           now.state != PicoState::Gone;
}

bool PicoUsbDevice::unlink(std::uint32_t id) {
    const auto found =
        std::find_if(pending_.begin(), pending_.end(), [id](const UsbUrb& urb) { return urb.id == id; });
    if (found == pending_.end()) return false;
    if (pipes_ && found->endpoint != 0 && !onDrive(found->endpoint)) pipes_->giveUp(pipeOf(found->endpoint));
    zeroPacketDue_.erase(found->endpoint);
    pending_.erase(found);
    return true;
}

std::optional<UsbUrbEnd> PicoUsbDevice::reap() {
    std::set<std::uint8_t> waiting;
    for (auto urb = pending_.begin(); urb != pending_.end(); ++urb) {
        if (waiting.count(urb->endpoint) != 0) continue;
        if (auto end = serve(*urb)) {
            pending_.erase(urb);
            return end;
        }
        waiting.insert(urb->endpoint);
    }
    return std::nullopt;
}

std::optional<UsbUrbEnd> PicoUsbDevice::serve(const UsbUrb& urb) {
    if (!attached()) return UsbUrbEnd{urb.id, UsbEndStatus::Gone, 0, {}};
    if (urb.endpoint == 0) {
        auto answer = control(urb);
        if (!answer) return std::nullopt;
        if (urb.setup.in()) {
            answer->in.resize(std::min({answer->in.size(), urb.room, std::size_t{urb.setup.length}}));
            const auto moved = answer->in.size();
            return UsbUrbEnd{urb.id, answer->status, moved, std::move(answer->in)};
        }
        return UsbUrbEnd{urb.id, answer->status, urb.out.size(), {}};
    }
    if (!isEndpoint(urb.endpoint)) return UsbUrbEnd{urb.id, UsbEndStatus::Stall, 0, {}};
    if (onDrive(urb.endpoint)) return driveTransfer(urb);
    const bool frames = identity_.state == PicoState::TestFirmware;
    if (pipeOf(urb.endpoint) == UsbPipe::BulkIn) return frames ? frameIn(urb) : bulkIn(urb);
    return frames ? frameOut(urb) : bulkOut(urb);
}

bool PicoUsbDevice::onDrive(std::uint8_t endpoint) const {
    return identity_.state == PicoState::Bootsel && driveInterfaceOf(identity_) >= 0 &&
           std::count(std::begin(drivePipes), std::end(drivePipes), endpoint) != 0;
}

bool PicoUsbDevice::isEndpoint(std::uint8_t address) const {
    const auto& bytes = descriptors_.configuration;
    for (std::size_t at = 0; at + 2 < bytes.size() && bytes[at] != 0; at += bytes[at])
        if (bytes[at + 1] == 5 && bytes[at + 2] == address) return true;
    return false;
}

std::optional<PicoUsbDevice::Answer> PicoUsbDevice::control(const UsbUrb& urb) {
    const auto& setup = urb.setup;
    const bool vendor = (setup.type & kindMask) == kindVendor;
    if ((setup.type & kindMask) == 0) return standard(setup);
    const auto recipient = setup.type & recipientMask;
    const bool microsoft = vendor && recipient == toDevice && setup.in() && setup.index == 7 &&
                           !descriptors_.microsoft.empty() && setup.request == descriptors_.microsoftRequest;
    if (microsoft) return Answer{UsbEndStatus::Ok, descriptors_.microsoft};
    if (recipient == 1) return toInterface(urb);
    return Answer{UsbEndStatus::Stall, {}};
}

PicoUsbDevice::Answer PicoUsbDevice::standard(const UsbSetup& setup) {
    const auto recipient = setup.type & recipientMask;
    const auto endpoint = static_cast<std::uint8_t>(setup.index);
    switch (setup.request) {
    case getDescriptor:
        return descriptor(setup);
    case getStatus:
        return recipient == toEndpoint ? endpointStatus(setup) : Answer{UsbEndStatus::Ok, {0, 0}};
    case clearFeature:
        return recipient == toEndpoint && setup.value == 0 ? clearHalt(endpoint)
                                                           : Answer{UsbEndStatus::Stall, {}};
    case setConfiguration:
        if (setup.value > 1) return {UsbEndStatus::Stall, {}};
        configuration_ = static_cast<std::uint8_t>(setup.value);
        if (pipes_) pipes_->configured();
        drive_.reset();
        return {};
    case getConfiguration:
        return {UsbEndStatus::Ok, {configuration_}};
    case getInterface:
        return {UsbEndStatus::Ok, {0}};
    case setInterface:
        return {setup.value == 0 ? UsbEndStatus::Ok : UsbEndStatus::Stall, {}};
    case setAddress:
        return {};
    default:
        return {UsbEndStatus::Stall, {}};
    }
}

PicoUsbDevice::Answer PicoUsbDevice::descriptor(const UsbSetup& setup) const {
    const std::size_t index = setup.value & 0xFFU;
    switch (setup.value >> 8) {
    case 1:
        return {UsbEndStatus::Ok, descriptors_.device};
    case 2:
        if (index == 0) return {UsbEndStatus::Ok, descriptors_.configuration};
        break;
    case 3:
        if (index == 0) return {UsbEndStatus::Ok, {4, 3, 0x09, 0x04}}; // English alone
        if (index <= descriptors_.strings.size())
            return {UsbEndStatus::Ok, stringDescriptor(descriptors_.strings[index - 1])};
        break;
    case 15:
        if (!descriptors_.store.empty()) return {UsbEndStatus::Ok, descriptors_.store};
        break;
    default:
        break;
    }
    return {UsbEndStatus::Stall, {}};
}

PicoUsbDevice::Answer PicoUsbDevice::endpointStatus(const UsbSetup& setup) {
    const auto endpoint = static_cast<std::uint8_t>(setup.index);
    if (onDrive(endpoint)) return {UsbEndStatus::Ok, {static_cast<std::uint8_t>(drive_.halted()), 0}};
    if (endpoint != 0 && !isEndpoint(endpoint)) return {UsbEndStatus::Stall, {}};
    if (identity_.state != PicoState::Bootsel || endpoint == 0) return {UsbEndStatus::Ok, {0, 0}};
    Octets status(2);
    const UsbControlRequest request{setup.type, setup.request, setup.value, setup.index};
    const auto done = pipes_->control(request, std::as_writable_bytes(std::span(status)),
                                      Deadline::after(board_, forEver), {});
    if (!done) return {statusOf(done.error()), {}};
    return {UsbEndStatus::Ok, std::move(status)};
}

PicoUsbDevice::Answer PicoUsbDevice::clearHalt(std::uint8_t endpoint) {
    if (onDrive(endpoint)) return {};
    if (!isEndpoint(endpoint)) return {UsbEndStatus::Stall, {}};
    const auto done = pipes_->clearHalt(pipeOf(endpoint), Deadline::after(board_, forEver), {});
    return {done ? UsbEndStatus::Ok : statusOf(done.error()), {}};
}

std::optional<PicoUsbDevice::Answer> PicoUsbDevice::toInterface(const UsbUrb& urb) {
    const auto interface = static_cast<int>(urb.setup.index & 0xFFU);
    const bool vendor = (urb.setup.type & kindMask) == kindVendor;
    if (identity_.state == PicoState::Bootsel) {
        if (vendor && interface == picobootInterfaceOf(identity_)) return forward(*pipes_, urb);
        if (vendor || interface != driveInterfaceOf(identity_)) return Answer{UsbEndStatus::Stall, {}};
        if (urb.setup.request == driveUnits) return Answer{UsbEndStatus::Ok, {0}};
        if (urb.setup.request != driveReset) return Answer{UsbEndStatus::Stall, {}};
        drive_.reset();
        return Answer{};
    }
    const bool ours = identity_.state == PicoState::TestFirmware;
    if (ours && interface == 0 && vendor) {
        packetsIn_.clear();
        frameOut_.clear();
        return forward(*pipes_, urb);
    }
    if (interface == (ours ? wire::usbResetInterface : 0)) return forward(reset_, urb);
    return Answer{UsbEndStatus::Stall, {}};
}

std::optional<PicoUsbDevice::Answer> PicoUsbDevice::forward(PicoTransport& to, const UsbUrb& urb) {
    const UsbControlRequest request{urb.setup.type, urb.setup.request, urb.setup.value, urb.setup.index};
    Octets bytes = urb.out;
    if (urb.setup.in()) bytes.assign(urb.setup.length, 0);
    const auto moved =
        to.control(request, std::as_writable_bytes(std::span(bytes)), Deadline({board_.now()}), {});
    if (!moved && moved.error().kind == ErrorKind::Timeout) return std::nullopt; // firmware that hangs
    if (!moved) return Answer{statusOf(moved.error()), {}};
    bytes.resize(std::min(bytes.size(), *moved));
    return Answer{UsbEndStatus::Ok, std::move(bytes)};
}

std::optional<UsbUrbEnd> PicoUsbDevice::driveTransfer(const UsbUrb& urb) {
    if (pipeOf(urb.endpoint) == UsbPipe::BulkOut) {
        const bool taken = drive_.take(urb.out);
        return UsbUrbEnd{
            urb.id, taken ? UsbEndStatus::Ok : UsbEndStatus::Stall, taken ? urb.out.size() : 0, {}};
    }
    if (drive_.halted()) return UsbUrbEnd{urb.id, UsbEndStatus::Stall, 0, {}};
    auto in = drive_.give(urb.room);
    if (!in) return std::nullopt;
    const auto moved = in->size();
    return UsbUrbEnd{urb.id, UsbEndStatus::Ok, moved, std::move(*in)};
}

/// The empty packet that a host may put after full ones is a packet like any other: the transfer has not
/// ended before the board takes it.
std::optional<UsbUrbEnd> PicoUsbDevice::bulkOut(const UsbUrb& urb) {
    if (!pipes_->ready(UsbPipe::BulkOut)) return std::nullopt;
    const bool zeroPacket = zeroPacketDue_.erase(urb.endpoint) != 0;
    const auto sent = pipes_->send(zeroPacket ? std::span<const std::byte>() : bytesOf(urb.out),
                                   Deadline::after(board_, forEver), {});
    if (!sent) return UsbUrbEnd{urb.id, statusOf(sent.error()), 0, {}};
    if (!zeroPacket && urb.endsWithZeroPacket && fullLastPacket(urb)) {
        zeroPacketDue_.insert(urb.endpoint);
        return bulkOut(urb);
    }
    return UsbUrbEnd{urb.id, UsbEndStatus::Ok, urb.out.size(), {}};
}

std::optional<UsbUrbEnd> PicoUsbDevice::bulkIn(const UsbUrb& urb) {
    if (!pipes_->ready(UsbPipe::BulkIn)) return std::nullopt;
    Octets in(urb.room);
    const auto got =
        pipes_->receive(std::as_writable_bytes(std::span(in)), Deadline::after(board_, forEver), {});
    if (!got) return UsbUrbEnd{urb.id, statusOf(got.error()), 0, {}};
    in.resize(*got);
    return UsbUrbEnd{urb.id, UsbEndStatus::Ok, *got, std::move(in)};
}

std::optional<UsbUrbEnd> PicoUsbDevice::frameOut(const UsbUrb& urb) {
    const bool whole = !fullLastPacket(urb) || urb.endsWithZeroPacket;
    frameOut_.insert(frameOut_.end(), urb.out.begin(), urb.out.end());
    if (!whole && frameOut_.size() < 2 * wire::frameLimit)
        return UsbUrbEnd{urb.id, UsbEndStatus::Ok, urb.out.size(), {}};
    const auto frame = std::exchange(frameOut_, {});
    const auto sent = pipes_->send(bytesOf(frame), Deadline::after(board_, forEver), {});
    if (!sent) return UsbUrbEnd{urb.id, statusOf(sent.error()), 0, {}};
    return UsbUrbEnd{urb.id, UsbEndStatus::Ok, urb.out.size(), {}};
}

/// Cuts the next frame into packets: full ones, and a short or an empty one at the end.
bool PicoUsbDevice::fetchFrame(UsbEndStatus& status) {
    if (!packetsIn_.empty()) return true;
    if (!pipes_->ready(UsbPipe::BulkIn)) return false;
    Octets frame((wire::frameLimit / wire::usbPacketBytes + 1) * wire::usbPacketBytes);
    const auto got = pipes_->receive(std::as_writable_bytes(std::span(frame)), Deadline({board_.now()}), {});
    if (!got) {
        status = statusOf(got.error());
        return got.error().kind != ErrorKind::Timeout;
    }
    constexpr auto size = static_cast<std::ptrdiff_t>(wire::usbPacketBytes);
    auto from = frame.begin();
    const auto end = from + static_cast<std::ptrdiff_t>(*got);
    for (; end - from >= size; from += size)
        packetsIn_.emplace_back(from, from + size);
    packetsIn_.emplace_back(from, end);
    return true;
}

/// Packets come in whole frames, so where one is, the frame's last one is too.
std::optional<UsbUrbEnd> PicoUsbDevice::frameIn(const UsbUrb& urb) {
    auto status = UsbEndStatus::Ok;
    if (!fetchFrame(status)) return std::nullopt;
    Octets in;
    bool shortPacket = false;
    while (status == UsbEndStatus::Ok && !shortPacket && in.size() < urb.room) {
        const auto packet = std::move(packetsIn_.front());
        packetsIn_.pop_front();
        shortPacket = packet.size() < wire::usbPacketBytes;
        in.insert(in.end(), packet.begin(), packet.end());
    }
    if (in.size() > urb.room) status = UsbEndStatus::Overflow;
    in.resize(std::min(in.size(), urb.room));
    const auto moved = in.size();
    return UsbUrbEnd{urb.id, status, moved, std::move(in)};
}

} // namespace framegate::simulation
