// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::firmware {

/// The test firmware: takes request frames and carries them out a small piece at a time, so that the
/// caller's loop can serve USB and the watchdog between pieces.
///
///     for (;;) { if (a frame has come) core.receive(frame); core.poll(); serveUsb(); }
///
/// Thread-bound. No heap; all buffers are members.
class Core {
public:
    Core(Ports ports, const BoardIdentity& identity);

    /// One whole frame as the host sent it, right or wrong; always answered.
    void receive(std::span<const std::uint8_t> frame);
    /// Carries the request at hand on by one piece: one operation of a script, one look at a status, one
    /// chunk of a stream. Returns whether something was done; false means nothing to do or that a port
    /// (SPI, link) must finish first.
    bool poll();
    /// Whether a request is being carried out.
    bool busy() const;
    /// Gives the request at hand up without an answer and leaves the bus idle: the host reset the link.
    void abort();
};

} // namespace framegate::firmware
