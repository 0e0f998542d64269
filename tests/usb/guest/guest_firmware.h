// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <stdexcept>
#include <string>

namespace framegate::test {

/// The test firmware's files, as the preset firmware-pico makes them.
inline const std::string flashFirmware = FRAMEGATE_SOURCE_DIR "/build/firmware-pico/framegate-fw.uf2";
inline const std::string ramFirmware = FRAMEGATE_SOURCE_DIR "/build/firmware-pico/framegate-fw-ram.uf2";

/// Throws where it has not been built.
inline boot::FirmwareImage readImage(const std::string& file) {
    auto images = boot::readFirmware(file);
    if (!images) throw std::runtime_error(images.error().message + "; build the preset firmware-pico");
    return images->front();
}

} // namespace framegate::test
