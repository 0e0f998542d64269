// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "flashing/board_flashing.h"

#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

namespace framegate {

/// Sees to it that a board runs what a unit's run needs. Thread-safe: slots work at the same time.
class BoardPreparation {
public:
    virtual ~BoardPreparation() = default;
    /// Leaves the board at \a port with the right firmware, back on the bus and not open. Says what was done;
    /// empty where nothing was to be done, which goes for an empty port as well. Its failures are the
    /// station's.
    virtual Result<std::string> prepare(const UsbPortPath& port, std::stop_token stop) = 0;
};

/// Loads the test firmware of \a order where another version, other firmware or none runs. The version is
/// told by the images; where they do not say it, each board is loaded once. Errors: those of flashBoard(),
/// UsbBackend::devices() and, but for one that is not answered, of greeting.
class TestFirmwareLoader : public BoardPreparation {
public:
    TestFirmwareLoader(UsbBackend& usb, FlashOrder order);
    Result<std::string> prepare(const UsbPortPath& port, std::stop_token stop) override;

private:
    bool isRight(const UsbPortPath& port, const std::string& firmware);
    Result<bool> runsTheRightOne(const UsbPortPath& port, const std::stop_token& stop);

    UsbBackend& usb_;
    const FlashOrder order_;
    std::set<std::string> versions_; ///< of the images; empty: they do not all say
    std::mutex mutex_;
    std::map<UsbPortPath, std::string> loaded_; ///< what the board said that was loaded last; empty: not yet
};

} // namespace framegate
