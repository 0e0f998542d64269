// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::simulation {

/// The word of four bytes, little endian, at \a at.
std::uint32_t wordAt(std::span<const std::byte> bytes, std::size_t at);

/// Would an RP2040's boot ROM start flash that begins so? It wants a CRC-32 over the first 252 bytes.
bool holdsBootStage(std::span<const std::byte> flash);

/// The CRC-32 that it wants of the first 252 bytes, in the word behind them.
std::uint32_t bootStageCheck(std::span<const std::byte> flash);

/// Is there a block that defines an ARM program in the first 4 KiB, as an RP2350's boot ROM wants it? The
/// loop is not followed.
bool holdsProgram(std::span<const std::byte> memory);

} // namespace framegate::simulation
