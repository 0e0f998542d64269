// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/flasher.h"
#include "domain/station_layout.h"
#include "usb/usb_backend.h"

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// What to put on boards, and where: checked before a board is touched.
struct FlashOrder {
    std::vector<boot::FirmwareImage> images; ///< one a chip
    boot::ImageKind kind = boot::ImageKind::Flash;
    boot::RamCheck ramCheck = boot::RamCheck::None; ///< flash is always read back
};

/// Reads a firmware file for flash or RAM. Errors: those of readFirmware() and checkBootable(); InvalidInput
/// `FIRMWARE_KIND` when the file is for the other kind of memory.
Result<FlashOrder> readFlashOrder(const std::filesystem::path& file, boot::ImageKind kind);

/// Is the device a board to be flashed, in BOOTSEL or with any firmware, and not a debug probe, which flashes
/// others?
bool isPico(const UsbDevice& device);

/// A board to be flashed.
struct FlashTarget {
    std::optional<int> slot; ///< none on a port that the station does not know
    UsbPortPath port;
    /// "slot 2 (1-1.2)", or "port 1-1.2".
    std::string text() const;
};

/// Which boards the command line means.
struct FlashChoice {
    std::optional<int> slot;
    bool all = false;
};

/// The boards meant: one slot, all slots of the station (an empty one included: its board is missed), or,
/// where no station is known, the attached Picos, whatever they run, but debug probes. Without `slot` and
/// `all` there must be exactly one of them. Errors: InvalidInput `FLASH_TARGET`; NotFound `USB_NO_DEVICE`
/// where nothing is attached; `USB_LIST`.
Result<std::vector<FlashTarget>> chooseTargets(UsbBackend& usb, const StationLayout& layout,
                                               const FlashChoice& choice);

enum class FlashStage : std::uint8_t { ToBootsel, Writing, Starting };
/// Such as "writing and verifying".
std::string_view stageText(FlashStage stage);

/// Told as work goes on, from the board's thread; calls come one at a time. The share of the stage that is
/// done is 0 when it begins, and at most 1. May be empty.
using FlashWatcher = std::function<void(const FlashTarget&, FlashStage, double share)>;

/// What became of one board. Errors name slot, what was being done and what to do.
struct FlashOutcome {
    FlashTarget target;
    Result<boot::FlashReport> result;
};

/// Brings one board into BOOTSEL, writes and verifies, starts it and waits until it is back at its port as a
/// program. Every wait is bounded.
/// Errors: those of bringToBootsel(), Flasher and awaitProgram().
Result<boot::FlashReport> flashBoard(UsbBackend& usb, const FlashTarget& target, const FlashOrder& order,
                                     const FlashWatcher& watcher, const std::stop_token& stop);

/// All boards at once, a thread each; one that fails does not hold up the others. In the order of \a targets.
std::vector<FlashOutcome> flashBoards(UsbBackend& usb, std::span<const FlashTarget> targets,
                                      const FlashOrder& order, const FlashWatcher& watcher,
                                      const std::stop_token& stop);

} // namespace framegate
