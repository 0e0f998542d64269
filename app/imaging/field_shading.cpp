// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/field_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int blocks = 10; ///< a side, for luminance
const cv::Size colourBlocks(9, 7);

/// Red, green and blue light in blocks.
cv::Mat blocksOf(const cv::Mat& light, cv::Size size) {
    cv::Mat out;
    cv::resize(light, out, size, 0, 0, cv::INTER_AREA);
    return out;
}

double lumaOf(const cv::Vec3f& light) {
    return 0.0722 * double(light[0]) + 0.7152 * double(light[1]) + 0.2126 * double(light[2]);
}

double centreLight(const cv::Mat& grid) {
    const int mid = blocks / 2;
    return (lumaOf(grid.at<cv::Vec3f>(mid - 1, mid - 1)) + lumaOf(grid.at<cv::Vec3f>(mid - 1, mid)) +
            lumaOf(grid.at<cv::Vec3f>(mid, mid - 1)) + lumaOf(grid.at<cv::Vec3f>(mid, mid))) /
           4;
}

double meanLight(const cv::Mat& part) {
    const auto mean = cv::mean(part);
    return 0.0722 * mean[0] + 0.7152 * mean[1] + 0.2126 * mean[2];
}

/// Where a surface of second order through the blocks is brightest, in % of the width from the middle.
/// Nothing where the light does not fall off round a place in or near the picture.
bool opticalCentre(const cv::Mat& grid, Resolution size, double& right, double& down) {
    cv::Mat_<double> terms(blocks * blocks, 6);
    cv::Mat_<double> light(terms.rows, 1);
    const double aspect = double(size.height) / size.width;
    for (int i = 0; i < terms.rows; ++i) {
        const double x = (i % blocks + 0.5) / blocks - 0.5;
        const double y = ((i / blocks + 0.5) / blocks - 0.5) * aspect;
        const std::array<double, 6> row = {1, x, y, x * x, x * y, y * y};
        for (int j = 0; j < 6; ++j)
            terms(i, j) = row[std::size_t(j)];
        light(i) = lumaOf(grid.at<cv::Vec3f>(i / blocks, i % blocks));
    }
    cv::Mat_<double> fit;
    if (!cv::solve(terms, light, fit, cv::DECOMP_SVD)) return false;
    const double xx = 2 * fit(3);
    const double yy = 2 * fit(5);
    const double xy = fit(4);
    const double determinant = xx * yy - xy * xy;
    if (xx >= 0 || determinant <= 0) return false;
    right = 100 * (-fit(1) * yy + fit(2) * xy) / determinant;
    down = 100 * (-fit(2) * xx + fit(1) * xy) / determinant;
    return std::abs(right) < 100 && std::abs(down) < 100;
}

/// By how much the ratio of a colour to green leaves that of the centre, at most, in %.
double colourShading(const cv::Mat& grid, int channel) {
    const auto ratio = [&](int row, int column) {
        const auto& light = grid.at<cv::Vec3f>(row, column);
        return double(light[channel]) / std::max(1e-6, double(light[1]));
    };
    const double centre = ratio(grid.rows / 2, grid.cols / 2);
    double worst = 0;
    for (int row = 0; row < grid.rows; ++row)
        for (int column = 0; column < grid.cols; ++column)
            worst = std::max(worst, std::abs(ratio(row, column) / centre - 1));
    return 100 * worst;
}

} // namespace

void measureShading(const FieldPictures& field, std::vector<Reading>& readings) {
    const auto add = [&](const char* name, double value, const char* unit) {
        readings.push_back({name, value, unit, field.size});
    };
    const auto grid = blocksOf(*field.colour, {blocks, blocks});
    const double centre = centreLight(grid);
    const int last = blocks - 1;
    const std::array<double, 4> corners = {
        lumaOf(grid.at<cv::Vec3f>(0, 0)) / centre, lumaOf(grid.at<cv::Vec3f>(0, last)) / centre,
        lumaOf(grid.at<cv::Vec3f>(last, 0)) / centre, lumaOf(grid.at<cv::Vec3f>(last, last)) / centre};
    const auto [lowest, highest] = std::minmax_element(corners.begin(), corners.end());
    const double mean = (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
    add("shading_corner_lowest", 100 * *lowest, "%");
    add("shading_asymmetry", 100 * (*highest - *lowest) / mean, "%");
    const double left = meanLight(grid.colRange(0, 1));
    const double right = meanLight(grid.colRange(last, blocks));
    const double top = meanLight(grid.rowRange(0, 1));
    const double bottom = meanLight(grid.rowRange(last, blocks));
    add("shading_left_right", 200 * (left - right) / (left + right), "%");
    add("shading_top_bottom", 200 * (top - bottom) / (top + bottom), "%");
    double x = 0;
    double y = 0;
    if (opticalCentre(grid, field.size, x, y)) {
        add("optical_centre_x", x, "%");
        add("optical_centre_y", y, "%");
    }
    const auto colours = blocksOf(*field.colour, colourBlocks);
    add("colour_shading_red", colourShading(colours, 2), "%");
    add("colour_shading_blue", colourShading(colours, 0), "%");
    const auto& middle = colours.at<cv::Vec3f>(colours.rows / 2, colours.cols / 2);
    add("field_red_green", double(middle[2]) / std::max(1e-6, double(middle[1])), "1");
    add("field_blue_green", double(middle[0]) / std::max(1e-6, double(middle[1])), "1");
}

} // namespace framegate::imaging
