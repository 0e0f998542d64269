// SPDX-License-Identifier: MIT
#pragma once

#include "driver/camera_driver.h"
#include "protocol/crc32.h"

#include <cstdint>

namespace framegate::example {

/// Hands pictures on over UART 0 (GPIO 0, 921,600 baud) as records that receive_pictures.py understands. All
/// numbers little endian:
///
///     "FGPC"  u8 length, sensor's name  u16 width  u16 height
///             u16 count, that many bytes; again and again
///             u16 0  u8 fault, 0 for none  u32 bytes in all  u32 their CRC-32
///     "FGRD"  u16 good pictures  u16 bad ones: a round through all sizes has ended
class UartSink final : public driver::PictureSink {
public:
    void open();
    void begin(const driver::Sensor& sensor, const driver::Size& size) override;
    void take(std::span<const std::uint8_t> bytes) override;
    void end(driver::Fault fault) override;
    void endRound(std::uint16_t good, std::uint16_t bad);

private:
    std::uint32_t bytes_ = 0;
    wire::Crc32 crc_;
};

} // namespace framegate::example
