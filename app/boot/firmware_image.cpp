// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/firmware_image.h"

#include "base/files.h"
#include "boot/elf.h"
#include "boot/uf2.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace framegate::boot {
namespace {

/// The RP2350's largest flash, 32 MiB, as UF2 blocks of 256 bytes each.
constexpr std::size_t fileLimit = std::size_t{64} << 20;

bool isFirmware(std::uint32_t id) {
    return id == family::rp2040 || id == family::rp2350ArmSecure;
}

} // namespace

std::string_view chipText(Chip chip) {
    return chip == Chip::Rp2040 ? "RP2040" : "RP2350";
}

std::optional<Chip> chipOfFamily(std::uint32_t id) {
    if (id == family::rp2040) return Chip::Rp2040;
    if (id == family::absolute || (id >= family::rp2350ArmSecure && id <= family::rp2350ArmNonSecure))
        return Chip::Rp2350;
    return std::nullopt;
}

std::size_t FirmwareImage::size() const {
    std::size_t sum = 0;
    for (const auto& segment : segments)
        sum += segment.bytes.size();
    return sum;
}

bool FirmwareImage::read(std::uint32_t address, std::span<std::byte> bytes) const {
    for (const auto& segment : segments) {
        if (address < segment.address || address + std::uint64_t{bytes.size()} > segment.end()) continue;
        std::copy_n(segment.bytes.begin() + (address - segment.address), bytes.size(), bytes.begin());
        return true;
    }
    return false;
}

Result<std::vector<FirmwareImage>> firmwareOf(std::span<const std::byte> bytes, const std::string& name) {
    if (looksLikeUf2(bytes)) return readUf2(bytes, name);
    if (!looksLikeElf(bytes))
        return failure(ErrorKind::InvalidInput, "FIRMWARE_FORMAT",
                       fmt::format("{}: neither a UF2 nor an ELF file: it begins as neither does", name));
    auto image = readElf(bytes, name);
    if (!image) return passOn(image);
    return std::vector<FirmwareImage>{std::move(*image)};
}

Result<std::vector<FirmwareImage>> readFirmware(const std::filesystem::path& file) {
    const auto bytes = readFile(file, fileLimit);
    if (!bytes) return Failure(asWrongInput(bytes.error()));
    return firmwareOf(*bytes, file.string());
}

Result<FirmwareImage> imageFor(Chip chip, std::vector<FirmwareImage> images) {
    const auto fits = [&](const FirmwareImage& image) { return image.chip == chip; };
    auto found = std::find_if(images.begin(), images.end(), [&](const FirmwareImage& image) {
        return fits(image) && isFirmware(image.family);
    });
    if (found == images.end()) found = std::find_if(images.begin(), images.end(), fits);
    if (found != images.end()) return std::move(*found);
    std::vector<std::string_view> chips;
    for (const auto& image : images)
        chips.push_back(chipText(image.chip));
    return failure(ErrorKind::InvalidInput, "FIRMWARE_CHIP",
                   fmt::format("{}: the board has an {}, the file is for {}",
                               images.empty() ? "firmware" : images.front().name, chipText(chip),
                               chips.empty() ? "no chip" : fmt::format("{}", fmt::join(chips, ", "))));
}

} // namespace framegate::boot
