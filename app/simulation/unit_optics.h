// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/module_kind.h"
#include "simulation/chart_drawing.h"

#include <array>
#include <cstdint>
#include <vector>

namespace framegate::simulation {

/// A speck on the sensor's cover. Lengths in picture widths.
struct DustGrain {
    double x = 0;
    double y = 0;
    double diameter = 0;
    double contrast = 0; ///< share of the light it takes away in its middle
};

/// A photosite that does not follow the light.
struct BadPixel {
    int x = 0; ///< of the array
    int y = 0;
    bool hot = false;       ///< full of charge; otherwise dead
    bool clustered = false; ///< it has bad neighbours: the sensor's correction cannot replace it
};

/// A row of the array whose amplifier is off.
struct BadRow {
    int row = 0;
    double offset = 0; ///< digital numbers
};

/// Lens, filter, array and light of one module in front of the chart, down to what is wrong with them: how
/// the light becomes levels. Lengths are in pixels of the array unless said. A value.
struct UnitOptics {
    ChartView view;
    double blur = 0;        ///< standard deviation of the point spread in the centre
    double blurCorner = 0;  ///< and in the corners
    double tiltBlur = 0;    ///< what a tilted lens adds at 0.73 of the half diagonal, quadratically
    double tiltDegrees = 0; ///< direction of that corner, clockwise from the right
    double lensTurns = 0;   ///< of the lens's thread from where it is sharpest; out is positive
    double blurPerTurn = 0; ///< what a whole turn blurs the picture by, standard deviation
    double cornerLight = 1; ///< against the centre
    double sideLight = 1;   ///< of the darker side against the brighter, for one-sided shading
    double sideDegrees = 0; ///< direction of the darker side, clockwise from the right
    double centreRight = 0; ///< of the lens's axis from the array's centre, in picture widths
    double centreDown = 0;
    double cornerColour = 0;              ///< by what share the corners lack red, and have too much blue
    std::array<double, 3> gains{1, 1, 1}; ///< what white balance leaves
    double infrared = 0;                  ///< share of near infrared in what a grey surface sends
    double sensitivity = 1; ///< levels of lens and array for a given light; exposure control makes up for it
    double exposure = 1;    ///< by what the sensor errs against the exposure it means to take
    double noise = 0;       ///< digital numbers, at the array's full size
    double sharpening = 0;  ///< amount of the sensor's unsharp mask
    std::vector<DustGrain> dust;
    std::vector<BadPixel> pixels;
    std::vector<BadRow> rows;
    double bandingDn = 0; ///< amplitude of bands that run through the picture
    double bandRows = 0;  ///< rows of the array from one band to the next
    double lamp = 1;      ///< the fixture's light, as it fades over a lot

    // What one size alone does otherwise: the window on the array, the scaler, the colour gains.
    std::uint16_t oddWidth = 0;           ///< of that size; 0: none
    std::array<double, 2> oddPlace{0, 0}; ///< of its window from where it should be, in shares of the width
    double oddView = 1;                   ///< of the field that it shows
    double oddBlur = 0;                   ///< pixels of that size
    double oddRed = 1;
};

/// The array of a kind of sensor.
struct SensorArray {
    int width = 0;
    int height = 0;
    double noise = 0;      ///< digital numbers at the full size
    double noiseFalls = 0; ///< noise goes with that power of the picture's width: averaging takes it away
};
const SensorArray& arrayOf(sim::SensorKind sensor);

/// A good module with the spread that docs/scenarios.md states. The lamp drifts with \a index.
UnitOptics goodOptics(sim::SensorKind sensor, std::uint64_t seed, unsigned index);

/// What is wrong with lens, filter, array or picture, as a scenario says it (docs/scenarios.md). Every knob
/// at its default changes nothing.
struct OpticalFaults {
    double mtfFactor = 1;    ///< of MTF50, in the whole field
    double cornerFactor = 1; ///< of MTF50 in the corner that a tilt blurs most
    double tiltDegrees = 0;
    double decentre = 0; ///< picture widths
    double decentreDegrees = 0;
    double rotation = 0; ///< degrees
    bool mirrored = false;
    double fieldOfView = 1; ///< what is seen, against what should be
    unsigned dustCount = 0;
    double dustSize = 0;     ///< picture widths
    double dustContrast = 0; ///< 0…1
    double cornerLight = 0;  ///< of the centre's; 0: as it was
    bool oneSided = false;
    double sideDegrees = 0;
    bool noInfraredFilter = false;
    double redGain = 1;
    double blueGain = 1;
    unsigned deadPixels = 0;
    unsigned hotPixels = 0;
    unsigned cluster = 1; ///< pixels that lie together
    unsigned badRows = 0;
    double rowAmplitude = 0;    ///< digital numbers
    double bandAmplitude = 0;   ///< digital numbers
    double snr = 0;             ///< dB at mid grey; 0: as it was
    double exposureValue = 0;   ///< stops
    double unsetTurns = 0;      ///< the lens was never set: somewhere within so many turns of its place
    double probability = 1;     ///< a capture, with which all this shows
    std::uint16_t oddWidth = 0; ///< the size that alone has what follows
    double oddShift = 0;        ///< picture widths
    double oddView = 1;
    double oddBlur = 0; ///< pixels
    double oddRed = 1;

    bool operator==(const OpticalFaults&) const = default;
};

/// \a good with \a faults in it; \a seed says where they sit.
UnitOptics withFaults(UnitOptics good, const OpticalFaults& faults, sim::SensorKind sensor,
                      std::uint64_t seed);

} // namespace framegate::simulation
