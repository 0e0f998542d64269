// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flasher.h"

#include "boot/memory_map.h"
#include "boot/preflight.h"
#include "protocol/usb_identity.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace framegate::boot {
namespace {

using std::chrono::milliseconds;

constexpr std::uint16_t rp2040Bootsel = 0x0003;
constexpr std::uint16_t rp2350Bootsel = 0x000F;

constexpr milliseconds restartDelay{10}; // enough for the acknowledgement to get through
constexpr std::uint8_t infoPartition = 3;
constexpr std::uint32_t noPartition = 0xFFFFFFFF;

std::string_view kindText(ImageKind kind) {
    return kind == ImageKind::Flash ? "flash" : "RAM";
}

/// A failure of USB or of the board, with what the operator can do.
Failure advised(Error error) {
    const bool board = error.kind == ErrorKind::Usb || error.kind == ErrorKind::Timeout ||
                       error.kind == ErrorKind::Disconnected || error.kind == ErrorKind::Protocol;
    if (board)
        error.message += "; unplug the board, plug it in with BOOTSEL held, and put the firmware on again; "
                         "if that fails too, try another cable or hub port, then another board";
    return Failure(std::move(error));
}

template <class T>
Result<T> advised(Result<T> result) {
    if (!result) return advised(std::move(result.error()));
    return result;
}

std::uint32_t lowestRam(const FirmwareImage& image) {
    for (const auto& segment : image.segments)
        if (segment.address >= ramBase) return segment.address;
    return image.begin();
}

/// Where two stretches differ first; none where they do not.
std::optional<std::size_t> firstDifference(std::span<const std::byte> expected,
                                           std::span<const std::byte> found) {
    const auto at = std::mismatch(expected.begin(), expected.end(), found.begin()).first;
    if (at == expected.end()) return std::nullopt;
    return static_cast<std::size_t>(at - expected.begin());
}

Failure differs(const Picoboot& board, std::string code, std::uint32_t base, std::size_t at,
                std::span<const std::byte> expected, std::span<const std::byte> found) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        count += expected[i] != found[i] ? 1U : 0U;
    return failure(
        ErrorKind::Usb, std::move(code),
        fmt::format("{}: 0x{:08x} reads back as 0x{:02x}, expected 0x{:02x}; {} of the {} bytes from "
                    "0x{:08x} differ",
                    board.name(), base + at, std::to_integer<unsigned>(found[at]),
                    std::to_integer<unsigned>(expected[at]), count, expected.size(), base));
}

} // namespace

std::optional<Chip> bootselChip(const UsbDevice& device) {
    if (device.vendor != wire::usbVendorRaspberryPi) return std::nullopt;
    if (device.product == rp2040Bootsel) return Chip::Rp2040;
    if (device.product == rp2350Bootsel) return Chip::Rp2350;
    return std::nullopt;
}

Result<Flasher> Flasher::open(UsbBackend& backend, const UsbPortPath& port, std::stop_token stop) {
    const auto devices = backend.devices();
    if (!devices) return passOn(devices);
    const auto device = std::find_if(devices->begin(), devices->end(),
                                     [&](const UsbDevice& candidate) { return candidate.port == port; });
    if (device == devices->end())
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                       fmt::format("nothing is plugged in at {}", port.text()));
    const auto chip = bootselChip(*device);
    if (!chip)
        return failure(
            ErrorKind::NotFound, "BOOT_NOT_BOOTSEL",
            fmt::format("the device at {} is {:04x}:{:04x} \"{}\", not a Pico in BOOTSEL; unplug it "
                        "and plug it in with BOOTSEL held",
                        port.text(), device->vendor, device->product, device->productName));
    auto transport = backend.open(port, picobootInterface);
    if (!transport) return passOn(transport);
    auto board = std::make_unique<Picoboot>(std::move(*transport), *chip, "board at " + port.text());
    if (auto begun = board->begin(stop); !begun) return advised(std::move(begun.error()));
    const auto rom = board->romVersion(stop);
    if (!rom) return advised(rom.error());
    return Flasher(std::move(board), *rom);
}

Result<> Flasher::fits(const FirmwareImage& image, ImageKind kind) const {
    if (image.chip != chip())
        return failure(ErrorKind::InvalidInput, "FIRMWARE_CHIP",
                       fmt::format("{}: the firmware is for an {}, the {} has an {}", image.name,
                                   chipText(image.chip), board_->name(), chipText(chip())));
    if (image.kind != kind)
        return failure(ErrorKind::InvalidInput, "FIRMWARE_KIND",
                       fmt::format("{}: the firmware is made for {}, not for {}", image.name,
                                   kindText(image.kind), kindText(kind)));
    return checkBootable(image);
}

Result<BoardIdentity> Flasher::identity(const std::stop_token& stop) {
    if (!identity_) {
        auto told = identify(*board_, stop);
        if (!told) return advised(std::move(told.error()));
        identity_ = std::move(*told);
    }
    return *identity_;
}

Result<> Flasher::fitsFlash(const FirmwareImage& image, std::optional<std::uint32_t> flashBytes) const {
    const auto end = image.end() - flashBase;
    if (!flashBytes || end <= *flashBytes) return {};
    return failure(ErrorKind::InvalidInput, "FLASH_SIZE",
                   fmt::format("{}: it takes {} KiB of flash, the {} has {} KiB; nothing was erased",
                               image.name, (end + 1023) / 1024, board_->name(), *flashBytes / 1024));
}

Result<> Flasher::writeRam(const FirmwareImage& image, RamCheck check, const std::stop_token& stop) {
    for (const auto& segment : image.segments) {
        if (auto done = board_->write(segment.address, segment.bytes, stop); !done) return done;
        if (check == RamCheck::None) continue;
        std::vector<std::byte> found(segment.bytes.size());
        if (auto got = board_->read(segment.address, found, stop); !got) return got;
        if (const auto at = firstDifference(segment.bytes, found))
            return differs(*board_, "RAM_VERIFY", segment.address, *at, segment.bytes, found);
    }
    return {};
}

Result<> Flasher::startRam(const FirmwareImage& image, const std::stop_token& stop) {
    const auto base = lowestRam(image);
    if (chip() == Chip::Rp2040)
        return board_->reboot(image.entry.value_or(base), memoryOf(chip()).ram.end, restartDelay, stop);
    const auto size = static_cast<std::uint32_t>(image.end() - base);
    return board_->reboot2({rebootRamImage, base, size}, restartDelay, stop);
}

Result<FlashReport> Flasher::loadToRam(const FirmwareImage& image, RamCheck check, std::stop_token stop) {
    if (auto suits = fits(image, ImageKind::Ram); !suits) return passOn(suits);
    const auto begun = board_->clock().now();
    if (auto done = writeRam(image, check, stop); !done) return advised(std::move(done.error()));
    if (auto done = startRam(image, stop); !done) return advised(std::move(done.error()));
    FlashReport report;
    report.bytesWritten = image.size();
    report.duration = board_->clock().now() - begun;
    return report;
}

/// An RP2350 may have a partition table, which says where the image goes.
Result<> Flasher::findPlace(FirmwareImage& image, const std::stop_token& stop) {
    if (chip() != Chip::Rp2350) return {};
    std::array<std::uint32_t, 4> words{};
    if (auto got = board_->exitXip(stop); !got) return got;
    if (auto got = board_->info(infoPartition, image.family, words, stop); !got) return got;
    const auto begin = (words[2] & 0x1FFF) * flashSectorBytes;           // first sector
    const auto end = ((words[2] >> 13 & 0x1FFF) + 1) * flashSectorBytes; // last sector
    if (words[1] == noPartition || image.end() - flashBase > end - std::min(begin, end))
        return failure(
            ErrorKind::NotAvailable, "FLASH_PARTITION",
            fmt::format("{}: no partition takes family 0x{:08x} with 0x{:x} bytes; found 0x{:x}..0x{:x}",
                        board_->name(), image.family, image.end() - flashBase, begin,
                        words[1] == noPartition ? begin : end));
    for (auto& segment : image.segments)
        segment.address += begin;
    return {};
}

/// Its first page tells most sectors apart: the rest is read only where that one is equal or blank.
Result<> Flasher::compare(SectorPlan& sector, const std::stop_token& stop) {
    std::vector<std::byte> found(flashSectorBytes);
    const auto page = std::span(found).first(flashPageBytes);
    if (auto got = board_->read(sector.address, page, stop); !got) return got;
    sector.firstPage.assign(page.begin(), page.end());
    const bool alike = std::equal(page.begin(), page.end(), sector.bytes.begin());
    if (!alike && !isBlank(page)) return {};
    const auto rest = std::span(found).subspan(flashPageBytes);
    if (auto got = board_->read(sector.address + flashPageBytes, rest, stop); !got) return got;
    sector.erase = !isBlank(found);
    if (found == sector.bytes) sector.erase = sector.write = false;
    return {};
}

/// Nothing is erased before all has been compared: what is found may show that the flash is too small.
Result<> Flasher::compareAll(const FirmwareImage& image, std::vector<SectorPlan>& sectors,
                             const std::stop_token& stop) {
    work_.expect(FlashWork::most(sectors.size()));
    for (auto& sector : sectors) {
        if (auto got = compare(sector, stop); !got) return got;
        work_.done(FlashWork::reading(1));
    }
    if (identity_ && identity_->flashBytes) return {};
    return fitsFlash(image, flashBytesByRepeats(sectors));
}

/// A large block is erased by a program of ours; where that had no effect, sector by sector after all.
Result<> Flasher::erase(const EraseStep& step, const std::stop_token& stop) {
    if (step.large()) {
        if (auto put = board_->write(ramBase, eraseProgram(step), stop); !put) return put;
        if (auto done = board_->execute(ramBase, stop); !done) return done;
        std::array<std::byte, flashPageBytes> page{};
        if (auto got = board_->read(step.run.address, page, stop); !got) return got;
        if (isBlank(page)) return {};
    }
    return board_->erase(step.run.address, step.run.size, stop);
}

Result<> Flasher::write(const std::vector<SectorPlan>& sectors, Stretch run, FlashReport& report,
                        const std::stop_token& stop) {
    auto done = board_->write(run.address, bytesAt(sectors, run), stop);
    if (done) report.bytesWritten += run.size;
    return done;
}

/// Reads a stretch back; the page \a notYet is still to be written, and must be blank.
Result<> Flasher::verify(const std::vector<SectorPlan>& sectors, Stretch run,
                         std::optional<std::uint32_t> notYet, const std::stop_token& stop) {
    std::vector<std::byte> found(run.size);
    if (auto got = board_->read(run.address, found, stop); !got) return got;
    auto expected = bytesAt(sectors, run);
    if (notYet && *notYet >= run.address && *notYet - run.address < run.size)
        std::fill_n(expected.begin() + (*notYet - run.address), flashPageBytes, std::byte{0xFF});
    const auto at = firstDifference(expected, found);
    if (!at) return {};
    return differs(*board_, "FLASH_VERIFY", run.address, *at, expected, found);
}

/// What makes the old firmware start is erased before anything else of it, what makes the new one start is
/// written after everything else of it was verified.
Result<> Flasher::change(std::vector<SectorPlan>& sectors, std::uint32_t key, FlashReport& report,
                         const std::stop_token& stop) {
    const auto holdsKey = [&](const SectorPlan& s) { return key - s.address < flashSectorBytes; };
    auto& keySector = *std::find_if(sectors.begin(), sectors.end(), holdsKey);
    keySector.erase = keySector.erase || !keySector.write;
    keySector.write = true;
    const bool large = chip() == Chip::Rp2040;
    if (large) widenErases(sectors);
    const auto steps = eraseSteps(eraseRuns(sectors), large);
    const auto writes = writeRuns(sectors, key, picobootChunkBytes);
    const auto reads = verifyRuns(sectors, picobootChunkBytes);
    work_.expect(FlashWork::erasing(steps) + FlashWork::writing(writes) + FlashWork::reading(reads));
    for (const auto& step : steps) {
        if (auto done = erase(step, stop); !done) return done;
        report.erased += step.run.size / flashSectorBytes;
        work_.done(FlashWork::erasing({step}));
    }
    for (const auto run : writes) {
        if (auto done = write(sectors, run, report, stop); !done) return done;
        work_.done(FlashWork::writing({run}));
    }
    for (const auto run : reads) {
        if (auto same = verify(sectors, run, key, stop); !same) return same;
        work_.done(FlashWork::reading(std::vector{run}));
    }
    const Stretch keyRun{key, flashPageBytes};
    if (auto done = write(sectors, keyRun, report, stop); !done) return done;
    return verify(sectors, keyRun, std::nullopt, stop);
}

Result<FlashReport> Flasher::writeFlash(const FirmwareImage& image, std::stop_token stop) {
    if (auto suits = fits(image, ImageKind::Flash); !suits) return passOn(suits);
    const auto begun = board_->clock().now();
    const auto board = identity(stop);
    if (!board) return passOn(board);
    auto placed = image;
    if (auto found = findPlace(placed, stop); !found) return advised(std::move(found.error()));
    if (auto room = fitsFlash(placed, board->flashBytes); !room) return passOn(room);
    auto sectors = sectorsOf(placed);
    if (auto compared = compareAll(placed, sectors, stop); !compared)
        return advised(std::move(compared.error()));
    FlashReport report;
    report.board = *board;
    report.sectors = sectors.size();
    const auto same = [](const SectorPlan& s) { return !s.write; };
    report.equal = static_cast<std::size_t>(std::count_if(sectors.begin(), sectors.end(), same));
    const auto key = keyPage(placed);
    if (report.equal != report.sectors)
        if (auto done = change(sectors, key, report, stop); !done) return advised(std::move(done.error()));
    report.duration = board_->clock().now() - begun;
    return report;
}

Result<FlashReport> Flasher::verifyFlash(const FirmwareImage& image, std::stop_token stop) {
    if (auto suits = fits(image, ImageKind::Flash); !suits) return passOn(suits);
    const auto begun = board_->clock().now();
    auto placed = image;
    if (auto found = findPlace(placed, stop); !found) return advised(std::move(found.error()));
    const auto sectors = sectorsOf(placed);
    for (const auto run : verifyRuns(sectors, picobootChunkBytes))
        if (auto same = verify(sectors, run, std::nullopt, stop); !same)
            return advised(std::move(same.error()));
    return FlashReport{sectors.size(), sectors.size(), 0, 0, board_->clock().now() - begun, {}};
}

Result<> Flasher::startFlash(std::stop_token stop) {
    if (chip() == Chip::Rp2040)
        return advised(board_->reboot(0, memoryOf(chip()).ram.end, restartDelay, std::move(stop)));
    return advised(board_->reboot2({rebootFlashUpdate, flashBase, 0}, restartDelay, std::move(stop)));
}

Result<UsbDevice> awaitProgram(UsbBackend& backend, Clock& clock, const UsbPortPath& port,
                               std::chrono::nanoseconds limit, std::stop_token stop) {
    const auto deadline = Deadline::after(clock, limit);
    const auto lookout = backend.watch(port);
    bool left = false;
    bool inBootsel = false;
    while (!deadline.passed(clock)) {
        const auto devices = backend.devices();
        if (!devices) return passOn(devices);
        const auto device = std::find_if(devices->begin(), devices->end(),
                                         [&](const UsbDevice& candidate) { return candidate.port == port; });
        inBootsel = device != devices->end() && bootselChip(*device);
        if (device != devices->end() && !inBootsel) return *device;
        if (inBootsel && left) break;
        left = left || device == devices->end();
        if (auto waited = lookout->wait(clock, deadline, stop); !waited) return passOn(waited);
    }
    if (inBootsel)
        return failure(ErrorKind::Usb, "BOOT_STAYED",
                       fmt::format("the board at {} {} in BOOTSEL: it did not start its firmware",
                                   port.text(), left ? "came back" : "stayed"));
    return failure(ErrorKind::Timeout, "BOOT_NOT_BACK",
                   fmt::format("the board at {} did not come back within {} ms of its start; unplug it and "
                               "plug it in again",
                               port.text(), std::chrono::duration_cast<milliseconds>(limit).count()));
}

} // namespace framegate::boot
