// SPDX-License-Identifier: GPL-3.0-or-later
#include "board_device.h"

#include <algorithm>
#include <cerrno>
#include <set>

namespace framegate::test {
namespace {

constexpr std::uint8_t directionIn = 0x80;

// bmRequestType and bRequest: USB 2.0, tables 9-2 to 9-5.
constexpr std::uint8_t standardFromDevice = 0x80;
constexpr std::uint8_t vendorToInterface = 0x41;
constexpr std::uint8_t askDescriptor = 0x06;
constexpr std::uint8_t stringDescriptor = 0x03;
constexpr std::uint8_t productIndex = 1;
constexpr std::uint8_t serialIndex = 2;

Octets stringOf(const std::string& text) {
    Octets descriptor = {static_cast<std::uint8_t>(2 + 2 * text.size()), stringDescriptor};
    for (const auto letter : text) {
        descriptor.push_back(static_cast<std::uint8_t>(letter));
        descriptor.push_back(0);
    }
    return descriptor;
}

std::uint8_t low(std::uint16_t value) {
    return static_cast<std::uint8_t>(value);
}
std::uint8_t high(std::uint16_t value) {
    return static_cast<std::uint8_t>(value >> 8);
}

} // namespace

Octets descriptorsOf(const DeviceIdentity& it) {
    const Octets device = {18,
                           1,
                           0x00,
                           0x02,
                           0,
                           0,
                           0,
                           64,
                           low(it.vendor),
                           high(it.vendor),
                           low(it.product),
                           high(it.product),
                           0,
                           1,
                           0,
                           productIndex,
                           serialIndex,
                           1};
    const Octets rest = {9,
                         2,
                         32,
                         0,
                         1,
                         1,
                         0,
                         0x80,
                         250, // configuration 1, 500 mA
                         9,
                         4,
                         it.interfaceNumber,
                         0,
                         2,
                         it.interfaceClass,
                         it.subclass,
                         it.protocol,
                         0,
                         7,
                         5,
                         wire::usbEndpointOut,
                         2,
                         wire::usbPacketBytes,
                         0,
                         0,
                         7,
                         5,
                         wire::usbEndpointIn,
                         2,
                         wire::usbPacketBytes,
                         0,
                         0};
    auto all = device;
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
}

BoardDevice::BoardDevice(DeviceIdentity identity) : identity_(std::move(identity)) {}

void BoardDevice::submit(Urb urb) {
    const std::lock_guard lock(mutex_);
    pending_.push_back(std::move(urb));
    changed_.notify_all();
}

bool BoardDevice::discard(std::uintptr_t id) {
    const std::lock_guard lock(mutex_);
    ++discards_;
    const auto found =
        std::find_if(pending_.begin(), pending_.end(), [id](const Urb& u) { return u.id == id; });
    if (found == pending_.end()) return false;
    const auto urb = *found;
    pending_.erase(found);
    if (completeAtDiscard_)
        end(urb, 0, std::max(urb.bytes.size(), urb.room), Octets(urb.room, 0x5A));
    else
        end(urb, -ENOENT, 0);
    return !completeAtDiscard_;
}

std::optional<UrbEnd> BoardDevice::reap() {
    const std::lock_guard lock(mutex_);
    std::set<std::uint8_t> waiting; // requests of one endpoint end in order
    for (auto urb = pending_.begin(); urb != pending_.end();) {
        if (waiting.count(urb->endpoint) == 0 && service(*urb)) {
            urb = pending_.erase(urb);
        } else {
            waiting.insert(urb->endpoint);
            ++urb;
        }
    }
    if (ended_.empty()) return std::nullopt;
    auto first = std::move(ended_.front());
    ended_.pop_front();
    return first;
}

void BoardDevice::clearHalt(std::uint8_t endpoint) {
    const std::lock_guard lock(mutex_);
    const auto trouble = troubles_.find(endpoint);
    if (trouble != troubles_.end() && trouble->second.mishap == Mishap::Stall) troubles_.erase(trouble);
}

/// Whether the request has ended.
bool BoardDevice::service(const Urb& urb) {
    const auto trouble = troubles_.find(urb.endpoint);
    if (trouble == troubles_.end()) return answer(urb);
    if (trouble->second.transfersLeft > 0) {
        const bool ended = answer(urb);
        trouble->second.transfersLeft -= ended ? 1 : 0;
        return ended;
    }
    if (trouble->second.mishap == Mishap::Silence) return false;
    if (trouble->second.mishap == Mishap::Babble) {
        troubles_.erase(trouble);
        end(urb, -EOVERFLOW, urb.room, Octets(urb.room, 0xBB));
        return true;
    }
    end(urb, -EPIPE, 0);
    return true;
}

bool BoardDevice::answer(const Urb& urb) {
    if (urb.endpoint == 0) return serviceControl(urb);
    return (urb.endpoint & directionIn) != 0 ? serviceIn(urb) : serviceOut(urb);
}

bool BoardDevice::serviceControl(const Urb& urb) {
    auto answer = answerControl(urb);
    if (!answer) {
        end(urb, -EPIPE, 0);
        return true;
    }
    answer->resize(std::min(answer->size(), urb.room));
    const auto moved = answer->size();
    end(urb, 0, moved, std::move(*answer));
    return true;
}

/// What a request on the control pipe brings; none for one that the device refuses.
std::optional<Octets> BoardDevice::answerControl(const Urb& urb) {
    const auto type = urb.bytes.at(0);
    const auto request = urb.bytes.at(1);
    if (type == standardFromDevice && request == askDescriptor && urb.bytes.at(3) == stringDescriptor) {
        const auto index = urb.bytes.at(2);
        if (index == 0) return Octets{4, stringDescriptor, 0x09, 0x04}; // English only
        if (index == productIndex) return stringOf(identity_.productName);
        if (index == serialIndex) return stringOf(identity_.serial);
    }
    const bool ours = urb.bytes.at(4) == identity_.interfaceNumber && urb.bytes.at(5) == 0;
    if (type == vendorToInterface && request == wire::usbRequestResetLink && ours) {
        board_.resetLink();
        packetsIn_.clear();
        transferOut_.clear();
        ++linkResets_;
        return Octets{};
    }
    if (type == vendorToInterface && request == wire::usbRequestRestart && ours) {
        restartAsked_ = true;
        changed_.notify_all();
        return Octets{};
    }
    return std::nullopt;
}

bool BoardDevice::serviceOut(const Urb& urb) {
    transferOut_.insert(transferOut_.end(), urb.bytes.begin(), urb.bytes.end());
    const bool fullLastPacket = !urb.bytes.empty() && urb.bytes.size() % wire::usbPacketBytes == 0;
    if (!fullLastPacket || urb.endsWithZeroPacket) {
        board_.receive(transferOut_);
        transfersOut_.push_back(std::move(transferOut_));
        transferOut_.clear();
    }
    end(urb, 0, urb.bytes.size());
    return true;
}

/// Takes packets until the room is full or a short one ends the transfer.
bool BoardDevice::serviceIn(const Urb& urb) {
    if (!packetsReady()) return false;
    Octets in;
    bool shortPacket = false;
    while (!shortPacket && in.size() < urb.room) {
        const auto packet = std::move(packetsIn_.front());
        packetsIn_.pop_front();
        shortPacket = packet.size() < wire::usbPacketBytes;
        in.insert(in.end(), packet.begin(), packet.end());
    }
    const bool babble = in.size() > urb.room;
    in.resize(std::min(in.size(), urb.room));
    const auto moved = in.size();
    end(urb, babble ? -EOVERFLOW : 0, moved, std::move(in));
    return true;
}

/// Packets come in whole transfers, so where one is, its last one is too.
bool BoardDevice::packetsReady() {
    if (!packetsIn_.empty()) return true;
    const auto frame = board_.nextFrame();
    if (!frame.empty()) putPackets(frame);
    return !packetsIn_.empty();
}

void BoardDevice::putPackets(const Octets& bytes) {
    constexpr auto size = static_cast<std::ptrdiff_t>(wire::usbPacketBytes);
    auto from = bytes.begin();
    for (; bytes.end() - from >= size; from += size)
        packetsIn_.emplace_back(from, from + size);
    packetsIn_.emplace_back(from, bytes.end()); // short, or empty
}

void BoardDevice::end(const Urb& urb, int status, std::size_t moved, Octets in) {
    ended_.push_back({urb.id, status, moved, std::move(in)});
}

void BoardDevice::happen(Mishap mishap, std::uint8_t endpoint, unsigned after) {
    const std::lock_guard lock(mutex_);
    troubles_[endpoint] = {mishap, after};
}

void BoardDevice::recover(std::uint8_t endpoint) {
    const std::lock_guard lock(mutex_);
    troubles_.erase(endpoint);
}

void BoardDevice::completeAtDiscard() {
    const std::lock_guard lock(mutex_);
    completeAtDiscard_ = true;
}

void BoardDevice::queueIn(const Octets& bytes) {
    const std::lock_guard lock(mutex_);
    putPackets(bytes);
}

void BoardDevice::unplug() {
    const std::lock_guard lock(mutex_);
    attached_ = false;
    for (const auto& urb : pending_)
        end(urb, -ESHUTDOWN, 0);
    pending_.clear();
}

void BoardDevice::awaitRequests(std::uint8_t endpoint, std::ptrdiff_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
        const auto trouble = troubles_.find(endpoint);
        const bool begun = trouble == troubles_.end() || trouble->second.transfersLeft == 0;
        const auto waiting = std::count_if(pending_.begin(), pending_.end(),
                                           [endpoint](const Urb& urb) { return urb.endpoint == endpoint; });
        return begun && waiting >= count;
    });
}

std::size_t BoardDevice::underWay() const {
    const std::lock_guard lock(mutex_);
    return pending_.size() + ended_.size();
}

unsigned BoardDevice::discards() const {
    const std::lock_guard lock(mutex_);
    return discards_;
}

void BoardDevice::awaitRestartRequest() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return restartAsked_; });
}

unsigned BoardDevice::linkResets() const {
    const std::lock_guard lock(mutex_);
    return linkResets_;
}

bool BoardDevice::attached() const {
    const std::lock_guard lock(mutex_);
    return attached_;
}

std::vector<Octets> BoardDevice::transfersOut() const {
    const std::lock_guard lock(mutex_);
    return transfersOut_;
}

} // namespace framegate::test
