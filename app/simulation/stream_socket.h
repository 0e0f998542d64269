// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "simulation/usb_device.h"

#include <cstdint>
#include <span>
#include <utility>

namespace framegate::simulation {

/// A stream socket, or nothing; closed with its owner. Nothing here waits, but for what the name says so.
class StreamSocket {
public:
    StreamSocket() = default;
    explicit StreamSocket(int descriptor) : descriptor_(descriptor) {}
    StreamSocket(StreamSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    StreamSocket& operator=(StreamSocket&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~StreamSocket();

    /// Two that are connected with each other.
    static Result<std::pair<StreamSocket, StreamSocket>> pair();
    /// On 127.0.0.1, and nowhere else; 0: any free port. Errors: Usb `USBIP_PORT`.
    static Result<StreamSocket> listenOn(std::uint16_t port);
    std::uint16_t localPort() const;
    /// The next connection; nothing if there is none.
    StreamSocket accept() const;

    int descriptor() const { return descriptor_; }
    explicit operator bool() const { return descriptor_ >= 0; }
    /// Takes what has come, at most \a limit bytes; false once the other end is gone.
    bool take(Octets& to, std::size_t limit) const;
    /// Sends what goes now and takes it off \a bytes; false once the other end is gone.
    bool give(Octets& bytes) const;

private:
    int descriptor_ = -1;
};

} // namespace framegate::simulation
