// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace framegate::imaging {

/// Measures geometry and noise on charts and fields that OpenCV has drawn, warped, blurred and made noisy:
/// with neither the simulation nor what prints the chart. Prints bias and spread of each reading.
int openCvAccuracy(bool figures);

} // namespace framegate::imaging
