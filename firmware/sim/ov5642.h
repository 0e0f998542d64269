// SPDX-License-Identifier: MIT
#pragma once

#include "sim/sensor.h"

#include <vector>

namespace framegate::sim {

/// An OV5642: registers with addresses of two bytes and no banks. No datasheet is public: what registers do
/// here follows the vendor's tables and software guide and the Linux driver; docs/assumptions.md says what is
/// guessed. Thread-bound.
class Ov5642 : public Sensor {
public:
    Ov5642(const Faults& faults, Scene& scene, std::uint64_t seed);
    std::uint8_t reg(unsigned bank, std::uint16_t address) const override;

private:
    void resetRegisters(std::uint16_t id) override;
    bool store(std::uint16_t address, std::uint8_t value) override;
    std::uint8_t load(std::uint16_t address, const ExposureChoice& exposure) const override;
    std::optional<ExposureChoice> manualExposure() const override;
    void keepExposure(const ExposureChoice& exposure) override;
    Mode modeOfRegisters() const override;
    Encoding encodingOfRegisters() const override;
    std::uint16_t word(std::uint16_t address) const;
    bool windowFits(const Mode& mode) const;
    bool encoderRuns() const;

    std::vector<std::uint8_t> registers_;
};

} // namespace framegate::sim
