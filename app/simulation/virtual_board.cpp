// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/virtual_board.h"

#include "protocol/frame.h"
#include "protocol/usb_identity.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace framegate::simulation {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::seconds enumeration{1}; ///< from the firmware's start until the host can use the board
constexpr std::chrono::milliseconds lastPacket{2};    ///< as firmware/pico waits before it leaves
constexpr std::chrono::milliseconds behindAllowed{2}; ///< finer waits are beyond what a person sees

firmware::BoardIdentity identityOf(int slot) {
    firmware::BoardIdentity identity;
    identity.version = "0.1.0";
    identity.gitHash = "host";
    const auto number = static_cast<std::uint8_t>(slot);
    const std::uint8_t id[8] = {0xF6, 'S', 'I', 'M', 0, 0, 0, number};
    std::copy(std::begin(id), std::end(id), std::begin(identity.id));
    identity.chip = wire::Chip::Host;
    identity.flags = wire::flagVirtual;
    return identity;
}

std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

Failure timedOut(std::string what) {
    return failure(ErrorKind::Timeout, "USB_TIMEOUT", std::move(what));
}

Failure stalledPipe() {
    return failure(ErrorKind::Usb, "USB_STALL", "the bulk IN pipe stalled");
}

Failure cancelled() {
    return failure(ErrorKind::Cancelled, "CANCELLED", "stopped during a USB transfer");
}

} // namespace

VirtualBoard::VirtualBoard(int slot, double pace, sim::FixtureWiring wiring)
    : slot_(slot),
      pace_(pace),
      wiring_(wiring),
      identity_(identityOf(slot)),
      board_(std::make_unique<sim::HostBoard>(identity_, nullptr, wiring_)) {}

void VirtualBoard::Strikes::begin(const LinkFault& fault, std::uint64_t seed) {
    fault_ = fault;
    random_ = sim::Random(seed);
    next_ = fault.atByte.value_or(never);
    if (fault.probability > 0) next_ = random_.gap(fault.probability) * wire::usbPacketBytes;
}

std::optional<std::uint64_t> VirtualBoard::Strikes::among(std::uint64_t before, std::uint64_t after) {
    const auto later = [&] { return next_ + (1 + random_.gap(fault_.probability)) * wire::usbPacketBytes; };
    while (next_ < before && fault_.probability > 0)
        next_ = later();
    if (next_ < before || next_ >= after) return std::nullopt;
    return std::exchange(next_, fault_.probability > 0 ? later() : never);
}

firmware::BoardIdentity VirtualBoard::identityNow() const {
    auto identity = identity_;
    if (afterWatchdog_) identity.flags |= wire::flagWatchdog;
    return identity;
}

void VirtualBoard::insert(std::unique_ptr<sim::CameraModule> module, const BoardFaults& faults,
                          std::uint64_t seed) {
    const std::lock_guard lock(mutex_);
    board_ = std::make_unique<sim::HostBoard>(identityNow(), std::move(module), wiring_);
    departure_.reset();
    faults_ = faults;
    bytesOut_ = 0;
    disconnects_.begin(faults.disconnects, seed + 1);
    stalls_.begin(faults.stalls, seed + 2);
    corrupts_.begin(faults.corrupts, seed + 3);
    drops_.begin(faults.drops, seed + 4);
    poweredUp_ = std::chrono::steady_clock::now();
}

Result<> VirtualBoard::restart(nanoseconds limit) {
    const std::lock_guard lock(mutex_);
    const auto takes =
        enumeration + (hung_ ? nanoseconds(std::chrono::milliseconds(wire::watchdogMs)) : nanoseconds{0});
    if (takes > limit)
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "the board did not come back in time");
    afterWatchdog_ = hung_;
    hung_ = false;
    gone_ = false;
    stalled_ = false;
    return {};
}

void VirtualBoard::start(nanoseconds moment) {
    const std::lock_guard lock(mutex_);
    afterWatchdog_ = hung_;
    board_->restart(identityNow());
    board_->clock().advanceTo(static_cast<sim::TimeNs>(moment.count()));
    hung_ = gone_ = stalled_ = false;
    departure_.reset();
}

void VirtualBoard::losePower() {
    const std::lock_guard lock(mutex_);
    hung_ = afterWatchdog_ = false;
    board_->powerCycle(identityNow());
}

void VirtualBoard::leave(wire::RebootTarget target) {
    const std::lock_guard lock(mutex_);
    departure_ = Departure{target, nanoseconds(time()) + lastPacket};
}

std::optional<VirtualBoard::Departure> VirtualBoard::departed() {
    const std::lock_guard lock(mutex_);
    const auto& asked = board_->port().rebootTo;
    if (!departure_ && asked && board_->link().empty())
        departure_ = Departure{*asked, nanoseconds(time()) + lastPacket};
    if (!departure_ || departure_->moment > nanoseconds(time())) return std::nullopt;
    return departure_;
}

std::optional<nanoseconds> VirtualBoard::watchdogAt() const {
    const std::lock_guard lock(mutex_);
    if (!hung_) return std::nullopt;
    return hungSince_ + std::chrono::milliseconds(wire::watchdogMs);
}

UsbDevice VirtualBoard::device() const {
    return {UsbPortPath(1, {static_cast<std::uint8_t>(slot_)}), wire::usbVendor, wire::usbProduct,
            fmt::format("SIM-{:04}", slot_), "FrameGate fixture board (virtual)"};
}

ClockTime VirtualBoard::now() const {
    const std::lock_guard lock(mutex_);
    return {nanoseconds(time())};
}

Result<> VirtualBoard::attached() const {
    if (gone_) return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
    return {};
}

/// Lets real time catch up with simulated time, where a pace was asked for.
Result<> VirtualBoard::keepPace(std::stop_token stop) {
    if (pace_ <= 0) return {};
    const nanoseconds due(static_cast<nanoseconds::rep>(static_cast<double>(time()) / pace_));
    const auto wait = poweredUp_ + due - std::chrono::steady_clock::now();
    if (wait < behindAllowed) return {};
    return SteadyClock().sleepFor(wait, std::move(stop));
}

Result<> VirtualBoard::sleepFor(nanoseconds duration, std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return cancelled();
    board_->clock().advance(static_cast<sim::TimeNs>(std::max<nanoseconds::rep>(duration.count(), 0)));
    return keepPace(std::move(stop));
}

Result<> VirtualBoard::send(std::span<const std::byte> bytes, std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return cancelled();
    if (auto there = attached(); !there) return there;
    const auto frame = wire::readFrame(octets(bytes));
    if (frame && !hung_ && faults_.hangsAt == frame->header.opcode) {
        hung_ = true;
        hungSince_ = nanoseconds(time());
    }
    if (!hung_) board_->receive(octets(bytes));
    return {};
}

Result<std::size_t> VirtualBoard::deliver(std::span<std::byte> buffer) {
    auto frame = board_->link().take().bytes;
    const auto before = bytesOut_;
    bytesOut_ += frame.size();
    if (disconnects_.among(before, bytesOut_)) {
        gone_ = true;
        return passOn(attached());
    }
    if (stalls_.among(before, bytesOut_)) {
        stalled_ = true;
        return stalledPipe();
    }
    while (const auto at = corrupts_.among(before, bytesOut_))
        frame[*at - before] ^= 0x04;
    if (const auto at = drops_.among(before, bytesOut_)) {
        const auto packet = (*at - before) / wire::usbPacketBytes * wire::usbPacketBytes;
        const auto end = std::min<std::size_t>(packet + wire::usbPacketBytes, frame.size());
        frame.erase(frame.begin() + static_cast<std::ptrdiff_t>(packet),
                    frame.begin() + static_cast<std::ptrdiff_t>(end));
    }
    if (frame.size() > buffer.size())
        return failure(ErrorKind::Usb, "USB_OVERFLOW", "more came than was asked for");
    std::memcpy(buffer.data(), frame.data(), frame.size());
    return frame.size();
}

Result<std::size_t> VirtualBoard::receive(std::span<std::byte> buffer, Deadline deadline,
                                          std::stop_token stop) {
    const std::lock_guard lock(mutex_);
    const auto limit = static_cast<sim::TimeNs>(deadline.moment().sinceZero.count());
    for (;;) {
        if (stop.stop_requested()) return cancelled();
        if (auto there = attached(); !there) return passOn(there);
        if (stalled_) return stalledPipe();
        auto& link = board_->link();
        if (!link.empty() && link.frontArrives() <= time()) return deliver(buffer);
        if (time() >= limit) return timedOut("no answer came over USB in time");
        if (hung_ || !board_->step(limit)) board_->clock().advanceTo(limit);
        if (auto paced = keepPace(stop); !paced) return passOn(paced);
    }
}

Result<> VirtualBoard::resetLink(Deadline deadline) {
    const std::lock_guard lock(mutex_);
    if (auto there = attached(); !there) return there;
    if (hung_) {
        board_->clock().advanceTo(static_cast<sim::TimeNs>(deadline.moment().sinceZero.count()));
        return timedOut("the board did not answer a control request in time");
    }
    board_->resetLink();
    return {};
}

void VirtualBoard::clearHalt() {
    const std::lock_guard lock(mutex_);
    stalled_ = false;
}

} // namespace framegate::simulation
