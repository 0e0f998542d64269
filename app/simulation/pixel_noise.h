// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace cv {
class Mat;
}

namespace framegate::simulation {

/// Noise of pixels, different in each frame. A value.
class PixelNoise {
public:
    /// Gaussian, of \a level digital numbers standard deviation in each channel.
    explicit PixelNoise(double level);
    /// Adds it to \a clean (8 bits, three channels) and writes the sum into \a out, of the same size; the
    /// same \a draw gives the same noise.
    void add(const cv::Mat& clean, std::uint64_t draw, cv::Mat& out) const;

private:
    std::shared_ptr<const cv::Mat> tile_;
};

} // namespace framegate::simulation
