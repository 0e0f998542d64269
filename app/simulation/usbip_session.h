// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/pico_usb_device.h"
#include "simulation/stream_socket.h"
#include "simulation/usbip_messages.h"

namespace framegate::simulation {

/// A host that has imported a board, until the board leaves the bus or the host goes: transfers in, their
/// ends out. Thread-bound, and never waits.
class UsbipSession {
public:
    UsbipSession(StreamSocket socket, PicoBoard& board) : socket_(std::move(socket)), device_(board) {}
    /// Goes out before anything else.
    void greet(Octets bytes) { out_ = std::move(bytes); }
    const UsbDescriptors& descriptors() const { return device_.descriptors(); }

    /// Takes what has come, lets the board work on it and sends what goes. False: it is over, by either end,
    /// or by a message that is against the protocol.
    bool serve();
    int descriptor() const { return socket_.descriptor(); }
    /// Whether there are bytes that the host has not taken yet.
    bool wantsToSend() const { return !out_.empty(); }
    /// Whether more may come in: not while the host leaves too much unread, or unanswered.
    bool takesMore() const;
    /// Whether the board has left the bus as which it was imported.
    bool boardGone() const { return !device_.attached(); }

private:
    bool takeMessages();
    void carryOut(usbip::Message message);

    StreamSocket socket_;
    PicoUsbDevice device_;
    Octets in_;
    Octets out_;
};

} // namespace framegate::simulation
