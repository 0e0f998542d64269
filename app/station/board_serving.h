// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "station/bench_access.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace framegate {

/// Which simulated boards to serve, and how.
struct ServeChoice {
    BenchChoice bench;    ///< its scenario, seed, sensor and board; slots is the number of boards
    bool bootsel = false; ///< blank boards in BOOTSEL, else running the test firmware
    bool rp2350 = false;
    std::uint16_t port = 3240; ///< 0: any free one
    bool attach = false;       ///< to this machine's own kernel, instead
    std::string bootselFault;  ///< of every board: stuck-bit, dead-sector or power-loss=N; empty: none
};

/// Boards that are being served. Thread-safe.
class ServedBoards {
public:
    virtual ~ServedBoards() = default;
    /// On 127.0.0.1; 0: they are attached.
    virtual std::uint16_t port() const = 0;
    /// By which a host imports them, in order.
    virtual std::vector<std::string> busIds() const = 0;
    /// Carries out `unplug N`, `plug N [bootsel]` or `fault N WHAT`; \a what is one of those of ServeChoice,
    /// or none. Errors: InvalidInput `SERVE_COMMAND`, those of the board.
    virtual Result<> command(const std::string& line) = 0;
};

/// Serves simulated boards until the object goes. \a tell gets `board N bootsel|firmware|other|gone` for each
/// change, and `trouble N …`, one at a time. Errors: InvalidInput for wrong options; `USBIP_PORT`,
/// `USBIP_ATTACH`.
Result<std::unique_ptr<ServedBoards>> serveBoards(const ServeChoice& choice,
                                                  std::function<void(const std::string&)> tell);

} // namespace framegate
