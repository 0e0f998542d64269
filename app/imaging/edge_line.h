// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "imaging/edge_profile.h"

namespace framegate::imaging {

/// The line through the middles of eight parts of the edge, each found from the area under its profile.
/// Good to some tenths of a pixel where \a line lies within half the strip's width of the edge.
EdgeLine roughLine(const EdgeStrip& strip, const EdgeLine& line, double halfWidth, const EdgeModel& levels);

/// \a line moved, turned and bent so that the pixels lie as near as possible to \a model, by one step of
/// weighted least squares. The model's centre is taken as the place of the edge.
EdgeLine refinedLine(const EdgeStrip& strip, const EdgeLine& line, const EdgeModel& model, double halfLength);

} // namespace framegate::imaging
