// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/usb_backend.h"

#include <memory>
#include <utility>

namespace framegate::test {

enum class UsbFault { Stall, Timeout, ShortPacket, Disconnect };

/// The one transfer that goes wrong, and what has been counted.
struct UsbFaultPlan {
    UsbFault fault = UsbFault::Stall;
    int at = -1; ///< of the transfers, control requests and cleared halts counted; -1: none
    int count = 0;
    bool gone = false;
};

/// Passes everything on but one transfer, which does not reach the board, or only in part.
class FaultyTransport : public UsbTransport {
public:
    FaultyTransport(std::unique_ptr<UsbTransport> transport, UsbFaultPlan& plan)
        : transport_(std::move(transport)), plan_(plan) {}
    Clock& clock() override { return transport_->clock(); }

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        const bool hit = next();
        if (plan_.gone) return gone();
        if (!hit) return transport_->send(bytes, deadline, stop);
        if (plan_.fault == UsbFault::ShortPacket)
            return transport_->send(bytes.first(bytes.size() / 2), deadline, stop);
        return broken(deadline);
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        const bool hit = next();
        if (plan_.gone) return passOn(gone());
        if (!hit) return transport_->receive(buffer, deadline, stop);
        if (plan_.fault != UsbFault::ShortPacket) return passOn(broken(deadline));
        const auto got = transport_->receive(buffer, deadline, stop);
        return got ? Result<std::size_t>(*got / 2) : got;
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override {
        const bool hit = next();
        if (plan_.gone) return passOn(gone());
        if (!hit) return transport_->control(request, bytes, deadline, stop);
        if (plan_.fault == UsbFault::ShortPacket) return bytes.size() / 2;
        return passOn(broken(deadline));
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
        const bool hit = next();
        if (plan_.gone) return gone();
        return hit ? broken(deadline) : transport_->clearHalt(pipe, deadline, stop);
    }

private:
    /// Is this transfer the one?
    bool next() {
        const bool hit = plan_.count++ == plan_.at;
        plan_.gone = plan_.gone || (hit && plan_.fault == UsbFault::Disconnect);
        return hit;
    }
    static Result<> gone() { return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "unplugged"); }
    Result<> broken(Deadline deadline) {
        if (plan_.fault == UsbFault::Stall) return failure(ErrorKind::Usb, "USB_STALL", "stalled");
        (void)clock().sleepFor(deadline.left(clock()), {});
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", "nothing moved in time");
    }

    std::unique_ptr<UsbTransport> transport_;
    UsbFaultPlan& plan_;
};

/// A backend whose transports fail as planned. Both arguments must stay.
class FaultyBackend : public UsbBackend {
public:
    FaultyBackend(UsbBackend& backend, UsbFaultPlan& plan) : backend_(backend), plan_(plan) {}
    Result<std::vector<UsbDevice>> devices() override { return backend_.devices(); }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        auto transport = backend_.open(port, match);
        if (!transport) return transport;
        return std::make_unique<FaultyTransport>(std::move(*transport), plan_);
    }
    /// Restarting a device is none of what this breaks.
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch, UsbControlRequest, std::chrono::nanoseconds,
                     std::stop_token) override {
        return failure(ErrorKind::Usb, "USB_NO_RESTART", port.text());
    }

private:
    UsbBackend& backend_;
    UsbFaultPlan& plan_;
};

} // namespace framegate::test
