// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "steps/step.h"

#include <vector>

namespace framegate {

// One function a step, each in a file of its own; a new step is added here and in allSteps().
const Step& greetBoardStep();
const Step& lineTestStep();
const Step& identifyModuleStep();
const Step& initialiseSensorStep();
const Step& captureStep();
const Step& standbyCurrentStep();
const Step& colourBarsStep();
const Step& runContentStep();
const Step& sizeAgreementStep();
const Step& pictureQualityStep();
const Step& setFocusStep();
const Step& standbyStep();
const Step& provisionStep();

/// Every step there is.
const std::vector<const Step*>& allSteps();

} // namespace framegate
