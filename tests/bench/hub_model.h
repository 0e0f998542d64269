// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/passing_transport.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace framegate::test {

/// A packet of a board, and how long the board took for it after the one before: the wire, and its own work.
using PacketTimes = std::vector<std::chrono::nanoseconds>;

/// Notes what passes a transport, packet by packet. A transfer's time is shared out evenly among its pages of
/// four packets; in a page the first one waits for the flash, the others come as fast as the wire allows.
class PacketRecorder final : public PassingTransport {
public:
    PacketRecorder(std::unique_ptr<UsbTransport> inner, PacketTimes& packets)
        : PassingTransport(std::move(inner)), packets_(packets) {}
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        const auto begun = clock().now();
        auto done = PassingTransport::send(bytes, deadline, std::move(stop));
        note(bytes.size(), begun);
        return done;
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        const auto begun = clock().now();
        auto got = PassingTransport::receive(buffer, deadline, std::move(stop));
        note(got ? *got : 0, begun);
        return got;
    }

private:
    void note(std::size_t bytes, ClockTime begun) {
        const auto count = std::max<std::size_t>((bytes + 63) / 64, 1);
        const auto each = (clock().now() - begun) / static_cast<std::chrono::nanoseconds::rep>(count);
        const auto next = std::min(each, onWire);
        for (std::size_t i = 0; i < count; ++i) {
            const auto inPage =
                static_cast<std::chrono::nanoseconds::rep>(std::min<std::size_t>(count - i / 4 * 4, 4));
            packets_.push_back(i % 4 != 0 ? next : each * inPage - next * (inPage - 1));
        }
    }

    static constexpr std::chrono::nanoseconds onWire{73'240};

    PacketTimes& packets_;
};

/// The devices of a machine, one of them seen through a PacketRecorder.
class RecordedBackend final : public UsbBackend {
public:
    RecordedBackend(UsbBackend& inner, PacketTimes& packets) : inner_(inner), packets_(packets) {}
    Result<std::vector<UsbDevice>> devices() override { return inner_.devices(); }
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        auto transport = inner_.open(port, match);
        if (!transport) return transport;
        return std::make_unique<PacketRecorder>(std::move(*transport), packets_);
    }
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        return inner_.restart(port, match, request, limit, std::move(stop));
    }

private:
    UsbBackend& inner_;
    PacketTimes& packets_;
};

/// The high-speed side of a hub with a transaction translator a port, as a host controller shares it out: it
/// goes round all boards that have a transfer under way, and a board is under way all the time. A visit costs
/// the same whether the board takes the packet or is not ready (NAK): start-split with 64 bytes of data and
/// three complete-splits, each with 75 bytes of overhead, at 60 bytes a microsecond (USB 2.0, 5.11.3, 8.4.2).
inline constexpr std::chrono::nanoseconds hubVisit{(64 + 4 * 75) * 1000 / 60};

/// How long it takes until \a boards boards behind one such hub have each moved \a packets.
inline std::chrono::nanoseconds timeOnHub(const PacketTimes& packets, std::size_t boards) {
    using std::chrono::nanoseconds;
    struct Progress {
        std::size_t next = 0;
        nanoseconds readyAt{0};
    };
    if (packets.empty()) return nanoseconds{0};
    std::vector<Progress> all(boards, Progress{0, packets.front()});
    nanoseconds now{0};
    for (std::size_t left = boards; left > 0;)
        for (auto& board : all) {
            if (board.next == packets.size()) continue;
            now += hubVisit;
            if (board.readyAt > now) continue;
            if (++board.next == packets.size())
                --left;
            else
                board.readyAt = now + packets[board.next];
        }
    return now;
}

} // namespace framegate::test
