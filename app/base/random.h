// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace framegate {

/// A 64-bit seed that depends on \a seed and every byte of \a name and nothing else (FNV-1a, then the
/// finaliser of SplitMix64), the same on every machine and in every release.
std::uint64_t derivedSeed(std::uint64_t seed, std::string_view name);

} // namespace framegate
