// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/flasher.h"
#include "boot/memory_map.h"
#include "simulation/bootsel_board.h"
#include "support/firmware_files.h"

#include <algorithm>
#include <vector>

namespace framegate::boot {

using simulation::BoardState;
using simulation::BootselBench;
using simulation::BootselChip;
using simulation::BootselDevice;
using simulation::BootselOptions;
using test::Bytes;

inline const UsbPortPath firstPort = BootselBench::port(0);

inline BootselOptions optionsOf(Chip chip) {
    BootselOptions options;
    options.chip = chip == Chip::Rp2040 ? BootselChip::Rp2040 : BootselChip::Rp2350;
    return options;
}

/// A program that the chip starts, for flash or RAM.
inline FirmwareImage program(Chip chip, ImageKind kind, std::size_t size, std::uint32_t seed) {
    FirmwareImage image;
    image.name = "test";
    image.chip = chip;
    image.kind = kind;
    image.family = chip == Chip::Rp2040 ? family::rp2040 : family::rp2350ArmSecure;
    auto bytes = chip == Chip::Rp2040 ? test::rp2040Flash(size, seed) : test::rp2350Program(size, seed);
    image.segments.push_back({kind == ImageKind::Flash ? flashBase : ramBase, std::move(bytes)});
    return image;
}

inline bool holds(std::span<const std::byte> memory, const FirmwareImage& image) {
    const auto& bytes = image.segments.front().bytes;
    return std::equal(bytes.begin(), bytes.end(), memory.begin());
}

/// Puts an image into flash as an earlier flashing left it.
inline void preload(BootselDevice& device, const FirmwareImage& image) {
    const auto& bytes = image.segments.front().bytes;
    std::copy(bytes.begin(), bytes.end(), device.flash().bytes().begin());
}

} // namespace framegate::boot
