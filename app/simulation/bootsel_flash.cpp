// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_flash.h"

#include <algorithm>

namespace framegate::simulation {

void NorFlash::holdStuckBit() {
    if (!stuck) return;
    auto& byte = bytes_[stuck->offset % bytes_.size()];
    const auto mask = static_cast<std::byte>(stuck->mask);
    byte = stuck->high ? byte | mask : byte & ~mask;
}

void NorFlash::eraseSector(std::size_t offset) {
    const auto at = offset % bytes_.size() / sectorBytes * sectorBytes;
    if (deadSector && *deadSector == at) return;
    std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at), sectorBytes, std::byte{0xFF});
    holdStuckBit();
}

void NorFlash::eraseSectorPartly(std::size_t offset) {
    const auto at = offset % bytes_.size() / sectorBytes * sectorBytes;
    for (std::size_t i = 0; i < sectorBytes; ++i)
        bytes_[at + i] |= static_cast<std::byte>(0x55U << i % 2);
}

void NorFlash::program(std::size_t offset, std::span<const std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes_[(offset + i) % bytes_.size()] &= bytes[i];
    holdStuckBit();
}

} // namespace framegate::simulation
