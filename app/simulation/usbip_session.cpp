// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/usbip_session.h"

namespace framegate::simulation {
namespace {

constexpr std::size_t pendingLimit = 1024;
constexpr std::size_t unsentLimit = std::size_t{4} << 20; // a host that does not read is not read from
constexpr std::size_t takenAtOnce = std::size_t{256} << 10;

} // namespace

bool UsbipSession::takesMore() const {
    return device_.pending() < pendingLimit && out_.size() < unsentLimit;
}

bool UsbipSession::serve() {
    const bool there = !takesMore() || socket_.take(in_, takenAtOnce);
    if (!takeMessages()) return false;
    while (out_.size() < unsentLimit) {
        const auto end = device_.reap();
        if (!end) break;
        const auto bytes = usbip::submitReturn(*end);
        out_.insert(out_.end(), bytes.begin(), bytes.end());
    }
    return socket_.give(out_) && there && device_.attached();
}

bool UsbipSession::takeMessages() {
    std::size_t used = 0;
    while (device_.pending() < pendingLimit) {
        const auto rest = std::span(in_).subspan(used);
        const auto size = usbip::messageSize(rest);
        if (!size) return false;
        if (!*size || rest.size() < **size) break;
        carryOut(usbip::readMessage(rest.first(**size)));
        used += **size;
    }
    in_.erase(in_.begin(), in_.begin() + static_cast<std::ptrdiff_t>(used));
    return true;
}

void UsbipSession::carryOut(usbip::Message message) {
    if (message.urb) return device_.submit(std::move(*message.urb));
    const auto bytes = usbip::unlinkReturn(message.sequence, device_.unlink(message.unlink));
    out_.insert(out_.end(), bytes.begin(), bytes.end());
}

} // namespace framegate::simulation
