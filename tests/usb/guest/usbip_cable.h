// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/board_device.h"

#include <memory>
#include <set>
#include <thread>

namespace framegate::test {

/// Carries the kernel's requests to a device, and its answers back, until the kernel or the owner pulls it
/// out.
class UsbIpCable {
public:
    /// \a socket: our end; the kernel has the other.
    UsbIpCable(int socket, std::shared_ptr<BoardDevice> device);
    ~UsbIpCable();
    UsbIpCable(const UsbIpCable&) = delete;
    UsbIpCable& operator=(const UsbIpCable&) = delete;

private:
    struct Message;
    void carry(const std::stop_token& stop);
    bool receive(std::span<std::uint8_t> bytes) const;
    void send(const Octets& bytes) const;
    bool takeRequest();
    void submit(const Message& request);
    void unlink(const Message& request);
    void answer(std::uint32_t sequence, int status, std::size_t moved, const Octets& in) const;
    std::optional<Octets> standardRequest(const Octets& setup) const;

    int socket_;
    std::shared_ptr<BoardDevice> device_;
    std::set<std::uintptr_t> unlinked_; ///< whose ends nobody wants to hear of
    std::jthread carrier_;
};

} // namespace framegate::test
