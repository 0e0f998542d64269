// SPDX-License-Identifier: MIT
#pragma once

#include "sim/faults.h"
#include "sim/module_pins.h"
#include "sim/random.h"
#include "sim/scene.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace framegate::sim {

/// One frame on the sensor's parallel bus.
struct SensorFrame {
    TimeNs begin = 0; ///< its VSYNC
    TimeNs end = 0;   ///< its last byte
    std::vector<std::uint8_t> bytes;
    bool endless = false; ///< the frame does not end by itself
};

/// What tells one kind of sensor from another on its bus and after power-up.
struct SensorTraits {
    std::uint8_t address7 = 0;    ///< on the bus
    unsigned addressBytes = 1;    ///< of a register address
    std::uint16_t otherId = 0;    ///< identity of a sensor that this one may be confused with
    std::uint16_t firstWidth = 0; ///< picture size that a reset leaves
    std::uint16_t firstHeight = 0;
    unsigned neededExposure = 0;  ///< for the scene, in the unit of the exposure registers
    unsigned longestExposure = 0; ///< in that unit; what the scene needs beyond it, gain gives
};

/// Exposure and gain in force, as their registers say them.
struct ExposureChoice {
    unsigned time = 0;     ///< in the unit of the exposure registers
    std::uint8_t gain = 0; ///< sixteenths above one in the low four bits, a doubling for each bit above
    bool operator==(const ExposureChoice&) const = default;
};

/// The factor that a gain register says.
double gainOf(std::uint8_t code);

/// A sensor of the OV family: registers over SCCB, and the frames that follow from them. What the registers
/// are and mean, the kinds say. Thread-bound.
class Sensor {
public:
    /// \a faults and \a scene outlive the sensor.
    Sensor(const Faults& faults, Scene& scene, std::uint64_t seed, const SensorTraits& traits);
    Sensor(const Sensor&) = delete;
    Sensor& operator=(const Sensor&) = delete;
    virtual ~Sensor() = default;

    void power(bool on, TimeNs now);
    void setStandby(bool on, TimeNs now);
    /// Makes the sensor send \a bytes whenever its registers ask for a picture of this size.
    void overridePicture(std::uint16_t width, std::uint16_t height, std::vector<std::uint8_t> bytes);

    // SCCB, a byte at a time; each returns whether the sensor acknowledges.
    bool begin(std::uint8_t addressByte);
    bool take(std::uint8_t byte, TimeNs now);
    std::uint8_t give(TimeNs now) const;

    /// The first frame that begins at or after \a now; none while the sensor sends no frames. Its bytes are
    /// made when asked for by finish(). Frames go on from there, one every period.
    std::optional<SensorFrame> nextFrame(TimeNs now) const;
    /// Fills in the bytes of a frame that nextFrame gave, as the registers stand at its end.
    void finish(SensorFrame& frame);
    /// Whether VSYNC is high: in the first part of each frame's time.
    bool vsync(TimeNs now) const;

    /// What a register holds; live values as last written. \a bank is 0 on sensors without banks.
    virtual std::uint8_t reg(unsigned bank, std::uint16_t address) const = 0;

protected:
    /// What the registers ask for.
    struct Mode {
        bool frames = false; ///< the parallel bus runs
        bool jpeg = false;   ///< the bytes are a JPEG
        bool fits = false;   ///< windows and scaler go together
        std::uint16_t width = 0;
        std::uint16_t height = 0;
        TimeNs period = 0;
        bool operator==(const Mode&) const = default;
    };
    /// What the encoder is given, which changes from one frame to the next without anything to settle.
    struct Encoding {
        bool bars = false;               ///< colour bars in place of the scene
        std::uint8_t quantiserScale = 0; ///< in sixteenths of the tables of Annex K
        bool defectCorrection = true;    ///< black and white pixels are replaced by their neighbours
        bool operator==(const Encoding&) const = default;
    };

    const Faults& faults() const { return faults_; }
    const SensorTraits& traits() const { return traits_; }

private:
    /// Puts the values of a reset into all registers; \a id is what the identity registers read.
    virtual void resetRegisters(std::uint16_t id) = 0;
    /// Takes a write; true if it was a soft reset, which the caller then does.
    virtual bool store(std::uint16_t address, std::uint8_t value) = 0;
    /// What reading gives while \a exposure is in force.
    virtual std::uint8_t load(std::uint16_t address, const ExposureChoice& exposure) const = 0;
    /// Exposure and gain written, where they are not automatic.
    virtual std::optional<ExposureChoice> manualExposure() const = 0;
    /// Writes \a exposure into the registers: the automatic control has been switched off at it.
    virtual void keepExposure(const ExposureChoice& exposure) = 0;
    /// The mode while the sensor is powered and awake.
    virtual Mode modeOfRegisters() const = 0;
    virtual Encoding encodingOfRegisters() const = 0;

    /// A picture encoded for a frame that was not whole, to be sent whole by the next.
    struct Prepared {
        Mode mode;
        Encoding encoding;
        double light = 0;
        std::vector<std::uint8_t> bytes;
    };

    void reset();
    void write(std::uint16_t address, std::uint8_t value, TimeNs now);
    bool losesData(std::uint16_t address, TimeNs now);
    void followRegisters(TimeNs now);
    void ignoreSize(Mode& mode) const;
    ExposureChoice exposureChoice(TimeNs now) const;
    ExposureChoice choiceFor(double exposure) const;
    double exposure(TimeNs now) const;
    std::vector<std::uint8_t> picture(TimeNs begin);
    std::vector<std::uint8_t> encoded(double light);
    std::vector<std::uint8_t> noPicture();
    std::vector<std::uint8_t> unsettled(const std::vector<std::uint8_t>& good);
    void damage(SensorFrame& frame);
    void brownOut(SensorFrame& frame);

    const Faults& faults_;
    Scene& scene_;
    const SensorTraits traits_;
    Random random_;
    std::uint16_t subAddress_ = 0;
    unsigned subAddressBytes_ = 0; ///< that have come in this transaction
    bool standby_ = false;
    bool powered_ = false;
    TimeNs resetUntil_ = 0;
    TimeNs busyUntil_ = 0;
    Mode mode_;
    TimeNs modeSince_ = 0;
    TimeNs awakeSince_ = 0; ///< of the exposure control
    TimeNs settledAt_ = 0;
    TimeNs ownSettle_ = 0; ///< of this unit, for a change of size
    std::uint64_t frames_ = 0;
    std::uint16_t shownWidth_; ///< size of the last frame that left the sensor whole
    std::uint16_t shownHeight_;
    std::optional<Prepared> prepared_;
    std::vector<std::uint8_t> last_; ///< the last good frame captured
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::vector<std::uint8_t>> overrides_;
};

} // namespace framegate::sim
