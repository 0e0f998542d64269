// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/unit_optics.h"

#include "sim/random.h"
#include "simulation/angles.h"

#include <algorithm>
#include <cmath>

namespace framegate::simulation {
namespace {

/// What a kind of lens and array makes of a point of light.
struct Lens {
    double blur;
    double blurSpread;
    double cornerBlur; ///< against the centre's
    double pixelMm;
};

Lens lensOf(sim::SensorKind sensor) {
    if (sensor == sim::SensorKind::Ov5642) return {0.80, 0.04, 1.25, 0.0014};
    return {0.62, 0.03, 1.25, 0.0022};
}

/// A thread of M12 × 0.5 moves the lens by half a millimetre a turn; at f/2.8 light that should meet in a
/// point then fills a disc of that over 2.8, whose standard deviation is a quarter of its diameter.
double blurPerTurn(double pixelMm) {
    constexpr double pitchMm = 0.5;
    constexpr double fNumber = 2.8;
    return pitchMm / fNumber / 4 / pixelMm;
}

/// Normal, within two and a half standard deviations: nobody ships what is further out.
double spread(sim::Random& random, double mean, double deviation) {
    return mean + deviation * std::clamp(random.normal(), -2.5, 2.5);
}

/// Somewhere in the picture, not quite at its rim.
std::array<double, 2> placeIn(sim::Random& random, const SensorArray& array, double margin) {
    const double height = double(array.height) / array.width;
    return {random.between(margin, 1 - margin), random.between(margin, height - margin)};
}

/// Clusters are compact: filled row by row in a square.
void addPixels(UnitOptics& optics, sim::Random& random, const SensorArray& array, unsigned count, bool hot,
               unsigned cluster) {
    const auto across = static_cast<unsigned>(std::ceil(std::sqrt(double(cluster))));
    for (unsigned made = 0; made < count;) {
        const auto [x, y] = placeIn(random, array, 0.005);
        for (unsigned i = 0; i < cluster && made < count; ++i, ++made)
            optics.pixels.push_back({static_cast<int>(x * array.width) + static_cast<int>(i % across),
                                     static_cast<int>(y * array.width) + static_cast<int>(i / across), hot,
                                     cluster > 1});
    }
}

void addDust(UnitOptics& optics, sim::Random& random, const SensorArray& array, const OpticalFaults& faults) {
    for (unsigned i = 0; i < faults.dustCount; ++i) {
        const auto [x, y] = placeIn(random, array, faults.dustSize);
        optics.dust.push_back({x, y, faults.dustSize, faults.dustContrast});
    }
}

void addRows(UnitOptics& optics, sim::Random& random, const SensorArray& array, const OpticalFaults& faults) {
    for (unsigned i = 0; i < faults.badRows; ++i) {
        const double sign = random.below(2) == 0 ? 1 : -1;
        const auto row = 8 + random.below(static_cast<std::uint64_t>(array.height) - 16);
        optics.rows.push_back({static_cast<int>(row), sign * faults.rowAmplitude});
    }
    if (faults.bandAmplitude == 0) return;
    optics.bandingDn = faults.bandAmplitude;
    optics.bandRows = array.height / random.between(6, 20);
}

/// The response of lens, pixel and sharpening at \a frequency, in cycles/pixel.
double response(double frequency, double blur, double sharpening) {
    const double lens = std::exp(-2 * std::pow(std::numbers::pi * blur * frequency, 2));
    const double pixel =
        frequency == 0 ? 1 : std::sin(std::numbers::pi * frequency) / (std::numbers::pi * frequency);
    const double mask =
        0.5 + 0.5 * std::cos(2 * std::numbers::pi * frequency); // of three pixels, as optical_scene has it
    return lens * pixel * (1 + sharpening * (1 - mask));
}

double mtf50(double blur, double sharpening) {
    double low = 0;
    double high = 1;
    for (int round = 0; round < 40; ++round) {
        const double middle = (low + high) / 2;
        (response(middle, blur, sharpening) > 0.5 ? low : high) = middle;
    }
    return low;
}

/// The blur with which MTF50 is that share of what it is with \a blur.
double blurFor(double share, double blur, double sharpening) {
    const double wanted = share * mtf50(blur, sharpening);
    double low = blur;
    double high = 200 * blur;
    for (int round = 0; round < 60 && share < 1; ++round) {
        const double middle = (low + high) / 2;
        (mtf50(middle, sharpening) > wanted ? low : high) = middle;
    }
    return low;
}

void defocus(UnitOptics& optics, const OpticalFaults& faults) {
    optics.blur = blurFor(faults.mtfFactor, optics.blur, optics.sharpening);
    optics.blurCorner = blurFor(faults.mtfFactor, optics.blurCorner, optics.sharpening);
    if (faults.cornerFactor >= 1) return;
    const double wanted = blurFor(faults.cornerFactor, optics.blurCorner, optics.sharpening);
    optics.tiltBlur = std::sqrt(wanted * wanted - optics.blurCorner * optics.blurCorner);
    optics.tiltDegrees = faults.tiltDegrees;
}

void shade(UnitOptics& optics, const OpticalFaults& faults) {
    if (faults.cornerLight == 0) return;
    if (faults.oneSided) {
        optics.sideLight = faults.cornerLight;
        optics.sideDegrees = faults.sideDegrees;
    } else {
        optics.cornerLight = faults.cornerLight;
    }
}

} // namespace

const SensorArray& arrayOf(sim::SensorKind sensor) {
    static constexpr SensorArray ov2640 = {1600, 1200, 4.0, 0};
    static constexpr SensorArray ov5642 = {2592, 1944, 3.7, 0.75};
    return sensor == sim::SensorKind::Ov5642 ? ov5642 : ov2640;
}

UnitOptics goodOptics(sim::SensorKind sensor, std::uint64_t seed, unsigned index) {
    sim::Random random(seed);
    const auto lens = lensOf(sensor);
    const auto& array = arrayOf(sensor);
    UnitOptics optics;
    optics.view.scale = spread(random, 1, 0.004);
    optics.view.degrees = spread(random, 0, 0.2);
    optics.view.right = spread(random, 0, 0.004);
    optics.view.down = spread(random, 0, 0.004);
    optics.view.radial = spread(random, -0.006, 0.001);
    optics.blur = spread(random, lens.blur, lens.blurSpread);
    optics.blurCorner = optics.blur * spread(random, lens.cornerBlur, 0.03);
    optics.tiltBlur = std::abs(spread(random, 0, 0.15)) * optics.blur;
    optics.tiltDegrees = random.between(0, 360);
    optics.blurPerTurn = blurPerTurn(lens.pixelMm);
    optics.cornerLight = spread(random, 0.74, 0.02);
    optics.centreRight = spread(random, 0, 0.005);
    optics.centreDown = spread(random, 0, 0.005);
    optics.cornerColour = spread(random, 0.03, 0.01);
    optics.gains = {spread(random, 1, 0.012), 1, spread(random, 1, 0.012)};
    optics.exposure = std::exp2(spread(random, 0, 0.05));
    optics.noise = array.noise * spread(random, 1, 0.04);
    optics.sharpening = 0.25;
    addPixels(optics, random, array, static_cast<unsigned>(random.below(4)), false, 1);
    addPixels(optics, random, array, static_cast<unsigned>(random.below(4)), true, 1);
    optics.sensitivity = spread(random, 1, 0.04);
    optics.lamp = 1 - 0.02 * (index % 1000) / 1000.0; // it is set anew every thousand units
    return optics;
}

UnitOptics withFaults(UnitOptics good, const OpticalFaults& faults, sim::SensorKind sensor,
                      std::uint64_t seed) {
    sim::Random random(seed);
    const auto& array = arrayOf(sensor);
    auto optics = std::move(good);
    defocus(optics, faults);
    shade(optics, faults);
    const double right = faults.decentre * std::cos(faults.decentreDegrees * perDegree);
    const double down = faults.decentre * std::sin(faults.decentreDegrees * perDegree);
    optics.view.right += right;
    optics.view.down += down;
    optics.centreRight += right;
    optics.centreDown += down;
    optics.view.degrees += faults.rotation;
    optics.view.mirrored = faults.mirrored;
    optics.view.scale /= faults.fieldOfView;
    addDust(optics, random, array, faults);
    addPixels(optics, random, array, faults.deadPixels, false, faults.cluster);
    addPixels(optics, random, array, faults.hotPixels, true, faults.cluster);
    addRows(optics, random, array, faults);
    if (faults.noInfraredFilter) optics.infrared = 0.45;
    optics.gains[0] *= faults.redGain;
    optics.gains[2] *= faults.blueGain;
    constexpr double midGrey = 118;
    if (faults.snr > 0) optics.noise = midGrey / std::pow(10, faults.snr / 20);
    optics.exposure *= std::exp2(faults.exposureValue);
    if (faults.unsetTurns > 0) optics.lensTurns = random.between(-faults.unsetTurns, faults.unsetTurns);
    optics.oddWidth = faults.oddWidth;
    optics.oddPlace = {faults.oddShift, 0};
    optics.oddView = faults.oddView;
    optics.oddBlur = faults.oddBlur;
    optics.oddRed = faults.oddRed;
    return optics;
}

} // namespace framegate::simulation
