// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace framegate::simulation {

/// How long a Pico's flash and the boot ROM that drives it take: datasheet-typical values of a W25Q16JV at
/// 8 MHz on one wire. The two costs of the ROM are what its code was measured to take in an emulator with
/// that flash (64 KiB: erase 720 ms, write 294 ms, read 187 ms, write to RAM 75 ms).
struct FlashTiming {
    std::chrono::nanoseconds sectorErase = std::chrono::milliseconds(45);
    std::chrono::nanoseconds smallBlockErase = std::chrono::milliseconds(120); ///< 32 KiB
    std::chrono::nanoseconds largeBlockErase = std::chrono::milliseconds(150); ///< 64 KiB
    std::chrono::nanoseconds pageProgram = std::chrono::microseconds(400);
    std::chrono::nanoseconds pageMove = std::chrono::microseconds(260);     ///< 256 bytes over SPI
    std::chrono::nanoseconds pageCostRead = std::chrono::microseconds(178); ///< the ROM's own
    std::chrono::nanoseconds pageCostWrite = std::chrono::microseconds(195);
    std::chrono::nanoseconds packet = std::chrono::nanoseconds(73240); ///< 64 bytes on full-speed USB
    std::chrono::nanoseconds noWork = std::chrono::microseconds(5);    ///< a command that does nothing
};

/// A flash bit that keeps its value whatever is done.
struct StuckBit {
    std::uint32_t offset = 0;
    std::uint8_t mask = 1;
    bool high = false;
};

/// A NOR flash: an erase sets the bits of a sector, programming clears bits and never sets one. Addresses
/// beyond its size come round again, as on the real chips.
class NorFlash {
public:
    static constexpr std::size_t sectorBytes = 4096;

    explicit NorFlash(std::size_t bytes) : bytes_(bytes, std::byte{0xFF}) {}

    /// Sets the bits of the sector at \a offset.
    void eraseSector(std::size_t offset);
    /// What an erase leaves that loses power in the middle: some bits set, others not.
    void eraseSectorPartly(std::size_t offset);
    void program(std::size_t offset, std::span<const std::byte> bytes);
    std::byte at(std::size_t offset) const { return bytes_[offset % bytes_.size()]; }
    std::span<std::byte> bytes() { return bytes_; }

    /// The chip's select wire goes low, which begins a command on SPI, or high.
    void select(bool selected);
    /// A byte of a command over SPI, and the one that comes meanwhile. Known are the two that ask who the
    /// chip is: 9Fh (maker, kind, size) and 4Bh (unique id); to all others it says nothing.
    std::uint8_t exchange(std::uint8_t byte);

    std::optional<StuckBit> stuck;
    std::optional<std::uint32_t> deadSector; ///< offset of a sector that cannot be erased
    std::uint64_t uniqueId = 0;
    std::optional<std::uint8_t> sizeCode; ///< what 9Fh says of the size; else the power of two that it is

private:
    void holdStuckBit();
    std::uint8_t answer() const;

    std::vector<std::byte> bytes_;
    bool selected_ = false;
    std::uint8_t command_ = 0;
    unsigned exchanged_ = 0; ///< bytes since it was selected
};

} // namespace framegate::simulation
