// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace framegate::firmware {

/// The Binary device Object Store: says that there are Microsoft OS 2.0 descriptors and how to ask for them.
std::span<const std::uint8_t> binaryObjectStore();
/// The Microsoft OS 2.0 descriptor set: Windows takes its own WinUSB for both interfaces, with no driver to
/// be installed.
std::span<const std::uint8_t> microsoftDescriptors();

} // namespace framegate::firmware
