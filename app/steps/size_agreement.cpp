// SPDX-License-Identifier: GPL-3.0-or-later
#include "imaging/chart_impression.h"
#include "jpeg/validator.h"
#include "steps/readings.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace framegate {
namespace {

using imaging::ChartImpression;
using Pictures = std::map<Resolution, PictureBytes>;

constexpr std::uint16_t narrowest = 320; // of pictures in which the chart is looked for

/// What a share of the picture is of the lens's field.
void placeInField(ChartImpression& impression, const FieldShare& field) {
    impression.centreX = field.left + field.width * impression.centreX;
    impression.centreY = field.top + field.height * impression.centreY;
    impression.width *= field.width;
    impression.height *= field.height;
}

double apart(double one, double other) {
    return 100 * std::abs(one - other) / ((one + other) / 2);
}

double centreDifference(const ChartImpression& a, const ChartImpression& b) {
    const double high = a.width > 0 ? a.size.height / double(a.size.width) : 0;
    return 100 * std::hypot(a.centreX - b.centreX, (a.centreY - b.centreY) * high);
}

double scaleDifference(const ChartImpression& a, const ChartImpression& b) {
    return std::max(apart(a.width, b.width), apart(a.height, b.height));
}

double rotationDifference(const ChartImpression& a, const ChartImpression& b) {
    return std::abs(a.degrees - b.degrees);
}

double balanceDifference(const ChartImpression& a, const ChartImpression& b) {
    return std::max(apart(a.redGreen, b.redGreen), apart(a.blueGreen, b.blueGreen));
}

double colourDifference(const ChartImpression& a, const ChartImpression& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.colours.size(); ++i)
        sum += imaging::deltaE00(a.colours[i], b.colours[i]);
    return sum / double(a.colours.size());
}

using Difference = double (*)(const ChartImpression&, const ChartImpression&);

/// From the other size that half of the others are nearer than: one odd size makes no other odd. Of two sizes
/// nobody knows which is.
double oddityOf(const ChartImpression& one, const std::vector<ChartImpression>& all, Difference difference) {
    std::vector<double> differences;
    for (const auto& other : all)
        if (other.size != one.size) differences.push_back(difference(one, other));
    const auto middle = differences.begin() + static_cast<std::ptrdiff_t>((differences.size() - 1) / 2);
    std::nth_element(differences.begin(), middle, differences.end());
    return *middle;
}

void addDifferences(const std::vector<ChartImpression>& all, std::vector<Reading>& readings) {
    static constexpr struct {
        const char* name;
        Difference difference;
        const char* unit;
    } kinds[] = {
        {"size_centre_difference", centreDifference, "%"},
        {"size_scale_difference", scaleDifference, "%"},
        {"size_rotation_difference", rotationDifference, "deg"},
        {"size_balance_difference", balanceDifference, "%"},
        {"size_colour_difference", colourDifference, "1"},
    };
    for (const auto& one : all)
        for (const auto& kind : kinds)
            readings.push_back({kind.name, oddityOf(one, all, kind.difference), kind.unit, one.size});
}

/// Of the largest size's sharpness, in cycles per chart width; how much a size must keep its limits say.
void addSharpness(const std::vector<ChartImpression>& all, std::vector<Reading>& readings) {
    const auto& largest = all.back();
    if (!largest.sharpness || *largest.sharpness <= 0) return;
    for (const auto& one : all)
        if (one.sharpness && one.size != largest.size)
            readings.push_back({"size_sharpness", 100 * *one.sharpness / *largest.sharpness, "%", one.size});
}

Result<StepFinding> compare(const TestPlan& plan, const Pictures& pictures) {
    std::vector<ChartImpression> found;
    unsigned without = 0;
    for (const auto& [size, bytes] : pictures) {
        if (size.width < narrowest) continue;
        const auto decoded = jpeg::decode(*bytes);
        if (!decoded) continue; // the capture has said so
        auto impression = imaging::impressionOf(*decoded, *plan.chart);
        if (!impression && impression.error().kind != ErrorKind::Io) return passOn(impression);
        if (!impression) {
            ++without;
            continue;
        }
        placeInField(*impression, plan.sensor.mode(size)->field);
        found.push_back(std::move(*impression));
    }
    StepFinding finding;
    if (found.size() < 2) return finding; // of one size, or without a chart, there is nothing to tell
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.size.pixels() < b.size.pixels(); });
    finding.readings.push_back(countReading("sizes_without_chart", without, "size", std::nullopt));
    addDifferences(found, finding.readings);
    addSharpness(found, finding.readings);
    return finding;
}

/// The chart lies at the same place in every size, has the same colours and is as sharp as that size allows.
/// Needs no module: only the pictures that the captures of the run left behind.
class SizeAgreement : public Step {
public:
    std::string_view type() const override { return "size-agreement"; }
    std::vector<std::string_view> measures() const override {
        return {"sizes_without_chart",     "size_centre_difference",
                "size_scale_difference",   "size_rotation_difference",
                "size_balance_difference", "size_colour_difference",
                "size_sharpness"};
    }
    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        if (!plan.chart)
            return failure(ErrorKind::InvalidInput, "PLAN_STEP",
                           "step size-agreement: the plan names no chart");
        return takesNoResolutions(spec);
    }
    Result<StepFinding> run(StepContext& context, const StepSpec&, std::optional<Resolution>) const override {
        StepFinding finding;
        if (context.settledPictures.size() < 2) return finding;
        finding.later = [&plan = context.plan, pictures = context.settledPictures] {
            return compare(plan, pictures);
        };
        return finding;
    }
};

} // namespace

const Step& sizeAgreementStep() {
    static const SizeAgreement step;
    return step;
}

} // namespace framegate
