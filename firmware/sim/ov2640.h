// SPDX-License-Identifier: MIT
#pragma once

#include "sim/faults.h"
#include "sim/module_pins.h"
#include "sim/random.h"
#include "sim/scene.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
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

/// An OV2640: its two register banks over SCCB, and the frames that follow from them.
/// Register meanings: OV2640 datasheet 1.6, tables 12 and 13. Thread-bound.
class Ov2640 {
public:
    /// \a scene is looked at by the sensor and outlives it.
    Ov2640(const Faults& faults, Scene& scene, std::uint64_t seed);

    void power(bool on, TimeNs now);
    void setStandby(bool on, TimeNs now);
    /// Makes the sensor send \a bytes whenever its registers ask for a picture of this size.
    void overridePicture(std::uint16_t width, std::uint16_t height, std::vector<std::uint8_t> bytes);

    // SCCB, a byte at a time; each returns whether the sensor acknowledges.
    bool begin(std::uint8_t addressByte, TimeNs now);
    bool take(std::uint8_t byte, TimeNs now);
    std::uint8_t give(TimeNs now) const;
    void end();

    /// The first frame that begins at or after \a now; none while the sensor sends no frames. Its bytes are
    /// made when asked for by finish(). Frames go on from there, one every period.
    std::optional<SensorFrame> nextFrame(TimeNs now) const;
    /// Fills in the bytes of a frame that nextFrame gave, as the registers stand at its end.
    void finish(SensorFrame& frame);
    /// Whether VSYNC is high: in the first part of each frame's time.
    bool vsync(TimeNs now) const;

    std::uint8_t reg(unsigned bank, std::uint8_t address) const { return banks_[bank][address]; }

private:
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

    void resetRegisters();
    void write(std::uint8_t address, std::uint8_t value, TimeNs now);
    bool losesData(std::uint8_t address, TimeNs now);
    Mode modeOfRegisters() const;
    bool windowFits(std::uint16_t width, std::uint16_t height) const;
    void followRegisters(TimeNs now);
    void ignoreSize(Mode& mode) const;
    double exposure(TimeNs now) const;
    std::vector<std::uint8_t> picture(const Mode& mode, TimeNs begin);
    std::vector<std::uint8_t> unsettled(const std::vector<std::uint8_t>& good);
    void damage(SensorFrame& frame);

    const Faults& faults_;
    Scene& scene_;
    Random random_;
    std::array<std::array<std::uint8_t, 256>, 2> banks_{};
    std::uint8_t bank_ = 0;
    std::uint8_t subAddress_ = 0;
    bool haveSubAddress_ = false;
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
    std::uint16_t shownWidth_ = 352; ///< size of the last frame that left the sensor whole
    std::uint16_t shownHeight_ = 288;
    std::vector<std::uint8_t> last_; ///< the last good frame captured
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::vector<std::uint8_t>> overrides_;
};

} // namespace framegate::sim
