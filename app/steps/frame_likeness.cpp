// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/frame_likeness.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace framegate {
namespace {

/// Frames in a row whose means differ by less show the same: noise is far below, exposure that still moves
/// is above.
constexpr double steadyLevels = 2.0;
/// MCUs further apart than this look different. The noise of an MCU is below one level; with rounding, MCUs
/// of good frames were never seen more than 4.5 levels apart (docs/jpeg.md, "In a run").
constexpr double visibleLevels = 6.0;
constexpr double roundingMargin = 1.25;
/// Noise changes no MCU that far. More of them than this, and another frame is waited for.
constexpr double changedShareLimit = 0.002;
constexpr double fewMcus = 2;
/// A frame is called damaged only when more of it cannot be explained: a speck of dust may fall.
constexpr double oddShareLimit = 0.02;

constexpr double levelsPerDc = 1.0 / 8; // a block's DC coefficient is eight times its mean

/// Mean level of one component in one MCU.
float levelIn(const CodedPicture& picture, const CodedPicture::DcPlane& plane, unsigned row,
              unsigned column) {
    const unsigned wide = plane.width / picture.mcusWide;
    const unsigned high = plane.height / picture.mcusHigh;
    int sum = 0;
    for (unsigned y = 0; y < high; ++y)
        for (unsigned x = 0; x < wide; ++x)
            sum += plane.values[std::size_t{row * high + y} * plane.width + column * wide + x];
    return static_cast<float>(sum * levelsPerDc) / static_cast<float>(wide * high);
}

constexpr float blueOfCb = 1.772F;

BlockColour colourIn(const CodedPicture& picture, unsigned row, unsigned column) {
    const bool coloured = picture.dc.size() == 3;
    const auto level = [&](std::size_t component) {
        return levelIn(picture, picture.dc[component], row, column);
    };
    return colourOf(level(0), coloured ? level(1) : 0, coloured ? level(2) : 0);
}

double stepOf(const CodedPicture& picture) {
    const auto& tables = picture.quantisation;
    if (tables.empty()) return 0;
    return levelsPerDc * (tables.front()[0] + static_cast<double>(blueOfCb) * tables.back()[0]);
}

double visible(const Look& a, const Look& b) {
    return std::max(visibleLevels, roundingMargin * std::max(a.step, b.step));
}

double shareOf(double part, std::size_t whole) {
    return part / static_cast<double>(std::max<std::size_t>(whole, 1));
}

/// What is black or white stays so when the rest gets brighter or darker.
bool clipped(const BlockColour& colour) {
    return std::any_of(colour.begin(), colour.end(), [](float level) { return std::abs(level) > 105; });
}

bool sameShape(const Look& a, const Look& b) {
    return a.mcusWide == b.mcusWide && a.mcusHigh == b.mcusHigh;
}

/// Sums of a straight-line fit.
struct LineSums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    void add(double px, double py) {
        ++n;
        x += px;
        y += py;
        xx += px * px;
        xy += px * py;
    }
};

/// The gain is held to 1 where the picture is too flat to tell it from the offset.
void solve(const LineSums& sums, double& gain, double& offset) {
    constexpr double leastSpread = 25; // square levels
    if (sums.n < 2) return;
    const double spread = sums.xx / sums.n - sums.x / sums.n * sums.x / sums.n;
    const double shared = sums.xy / sums.n - sums.x / sums.n * sums.y / sums.n;
    gain = spread < leastSpread ? 1.0 : shared / spread;
    offset = (sums.y - gain * sums.x) / sums.n;
}

double medianDifference(const std::vector<BlockColour>& one, const std::vector<BlockColour>& other,
                        std::size_t channel) {
    std::vector<float> differences(one.size());
    for (std::size_t i = 0; i < one.size(); ++i)
        differences[i] = other[i][channel] - one[i][channel];
    if (differences.empty()) return 0;
    const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
    std::nth_element(differences.begin(), middle, differences.end());
    return static_cast<double>(*middle);
}

/// One channel: a fit, then again without what lies far off, a few times.
void fitChannel(const std::vector<BlockColour>& one, const std::vector<BlockColour>& other,
                std::size_t channel, ToneFit& fit) {
    double& gain = fit.gain[channel];
    double& offset = fit.offset[channel];
    offset = medianDifference(one, other, channel);
    double reach = 64; // levels; shrinks to what noise and blur leave
    for (int round = 0; round < 6; ++round, reach = std::max(reach / 2, visibleLevels)) {
        LineSums sums;
        for (std::size_t i = 0; i < one.size(); ++i) {
            const double x = static_cast<double>(one[i][channel]);
            const double y = static_cast<double>(other[i][channel]);
            if (std::abs(y - gain * x - offset) <= reach) sums.add(x, y);
        }
        if (2 * static_cast<std::size_t>(sums.n) < one.size()) return; // what is left speaks for too little
        solve(sums, gain, offset);
        gain = std::clamp(gain, 0.5, 2.0);
    }
}

} // namespace

BlockColour colourOf(float luma, float cb, float cr) {
    constexpr float redOfCr = 1.402F;
    constexpr float greenOfCb = -0.344F;
    constexpr float greenOfCr = -0.714F;
    return {luma + redOfCr * cr, luma + greenOfCb * cb + greenOfCr * cr, luma + blueOfCb * cb};
}

Look lookOf(const CodedPicture& picture) {
    Look look;
    look.bytes = picture.eoiOffset;
    look.mcusWide = picture.mcusWide;
    look.mcusHigh = picture.mcusHigh;
    look.step = stepOf(picture);
    look.colour.reserve(std::size_t{look.mcusWide} * look.mcusHigh);
    for (unsigned row = 0; row < picture.mcusHigh; ++row)
        for (unsigned column = 0; column < picture.mcusWide; ++column)
            look.colour.push_back(colourIn(picture, row, column));
    for (const auto& plane : picture.dc) {
        const auto sum = std::accumulate(plane.values.begin(), plane.values.end(), 0.0);
        look.means.push_back(sum / static_cast<double>(plane.values.size()) * levelsPerDc);
    }
    return look;
}

double ToneFit::differs(const BlockColour& one, const BlockColour& other) const {
    double worst = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(other[i]) -
                                         gain[i] * static_cast<double>(one[i]) - offset[i]));
    return worst;
}

ToneFit fitTone(const std::vector<BlockColour>& one, const std::vector<BlockColour>& other) {
    ToneFit fit;
    for (std::size_t channel = 0; channel < 3; ++channel)
        fitChannel(one, other, channel, fit);
    return fit;
}

double changedShare(const Look& a, const Look& b) {
    if (!sameShape(a, b)) return 1;
    const double limit = visible(a, b);
    double changed = 0;
    for (std::size_t i = 0; i < a.colour.size(); ++i)
        if (ToneFit{}.differs(a.colour[i], b.colour[i]) > limit) ++changed;
    return shareOf(changed, a.colour.size());
}

bool steady(const Look& a, const Look& b, const SettleRule& rule) {
    const auto [shorter, longer] = std::minmax(a.bytes, b.bytes);
    if (static_cast<double>(longer - shorter) > rule.lengthTolerance * static_cast<double>(longer))
        return false;
    return std::equal(a.means.begin(), a.means.end(), b.means.begin(), b.means.end(),
                      [](double x, double y) { return std::abs(x - y) <= steadyLevels; });
}

bool alike(const Look& a, const Look& b, const SettleRule& rule) {
    const double most = std::max(changedShareLimit, shareOf(fewMcus, a.colour.size()));
    return steady(a, b, rule) && changedShare(a, b) <= most;
}

bool isOdd(const Look& odd, const Look& usual) {
    if (!sameShape(odd, usual)) return true;
    constexpr double curveMargin = 2; // a tone curve is no straight line
    const double limit = curveMargin * visible(odd, usual);
    const auto tone = fitTone(usual.colour, odd.colour);
    double unexplained = 0;
    for (std::size_t i = 0; i < odd.colour.size(); ++i) {
        const auto& from = usual.colour[i];
        const auto& to = odd.colour[i];
        if (tone.differs(from, to) > limit && !(clipped(from) && clipped(to))) ++unexplained;
    }
    return shareOf(unexplained, odd.colour.size()) > oddShareLimit;
}

} // namespace framegate
