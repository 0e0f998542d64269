// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "imaging/edge_profile.h"

namespace framegate::imaging {

/// An edge found: its line, its pixels and the smooth edge nearest to them.
struct FittedEdge {
    EdgeLine line;
    EdgeStrip strip;
    EdgeProfile profile;
    EdgeModel model;
    EdgeNoise noise;
    double halfLength; ///< of the edge that was used
};

/// Finds the edge near \a place and fits line and model in turn. Errors: as measureEdge().
Result<FittedEdge> fitEdge(const GreyView& picture, const ToneCurve& curve, const EdgePlace& place);

/// An error of kind Module about an edge.
Failure edgeRefused(const char* code, std::string why);

} // namespace framegate::imaging
