// SPDX-License-Identifier: MIT
#pragma once

#include "sim/sensor.h"

#include <array>

namespace framegate::sim {

/// An OV2640: two banks of registers with addresses of a byte.
/// Register meanings: OV2640 datasheet 1.6, tables 12 and 13. Thread-bound.
class Ov2640 : public Sensor {
public:
    Ov2640(const Faults& faults, Scene& scene, std::uint64_t seed);
    std::uint8_t reg(unsigned bank, std::uint16_t address) const override;

private:
    void resetRegisters(std::uint16_t id) override;
    bool store(std::uint16_t address, std::uint8_t value) override;
    std::uint8_t load(std::uint16_t address, const ExposureChoice& exposure) const override;
    std::optional<ExposureChoice> manualExposure() const override;
    void keepExposure(const ExposureChoice& exposure) override;
    Mode modeOfRegisters() const override;
    Encoding encodingOfRegisters() const override;
    bool windowFits(std::uint16_t width, std::uint16_t height) const;

    std::array<std::array<std::uint8_t, 256>, 2> banks_{};
    std::uint8_t bank_ = 0;
};

} // namespace framegate::sim
