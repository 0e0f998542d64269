// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

/// Between a block's mean and its DC coefficient: three roundings of at most half a level each lie between
/// them.
constexpr double levelsAllowed = 2;
constexpr int blockSide = 8;           ///< pixels
constexpr double clippedDarkLevel = 1; ///< at or below: clipped dark
constexpr double brightLevel = 254;

cv::Mat asMat(const DecodedPicture& picture) {
    // The matrix only looks: nothing here writes through it.
    return {picture.size.height, picture.size.width, CV_8UC3, const_cast<std::uint8_t*>(picture.bgr.data())};
}

Failure disagreement(std::string detail) {
    return failure(ErrorKind::Internal, "DECODER_DISAGREEMENT",
                   fmt::format("the walk and libjpeg-turbo read the picture differently: {}", detail));
}

Failure gaveUp(const DecodedPicture& picture, const cv::Exception& error) {
    return failure(ErrorKind::Internal, "IMAGING",
                   fmt::format("measuring a picture of {}: {}", picture.size.text(), error.what()));
}

/// One value a whole block: the mean of \a plane, as exact as its type holds it.
cv::Mat blockMeans(const cv::Mat& plane) {
    const cv::Size blocks(plane.cols / blockSide, plane.rows / blockSide);
    cv::Mat means;
    cv::resize(plane(cv::Rect({}, blocks * blockSide)), means, blocks, 0, 0, cv::INTER_AREA);
    return means;
}

cv::Mat lumaMeans(const cv::Mat& bgr) {
    cv::Mat luma;
    cv::cvtColor(bgr, luma, cv::COLOR_BGR2GRAY);
    luma.convertTo(luma, CV_32F);
    return blockMeans(luma);
}

/// 0 where a pixel of the block is at an end of its range, where the way from coefficients to levels is cut
/// off.
cv::Mat unclippedBlocks(const cv::Mat& bgr) {
    cv::Mat inside;
    cv::inRange(bgr, cv::Scalar::all(1), cv::Scalar::all(254), inside);
    return blockMeans(inside) == 255;
}

/// Where a block's mean luma is not what its coefficient says; empty: nowhere.
std::string firstDifference(const CodedPicture::DcPlane& dc, const cv::Mat& bgr) {
    const cv::Mat means = lumaMeans(bgr);
    const cv::Mat comparable = unclippedBlocks(bgr);
    for (int row = 0; row < means.rows; ++row)
        for (int column = 0; column < means.cols; ++column) {
            const auto index = std::size_t(row) * dc.width + std::size_t(column);
            const double coded = dc.values[index] / double(blockSide) + 128;
            const double mean = double(means.at<float>(row, column));
            if (comparable.at<std::uint8_t>(row, column) != 0 && std::abs(coded - mean) > levelsAllowed)
                return fmt::format("mean luma {:.1f} against {:.1f} in the block at column {}, row {}", coded,
                                   mean, column * blockSide, row * blockSide);
        }
    return {};
}

double percentOf(const cv::Mat& mask) {
    return 100.0 * cv::countNonZero(mask) / static_cast<double>(mask.total());
}

/// The most rows in a row that are equal to the one above: a smeared or filled picture has many.
int identicalRows(const cv::Mat& picture) {
    int longest = 0;
    int run = 0;
    const auto rowBytes = static_cast<std::size_t>(picture.cols) * picture.elemSize();
    for (int row = 1; row < picture.rows; ++row) {
        run = std::memcmp(picture.ptr(row), picture.ptr(row - 1), rowBytes) == 0 ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// Mean absolute difference between a pixel and its right neighbour: detail at the finest scale.
double detailOf(const cv::Mat& luma) {
    if (luma.cols < 2) return 0;
    const auto left = luma.colRange(0, luma.cols - 1);
    const auto right = luma.colRange(1, luma.cols);
    return cv::norm(left, right, cv::NORM_L1) / static_cast<double>(left.total());
}

std::vector<Reading> measure(const DecodedPicture& picture) {
    const cv::Mat bgr = asMat(picture);
    cv::Mat luma;
    cv::cvtColor(bgr, luma, cv::COLOR_BGR2GRAY);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(luma, mean, deviation);
    const auto colours = cv::mean(bgr);
    const double green = std::max(colours[1], 1e-3);
    const auto size = picture.size;
    return {{"luma_mean", mean[0], "{DN}", size},
            {"luma_stddev", deviation[0], "{DN}", size},
            {"clipped_dark_percent", percentOf(luma <= clippedDarkLevel), "%", size},
            {"clipped_bright_percent", percentOf(luma >= brightLevel), "%", size},
            {"identical_rows", double(identicalRows(bgr)), "{row}", size},
            {"detail_dn", detailOf(luma), "{DN}", size},
            {"red_green_ratio", colours[2] / green, "1", size},
            {"blue_green_ratio", colours[0] / green, "1", size}};
}

} // namespace

void keepToOneThread() {
    cv::setNumThreads(1);
}

Result<> decodersAgree(const CodedPicture& coded, const DecodedPicture& picture) {
    if (coded.size != picture.size)
        return disagreement(fmt::format("{} pixels against {}", coded.size.text(), picture.size.text()));
    if (coded.dc.empty()) return disagreement("the walk has read no luma");
    const auto& dc = coded.dc.front();
    if (dc.width < picture.size.width / blockSide || dc.height < picture.size.height / blockSide)
        return disagreement(
            fmt::format("{}x{} blocks of luma in a picture of {}", dc.width, dc.height, picture.size.text()));
    if (picture.size.width < blockSide || picture.size.height < blockSide) return {};
    try {
        const auto different = firstDifference(dc, asMat(picture));
        if (!different.empty()) return disagreement(different);
        return {};
    } catch (const cv::Exception& error) {
        return gaveUp(picture, error);
    }
}

std::vector<std::string_view> basicReadingNames() {
    return {"luma_mean",      "luma_stddev", "clipped_dark_percent", "clipped_bright_percent",
            "identical_rows", "detail_dn",   "red_green_ratio",      "blue_green_ratio"};
}

Result<std::vector<Reading>> basicReadings(const DecodedPicture& picture) {
    try {
        return measure(picture);
    } catch (const cv::Exception& error) {
        return gaveUp(picture, error);
    }
}

} // namespace framegate::imaging
