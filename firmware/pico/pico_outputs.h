// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

namespace framegate::firmware {

/// The lights and the shutter that pins.h names.
class PicoOutputs final : public OutputPort {
public:
    /// Switches all of them off.
    void begin();
    std::uint8_t available() override;
    void set(std::uint8_t levels) override;
};

} // namespace framegate::firmware
