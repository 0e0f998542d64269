// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_flash.h"

#include <algorithm>
#include <bit>

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

void NorFlash::select(bool selected) {
    selected_ = selected;
    exchanged_ = 0;
}

std::uint8_t NorFlash::exchange(std::uint8_t byte) {
    if (!selected_) return 0xFF;
    if (exchanged_ == 0) command_ = byte;
    return exchanged_++ == 0 ? std::uint8_t{0xFF} : answer();
}

/// W25Q16JV datasheet, 8.2.25 and 8.2.26: the unique id comes after four bytes of nothing.
std::uint8_t NorFlash::answer() const {
    const unsigned at = exchanged_ - 2;
    if (command_ == 0x9F && at < 3) {
        const auto size = sizeCode.value_or(static_cast<std::uint8_t>(std::bit_width(bytes_.size()) - 1));
        const std::uint8_t told[] = {0xEF, 0x40, size};
        return told[at];
    }
    if (command_ == 0x4B && at >= 4 && at < 12) return static_cast<std::uint8_t>(uniqueId >> (11 - at) * 8);
    return 0xFF;
}

} // namespace framegate::simulation
