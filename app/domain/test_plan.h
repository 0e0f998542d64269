// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/board_description.h"
#include "domain/chart_description.h"
#include "domain/measurement.h"
#include "domain/resolution.h"
#include "domain/scene.h"
#include "domain/sensor_description.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

/// Clocks and pauses that a plan fixes.
struct PlanTiming {
    std::chrono::microseconds writePause{1000};   ///< from STOP of a register write to the next START
    std::chrono::milliseconds resetWait{200};     ///< after the sensor's soft reset
    std::chrono::milliseconds settleLimit{3000};  ///< longest wait for a size change to take effect
    std::chrono::milliseconds captureLimit{2000}; ///< longest wait for capture-done
    unsigned i2cRetries = 3;  ///< of an operation that the sensor does not acknowledge; counted, from 0
    unsigned linkRetries = 1; ///< captures taken again for a damaged transfer, at each size; counted, from 0
    std::chrono::milliseconds sceneWait{200}; ///< from a change of the light to the next capture
    std::uint32_t i2cHz = 100'000;
    std::uint32_t spiHz = 8'000'000;
};

/// Whether and how a capturing step reads its picture a second time.
enum class SecondReadSpec : std::uint8_t { Off, Crc, Bytes };

/// What is on a slot's Pico when a unit's run begins: what happens to be there, or the test firmware of this
/// program, loaded into RAM or flash where another one runs.
enum class TestFirmware : std::uint8_t { AsIs, Ram, Flash };

/// "as-is", "ram", "flash".
constexpr std::string_view testFirmwareText(TestFirmware firmware) {
    constexpr std::string_view texts[] = {"as-is", "ram", "flash"};
    return texts[static_cast<std::size_t>(firmware)];
}

/// Firmware that goes out with a good unit.
struct ShippingFirmware {
    std::string file;
    std::string sha256;
    std::shared_ptr<const std::vector<std::byte>>
        bytes;         ///< as read with the plan: what is checked is written
    bool start = true; ///< else the board is left in BOOTSEL
};

/// One step of a plan.
struct StepSpec {
    std::string type;                                ///< which step; `station` knows the names
    std::vector<Resolution> resolutions;             ///< of capturing steps, in order
    int attempts = 1;                                ///< tries before its failure counts, from 1
    std::size_t line = 0;                            ///< where the plan says it, for messages; from 1
    SecondReadSpec secondRead = SecondReadSpec::Crc; ///< of capturing steps
    std::vector<Scene> scenes = {};                  ///< of steps that judge the picture, in order
    unsigned captures = 5;                           ///< of steps that compare several frames: 3 to 64
    std::chrono::seconds focusLimit{60};             ///< of steps in which somebody sets the lens
    std::optional<ShippingFirmware> firmware = {};   ///< of the step that writes it
};

/// A JPEG quality other than the sensor's standard, and why.
struct PlanQuality {
    Resolution size;
    std::uint8_t value = 0; ///< of the sensor's quality register
    std::string reason;
};

/// A size of the sensor that the plan does not test, and why.
struct LeftOutSize {
    Resolution size;
    std::string reason;
};

/// The light on the station's chart, as golden units show it: with another the light has changed.
struct NominalLight {
    double exposure = 0; ///< that their own control chooses: lines times gain
    double grey = 0;     ///< level of the chart's 18 % grey, 0 to 255
};

/// What a unit goes through, with all that it names. A value.
struct TestPlan {
    std::string name;
    std::string version;
    std::string partNumber;
    SensorDescription sensor; ///< with the qualities below set in its modes
    BoardDescription board;
    std::shared_ptr<const ChartDescription> chart; ///< in front of the module; null: none, or nobody knows
    std::optional<NominalLight> light;             ///< none: what exposure tells of the lamp is not asked
    PlanTiming timing;
    std::vector<PlanQuality> quality;                ///< sizes that are taken coarser or finer than usual
    std::vector<LeftOutSize> leftOut;                ///< sizes that `resolutions = "all"` does not mean
    std::chrono::milliseconds unitTimeLimit{60'000}; ///< of one run, in the bench's time
    int runsOnError = 2;                             ///< runs of a unit while its outcome is ERROR, from 1
    std::chrono::milliseconds restartLimit{
        10'000}; ///< for a board to come back after trouble; 0: never restarted
    TestFirmware testFirmware = TestFirmware::AsIs; ///< what each run needs on its slot's Pico
    std::vector<StepSpec> setup;
    std::vector<StepSpec> main;
    std::vector<StepSpec> teardown; ///< runs always, stopped or not
    Limits limits;
    std::string file;   ///< as given by the user
    std::string sha256; ///< of the plan file
};

} // namespace framegate
