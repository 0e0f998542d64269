// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_strip.h"

#include <optional>
#include <vector>

namespace framegate::imaging {

/// A smooth edge: two levels, lit by a light that may rise or fall across it, and between them the integral
/// of a Gaussian. What the picture shows beyond it is looked at afterwards, so the form is no assumption.
struct EdgeModel {
    double low = 0;     ///< light far below the edge, had it no shading
    double high = 0;    ///< light far above; less than low for a falling edge
    double shading = 0; ///< relative change of the light, 1/pixel; 0 at d = 0
    double centre = 0;  ///< pixels
    double sigma = 1;   ///< pixels

    double step() const { return high - low; }
    /// 0 far below the edge, 1 far above.
    double share(double d) const;
    double value(double d) const;
    /// Derivative of value() by d, without the shading.
    double slope(double d) const;
};

/// The spread of single pixels round the model, far on each side of the edge; variances of light.
struct EdgeNoise {
    double low = 1;
    double high = 1;

    double at(double share) const { return low + (high - low) * share; }
};

/// Pixels of a strip, sorted by their distance from the line into narrow bins.
class EdgeProfile {
public:
    struct Bin {
        double count = 0;
        double d = 0;      ///< mean distance
        double light = 0;  ///< mean
        double square = 0; ///< mean of light²
    };

    /// Of the pixels of \a strip within \a halfWidth of \a line and \a halfLength of its middle.
    EdgeProfile(const EdgeStrip& strip, const EdgeLine& line, double halfWidth, double halfLength,
                double binWidth);

    const std::vector<Bin>& bins() const { return bins_; }
    double halfWidth() const { return halfWidth_; }
    double binWidth() const { return binWidth_; }
    /// Pixels found, as a share of those that the strip's area should hold.
    double filling() const { return filling_; }
    /// Whether no gap of a quarter of a pixel is left within \a reach of the line: on a slanted edge the
    /// pixels fall everywhere between whole pixels.
    bool covers(double reach) const;
    /// The spread of the pixels beyond \a from pixels from the model's centre.
    EdgeNoise noise(const EdgeModel& model, double from) const;
    /// How far the bins there stand off the model, root mean square, as a share of its step.
    double unevenness(const EdgeModel& model, double from) const;

private:
    std::vector<Bin> bins_;
    double halfWidth_;
    double binWidth_;
    double filling_ = 0;
};

/// Where the level on both sides is reached: this many pixels from an edge of width \a sigma.
double plateauStart(double sigma);

/// A first model: levels from the outer fifth of each side, place and width from the area under the profile.
/// None where both sides are alike.
std::optional<EdgeModel> roughModel(const EdgeProfile& profile);

/// Fits the model: levels and shading to the plateaus, centre and width to what lies between. Iterates from
/// \a start. None where the plateaus do not fit into the profile or the centre runs away.
std::optional<EdgeModel> fitModel(const EdgeProfile& profile, const EdgeModel& start, const EdgeNoise& noise);

} // namespace framegate::imaging
