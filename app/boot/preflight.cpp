// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/preflight.h"

#include "boot/image_definition.h"
#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <array>
#include <fmt/format.h>

namespace framegate::boot {
namespace {

constexpr std::uint32_t crcOffset = flashPageBytes - 4;

Failure notBootable(const FirmwareImage& image, const std::string& reason) {
    return failure(ErrorKind::InvalidInput, "FIRMWARE_NOT_BOOTABLE",
                   fmt::format("{}: {}", image.name, reason));
}

Result<> checkBootStage(const FirmwareImage& image) {
    std::array<std::byte, flashPageBytes> page{};
    if (!image.read(flashBase, page)) return notBootable(image, "its first page has a gap");
    const auto expected = bootCrc(std::span(page).first(crcOffset));
    const auto found = read32(page, crcOffset);
    if (expected == found) return {};
    return failure(ErrorKind::InvalidInput, "FIRMWARE_BOOT_CRC",
                   fmt::format("{}: the second boot stage at 0x{:08x} has the check sum 0x{:08x}, expected "
                               "0x{:08x}: an RP2040 does not start it",
                               image.name, flashBase, found, expected));
}

Result<> checkDefinition(const FirmwareImage& image) {
    const auto definition = findImageDefinition(image);
    if (!definition) return passOn(definition);
    if (definition->chip == image.chip && definition->arm) return {};
    return failure(ErrorKind::InvalidInput, "FIRMWARE_CHIP",
                   fmt::format("{}: the image definition at 0x{:08x} is for {} {}; expected {} ARM",
                               image.name, definition->address, chipText(definition->chip),
                               definition->arm ? "ARM" : "RISC-V", chipText(image.chip)));
}

} // namespace

std::uint32_t bootCrc(std::span<const std::byte> bytes) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const auto byte : bytes) {
        crc ^= std::to_integer<std::uint32_t>(byte) << 24;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 0x80000000) != 0 ? crc << 1 ^ 0x04C11DB7 : crc << 1;
    }
    return crc;
}

Result<> checkBootable(const FirmwareImage& image) {
    if (image.kind == ImageKind::Flash && image.begin() != flashBase)
        return notBootable(image, fmt::format("it begins at 0x{:08x}; flash is started from 0x{:08x}",
                                              image.begin(), flashBase));
    if (image.chip == Chip::Rp2350) return checkDefinition(image);
    if (image.kind == ImageKind::Flash) return checkBootStage(image);
    if (image.end() <= ramBase)
        return notBootable(image, "an RP2040 does not start what is only in its flash cache");
    return {};
}

std::uint32_t keyPage(const FirmwareImage& image) {
    if (image.chip == Chip::Rp2040) return flashBase;
    const auto definition = findImageDefinition(image);
    return definition ? definition->address / flashPageBytes * flashPageBytes : flashBase;
}

} // namespace framegate::boot
