// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/edge_spectrum.h"

#include <numbers>

namespace framegate::imaging {
namespace {

constexpr double turn = 2 * std::numbers::pi;
constexpr double caution = 2;       ///< a shape counts from this many times the square of its uncertainty
constexpr double shapesReach = 6.2; ///< of their own sigmas, each way: so far the shapes are felt
constexpr double little = 1.5;      ///< times what scatter explains
constexpr double leastNew = 1e-6;   ///< of a shape's square; less is rounding

double sinc(double x) {
    const double angle = std::numbers::pi * x;
    return std::abs(angle) < 1e-6 ? 1 : std::sin(angle) / angle;
}

double product(const std::vector<double>& weights, const std::vector<double>& a,
               const std::vector<double>& b) {
    std::array<double, 4> sums{}; // four at a time: one would wait for the other
    std::size_t i = 0;
    for (; i + sums.size() <= weights.size(); i += sums.size())
        for (std::size_t k = 0; k < sums.size(); ++k)
            sums[k] += weights[i + k] * a[i + k] * b[i + k];
    for (; i < weights.size(); ++i)
        sums[0] += weights[i] * a[i] * b[i];
    return sums[0] + sums[1] + (sums[2] + sums[3]);
}

template <class Numbers>
void addScaled(Numbers& to, const Numbers& what, double scale) {
    for (std::size_t i = 0; i < to.size(); ++i)
        to[i] += scale * what[i];
}

} // namespace

EdgeSpectrum::EdgeSpectrum(const EdgeProfile& profile, std::size_t first, std::size_t count,
                           const EdgeModel& model, const EdgeNoise& noise, const EdgeScatter& scatter)
    : model_(model),
      binWidth_(profile.binWidth()),
      sigma_(std::sqrt(std::max(0.0, model.sigma * model.sigma - binWidth_ * binWidth_ / 12))) {
    std::vector<double> rest;
    for (std::size_t i = first; i < first + count; ++i) {
        const auto& bin = profile.bins()[i];
        places_.push_back((bin.d - model.centre) / model.sigma);
        weights_.push_back(bin.count / noise.at(model.share(bin.d)));
        rest.push_back(bin.count > 0 ? (bin.light - model.value(bin.d)) / model.step() : 0);
    }
    takeApart(1, rest, scatter);
    const double widest = static_cast<double>(count) * binWidth_ / (2 * model.sigma * shapesReach);
    double least = excess(rest);
    for (double widening = 1.5; widening <= widest && least > little; widening *= 1.5) {
        auto wider = *this;
        wider.takeApart(widening, rest, scatter);
        const double left = wider.excess(rest);
        if (left >= least) break;
        least = left;
        *this = std::move(wider);
    }
}

void EdgeSpectrum::takeApart(double widening, const std::vector<double>& rest, const EdgeScatter& scatter) {
    shapes_.clear();
    amounts_ = {};
    widening_ = widening;
    addDerivatives(1, 0, fitted);
    addDerivatives(widening, fitted, orders);
    weigh(rest, scatter);
}

/// The derivatives of the model, made wider, over the bins: Hermite polynomials times the Gaussian, divided
/// by the root of the order's factorial.
void EdgeSpectrum::addDerivatives(double widening, std::size_t first, std::size_t count) {
    std::vector<Shape> shapes(count);
    for (std::size_t order = 0; order < count; ++order) {
        shapes[order].values.resize(places_.size());
        shapes[order].mixture[first + order] = 1;
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const double z = places_[i] / widening;
        double before = 0;
        double now = std::exp(-z * z / 2);
        for (std::size_t order = 0; order < count; ++order) {
            shapes[order].values[i] = now;
            const auto k = static_cast<double>(order);
            const double next = (z * now - std::sqrt(k) * before) / std::sqrt(k + 1);
            before = now;
            now = next;
        }
    }
    for (auto& shape : shapes)
        addShape(std::move(shape));
}

void EdgeSpectrum::addShape(Shape shape) {
    const double before = product(weights_, shape.values, shape.values);
    for (int pass = 0; pass < 2; ++pass) // the second takes what rounding left of the first
        for (const auto& other : shapes_) {
            const double common = product(weights_, shape.values, other.values);
            addScaled(shape.values, other.values, -common);
            addScaled(shape.mixture, other.mixture, -common);
        }
    const double square = product(weights_, shape.values, shape.values);
    if (!(square > leastNew * before)) return;
    const double scale = 1 / std::sqrt(square);
    for (auto& value : shape.values)
        value *= scale;
    for (auto& share : shape.mixture)
        share *= scale;
    shapes_.push_back(std::move(shape));
}

std::vector<double> EdgeSpectrum::pull(const Shape& shape) const {
    std::vector<double> weights(places_.size());
    for (std::size_t i = 0; i < weights.size(); ++i)
        weights[i] = weights_[i] * shape.values[i] / model_.step();
    return weights;
}

void EdgeSpectrum::weigh(const std::vector<double>& rest, const EdgeScatter& scatter) {
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
        auto& shape = shapes_[i];
        const double amount = product(weights_, shape.values, rest);
        const double square = amount * amount;
        shape.variance = scatter.variance(pull(shape));
        if (i >= fitted) shape.kept = square > 0 ? std::max(0.0, 1 - caution * shape.variance / square) : 0;
        addScaled(amounts_, shape.mixture, shape.kept * amount);
    }
}

double EdgeSpectrum::excess(std::vector<double> rest) const {
    for (const auto& shape : shapes_)
        addScaled(rest, shape.values, -product(weights_, shape.values, rest));
    const double step = model_.step();
    return product(weights_, rest, rest) * step * step / static_cast<double>(rest.size());
}

/// The transform of a mixture of derivatives, differentiated once more, without the bins' own width.
EdgeSpectrum::Complex EdgeSpectrum::mixed(double frequency, const Mixture& mixture) const {
    const double u = turn * frequency * model_.sigma;
    const Complex narrow = mixedOf(u, mixture.data(), fitted);
    const Complex wide = mixedOf(widening_ * u, mixture.data() + fitted, orders);
    return (narrow + wide) / sinc(frequency * binWidth_);
}

EdgeSpectrum::Complex EdgeSpectrum::mixedOf(double u, const double* shares, std::size_t count) const {
    Complex sum = 0;
    Complex factor(0, u); // (-1)^k (iu)^(k+1) / root of k!, from order to order
    for (std::size_t order = 0; order < count; ++order) {
        sum += shares[order] * factor;
        factor *= Complex(0, -u) / std::sqrt(static_cast<double>(order + 1));
    }
    return sum * (std::sqrt(turn) * std::exp(-u * u / 2));
}

EdgeSpectrum::Complex EdgeSpectrum::transfer(double frequency, const Mixture& mixture) const {
    const double u = turn * frequency * sigma_;
    return std::exp(-u * u / 2) + mixed(frequency, mixture);
}

double EdgeSpectrum::uncertainty(double frequency, const EdgeScatter& scatter) const {
    const Complex whole = transfer(frequency, amounts_);
    const Complex direction = std::abs(whole) > 0 ? std::conj(whole) / std::abs(whole) : Complex(1, 0);
    std::vector<double> weights(places_.size(), 0.0);
    double left = 0;
    for (const auto& shape : shapes_) {
        const double moved = (mixed(frequency, shape.mixture) * direction).real();
        addScaled(weights, pull(shape), shape.kept * moved);
        // What was left out may be there all the same, up to its own uncertainty.
        left += std::pow((1 - shape.kept) * moved, 2) * shape.variance;
    }
    return std::sqrt(scatter.variance(weights) + left);
}

} // namespace framegate::imaging
