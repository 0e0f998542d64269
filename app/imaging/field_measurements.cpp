// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/field_measurements.h"

#include "imaging/field_parts.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace framegate::imaging {
namespace {

constexpr int smallWidth = 640;   ///< of the picture that shading and blemishes are seen on
constexpr double leastLevel = 30; ///< mean luma of a field that can be measured
constexpr double mostLevel = 245;
constexpr double sceneShare = 0.5;  ///< of small cells that a smooth field leaves unexplained: a scene
constexpr double darkestField = 60; ///< mean level of darkness at most
constexpr double deadShare = 0.15;  ///< of the mean level
constexpr double hotLevels = 30;
// A JPEG spreads pixels over their blocks, but most stays where it was. Of what is missing, nine pixels held
// up to 1.5 of the field's level where one was dead, 1.9 to 2.2 where two lay together, 2.8 to 4.2 where four
// did; in the dark one had up to 370 levels too many, two 520, four 1000.
constexpr double deadCluster = 1.75; ///< of the field's level
constexpr double hotCluster = 450;   ///< levels

Result<> checkSize(const DecodedPicture& picture) {
    const auto& size = picture.size;
    if (size.width >= 32 && size.height >= 32 && picture.bgr.size() == 3 * std::size_t(size.pixels()))
        return {};
    return failure(ErrorKind::InvalidInput, "FIELD_SIZE",
                   fmt::format("a field of {} cannot be measured, expected at least 32x32", size.text()));
}

cv::Mat matOf(const DecodedPicture& picture) {
    return {picture.size.height, picture.size.width, CV_8UC3, const_cast<std::uint8_t*>(picture.bgr.data())};
}

/// Light at a level between whole ones.
float lightBetween(const ToneCurve& curve, float level) {
    const auto below = static_cast<std::uint16_t>(level);
    const auto above = static_cast<std::uint16_t>(std::min(255, below + 1));
    const float share = level - static_cast<float>(below);
    return (1 - share) * curve.light(below) + share * curve.light(above);
}

/// A small picture of the mean of both, in light. Levels are averaged, and then turned into light: over one
/// cell the field hardly changes. Averaged as whole levels they would hide faint dust.
cv::Mat lightOf(const cv::Mat& first, const cv::Mat& second, const ToneCurve& curve) {
    constexpr int steps = 64; // of the sum's levels, within 16 bits
    const double scale = std::min(1.0, double(smallWidth) / first.cols);
    const cv::Size size(cvRound(first.cols * scale), cvRound(first.rows * scale));
    cv::Mat sum, small;
    cv::add(first, second, sum, cv::noArray(), CV_16U);
    sum *= steps;
    cv::resize(sum, small, size, 0, 0, cv::INTER_AREA);
    cv::Mat light(size, CV_32FC3);
    for (int y = 0; y < size.height; ++y) {
        const auto* from = small.ptr<std::uint16_t>(y);
        auto* to = light.ptr<float>(y);
        for (int i = 0; i < 3 * size.width; ++i)
            to[i] = lightBetween(curve, static_cast<float>(from[i]) / (2 * steps));
    }
    return light;
}

FieldPictures prepared(const DecodedPicture& first, const DecodedPicture& second, const ToneCurve& curve) {
    FieldPictures field;
    field.size = first.size;
    const cv::Mat one = matOf(first);
    const cv::Mat other = matOf(second);
    cv::Mat lumaOne, lumaOther, sum;
    cv::cvtColor(one, lumaOne, cv::COLOR_BGR2GRAY);
    cv::cvtColor(other, lumaOther, cv::COLOR_BGR2GRAY);
    cv::add(lumaOne, lumaOther, sum, cv::noArray(), CV_16U);
    field.level = cv::mean(sum)[0] / 2;
    field.first = std::make_shared<const cv::Mat>(lumaOne);
    field.second = std::make_shared<const cv::Mat>(lumaOther);
    field.grey = std::make_shared<const cv::Mat>(sum * 16);
    field.colour = std::make_shared<const cv::Mat>(lightOf(one, other, curve));
    return field;
}

/// A scene has contrasts all over; a field with the worst dust or shading has not.
bool looksLikeAScene(const FieldPictures& field) {
    cv::Mat luma, cells;
    cv::transform(*field.colour, luma, cv::Matx13f(0.0722F, 0.7152F, 0.2126F));
    cv::resize(luma, cells, {32, 24}, 0, 0, cv::INTER_AREA);
    // Bands across the picture are the array's.
    cv::Mat ratio = againstSmooth(cells);
    cv::Mat rows;
    cv::reduce(ratio, rows, 1, cv::REDUCE_AVG);
    for (int x = 0; x < ratio.cols; ++x)
        ratio.col(x) -= rows;
    const cv::Mat off = cv::abs(ratio) > 0.1;
    return cv::countNonZero(off) > sceneShare * 0.4 * static_cast<double>(cells.total());
}

Result<> checkLight(const FieldPictures& field) {
    if (field.level < leastLevel || field.level > mostLevel)
        return failure(
            ErrorKind::Io, "FIELD_LIGHT",
            fmt::format("the uniform field has a mean level of {:.0f}, expected {:.0f} to {:.0f}; check "
                        "the diffuser's lamp",
                        field.level, leastLevel, mostLevel));
    if (looksLikeAScene(field))
        return failure(
            ErrorKind::Io, "FIELD_NOT_UNIFORM",
            "expected a uniform field, found a scene; check that the diffuser is in front of the lens");
    return {};
}

void addDefects(FieldMeasurements& all, std::vector<PixelDefect> defects, const char* count,
                const char* clusters, double clusterWeight, Resolution size) {
    const auto clustered = std::count_if(defects.begin(), defects.end(),
                                         [&](const auto& defect) { return defect.weight >= clusterWeight; });
    all.readings.push_back({count, static_cast<double>(defects.size()), "{pixel}", size});
    all.readings.push_back({clusters, static_cast<double>(clustered), "{cluster}", size});
    all.defects = std::move(defects);
}

Result<FieldMeasurements> field(const DecodedPicture& first, const DecodedPicture& second,
                                const ToneCurve& curve) {
    const auto pictures = prepared(first, second, curve);
    if (auto lit = checkLight(pictures); !lit) return passOn(lit);
    FieldMeasurements all;
    all.readings.push_back({"field_level", pictures.level, "{DN}", first.size});
    cv::Mat mean;
    pictures.grey->convertTo(mean, CV_8U, 1.0 / 32);
    addDefects(all, findDefects(mean, deadShare * pictures.level), "dead_pixels", "dead_clusters",
               deadCluster * pictures.level, first.size);
    measureShading(pictures, all.readings);
    measureBlemishes(pictures, all);
    measureLines(pictures, all);
    measureNoise(pictures, all.readings);
    return all;
}

Result<FieldMeasurements> darkness(const DecodedPicture& picture) {
    cv::Mat luma;
    cv::cvtColor(matOf(picture), luma, cv::COLOR_BGR2GRAY);
    const double level = cv::mean(luma)[0];
    if (level > darkestField)
        return failure(
            ErrorKind::Io, "DARK_LIGHT",
            fmt::format("in the dark the mean level is {:.0f}, expected at most {:.0f}; check that the "
                        "shutter closes",
                        level, darkestField));
    FieldMeasurements all;
    all.readings.push_back({"dark_level", level, "{DN}", picture.size});
    addDefects(all, findDefects(luma, hotLevels), "hot_pixels", "hot_clusters", hotCluster, picture.size);
    return all;
}

Failure gaveUp(const cv::Exception& error) {
    return failure(ErrorKind::Internal, "IMAGING", fmt::format("measuring a field: {}", error.what()));
}

} // namespace

Result<FieldMeasurements> measureField(const DecodedPicture& first, const DecodedPicture& second,
                                       const ToneCurve& curve) {
    if (auto checked = checkSize(first); !checked) return passOn(checked);
    if (auto checked = checkSize(second); !checked) return passOn(checked);
    if (first.size != second.size)
        return failure(ErrorKind::InvalidInput, "FIELD_SIZE",
                       fmt::format("two pictures of a field of {} and {}, expected one size",
                                   first.size.text(), second.size.text()));
    try {
        return field(first, second, curve);
    } catch (const cv::Exception& error) {
        return gaveUp(error);
    }
}

Result<FieldMeasurements> measureDark(const DecodedPicture& picture) {
    if (auto checked = checkSize(picture); !checked) return passOn(checked);
    try {
        return darkness(picture);
    } catch (const cv::Exception& error) {
        return gaveUp(error);
    }
}

std::vector<std::string_view> fieldReadingNames() {
    return {"field_level",
            "shading_corner_lowest",
            "shading_asymmetry",
            "shading_left_right",
            "shading_top_bottom",
            "optical_centre_x",
            "optical_centre_y",
            "colour_shading_red",
            "colour_shading_blue",
            "field_red_green",
            "field_blue_green",
            "blemish_count",
            "blemish_count_centre",
            "blemish_contrast",
            "blemish_area",
            "row_peak",
            "row_sigma",
            "column_peak",
            "column_sigma",
            "banding",
            "temporal_noise",
            "field_snr",
            "dead_pixels",
            "dead_clusters"};
}

std::vector<std::string_view> darkReadingNames() {
    return {"dark_level", "hot_pixels", "hot_clusters"};
}

} // namespace framegate::imaging
