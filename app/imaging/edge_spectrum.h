// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_scatter.h"

#include <array>
#include <complex>
#include <vector>

namespace framegate::imaging {

/// The spatial frequency response of an edge: that of the fitted model and of what the pixels show beyond it.
///
/// What lies beyond the model is taken apart into shapes: derivatives of rising order of the model, or of a
/// wider one where these leave something, made orthogonal. Each is weighed against its own scatter along the
/// edge; what is no larger than its scatter is left out. Their transforms are known in closed form.
class EdgeSpectrum {
public:
    static constexpr std::size_t fitted = 2; ///< changes of centre and width, which the fit has seen to
    static constexpr std::size_t orders = 16;

    /// Of the bins of \a profile from number \a first on, \a count of them; \a scatter is of the same.
    EdgeSpectrum(const EdgeProfile& profile, std::size_t first, std::size_t count, const EdgeModel& model,
                 const EdgeNoise& noise, const EdgeScatter& scatter);

    /// Modulation at \a frequency cycles/pixel, 1 at 0.
    double response(double frequency) const { return std::abs(transfer(frequency, amounts_)); }
    /// Standard uncertainty of response(frequency); \a scatter as at construction.
    double uncertainty(double frequency, const EdgeScatter& scatter) const;

private:
    /// Shares of the model's first derivatives, then those of the wider one's from order 0 on.
    using Mixture = std::array<double, fitted + orders>;

    /// One shape over the bins, of length 1 in the metric of their weights.
    struct Shape {
        std::vector<double> values;
        Mixture mixture{};
        double kept = 1;     ///< the share of it that counts, 0…1
        double variance = 0; ///< of its amount
    };
    using Complex = std::complex<double>;

    /// Takes \a rest apart by derivatives of a model that much wider.
    void takeApart(double widening, const std::vector<double>& rest, const EdgeScatter& scatter);
    void addDerivatives(double widening, std::size_t first, std::size_t count);
    void addShape(Shape shape);
    void weigh(const std::vector<double>& rest, const EdgeScatter& scatter);
    /// What the shapes leave of \a rest, as a multiple of what scatter explains.
    double excess(std::vector<double> rest) const;
    /// The weights of the bins' means in the amount of \a shape.
    std::vector<double> pull(const Shape& shape) const;
    Complex mixed(double frequency, const Mixture& mixture) const;
    Complex mixedOf(double u, const double* shares, std::size_t count) const;
    Complex transfer(double frequency, const Mixture& mixture) const;

    EdgeModel model_;
    double binWidth_;
    double widening_ = 1;         ///< how much wider than the model the shapes are
    double sigma_;                ///< without the bins' own width
    std::vector<double> places_;  ///< of the bins, in sigmas from the model's centre
    std::vector<double> weights_; ///< of the bins: counts over variances
    std::vector<Shape> shapes_;
    Mixture amounts_{}; ///< what counts of the residual, as a share of the step
};

} // namespace framegate::imaging
