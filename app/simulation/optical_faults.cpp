// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/fault_parameters.h"
#include "simulation/unit_optics.h"

#include <cmath>

namespace framegate::simulation {
namespace {

constexpr double percent = 0.01;

Apply defocus(Parameters& p) {
    const double factor = p.number("mtf50_factor", 0.02, 1, 0.45);
    return [=](UnitTroubles& t) { t.optics.mtfFactor = factor; };
}
Apply tilt(Parameters& p) {
    const double factor = p.number("corner_factor", 0.02, 1, 0.4);
    const double direction = p.number("direction_deg", -360, 360, 37);
    return [=](UnitTroubles& t) {
        t.optics.cornerFactor = factor;
        t.optics.tiltDegrees = direction;
    };
}
Apply decentre(Parameters& p) {
    const double shift = p.number("percent", 0, 60, 9.5) * percent;
    const double direction = p.number("direction_deg", -360, 360, 0);
    return [=](UnitTroubles& t) {
        t.optics.decentre = shift;
        t.optics.decentreDegrees = direction;
    };
}
Apply rotated(Parameters& p) {
    const double degrees = p.number("deg", -360, 360, 4);
    return [=](UnitTroubles& t) { t.optics.rotation = degrees; };
}
Apply mirrored(Parameters&) {
    return [](UnitTroubles& t) { t.optics.mirrored = true; };
}
/// A positive share is a wider view.
Apply wrongLens(Parameters& p) {
    const double view = 1 + p.number("fov_percent", -80, 200, 15) * percent;
    return [=](UnitTroubles& t) { t.optics.fieldOfView = view; };
}
Apply dust(Parameters& p) {
    const auto count = static_cast<unsigned>(p.integer("count", 1, 100, 2));
    const double size = p.number("size_percent", 0.05, 20, 1.5) * percent;
    const double contrast = p.number("contrast_percent", 0.1, 100, 20) * percent;
    return [=](UnitTroubles& t) {
        t.optics.dustCount = count;
        t.optics.dustSize = size;
        t.optics.dustContrast = contrast;
    };
}
/// With a direction, the side that it points to is dark, and not the corners.
Apply shading(Parameters& p) {
    const double corner = p.number("corner_percent", 1, 100, 27) * percent;
    const double none = 1000;
    const double direction = p.number("direction_deg", -360, 360, none);
    return [=](UnitTroubles& t) {
        t.optics.cornerLight = corner;
        t.optics.oneSided = direction != none;
        t.optics.sideDegrees = direction;
    };
}
Apply noInfraredFilter(Parameters&) {
    return [](UnitTroubles& t) { t.optics.noInfraredFilter = true; };
}
Apply colourCast(Parameters& p) {
    const double red = p.number("r_gain", 0.05, 20, 1.4);
    const double blue = p.number("b_gain", 0.05, 20, 1);
    return [=](UnitTroubles& t) {
        t.optics.redGain = red;
        t.optics.blueGain = blue;
    };
}
template <unsigned OpticalFaults::*pixels>
Apply badPixels(Parameters& p) {
    const auto count = static_cast<unsigned>(p.integer("count", 1, 100'000, 100));
    const auto cluster = static_cast<unsigned>(p.integer("cluster", 1, 100, 1));
    return [=](UnitTroubles& t) {
        t.optics.*pixels = count;
        t.optics.cluster = cluster;
    };
}
Apply lineDefect(Parameters& p) {
    const auto rows = static_cast<unsigned>(p.integer("rows", 1, 100, 2));
    const double amplitude = p.number("amplitude_dn", 0.5, 200, 14);
    return [=](UnitTroubles& t) {
        t.optics.badRows = rows;
        t.optics.rowAmplitude = amplitude;
    };
}
Apply banding(Parameters& p) {
    const double amplitude = p.number("amplitude_dn", 0.5, 200, 14);
    return [=](UnitTroubles& t) { t.optics.bandAmplitude = amplitude; };
}
Apply noise(Parameters& p) {
    const double snr = p.number("snr_db", 1, 80, 17);
    return [=](UnitTroubles& t) { t.optics.snr = snr; };
}
Apply exposureStuck(Parameters& p) {
    const double ev = p.number("ev", -10, 10, -2);
    return [=](UnitTroubles& t) { t.optics.exposureValue = ev; };
}
Apply lensUnset(Parameters& p) {
    const double turns = p.number("turns", 0.001, 1, 0.5);
    return [=](UnitTroubles& t) { t.optics.unsetTurns = turns; };
}

/// One size whose window, scaler or colour gains are not those of the others.
Apply oddSize(Parameters& p) {
    const auto size = p.resolution("at", {640, 480});
    const double shift = p.number("shift_percent", -20, 20, 2) * percent;
    const double view = p.number("view_percent", 50, 100, 100) * percent;
    const double blur = p.number("blur_px", 0, 20, 0);
    const double red = p.number("r_gain", 0.05, 20, 1);
    return [=](UnitTroubles& t) {
        t.optics.oddWidth = size.width;
        t.optics.oddShift = shift;
        t.optics.oddView = view;
        t.optics.oddBlur = blur;
        t.optics.oddRed = red;
    };
}

const Builders& steadyFaults() {
    static const Builders all = {
        {"defocus", defocus},
        {"tilt", tilt},
        {"decentre", decentre},
        {"rotated", rotated},
        {"mirrored", mirrored},
        {"wrong-lens", wrongLens},
        {"dust", dust},
        {"shading", shading},
        {"no-ir-filter", noInfraredFilter},
        {"colour-cast", colourCast},
        {"dead-pixels", badPixels<&OpticalFaults::deadPixels>},
        {"hot-pixels", badPixels<&OpticalFaults::hotPixels>},
        {"line-defect", lineDefect},
        {"banding", banding},
        {"noise", noise},
        {"exposure-stuck", exposureStuck},
        {"odd-size", oddSize},
    };
    return all;
}

/// One of the above that comes and goes; `of` names it, and its parameters stand beside.
Apply intermittent(Parameters& p) {
    std::vector<std::string> names;
    std::vector<Build> builds;
    for (const auto& [name, build] : steadyFaults()) {
        names.push_back(name);
        builds.push_back(build);
    }
    const auto usual =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), "defocus") - names.begin());
    const auto inner = builds[p.word("of", names, usual)](p);
    const double probability = p.number("probability", 0, 1, 0.9);
    return [=](UnitTroubles& t) {
        inner(t);
        t.optics.probability = probability;
    };
}

/// The fixture's light, whatever unit is in the slot. Values that are not there leave it as it was.
Apply lamp(Parameters& p) {
    FixtureLight light;
    light.chart = p.number("level_percent", 0, 1600, 50) * percent;
    light.diffuser = p.number("diffuser_percent", 0, 1600, 100) * percent;
    light.slope = p.number("gradient_percent", -150, 150, 0) * percent;
    light.slopeDegrees = p.number("direction_deg", -360, 360, 0);
    light.ambient = p.number("ambient_percent", 0, 400, 0) * percent;
    light.colour = {p.number("red_percent", 1, 400, 100) * percent, 1,
                    p.number("blue_percent", 1, 400, 100) * percent};
    return [=](UnitTroubles& t) { t.light = light; };
}

} // namespace

const Builders& opticalFaults() {
    static const Builders all = [] {
        Builders made = steadyFaults();
        made.emplace("intermittent", intermittent);
        made.emplace("lens-unset", lensUnset);
        made.emplace("lamp", lamp);
        return made;
    }();
    return all;
}

} // namespace framegate::simulation
