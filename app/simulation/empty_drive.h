// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/usb_device.h"

#include <deque>
#include <optional>

namespace framegate::simulation {

/// The boot ROM's drive with no medium in it, which is how it looks to a host once PICOBOOT has ejected it:
/// mass storage by bulk-only transport, of SCSI just what a host asks of a drive that is not ready. Nothing
/// can be read from it or written to it. Thread-bound.
class EmptyDrive {
public:
    /// What came out of its OUT pipe; false: it stalls.
    bool take(const Octets& bytes);
    /// What it has for its IN pipe now, at most \a room bytes of it; none: nothing.
    std::optional<Octets> give(std::size_t room);
    /// Its class's reset.
    void reset();
    /// Whether a pipe is halted, until the reset.
    bool halted() const { return halted_; }

private:
    void answer(const Octets& data, bool good);
    void carryOut(const Octets& command);

    std::deque<Octets> in_;
    std::array<std::uint8_t, 4> tag_{};
    std::uint32_t expected_ = 0; ///< bytes of data the host has announced
    std::uint32_t dataOut_ = 0;  ///< of which it has still to send
    bool halted_ = false;
    bool asked_ = false;
};

} // namespace framegate::simulation
