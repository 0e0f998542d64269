// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_scatter.h"

namespace framegate::imaging {
namespace {

/// Light beside a part of the edge.
struct Beside {
    float sum = 0;
    float count = 0;

    void add(float light) {
        sum += light;
        count += 1;
    }
    /// A handful of pixels says nothing.
    double awayFrom(double level) const {
        return count < 16 ? 0 : std::abs(static_cast<double>(sum / count) - level);
    }
};

} // namespace

EdgeScatter::EdgeScatter(const EdgeStrip& strip, const EdgeLine& line, double halfLength,
                         const EdgeProfile& profile, const EdgeModel& model, std::size_t first,
                         std::size_t count)
    : slopes_(count), counts_(count) {
    std::vector<float> means(count);
    std::vector<float> places(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& bin = profile.bins()[first + i];
        counts_[i] = static_cast<float>(bin.count);
        means[i] = static_cast<float>(bin.light);
        places[i] = static_cast<float>(bin.d);
        slopes_[i] = static_cast<float>(model.slope(bin.d));
    }
    for (auto& share : shares_)
        share.assign(count, 0);
    const double perPixel = 1 / profile.binWidth();
    const double start = profile.halfWidth() - static_cast<double>(first) * profile.binWidth();
    const double width = static_cast<double>(count) * profile.binWidth();
    const double partsPerPixel = parts / (2 * halfLength);
    std::array<Beside, 2 * parts> beside{};
    strip.visit(line, profile.halfWidth(), halfLength, [&](double d, double t, float light) {
        const auto part = std::min(static_cast<std::size_t>((t + halfLength) * partsPerPixel), parts - 1);
        const double place = d + start;
        if (place < 0 || place >= width) {
            beside[2 * part + (place < 0 ? 0 : 1)].add(light);
            return;
        }
        const auto i = static_cast<std::size_t>(place * perPixel);
        shares_[part][i] += light - means[i] - slopes_[i] * (static_cast<float>(d) - places[i]);
    });
    for (std::size_t i = 0; i < beside.size(); ++i) {
        const double level = i % 2 == 0 ? model.low : model.high;
        worstLevel_ = std::max(worstLevel_, beside[i].awayFrom(level) / std::abs(model.step()));
    }
    for (auto& share : shares_)
        for (std::size_t i = 0; i < count; ++i)
            share[i] /= std::max(counts_[i], 1.0F);
}

double EdgeScatter::variance(std::span<const double> weights) const {
    double squares = 0;
    for (const auto& share : shares_) {
        std::array<double, 4> sums{}; // four at a time: one would wait for the other
        std::size_t i = 0;
        for (; i + sums.size() <= weights.size(); i += sums.size())
            for (std::size_t k = 0; k < sums.size(); ++k)
                sums[k] += weights[i + k] * static_cast<double>(share[i + k]);
        for (; i < weights.size(); ++i)
            sums[0] += weights[i] * static_cast<double>(share[i]);
        const double sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        squares += sum * sum;
    }
    return squares * parts / (parts - 1);
}

double EdgeScatter::worstShift() const {
    double worst = 0;
    float weight = 0;
    for (std::size_t i = 0; i < slopes_.size(); ++i)
        weight += counts_[i] * slopes_[i] * slopes_[i];
    for (const auto& share : shares_) {
        float shift = 0;
        for (std::size_t i = 0; i < slopes_.size(); ++i)
            shift += counts_[i] * share[i] * slopes_[i];
        worst = std::max(worst, std::abs(static_cast<double>(shift)));
    }
    return weight > 0 ? worst * parts / static_cast<double>(weight) : 0;
}

} // namespace framegate::imaging
