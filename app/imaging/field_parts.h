// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/field_measurements.h"

#include <memory>
#include <vector>

namespace cv {
class Mat;
}

namespace framegate::imaging {

/// A uniform field, prepared for what is measured on it.
struct FieldPictures {
    Resolution size;
    std::shared_ptr<const cv::Mat> grey;  ///< mean of the two, 16 bits: 32 for each level
    std::shared_ptr<const cv::Mat> first; ///< luma of each, 8 bits
    std::shared_ptr<const cv::Mat> second;
    std::shared_ptr<const cv::Mat> colour; ///< of a smaller picture, light of blue, green and red, 0…1, float
    double level = 0;                      ///< mean luma
};

/// Light against a surface of fourth order that most of the field agrees with; float, as \a light.
cv::Mat againstSmooth(const cv::Mat& light);

// Each adds what it measures.
void measureShading(const FieldPictures& field, std::vector<Reading>& readings);
/// Small blemishes that are one of \a all's defects are left to these.
void measureBlemishes(const FieldPictures& field, FieldMeasurements& all);
void measureLines(const FieldPictures& field, FieldMeasurements& all);
void measureNoise(const FieldPictures& field, std::vector<Reading>& readings);
/// Pixels that are off by more than \a threshold levels from the median around them.
std::vector<PixelDefect> findDefects(const cv::Mat& luma, double threshold);

} // namespace framegate::imaging
