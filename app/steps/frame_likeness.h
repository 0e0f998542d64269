// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "domain/sensor_description.h"
#include "jpeg/validator.h"

#include <vector>

namespace framegate {

/// What a valid frame shows, as far as two of them can be compared.
struct Look {
    double bytes = 0;
    std::vector<double> means; ///< of each component, in levels
};

/// The look of a valid picture.
Look lookOf(const jpeg::Verdict& verdict);

/// Whether both show the same: alike in length by the sensor's rule, and in the mean of each component.
bool alike(const Look& a, const Look& b, const SettleRule& rule);

} // namespace framegate
