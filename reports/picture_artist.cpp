// SPDX-License-Identifier: GPL-3.0-or-later
#include "reports/picture_artist.h"

#include "jpeg/validator.h"

#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

constexpr int widest = 1024;
constexpr int plain = 720; ///< of what has no picture behind it

class QtArtist : public PictureArtist {
public:
    Result<std::vector<Drawing>> draw(const JudgedPicture& picture) override {
        const auto decoded = jpeg::decode(*picture.bytes);
        if (!decoded) return passOn(decoded);
        std::vector<Drawing> all;
        const auto* chart = std::get_if<ChartMarks>(&picture.marks);
        auto first = annotated(picture, *decoded);
        if (auto added = add(all, fmt::format("{}-annotated", sceneText(picture.scene)), std::move(first));
            !added)
            return passOn(added);
        if (chart == nullptr || chart->edges.empty()) return all;
        if (auto added = add(all, "chart-focus", focusMap(*chart, plain)); !added) return passOn(added);
        if (auto added = add(all, "chart-sfr", responsePlot(*chart, plain)); !added) return passOn(added);
        return all;
    }

private:
    static Result<std::vector<std::byte>> annotated(const JudgedPicture& picture,
                                                    const DecodedPicture& decoded) {
        if (auto field = std::get_if<FieldMarks>(&picture.marks)) {
            auto marks = *field;
            marks.remarks = picture.remarks;
            return annotatedField(decoded, marks, widest);
        }
        ChartMarks marks;
        if (const auto* chart = std::get_if<ChartMarks>(&picture.marks))
            marks = *chart;
        else
            marks.caption = fmt::format("{}: not measured", sceneText(picture.scene));
        marks.size = decoded.size;
        marks.remarks = picture.remarks;
        return annotatedPicture(decoded, marks, widest);
    }
    static Result<> add(std::vector<Drawing>& all, std::string name, Result<std::vector<std::byte>> png) {
        if (!png) return passOn(png);
        all.push_back({std::move(name), std::move(*png)});
        return {};
    }
};

} // namespace

std::unique_ptr<PictureArtist> makePictureArtist() {
    return std::make_unique<QtArtist>();
}

} // namespace framegate
