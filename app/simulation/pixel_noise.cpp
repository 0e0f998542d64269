// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pixel_noise.h"

#include "sim/random.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <utility>

namespace framegate::simulation {
namespace {

constexpr int margin = 64; ///< by how much the noise is shifted about

/// Gaussian noise with a standard deviation of 256, to be scaled, repeated and shifted about: drawing it anew
/// for each pixel would take longer than everything else.
const cv::Mat& noiseTile() {
    static const cv::Mat tile = [] {
        sim::Random random(20260101);
        cv::Mat made(1200 + margin, 1600 + margin, CV_16SC3);
        for (int row = 0; row < made.rows; ++row) {
            auto* values = made.ptr<short>(row);
            for (int i = 0; i < made.cols * 3; ++i) {
                double sum = 0; // of uniform numbers: near enough to normal, and quick
                for (int n = 0; n < 4; ++n)
                    sum += random.unit();
                values[i] = static_cast<short>(std::lround((sum - 2.0) * 1.732 * 256));
            }
        }
        return made;
    }();
    return tile;
}

} // namespace

PixelNoise::PixelNoise(double level) {
    cv::Mat tile;
    noiseTile().convertTo(tile, CV_8S, level / 256);
    tile_ = std::make_shared<const cv::Mat>(std::move(tile));
}

void PixelNoise::add(const cv::Mat& clean, std::uint64_t draw, cv::Mat& out) const {
    sim::Random place(draw);
    const cv::Point from(static_cast<int>(place.below(margin)), static_cast<int>(place.below(margin)));
    const cv::Size block(tile_->cols - margin, tile_->rows - margin);
    for (int y = 0; y < clean.rows; y += block.height)
        for (int x = 0; x < clean.cols; x += block.width) {
            const cv::Rect part(x, y, std::min(block.width, clean.cols - x),
                                std::min(block.height, clean.rows - y));
            cv::Mat target = out(part);
            cv::add(clean(part), (*tile_)(cv::Rect(from, part.size())), target, cv::noArray(), CV_8U);
        }
}

} // namespace framegate::simulation
