// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_impression.h"

#include "imaging/chart_sharpness.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace framegate::imaging {
namespace {

constexpr std::uint16_t narrowestForEdges = 651; // docs/chart-accuracy.md
constexpr std::array<double, 2> middling = {0.1, 0.5};
constexpr double perRadian = 57.29577951308232;

void addGeometry(const FoundChart& found, const ChartDescription& chart, ChartImpression& impression) {
    const auto& at = found.projection;
    const double middle = chart.height / 2;
    const auto centre = at.undistorted({0.5, middle});
    const auto left = at.undistorted({0.25, middle});
    const auto right = at.undistorted({0.75, middle});
    const auto top = at.undistorted({0.5, middle / 2});
    const auto bottom = at.undistorted({0.5, 1.5 * middle});
    const double wide = impression.size.width;
    const double high = impression.size.height;
    impression.centreX = (centre.x + 0.5) / wide;
    impression.centreY = (centre.y + 0.5) / high;
    impression.width = 2 * (right.x - left.x) / wide;
    impression.height = 2 * (bottom.y - top.y) / high;
    // Sizes that are not 4:3 have pixels that are not square.
    const double square = impression.width / (impression.height * chart.height) * wide / high;
    impression.degrees = std::atan2((right.y - left.y) * square, right.x - left.x) * perRadian;
}

const PatchColour* exposureGrey(const std::vector<PatchColour>& patches) {
    const PatchColour* nearest = nullptr;
    const auto off = [](const PatchColour& patch) { return std::abs(patch.reference[1] - greyReflectance); };
    for (const auto& patch : patches)
        if (patch.grey && patch.pixels > 0 && (nearest == nullptr || off(patch) < off(*nearest)))
            nearest = &patch;
    return nearest;
}

/// False where a patch cannot be measured.
bool addColours(const std::vector<PatchColour>& patches, ChartImpression& impression) {
    const auto* grey = exposureGrey(patches);
    if (grey == nullptr || grey->light()[1] <= 0) return false;
    const double scale = grey->reference[1] / grey->light()[1];
    int neutral = 0;
    for (const auto& patch : patches) {
        if (patch.pixels == 0) return false;
        auto light = patch.light();
        const double reflected = patch.reference[1];
        if (patch.grey && reflected >= middling[0] && reflected <= middling[1] && light[1] > 0) {
            impression.redGreen += light[0] / light[1];
            impression.blueGreen += light[2] / light[1];
            ++neutral;
        }
        for (auto& channel : light)
            channel *= scale;
        impression.colours.push_back(labOf(light));
    }
    if (neutral == 0) return false;
    impression.redGreen /= neutral;
    impression.blueGreen /= neutral;
    return true;
}

/// Only the squares at the centre: they are the same in every size, and are measured with all their edges.
void addSharpness(const DecodedPicture& picture, const GreyPicture& luma, FoundChart found,
                  ChartDescription chart, const ToneCurve& curve, ChartImpression& impression) {
    if (picture.size.width < narrowestForEdges) return;
    std::vector<FoundArea> central;
    for (std::size_t i = 0; i < chart.squares.size(); ++i)
        if (chart.squares[i].zone == ChartZone::Centre) central.push_back(found.squares[i]);
    found.squares = std::move(central);
    std::erase_if(chart.squares, [](const ChartSquare& square) { return square.zone != ChartZone::Centre; });
    const auto edges = measureEdges(picture, luma.view(), found, chart, curve);
    for (const auto& reading : sharpnessReadings(edges, picture.size))
        if (reading.name == "mtf50p_centre")
            impression.sharpness = reading.value * picture.size.width * impression.width;
}

} // namespace

Result<ChartImpression> impressionOf(const DecodedPicture& picture, const ChartDescription& chart) {
    const auto luma = greyOf(picture);
    const auto found = findChart(luma, chart);
    if (!found) return passOn(found);
    ChartImpression impression;
    impression.size = picture.size;
    addGeometry(*found, chart, impression);
    const auto light = backgroundLight(picture, *found, chart);
    const auto patches = light ? patchColours(picture, *found, chart, *light) : std::vector<PatchColour>{};
    if (!addColours(patches, impression))
        return failure(
            ErrorKind::Io, "CHART_UNEVEN",
            "comparing sizes: the chart's background or patches cannot be measured; check the light "
            "and what is in front of the chart");
    addSharpness(picture, luma, *found, chart, toneCurveOf(patches), impression);
    return impression;
}

} // namespace framegate::imaging
