// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/grey_picture.h"

#include <cmath>
#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int widest = 16384; ///< pixels, of either side of a file that is read

Failure unreadable(std::string_view name, std::string_view why) {
    return failure(ErrorKind::InvalidInput, "PICTURE_FILE", fmt::format("{}: {}", name, why));
}

template <class Pixel>
std::vector<Pixel> copied(const cv::Mat& pixels) {
    std::vector<Pixel> copy;
    copy.reserve(pixels.total());
    for (int row = 0; row < pixels.rows; ++row)
        copy.insert(copy.end(), pixels.ptr<Pixel>(row), pixels.ptr<Pixel>(row) + pixels.cols);
    return copy;
}

Result<GreyPicture> owned(const cv::Mat& pixels, std::string_view name) {
    if (pixels.empty()) return unreadable(name, "not a picture that can be read");
    if (pixels.cols > widest || pixels.rows > widest)
        return unreadable(name, fmt::format("{}x{} pixels; a side of at most {} is read", pixels.cols,
                                            pixels.rows, widest));
    GreyPicture picture;
    picture.size = {static_cast<std::uint16_t>(pixels.cols), static_cast<std::uint16_t>(pixels.rows)};
    if (pixels.type() == CV_8UC1) {
        picture.narrow = copied<std::uint8_t>(pixels);
    } else if (pixels.type() == CV_16UC1) {
        picture.bits = 16;
        picture.wide = copied<std::uint16_t>(pixels);
    } else {
        return unreadable(name, "its pixels have neither 8 nor 16 bits");
    }
    return picture;
}

/// 16 bits as 8.
cv::Mat shallow(const cv::Mat& deep, bool linear) {
    cv::Mat out(deep.size(), CV_8UC3);
    std::vector<std::uint8_t> levels(65'536);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const double light = double(i) / 65'535;
        const double coded = light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
        levels[i] = cv::saturate_cast<std::uint8_t>(255 * (linear ? coded : light));
    }
    for (int y = 0; y < deep.rows; ++y)
        for (int x = 0; x < 3 * deep.cols; ++x)
            out.ptr<std::uint8_t>(y)[x] = levels[deep.ptr<std::uint16_t>(y)[x]];
    return out;
}

} // namespace

GreyView GreyPicture::view() const {
    if (bits == 16) return {size, std::size_t{size.width} * 2, 16, wide.data()};
    return {size, size.width, 8, narrow.data()};
}

GreyPicture greyOf(const DecodedPicture& picture) {
    GreyPicture grey;
    grey.size = picture.size;
    grey.narrow.resize(picture.size.pixels());
    if (grey.narrow.empty()) return grey;
    const cv::Mat bgr(picture.size.height, picture.size.width, CV_8UC3,
                      const_cast<std::uint8_t*>(picture.bgr.data()));
    cv::Mat luma(bgr.size(), CV_8UC1, grey.narrow.data());
    cv::cvtColor(bgr, luma, cv::COLOR_BGR2GRAY);
    return grey;
}

Result<GreyPicture> decodeGrey(std::span<const std::byte> bytes, std::string_view name) {
    try {
        const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
        const auto flags = cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION;
        return owned(cv::imdecode(input, flags), name);
    } catch (const cv::Exception& error) {
        return unreadable(name, error.what());
    }
}

Result<DecodedPicture> decodeColour(std::span<const std::byte> bytes, std::string_view name, bool linear) {
    try {
        const cv::Mat input(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<std::byte*>(bytes.data()));
        cv::Mat pixels =
            cv::imdecode(input, cv::IMREAD_COLOR | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION);
        if (pixels.empty()) return unreadable(name, "not a picture that can be read");
        if (pixels.cols > widest || pixels.rows > widest)
            return unreadable(name, fmt::format("{}x{} pixels; a side of at most {} is read", pixels.cols,
                                                pixels.rows, widest));
        if (pixels.depth() == CV_16U) pixels = shallow(pixels, linear);
        if (pixels.type() != CV_8UC3) return unreadable(name, "its pixels have neither 8 nor 16 bits");
        DecodedPicture picture;
        picture.size = {static_cast<std::uint16_t>(pixels.cols), static_cast<std::uint16_t>(pixels.rows)};
        picture.bgr = copied<std::uint8_t>(pixels.reshape(1));
        return picture;
    } catch (const cv::Exception& error) {
        return unreadable(name, error.what());
    }
}

} // namespace framegate::imaging
