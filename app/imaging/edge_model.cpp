// SPDX-License-Identifier: GPL-3.0-or-later
//
// The fit of the smooth edge to a profile.
#include "imaging/edge_profile.h"

#include <array>
#include <numbers>

namespace framegate::imaging {
namespace {

constexpr double narrowest = 0.05; ///< pixels of sigma
constexpr double fitReach = 4.5;   ///< sigmas from the centre that centre and width are fitted to
constexpr int mostRounds = 16;
constexpr double converged = 1e-6; ///< sigmas
constexpr double doubt = 4;        ///< shading of less than twice its uncertainty is taken as none

double normalDensity(double z) {
    return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
}

double normalIntegral(double z) {
    return std::erfc(-z / std::numbers::sqrt2) / 2;
}

/// Sums over one plateau: of counts, distances, light and their products.
struct Plateau {
    double n = 0, d = 0, dd = 0, v = 0, dv = 0;

    void add(const EdgeProfile::Bin& bin) {
        n += bin.count;
        d += bin.count * bin.d;
        dd += bin.count * bin.d * bin.d;
        v += bin.count * bin.light;
        dv += bin.count * bin.d * bin.light;
    }
    double meanLight() const { return v / n; }
    double meanDistance() const { return d / n; }
    double spread() const { return dd - d * d / n; }
    double rise() const { return dv - d * v / n; }
};

/// The relative slope that both plateaus share, as the light on a chart gives them; shrunk by its doubt.
double sharedShading(const std::array<Plateau, 2>& sides, const EdgeNoise& noise) {
    const std::array<double, 2> variances = {noise.low, noise.high};
    double moments = 0, weight = 0;
    for (std::size_t i = 0; i < 2; ++i) {
        const double light = sides[i].meanLight();
        moments += light * sides[i].rise() / variances[i];
        weight += light * light * sides[i].spread() / variances[i];
    }
    if (!(weight > 0)) return 0;
    const double shading = moments / weight;
    const double square = shading * shading;
    return square > 0 ? shading * std::max(0.0, 1 - doubt / weight / square) : 0;
}

/// Levels on both sides and their shading.
bool fitPlateaus(const EdgeProfile& profile, const EdgeNoise& noise, EdgeModel& model) {
    std::array<Plateau, 2> sides;
    const double from = plateauStart(model.sigma);
    for (const auto& bin : profile.bins())
        if (bin.count > 0 && std::abs(bin.d - model.centre) >= from)
            sides[bin.d > model.centre ? 1 : 0].add(bin);
    if (sides[0].n <= 0 || sides[1].n <= 0) return false;
    model.shading = sharedShading(sides, noise);
    model.low = sides[0].meanLight() / (1 + model.shading * sides[0].meanDistance());
    model.high = sides[1].meanLight() / (1 + model.shading * sides[1].meanDistance());
    return model.step() != 0;
}

struct Change {
    double centre = 0; ///< sigmas
    double sigma = 0;

    double size() const { return std::abs(centre) + std::abs(sigma); }
};

/// One step of Gauss and Newton for centre and width, by weighted least squares.
Change improvement(const EdgeProfile& profile, const EdgeModel& model, const EdgeNoise& noise) {
    double cc = 0, cs = 0, ss = 0, cr = 0, sr = 0;
    for (const auto& bin : profile.bins()) {
        const double z = (bin.d - model.centre) / model.sigma;
        if (bin.count <= 0 || std::abs(z) > fitReach) continue;
        const double share = normalIntegral(z);
        const double byCentre = -model.step() * normalDensity(z);
        const double bySigma = byCentre * z;
        const double weight = bin.count / noise.at(share);
        const double light = (model.low + model.step() * share) * (1 + model.shading * bin.d);
        const double rest = bin.light - light;
        cc += weight * byCentre * byCentre;
        cs += weight * byCentre * bySigma;
        ss += weight * bySigma * bySigma;
        cr += weight * byCentre * rest;
        sr += weight * bySigma * rest;
    }
    const double determinant = cc * ss - cs * cs;
    if (!(determinant > 0)) return {};
    return {(cr * ss - sr * cs) / determinant, (sr * cc - cr * cs) / determinant};
}

} // namespace

double EdgeModel::share(double d) const {
    return normalIntegral((d - centre) / sigma);
}

double EdgeModel::value(double d) const {
    return (low + step() * share(d)) * (1 + shading * d);
}

double EdgeModel::slope(double d) const {
    return step() / sigma * normalDensity((d - centre) / sigma);
}

double plateauStart(double sigma) {
    return std::max(5 * sigma + 1.5, 5.5);
}

std::optional<EdgeModel> fitModel(const EdgeProfile& profile, const EdgeModel& start,
                                  const EdgeNoise& noise) {
    EdgeModel model = start;
    for (int round = 0; round < mostRounds; ++round) {
        if (!(plateauStart(model.sigma) < 0.8 * profile.halfWidth())) return std::nullopt;
        if (!fitPlateaus(profile, noise, model)) return std::nullopt;
        const auto change = improvement(profile, model, noise);
        model.centre += std::clamp(change.centre, -1.0, 1.0) * model.sigma;
        model.sigma *= 1 + std::clamp(change.sigma, -0.5, 1.0);
        model.sigma = std::max(model.sigma, narrowest);
        if (!(std::abs(model.centre) < profile.halfWidth() / 2)) return std::nullopt;
        if (change.size() < converged) break;
    }
    return model;
}

} // namespace framegate::imaging
