// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace framegate::boot {

enum class Chip : std::uint8_t { Rp2040, Rp2350 };

/// "RP2040" or "RP2350".
std::string_view chipText(Chip chip);

/// Where an image lives: in flash, which keeps it, or in RAM, which forgets it with the power.
enum class ImageKind : std::uint8_t { Flash, Ram };

/// UF2 family ids (SDK boot/uf2.h; microsoft/uf2 utils/uf2families.json).
namespace family {
inline constexpr std::uint32_t rp2040 = 0xE48BFF56;
inline constexpr std::uint32_t absolute = 0xE48BFF57;
inline constexpr std::uint32_t data = 0xE48BFF58;
inline constexpr std::uint32_t rp2350ArmSecure = 0xE48BFF59;
inline constexpr std::uint32_t rp2350RiscV = 0xE48BFF5A;
inline constexpr std::uint32_t rp2350ArmNonSecure = 0xE48BFF5B;
} // namespace family

/// The chip that takes firmware of a UF2 family; none for a family that is not firmware of a known chip.
std::optional<Chip> chipOfFamily(std::uint32_t id);

/// Bytes that belong at one place of the chip's memory.
struct Segment {
    std::uint32_t address = 0; ///< physical
    std::vector<std::byte> bytes;
    /// One past the last byte; 64 bits wide, as memory may end at 4 GiB.
    std::uint64_t end() const { return std::uint64_t{address} + bytes.size(); }
};

/// One chip's firmware, as a file has it. A value.
struct FirmwareImage {
    std::string name; ///< the file, for messages
    Chip chip = Chip::Rp2040;
    ImageKind kind = ImageKind::Flash;
    std::uint32_t family = family::rp2040;
    std::optional<std::uint32_t> entry; ///< where it starts, without the Thumb bit; a UF2 does not say
    std::vector<Segment> segments;      ///< never empty; by address, with a gap between any two

    std::uint32_t begin() const { return segments.front().address; }
    std::uint64_t end() const { return segments.back().end(); }
    /// Bytes in all segments, gaps left out.
    std::size_t size() const;
    /// Fills \a bytes from \a address on. False when the image does not have all of them.
    bool read(std::uint32_t address, std::span<std::byte> bytes) const;
};

/// Reads firmware from a .uf2 or .elf file, told apart by content: one image for each chip the file has it
/// for. Errors: those of readFile(), readUf2() and readElf(); InvalidInput `FIRMWARE_FORMAT` for anything
/// else.
Result<std::vector<FirmwareImage>> readFirmware(const std::filesystem::path& file);

/// The same of bytes at hand; \a name is for messages.
Result<std::vector<FirmwareImage>> firmwareOf(std::span<const std::byte> bytes, const std::string& name);

/// Takes the image for \a chip. Errors: InvalidInput `FIRMWARE_CHIP`, which lists what is there.
Result<FirmwareImage> imageFor(Chip chip, std::vector<FirmwareImage> images);

} // namespace framegate::boot
