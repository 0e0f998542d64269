// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"

#include <optional>
#include <string>

namespace framegate::boot {

/// The version that a program made with the pico-sdk carries in its "binary info" (pico/binary_info), the
/// same that `picotool info` shows. Of the test firmware it is what it says when it is greeted,
/// "version+githash". None where the image has no such information, or none that can be read: it is a remark,
/// not checked by anybody.
std::optional<std::string> programVersion(const FirmwareImage& image);

} // namespace framegate::boot
