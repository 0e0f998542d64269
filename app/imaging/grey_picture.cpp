// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/grey_picture.h"

#include "imaging/picture_files.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

template <class Pixel>
std::vector<Pixel> copied(const cv::Mat& pixels) {
    std::vector<Pixel> copy;
    copy.reserve(pixels.total());
    for (int row = 0; row < pixels.rows; ++row)
        copy.insert(copy.end(), pixels.ptr<Pixel>(row), pixels.ptr<Pixel>(row) + pixels.cols);
    return copy;
}

/// Looks at the pixels, which must live on.
cv::Mat matOf(FilePixels& pixels) {
    return {pixels.size.height, pixels.size.width,
            CV_MAKETYPE(pixels.bits == 16 ? CV_16U : CV_8U, pixels.channels), pixels.bytes.data()};
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
    auto file = readPictureFile(bytes, name);
    if (!file) return passOn(file);
    cv::Mat pixels = matOf(*file);
    if (file->channels == 3) cv::cvtColor(matOf(*file), pixels, cv::COLOR_BGR2GRAY);
    GreyPicture picture;
    picture.size = file->size;
    picture.bits = file->bits;
    if (file->bits == 16)
        picture.wide = copied<std::uint16_t>(pixels);
    else
        picture.narrow = copied<std::uint8_t>(pixels);
    return picture;
}

Result<DecodedPicture> decodeColour(std::span<const std::byte> bytes, std::string_view name, bool linear) {
    auto file = readPictureFile(bytes, name);
    if (!file) return passOn(file);
    cv::Mat pixels = matOf(*file);
    if (file->channels == 1) cv::cvtColor(matOf(*file), pixels, cv::COLOR_GRAY2BGR);
    if (file->bits == 16) pixels = shallow(pixels, linear);
    return DecodedPicture{file->size, copied<std::uint8_t>(pixels.reshape(1))};
}

} // namespace framegate::imaging
