// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/pictures.h"
#include "steps/step.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace framegate {

/// The measuring captures of one size, and how they came about.
struct SceneCaptures {
    std::map<Scene, std::vector<PictureBytes>> pictures; ///< valid ones; of the diffuser two
    std::vector<double> shipped; ///< mean of each component, in levels, as automatic functions had it
    std::vector<double> frozen;  ///< and with them frozen, of the same scene
    std::optional<ExposureSeen> exposure; ///< at which they were frozen; none where nobody knows
    PictureBytes
        released; ///< the chart with everything put back, as it is shipped; null where it is not asked for
    SizeChange change;
    unsigned linkErrors = 0;
    std::string code;     ///< set when the module gave no picture that could be measured
    std::string detail;   ///< why not
    PictureBytes culprit; ///< the picture that is none; null where there is none to show
};

/// Lets a size settle on the chart, freezes exposure, gain and white balance, leaves bad pixels as they are
/// but on the chart,
/// takes \a scenes in their order, and then puts everything back, whatever came. Where the chart was among
/// them it is taken once more then.
/// Errors: those of Camera and showScene(); kind Module never: what the module does is a finding.
Result<SceneCaptures> captureScenes(StepContext& context, const std::vector<Scene>& scenes, Resolution size);

} // namespace framegate
