// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/block_erase.h"
#include "boot/board_identity.h"
#include "boot/firmware_image.h"
#include "boot/flash_plan.h"
#include "boot/flash_work.h"
#include "boot/picoboot.h"
#include "usb/usb_backend.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace framegate::boot {

/// The chip of a device that is in BOOTSEL; none for anything else.
std::optional<Chip> bootselChip(const UsbDevice& device);

/// What was done to a board.
struct FlashReport {
    std::size_t sectors = 0; ///< that the image touches
    std::size_t equal = 0;   ///< of which held it already
    std::size_t erased = 0;
    std::size_t bytesWritten = 0;
    std::chrono::nanoseconds duration{0}; ///< on the board's clock
    BoardIdentity board;                  ///< which one it was
};

/// Whether what was written to RAM is read back. Every packet carries a check sum, and the firmware tells its
/// version and hash once it runs.
enum class RamCheck : std::uint8_t { None, ReadBack };

/// Puts firmware on one board that is in BOOTSEL. Thread-bound.
/// Errors of all: those of Picoboot, with what to do next.
class Flasher {
public:
    /// Opens the board at \a port and takes it for itself. Errors: NotFound `USB_NO_DEVICE` or
    /// `BOOT_NOT_BOOTSEL`, those of UsbBackend::open().
    static Result<Flasher> open(UsbBackend& backend, const UsbPortPath& port, std::stop_token stop);

    Chip chip() const { return board_->chip(); }
    /// The clock of the bench, while this lives.
    Clock& clock() { return board_->clock(); }
    /// See Picoboot::romVersion().
    unsigned romVersion() const { return rom_; }

    /// Who tells of the work from now on.
    void tell(FlashProgress progress) { work_.tell(std::move(progress)); }

    /// Which board it is; asked once.
    Result<BoardIdentity> identity(const std::stop_token& stop);

    /// Writes a RAM image and starts it; flash is not touched. The way for test firmware: a tenth of the
    /// time, no wear, and a board that loses power is back in BOOTSEL. Errors: those of checkBootable();
    /// `FIRMWARE_CHIP` or `FIRMWARE_KIND` where the image is not for this; Usb `RAM_VERIFY`.
    Result<FlashReport> loadToRam(const FirmwareImage& image, RamCheck check, std::stop_token stop);

    /// Writes a flash image, erasing and writing only what differs, and reads it back. The page without which
    /// the board would not start it goes first out and last in, after all else was verified: until then a
    /// board that loses power comes up in BOOTSEL. Does not start it.
    /// Errors: those of checkBootable(); `FIRMWARE_CHIP`, `FIRMWARE_KIND`; InvalidInput `FLASH_SIZE` where
    /// the flash is known to be too small, NotAvailable `FLASH_PARTITION` where the board's partition table
    /// has no room for it, both before anything is erased; Usb `FLASH_VERIFY` with address, expected and
    /// found.
    Result<FlashReport> writeFlash(const FirmwareImage& image, std::stop_token stop);

    /// Only reads and compares. Errors: Usb `FLASH_VERIFY`.
    Result<FlashReport> verifyFlash(const FirmwareImage& image, std::stop_token stop);

    /// Starts what is in flash. The board leaves the bus: nothing more can be done with it through this.
    Result<> startFlash(std::stop_token stop);

private:
    Flasher(std::unique_ptr<Picoboot> board, unsigned rom) : board_(std::move(board)), rom_(rom) {}

    Result<> fits(const FirmwareImage& image, ImageKind kind) const;
    Result<> fitsFlash(const FirmwareImage& image, std::optional<std::uint32_t> flashBytes) const;
    Result<> compareAll(const FirmwareImage& image, std::vector<SectorPlan>& sectors,
                        const std::stop_token& stop);
    Result<> findPlace(FirmwareImage& image, const std::stop_token& stop);
    Result<> compare(SectorPlan& sector, const std::stop_token& stop);
    Result<> change(std::vector<SectorPlan>& sectors, std::uint32_t key, FlashReport& report,
                    const std::stop_token& stop);
    Result<> erase(const EraseStep& step, const std::stop_token& stop);
    Result<> write(const std::vector<SectorPlan>& sectors, Stretch run, FlashReport& report,
                   const std::stop_token& stop);
    Result<> verify(const std::vector<SectorPlan>& sectors, Stretch run, std::optional<std::uint32_t> notYet,
                    const std::stop_token& stop);
    Result<> startRam(const FirmwareImage& image, const std::stop_token& stop);
    Result<> writeRam(const FirmwareImage& image, RamCheck check, const std::stop_token& stop);

    std::unique_ptr<Picoboot> board_;
    unsigned rom_;
    std::optional<BoardIdentity> identity_;
    FlashWork work_;
};

/// Waits until a board that was started is on the bus as something else than BOOTSEL. Errors: Timeout
/// `BOOT_NOT_BACK`; Usb `BOOT_STAYED` when it is, or came back, in BOOTSEL; Cancelled; `USB_LIST`.
Result<UsbDevice> awaitProgram(UsbBackend& backend, Clock& clock, const UsbPortPath& port,
                               std::chrono::nanoseconds limit, std::stop_token stop);

} // namespace framegate::boot
