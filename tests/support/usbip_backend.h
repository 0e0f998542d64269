// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "usb/interface_match.h"
#include "usb/usb_backend.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace framegate::test {

using UsbipBytes = std::vector<std::uint8_t>;

inline void putBig(UsbipBytes& to, std::uint32_t value, unsigned bytes = 4) {
    for (unsigned i = bytes; i-- > 0;)
        to.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}
inline std::uint32_t bigAt(const UsbipBytes& from, std::size_t at, unsigned bytes = 4) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i)
        value = value << 8 | from.at(at + i);
    return value;
}

/// A USB/IP host's end of a connection, written from the protocol's description alone. Waits, but not beyond
/// a deadline.
class UsbipConnection {
public:
    struct Return {
        std::uint32_t command = 0;
        std::uint32_t sequence = 0;
        std::int32_t status = 0;
        std::uint32_t length = 0;
        UsbipBytes bytes;
    };

    explicit UsbipConnection(int socket) : socket_(socket) {}
    static std::unique_ptr<UsbipConnection> to(std::uint16_t port) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        (void)::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        return std::make_unique<UsbipConnection>(socket);
    }
    UsbipConnection(const UsbipConnection&) = delete;
    UsbipConnection& operator=(const UsbipConnection&) = delete;
    ~UsbipConnection() { ::close(socket_); }

    bool write(const UsbipBytes& bytes) const {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    /// Exactly \a size bytes; fewer where the other end closes or the deadline passes.
    UsbipBytes read(std::size_t size, Deadline deadline) {
        while (in_.size() < size && more(deadline)) {
        }
        const auto count = std::min(size, in_.size());
        UsbipBytes bytes(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(count));
        in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(count));
        return bytes;
    }
    /// Whether the other end has closed by the deadline.
    bool closedBy(Deadline deadline) {
        while (!closed_ && more(deadline)) {
        }
        return closed_;
    }
    bool closed() const { return closed_; }

    static UsbipBytes request(std::uint16_t operation, const std::string& busId = {}) {
        UsbipBytes bytes;
        putBig(bytes, 0x0111, 2);
        putBig(bytes, operation, 2);
        putBig(bytes, 0);
        if (!busId.empty()) {
            bytes.insert(bytes.end(), busId.begin(), busId.end());
            bytes.resize(8 + 32);
        }
        return bytes;
    }
    bool import(const std::string& busId, Deadline deadline) {
        write(request(0x8003, busId));
        const auto head = read(8, deadline);
        if (head.size() < 8 || bigAt(head, 4) != 0) return false;
        return read(0x138, deadline).size() == 0x138;
    }

    /// Sends a transfer; says its number. \a setup is for endpoint 0.
    std::uint32_t submit(std::uint8_t endpoint, const UsbipBytes& out, std::uint32_t room,
                         std::uint32_t flags = 0, std::array<std::uint8_t, 8> setup = {}) {
        const bool in = endpoint == 0 ? (setup[0] & 0x80) != 0 : (endpoint & 0x80) != 0;
        UsbipBytes bytes;
        putBig(bytes, 1);
        putBig(bytes, ++sequence_);
        putBig(bytes, 0x00010001);
        putBig(bytes, in ? 1 : 0);
        putBig(bytes, endpoint & 0x0F);
        putBig(bytes, flags);
        putBig(bytes, in ? room : static_cast<std::uint32_t>(out.size()));
        putBig(bytes, 0);
        putBig(bytes, 0xFFFFFFFF);
        putBig(bytes, 0);
        bytes.insert(bytes.end(), setup.begin(), setup.end());
        if (!in) bytes.insert(bytes.end(), out.begin(), out.end());
        awaitingIn_ = in;
        write(bytes);
        return sequence_;
    }
    std::uint32_t unlink(std::uint32_t sequence) {
        UsbipBytes bytes;
        putBig(bytes, 2);
        putBig(bytes, ++sequence_);
        putBig(bytes, 0x00010001);
        bytes.resize(20);
        putBig(bytes, sequence);
        bytes.resize(48);
        write(bytes);
        return sequence_;
    }
    /// The next return; none by the deadline, or once the other end is gone.
    std::optional<Return> next(Deadline deadline) {
        if (header_.empty()) header_ = read(48, deadline);
        if (header_.size() < 48) return std::nullopt;
        const auto header = std::exchange(header_, {});
        Return back{bigAt(header, 0),
                    bigAt(header, 4),
                    static_cast<std::int32_t>(bigAt(header, 20)),
                    bigAt(header, 24),
                    {}};
        if (back.command == 3 && awaitingIn_) back.bytes = read(back.length, deadline);
        return back;
    }

private:
    bool more(Deadline deadline) {
        pollfd source{socket_, POLLIN, 0};
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.left(clock_));
        if (closed_ || ::poll(&source, 1, static_cast<int>(left.count())) <= 0) return false;
        std::array<std::uint8_t, 16384> buffer;
        const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
        closed_ = got <= 0;
        if (!closed_) in_.insert(in_.end(), buffer.begin(), buffer.begin() + got);
        return !closed_;
    }

    int socket_;
    SteadyClock clock_;
    UsbipBytes in_;
    UsbipBytes header_;
    std::uint32_t sequence_ = 0;
    bool awaitingIn_ = false;
    bool closed_ = false;
};

/// One interface of a device that is imported, with one transfer at a time.
class UsbipTransport : public UsbTransport {
public:
    UsbipTransport(std::unique_ptr<UsbipConnection> connection, InterfacePipes pipes)
        : connection_(std::move(connection)), pipes_(pipes), flags_(pipes.emptyPackets ? 0x40 : 0) {}
    Clock& clock() override { return clock_; }
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const UsbipBytes out(first, first + bytes.size());
        const auto done = transfer(connection_->submit(pipes_.bulkOut, out, 0, flags_), deadline, stop);
        if (!done) return passOn(done);
        return {};
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        const auto room = static_cast<std::uint32_t>(buffer.size());
        const auto done = transfer(connection_->submit(pipes_.bulkIn, {}, room), deadline, stop);
        if (!done) return passOn(done);
        std::memcpy(buffer.data(), done->bytes.data(), done->bytes.size());
        return done->bytes.size();
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override {
        if ((request.requestType & 0x1F) == 1) request.index = pipes_.number;
        const auto size = static_cast<std::uint16_t>(bytes.size());
        const std::array<std::uint8_t, 8> setup{request.requestType,
                                                request.request,
                                                static_cast<std::uint8_t>(request.value),
                                                static_cast<std::uint8_t>(request.value >> 8),
                                                static_cast<std::uint8_t>(request.index),
                                                static_cast<std::uint8_t>(request.index >> 8),
                                                static_cast<std::uint8_t>(size),
                                                static_cast<std::uint8_t>(size >> 8)};
        const bool in = (request.requestType & 0x80) != 0;
        const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
        const UsbipBytes out = in ? UsbipBytes() : UsbipBytes(first, first + bytes.size());
        const auto done = transfer(connection_->submit(0, out, size, 0, setup), deadline, stop);
        if (!done) return passOn(done);
        if (in) std::memcpy(bytes.data(), done->bytes.data(), done->bytes.size());
        return std::size_t{done->length};
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
        const auto endpoint = pipe == UsbPipe::BulkIn ? pipes_.bulkIn : pipes_.bulkOut;
        const auto done = control({0x02, 1, 0, endpoint}, {}, deadline, std::move(stop));
        if (!done) return passOn(done);
        return {};
    }

private:
    /// Waits for the end of the transfer; takes it back where there is none in time.
    Result<UsbipConnection::Return> transfer(std::uint32_t sequence, Deadline deadline,
                                             const std::stop_token& stop) {
        using namespace std::chrono_literals;
        std::optional<UsbipConnection::Return> back;
        while (!back && !stop.stop_requested() && !deadline.passed(clock_) && !connection_->closed())
            back = connection_->next(Deadline::after(clock_, 20ms).atMost(deadline));
        if (!back && !connection_->closed()) {
            connection_->unlink(sequence);
            back = connection_->next(Deadline::after(clock_, 30s));
            if (back && back->command == 3) (void)connection_->next(Deadline::after(clock_, 30s));
            if (back && back->command == 4 && stop.stop_requested())
                return failure(ErrorKind::Cancelled, "CANCELLED", "stopped during a USB transfer");
            if (back && back->command == 4)
                return failure(ErrorKind::Timeout, "USB_TIMEOUT", "no answer in time");
        }
        if (!back || back->status == -ESHUTDOWN)
            return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
        if (back->status == -EPIPE) return failure(ErrorKind::Usb, "USB_STALL", "the pipe stalled");
        if (back->status != 0) return failure(ErrorKind::Usb, "USB_TRANSFER", "the transfer failed");
        return std::move(*back);
    }

    std::unique_ptr<UsbipConnection> connection_;
    InterfacePipes pipes_;
    std::uint32_t flags_;
    SteadyClock clock_;
};

/// Boards that a USB/IP server has on this machine. Each open() imports the board anew; what a host's kernel
/// does then, it does: asks for the configuration and sets it. Strings are not read.
class UsbipBackend : public UsbBackend {
public:
    explicit UsbipBackend(std::uint16_t port) : port_(port) {}

    Result<std::vector<UsbDevice>> devices() override {
        const auto connection = UsbipConnection::to(port_);
        connection->write(UsbipConnection::request(0x8005));
        const auto head = connection->read(12, soon());
        if (head.size() < 12) return failure(ErrorKind::Usb, "USB_LIST", "the server does not answer");
        std::vector<UsbDevice> all;
        for (auto left = bigAt(head, 8); left > 0; --left) {
            const auto device = connection->read(0x138, soon());
            if (device.size() < 0x138) break;
            (void)connection->read(4U * device[0x137], soon());
            const auto path = UsbPortPath::parse(reinterpret_cast<const char*>(&device[0x100]));
            all.push_back({path.value(),
                           static_cast<std::uint16_t>(bigAt(device, 0x12C, 2)),
                           static_cast<std::uint16_t>(bigAt(device, 0x12E, 2)),
                           {},
                           {}});
        }
        return all;
    }

    /// The server notices with its next look that the last host is gone.
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        const auto limit = soon();
        while (!limit.passed(clock_)) {
            auto connection = UsbipConnection::to(port_);
            if (connection->import(port.text(), limit)) return claim(std::move(connection), match);
            const auto there = devices();
            const bool found = there && std::any_of(there->begin(), there->end(),
                                                    [&](const auto& device) { return device.port == port; });
            if (!found) break;
        }
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE", "nothing is plugged in at " + port.text());
    }

    Result<> restart(const UsbPortPath&, UsbInterfaceMatch, UsbControlRequest, std::chrono::nanoseconds,
                     std::stop_token) override {
        return failure(ErrorKind::Usb, "USB_NO_RESTART", "not needed here");
    }

private:
    Deadline soon() const { return Deadline::after(clock_, std::chrono::seconds(30)); }

    Result<std::unique_ptr<UsbTransport>> claim(std::unique_ptr<UsbipConnection> connection,
                                                UsbInterfaceMatch match) {
        connection->submit(0, {}, 512, 0, {0x80, 6, 0, 2, 0, 0, 0, 2});
        const auto configuration = connection->next(soon());
        connection->submit(0, {}, 0, 0, {0x00, 9, 1, 0, 0, 0, 0, 0});
        if (!configuration || !connection->next(soon()))
            return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
        const auto pipes = findInterface(interfacesOf(configuration->bytes), match, "the board");
        if (!pipes) return passOn(pipes);
        return std::make_unique<UsbipTransport>(std::move(connection), *pipes);
    }

    static std::vector<InterfaceDescription> interfacesOf(const UsbipBytes& bytes) {
        std::vector<InterfaceDescription> all;
        for (std::size_t at = 0; at + 2 < bytes.size() && bytes[at] != 0; at += bytes[at]) {
            if (bytes[at + 1] == 4)
                all.push_back({bytes.at(at + 2), bytes.at(at + 5), bytes.at(at + 6), bytes.at(at + 7), {}});
            if (bytes[at + 1] == 5 && !all.empty())
                all.back().endpoints.push_back({bytes.at(at + 2), bytes.at(at + 3)});
        }
        return all;
    }

    std::uint16_t port_;
    SteadyClock clock_;
};

} // namespace framegate::test
