// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_board.h"

#include "protocol/usb_identity.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate::simulation {
namespace {

using std::chrono::nanoseconds;

Failure cancelled() {
    return failure(ErrorKind::Cancelled, "CANCELLED", "stopped during a USB transfer");
}

} // namespace

struct BootselBench::Board : public Clock {
    explicit Board(const BootselOptions& options) : device(options) {}

    ClockTime now() const override {
        const std::lock_guard lock(mutex);
        return {device.now()};
    }
    Result<> sleepFor(nanoseconds duration, std::stop_token stop) override {
        const std::lock_guard lock(mutex);
        if (stop.stop_requested()) return cancelled();
        device.advanceTo(device.now() + std::max(duration, nanoseconds(0)));
        return {};
    }

    mutable std::mutex mutex;
    BootselDevice device;
};

namespace {

/// One board's PICOBOOT interface from when it was opened until it leaves the bus.
template <class Board>
class BootselTransport : public UsbTransport {
public:
    explicit BootselTransport(Board& board) : board_(board), generation_(board.device.generation()) {}
    Clock& clock() override { return board_; }

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        return onBoard(stop, [&](BootselDevice& device) -> Result<> {
            return device.send(bytes, deadline.moment().sinceZero);
        });
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        return onBoard(stop, [&](BootselDevice& device) -> Result<std::size_t> {
            return device.receive(buffer, deadline.moment().sinceZero);
        });
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline,
                                std::stop_token stop) override {
        return onBoard(stop, [&](BootselDevice& device) -> Result<std::size_t> {
            return device.control(request, bytes);
        });
    }
    Result<> clearHalt(UsbPipe pipe, Deadline, std::stop_token stop) override {
        return onBoard(stop, [&](BootselDevice& device) -> Result<> {
            device.clearHalt(pipe);
            return {};
        });
    }

private:
    template <class Call>
    auto onBoard(const std::stop_token& stop, Call call) -> decltype(call(std::declval<BootselDevice&>())) {
        const std::lock_guard lock(board_.mutex);
        if (stop.stop_requested()) return cancelled();
        if (board_.device.generation() != generation_) return BootselDevice::gone();
        return call(board_.device);
    }

    Board& board_;
    unsigned generation_;
};

/// Nothing but time changes what is at a port: it passes until the next change, which is known beforehand.
template <class Board>
class BootselWatch : public UsbWatch {
public:
    explicit BootselWatch(Board& board) : board_(board), seen_(state()) {}
    Result<> wait(Clock& clock, Deadline deadline, std::stop_token stop) override {
        Result<> waited;
        if (state() == seen_)
            waited = clock.sleepFor(std::min(untilChange(), deadline.left(clock)), std::move(stop));
        seen_ = state();
        return waited;
    }

private:
    std::pair<unsigned, bool> state() const {
        const std::lock_guard lock(board_.mutex);
        return {board_.device.generation(), board_.device.attached()};
    }
    nanoseconds untilChange() const {
        const std::lock_guard lock(board_.mutex);
        const auto at = board_.device.changesAt();
        return at ? *at - board_.device.now() : nanoseconds::max();
    }

    Board& board_;
    std::pair<unsigned, bool> seen_;
};

} // namespace

BootselBench::BootselBench(const std::vector<BootselOptions>& boards) {
    for (auto options : boards) {
        if (options.boardId == 0) options.boardId = 0xE660000000000000 + boards_.size();
        boards_.push_back(std::make_unique<Board>(options));
    }
}

BootselBench::BootselBench(BootselBench&&) noexcept = default;
BootselBench::~BootselBench() = default;

UsbPortPath BootselBench::port(std::size_t index) {
    return UsbPortPath(1, {static_cast<std::uint8_t>(index + 1)});
}

Clock& BootselBench::clock(std::size_t index) {
    return *boards_.at(index);
}

BootselDevice& BootselBench::device(std::size_t index) {
    return boards_.at(index)->device;
}

BootselBench::Board* BootselBench::at(const UsbPortPath& port) {
    for (std::size_t i = 0; i < boards_.size(); ++i)
        if (BootselBench::port(i) == port) return boards_[i].get();
    return nullptr;
}

/// In BOOTSEL every RP2040 of one ROM has the same serial number; an RP2350's is its chip's.
Result<std::vector<UsbDevice>> BootselBench::devices() {
    std::vector<UsbDevice> all;
    for (std::size_t i = 0; i < boards_.size(); ++i) {
        const std::lock_guard lock(boards_[i]->mutex);
        const auto& device = boards_[i]->device;
        if (!device.attached()) continue;
        const bool old = device.options().chip == BootselChip::Rp2040;
        if (device.state() != BoardState::Bootsel)
            all.push_back(
                {port(i), wire::usbVendorRaspberryPi, 0x000A, "EEEEEEEEEEEEEEEE", "a running program"});
        else if (old)
            all.push_back({port(i), wire::usbVendorRaspberryPi, 0x0003, "E0C9125B0D9B", "RP2 Boot"});
        else
            all.push_back({port(i), wire::usbVendorRaspberryPi, 0x000F,
                           fmt::format("{:016X}", device.options().boardId), "RP2350 Boot"});
    }
    return all;
}

Result<std::unique_ptr<UsbTransport>> BootselBench::open(const UsbPortPath& port, UsbInterfaceMatch match) {
    auto* board = at(port);
    std::unique_lock<std::mutex> lock;
    if (board != nullptr) lock = std::unique_lock(board->mutex);
    if (board == nullptr || !board->device.attached())
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                       fmt::format("nothing is plugged in at {}", port.text()));
    if (match.interfaceClass != 0xFF || match.subclass != 0 || match.protocol != 0 ||
        board->device.state() != BoardState::Bootsel)
        return failure(ErrorKind::NotFound, "USB_NO_INTERFACE",
                       fmt::format("the board at {} has no such interface", port.text()));
    return std::make_unique<BootselTransport<Board>>(*board);
}

Result<> BootselBench::restart(const UsbPortPath& port, UsbInterfaceMatch, UsbControlRequest,
                               std::chrono::nanoseconds, std::stop_token) {
    return failure(ErrorKind::Usb, "USB_NO_RESTART",
                   fmt::format("the board at {} is in BOOTSEL and takes no such request", port.text()));
}

std::unique_ptr<UsbWatch> BootselBench::watch(const UsbPortPath& port) {
    if (auto* board = at(port)) return std::make_unique<BootselWatch<Board>>(*board);
    return UsbBackend::watch(port);
}

} // namespace framegate::simulation
