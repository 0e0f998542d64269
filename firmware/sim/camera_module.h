// SPDX-License-Identifier: MIT
#pragma once

#include "sim/faults.h"
#include "sim/lines.h"
#include "sim/module_kind.h"
#include "sim/module_pins.h"
#include "sim/sensor.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace framegate::sim {

/// A module on its eight wires: ArduChip with its FIFO, and the sensor behind it. Driven by what happens at
/// the pins. Thread-bound.
class CameraModule : public ModulePins {
public:
    /// A Mini 2MP Plus, if \a kind is not given.
    CameraModule(const Faults& faults, std::unique_ptr<Scene> scene, std::uint64_t seed,
                 const ModuleKind& kind = {});

    void power(bool on, TimeNs now) override;
    void lightUp(std::uint8_t outputs) override { scene_->lightUp(outputs); }
    void chipSelect(bool selected, TimeNs now) override;
    std::uint8_t spiExchange(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz) override;
    bool i2cStart(std::uint8_t addressByte, TimeNs now) override;
    bool i2cWrite(std::uint8_t byte, TimeNs now) override;
    std::uint8_t i2cRead(TimeNs now) override;
    void i2cStop(TimeNs now) override;
    bool i2cStuck() const override { return lines_.i2cStuck(); }
    LineVolts settled(const LineDrives& drives) const override;
    std::optional<double> riseNs(wire::Line line, const LineDrives& drives) const override;

    Sensor& sensor() { return *sensor_; }

private:
    bool alive() const;
    bool i2cReaches() const;
    ModuleState wireState() const;
    std::uint8_t throughFaultyWires(std::uint8_t mosi, TimeNs now, std::uint32_t clockHz);
    std::uint8_t answer(TimeNs now);
    void take(std::uint8_t mosi, TimeNs now);
    std::uint8_t registerAt(std::uint8_t address, TimeNs now);
    void writeRegister(std::uint8_t address, std::uint8_t value, TimeNs now);
    std::uint8_t nextFifoByte();
    std::uint8_t onMiso(std::uint8_t byte, std::uint32_t clockHz);
    void control(std::uint8_t value, TimeNs now);
    bool rewinds(std::uint8_t value) const;
    void toFirstByte();
    std::size_t capacity() const;
    void setGpio(std::uint8_t value, TimeNs now);
    void look(TimeNs now);
    void followSensor(TimeNs now);
    std::optional<SensorFrame> upcoming(TimeNs now) const;
    void fill(SensorFrame frame);

    Faults faults_;
    std::unique_ptr<Scene> scene_;
    const ModuleKind kind_;
    const Lines lines_;
    std::unique_ptr<Sensor> sensor_;
    Random noise_;
    std::array<std::uint8_t, 128> registers_{};
    std::vector<std::uint8_t> fifo_;
    std::vector<std::uint8_t> previous_;
    std::size_t fifoLength_ = 0; ///< write pointer; beyond fifo_ the FIFO holds zeros
    std::size_t readAt_ = 0;
    bool capturing_ = false;            ///< started, and the frame has not ended
    std::optional<SensorFrame> coming_; ///< the frame being captured; none while the sensor sends none
    bool done_ = false;
    unsigned dummies_ = 0; ///< bytes without meaning that the next reads give
    bool powered_ = false;
    bool selected_ = false;
    std::optional<std::uint8_t> command_; ///< of the chip-select pulse at hand
    std::uint64_t bitsToError_ = 0;
    std::uint32_t errorClockHz_ = 0;
};

} // namespace framegate::sim
