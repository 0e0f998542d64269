// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace framegate::simulation {

/// A program in the chip's memory, from its first byte on, and the address of that byte.
struct ProgramMemory {
    std::span<const std::byte> bytes;
    std::uint32_t address = 0;
};

/// The name that a program built with the pico-sdk gives itself, read as `picotool info` reads it: by its
/// binary information (SDK, pico/binary_info/structure.h). Empty for a program without.
std::string programName(const ProgramMemory& memory);

/// How the test firmware names itself (firmware/pico/CMakeLists.txt).
inline constexpr const char* testFirmwareName = "FrameGate test firmware";

inline constexpr std::uint32_t startOfFlash = 0x10000000;
inline constexpr std::uint32_t startOfRam = 0x20000000;

/// The first bytes of flash, or of RAM (\a at), of a board that has been running a program called \a name:
/// what the boot ROMs of both chips ask of a program before they start it, and its name.
std::vector<std::byte> namedProgram(const std::string& name, std::uint32_t at = startOfFlash);

} // namespace framegate::simulation
