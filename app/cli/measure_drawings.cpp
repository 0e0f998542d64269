// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/measure_drawings.h"

#include "base/files.h"
#include "steps/picture_marks.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace framegate {
namespace {

constexpr int widestOverlay = 2000; // pixels
constexpr int smallDrawing = 1000;

} // namespace

Result<> drawMeasured(const DecodedPicture& picture, const imaging::ChartMeasurements& measured,
                      const std::vector<Measurement>& judged, const std::string& file,
                      const std::string& folder) {
    const auto name = std::filesystem::path(file).stem().string();
    const auto marks = marksOf(picture.size, measured, judged, name);
    const std::array<std::pair<const char*, Result<std::vector<std::byte>>>, 3> drawings = {{
        {"overlay",
         annotatedPicture(picture, marks, std::clamp<int>(picture.size.width, smallDrawing, widestOverlay))},
        {"focus", focusMap(marks, smallDrawing)},
        {"sfr", responsePlot(marks, smallDrawing)},
    }};
    std::error_code ignored; // writing says what is wrong with the folder
    std::filesystem::create_directories(folder, ignored);
    for (const auto& [kind, png] : drawings) {
        if (!png) return passOn(png);
        const auto path = std::filesystem::path(folder) / fmt::format("{}-{}.png", name, kind);
        if (auto written = writeFileAtomically(path, *png); !written) return written;
    }
    return {};
}

} // namespace framegate
