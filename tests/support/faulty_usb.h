// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/frame.h"
#include "usb/usb_backend.h"

#include <fmt/format.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace framegate::test {

/// Babble, more than was asked for, strikes only what comes in; other transfers pass.
enum class UsbFault { Stall, Timeout, ShortPacket, Babble, Disconnect };

/// The one transfer that goes wrong, and what has been counted.
struct UsbFaultPlan {
    UsbFault fault = UsbFault::Stall;
    int at = -1;    ///< of the transfers, control requests and cleared halts counted; -1: none
    int length = 1; ///< so many in a row are hit
    int count = 0;
    bool gone = false;
    std::vector<std::string>
        kinds{}; ///< of all that were counted: "send 05", with the wire's opcode if it has one
};

/// Passes everything on but one transfer, which does not reach the board, or only in part.
class FaultyTransport : public UsbTransport {
public:
    FaultyTransport(std::unique_ptr<UsbTransport> transport, UsbFaultPlan& plan)
        : transport_(std::move(transport)), plan_(plan) {}
    Clock& clock() override { return transport_->clock(); }

    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        const auto frame =
            wire::readFrame({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        request_ = frame ? fmt::format(" {:02x}", static_cast<unsigned>(frame->header.opcode)) : "";
        const bool hit = next("send" + request_) && plan_.fault != UsbFault::Babble;
        if (plan_.gone) return gone();
        if (!hit) return transport_->send(bytes, deadline, stop);
        if (plan_.fault == UsbFault::ShortPacket)
            return transport_->send(bytes.first(bytes.size() / 2), deadline, stop);
        return broken(deadline);
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        const bool hit = next("receive" + request_);
        if (plan_.gone) return passOn(gone());
        if (!hit) return transport_->receive(buffer, deadline, stop);
        const bool comes = plan_.fault == UsbFault::ShortPacket || plan_.fault == UsbFault::Babble;
        if (!comes) return passOn(broken(deadline));
        const auto got = transport_->receive(buffer, deadline, stop);
        if (got && plan_.fault == UsbFault::Babble) return passOn(overflow());
        return got ? Result<std::size_t>(*got / 2) : got;
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override {
        const bool toHost = (request.requestType & 0x80) != 0 && !bytes.empty();
        const bool passes = plan_.fault == UsbFault::Babble && !toHost;
        const bool hit = next(fmt::format("control {:02x}", request.request)) && !passes;
        if (plan_.gone) return passOn(gone());
        if (!hit) return transport_->control(request, bytes, deadline, stop);
        if (plan_.fault == UsbFault::Babble) return passOn(overflow());
        if (plan_.fault == UsbFault::ShortPacket) return bytes.size() / 2;
        return passOn(broken(deadline));
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
        const bool hit = next("clear halt") && plan_.fault != UsbFault::Babble;
        if (plan_.gone) return gone();
        return hit ? broken(deadline) : transport_->clearHalt(pipe, deadline, stop);
    }

private:
    /// Is this transfer the one?
    bool next(std::string kind) {
        plan_.kinds.push_back(std::move(kind));
        const int number = plan_.count++;
        const bool hit = plan_.at >= 0 && number >= plan_.at && number < plan_.at + plan_.length;
        plan_.gone = plan_.gone || (hit && plan_.fault == UsbFault::Disconnect);
        return hit;
    }
    static Result<> gone() { return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "unplugged"); }
    static Result<> overflow() {
        return failure(ErrorKind::Usb, "USB_OVERFLOW", "more came than was asked for");
    }
    Result<> broken(Deadline deadline) {
        if (plan_.fault == UsbFault::Stall) return failure(ErrorKind::Usb, "USB_STALL", "stalled");
        (void)clock().sleepFor(deadline.left(clock()), {});
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", "nothing moved in time");
    }

    std::unique_ptr<UsbTransport> transport_;
    UsbFaultPlan& plan_;
    std::string request_;
};

/// A backend whose transports fail as planned. Both arguments must stay.
class FaultyBackend : public UsbBackend {
public:
    FaultyBackend(UsbBackend& backend, UsbFaultPlan& plan) : backend_(backend), plan_(plan) {}
    Result<std::vector<UsbDevice>> devices() override { return backend_.devices(); }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        if (plan_.gone)
            return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "opening the board: nothing is plugged in");
        auto transport = backend_.open(port, match);
        if (!transport) return transport;
        return std::make_unique<FaultyTransport>(std::move(*transport), plan_);
    }
    /// Is not hit itself. A board that was gone is back after it.
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        auto restarted = backend_.restart(port, match, request, limit, std::move(stop));
        if (restarted) plan_.gone = false;
        return restarted;
    }
    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override { return backend_.watch(port); }

private:
    UsbBackend& backend_;
    UsbFaultPlan& plan_;
};

/// A machine's devices, of which the one at \a port alone fails as planned.
class FaultyPort : public UsbBackend {
public:
    FaultyPort(UsbBackend& backend, UsbPortPath port, UsbFaultPlan& plan)
        : backend_(backend), faulty_(backend, plan), port_(std::move(port)) {}
    Result<std::vector<UsbDevice>> devices() override { return backend_.devices(); }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        return at(port).open(port, match);
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        return at(port).restart(port, match, request, limit, std::move(stop));
    }
    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override { return backend_.watch(port); }

private:
    UsbBackend& at(const UsbPortPath& port) { return port == port_ ? faulty_ : backend_; }

    UsbBackend& backend_;
    FaultyBackend faulty_;
    UsbPortPath port_;
};

} // namespace framegate::test
