// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_markers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace framegate::imaging {
namespace {

constexpr int searchWidth = 720;           // of the picture in which shapes are looked for
constexpr double leastMarkerContrast = 24; // between a fiducial's black and white, in digital numbers
constexpr int mostWrongCells = 1;          // of sixteen; the chart's codes differ in at least three

using Quad = std::array<cv::Point2d, 4>;

double sideOf(const Quad& quad) {
    double around = 0;
    for (std::size_t i = 0; i < 4; ++i)
        around += cv::norm(quad[(i + 1) % 4] - quad[i]);
    return around / 4;
}

/// Dark four-sided shapes, corners clockwise as seen, of about the fiducials' size.
class QuadSearch {
public:
    QuadSearch(const cv::Mat& grey, double side) : grey_(grey), side_(side) {}

    std::vector<Quad> quads() const {
        std::vector<Quad> found;
        for (const auto& outline : outlines(side_ * 1.5, 6)) {
            const auto quad = quadOf(outline);
            if (quad && sideOf(*quad) > 0.5 * side_ && sideOf(*quad) < 2 * side_) found.push_back(*quad);
        }
        return found;
    }

    int blobs() const {
        int count = 0;
        for (const auto& outline : outlines(side_ * 4, 4)) {
            const double side = std::sqrt(cv::contourArea(outline));
            count += side > 0.5 * side_ && side < 2.5 * side_ ? 1 : 0;
        }
        return count;
    }

private:
    std::vector<std::vector<cv::Point>> outlines(double block, double offset) const {
        cv::Mat dark;
        cv::adaptiveThreshold(grey_, dark, 255, cv::ADAPTIVE_THRESH_MEAN_C, cv::THRESH_BINARY_INV,
                              2 * (static_cast<int>(block) / 2) + 1, offset);
        std::vector<std::vector<cv::Point>> found;
        cv::findContours(dark, found, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
        return found;
    }

    std::optional<Quad> quadOf(const std::vector<cv::Point>& outline) const {
        if (static_cast<double>(outline.size()) < 1.5 * side_) return std::nullopt;
        std::vector<cv::Point> corners;
        cv::approxPolyDP(outline, corners, 0.04 * static_cast<double>(outline.size()), true);
        if (corners.size() != 4 || !cv::isContourConvex(corners)) return std::nullopt;
        if (cv::contourArea(corners, true) < 0) std::reverse(corners.begin(), corners.end());
        return Quad{corners[0], corners[1], corners[2], corners[3]};
    }

    const cv::Mat& grey_;
    double side_;
};

/// What stands in the cells of a quad, rows from the top.
struct Code {
    std::uint16_t bits = 0;
};

/// The light in the middles of a quad's cells.
class CellReader {
public:
    CellReader(const cv::Mat& grey, const Quad& quad) : grey_(grey) {
        std::array<cv::Point2f, 4> from = {cv::Point2f(0, 0), {6, 0}, {6, 6}, {0, 6}};
        std::array<cv::Point2f, 4> to;
        std::copy(quad.begin(), quad.end(), to.begin());
        toImage_ = cv::getPerspectiveTransform(from.data(), to.data());
    }

    /// None where this is no fiducial: its frame is not black, or there is no white in it.
    std::optional<Code> code() const {
        std::array<std::array<double, chartFrameCells>, chartFrameCells> cells{};
        double least = 255;
        double most = 0;
        for (int row = 0; row < chartFrameCells; ++row)
            for (int column = 0; column < chartFrameCells; ++column) {
                const double level = cell(row, column);
                cells[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] = level;
                least = std::min(least, level);
                most = std::max(most, level);
            }
        if (most - least < leastMarkerContrast) return std::nullopt;
        const double middle = (least + most) / 2;
        Code code;
        for (std::size_t row = 0; row < cells.size(); ++row)
            for (std::size_t column = 0; column < cells.size(); ++column) {
                const bool white = cells[row][column] > middle;
                const bool frame = row % 5 == 0 || column % 5 == 0;
                if (frame && white) return std::nullopt;
                if (!frame) code.bits = static_cast<std::uint16_t>(code.bits << 1 | (white ? 1 : 0));
            }
        return code;
    }

private:
    double cell(int row, int column) const {
        double sum = 0;
        for (const double dy : {0.35, 0.5, 0.65})
            for (const double dx : {0.35, 0.5, 0.65})
                sum += level(column + dx, row + dy);
        return sum / 9;
    }
    double level(double u, double v) const {
        const auto& m = toImage_;
        const double w = m(2, 0) * u + m(2, 1) * v + m(2, 2);
        const int x = cvRound((m(0, 0) * u + m(0, 1) * v + m(0, 2)) / w);
        const int y = cvRound((m(1, 0) * u + m(1, 1) * v + m(1, 2)) / w);
        return grey_.at<std::uint8_t>(std::clamp(y, 0, grey_.rows - 1), std::clamp(x, 0, grey_.cols - 1));
    }

    const cv::Mat& grey_;
    cv::Matx33d toImage_;
};

std::uint16_t mirrored(std::uint16_t bits) {
    unsigned turned = 0;
    for (int row = 0; row < 4; ++row)
        for (int column = 0; column < 4; ++column)
            turned = turned << 1 | (bits >> (15 - (row * 4 + 3 - column)) & 1U);
    return static_cast<std::uint16_t>(turned);
}

/// Which fiducial has the code \a bits, and by how many quarters it is turned clockwise.
struct CodeMatch {
    const ChartFiducial* fiducial = nullptr;
    std::size_t turns = 0;
};

CodeMatch lookUp(std::uint16_t bits, const ChartDescription& chart) {
    for (int wrong = 0; wrong <= mostWrongCells; ++wrong)
        for (const auto& fiducial : chart.fiducials) {
            auto turned = fiducial.bits;
            for (std::size_t turns = 0; turns < 4; ++turns, turned = turnedClockwise(turned))
                if (std::popcount<unsigned>(turned ^ bits) == wrong) return {&fiducial, turns};
        }
    return {};
}

/// A picture made smaller, or larger, for the search.
struct SearchPicture {
    cv::Mat grey;
    double scale = 1; ///< pixels of the whole picture to one of this
};

SearchPicture searchPicture(const cv::Mat& whole) {
    SearchPicture made;
    const int down = std::max(1, whole.cols / searchWidth);
    const int up = std::max(1, searchWidth / whole.cols);
    made.scale = static_cast<double>(down) / up;
    const cv::Size size(whole.cols * up / down, whole.rows * up / down);
    if (size == whole.size())
        made.grey = whole;
    else
        cv::resize(whole, made.grey, size, 0, 0, up > 1 ? cv::INTER_CUBIC : cv::INTER_AREA);
    return made;
}

/// \a quad in the whole picture, its first corner the fiducial's top left.
std::array<ImagePoint, 4> inWhole(const Quad& quad, double scale, std::size_t turns) {
    std::array<ImagePoint, 4> corners;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto& corner = quad[(i + turns) % 4];
        corners[i] = {(corner.x + 0.5) * scale - 0.5, (corner.y + 0.5) * scale - 0.5};
    }
    return corners;
}

} // namespace

MarkerSearch searchMarkers(PlainGrey grey, const ChartDescription& chart) {
    const cv::Mat whole(grey.height, grey.width, CV_8UC1, const_cast<std::uint8_t*>(grey.pixels));
    const auto small = searchPicture(whole);
    const QuadSearch shapes(small.grey, chart.marker.side * small.grey.cols);
    MarkerSearch search;
    std::map<int, FoundFiducial> byId;
    for (const auto& quad : shapes.quads()) {
        const auto code = CellReader(small.grey, quad).code();
        if (!code) continue;
        const auto read = lookUp(code->bits, chart);
        if (read.fiducial)
            byId.try_emplace(read.fiducial->id,
                             FoundFiducial{read.fiducial->id, inWhole(quad, small.scale, read.turns)});
        else
            ++(lookUp(mirrored(code->bits), chart).fiducial ? search.mirrored : search.others);
    }
    for (auto& [id, fiducial] : byId) {
        fiducial.corners = refineCorners(grey, fiducial.corners, chartFrameCells);
        search.found.push_back(fiducial);
    }
    if (search.found.empty()) search.blobs = shapes.blobs();
    return search;
}

} // namespace framegate::imaging
