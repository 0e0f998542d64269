// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/basic_checks.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int levelsAllowed = 2;       ///< between two decoders of the same coefficients
constexpr double clippedDarkLevel = 1; ///< at or below: clipped dark
constexpr double brightLevel = 254;

cv::Mat asMat(const DecodedPicture& picture) {
    // The matrix only looks: nothing here writes through it.
    return {picture.size.height, picture.size.width, CV_8UC3, const_cast<std::uint8_t*>(picture.bgr.data())};
}

Failure disagreement(std::string detail) {
    return failure(ErrorKind::Internal, "DECODER_DISAGREEMENT",
                   fmt::format("libjpeg-turbo and OpenCV decode the picture differently: {}", detail));
}

std::string firstDifference(const cv::Mat& ours, const cv::Mat& theirs) {
    for (int row = 0; row < ours.rows; ++row)
        for (int i = 0; i < ours.cols * 3; ++i) {
            const int a = ours.ptr<std::uint8_t>(row)[i];
            const int b = theirs.ptr<std::uint8_t>(row)[i];
            if (std::abs(a - b) > levelsAllowed)
                return fmt::format("{} against {} at column {}, row {}", a, b, i / 3, row);
        }
    return "nowhere";
}

Result<cv::Mat> decodeByOpenCv(std::span<const std::byte> bytes) {
    try {
        const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
        return cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
    } catch (const cv::Exception& error) {
        return disagreement(fmt::format("OpenCV refuses it: {}", error.what()));
    }
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

Result<> decodersAgree(std::span<const std::byte> bytes, const DecodedPicture& picture) {
    const auto theirs = decodeByOpenCv(bytes);
    if (!theirs) return passOn(theirs);
    const cv::Mat ours = asMat(picture);
    if (theirs->size() != ours.size())
        return disagreement(
            fmt::format("{}x{} pixels against {}", theirs->cols, theirs->rows, picture.size.text()));
    if (cv::norm(ours, *theirs, cv::NORM_INF) <= levelsAllowed) return {};
    return disagreement(firstDifference(ours, *theirs));
}

std::vector<std::string_view> basicReadingNames() {
    return {"luma_mean",      "luma_stddev", "clipped_dark_percent", "clipped_bright_percent",
            "identical_rows", "detail_dn",   "red_green_ratio",      "blue_green_ratio"};
}

Result<std::vector<Reading>> basicReadings(const DecodedPicture& picture) {
    try {
        return measure(picture);
    } catch (const cv::Exception& error) {
        return failure(ErrorKind::Internal, "IMAGING",
                       fmt::format("measuring a picture of {}: {}", picture.size.text(), error.what()));
    }
}

} // namespace framegate::imaging
