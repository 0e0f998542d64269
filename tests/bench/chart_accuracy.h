// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace framegate::imaging {

/// Measures pictures of the chart of which everything is known, and prints how far each reading is off: bias
/// and spread. Neither renderer nor noise is that of the simulation.
int chartAccuracy(bool figures);

} // namespace framegate::imaging
