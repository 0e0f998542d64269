// SPDX-License-Identifier: GPL-3.0-or-later
#include "steps/registry.h"

namespace framegate {

const std::vector<const Step*>& allSteps() {
    static const std::vector<const Step*> all = {
        &greetBoardStep(), &lineTestStep(),   &identifyModuleStep(), &initialiseSensorStep(),
        &captureStep(),    &runContentStep(), &sizeAgreementStep(),  &pictureQualityStep(),
        &colourBarsStep(), &setFocusStep(),   &standbyCurrentStep(), &standbyStep(),
        &provisionStep()};
    return all;
}

} // namespace framegate
