// SPDX-License-Identifier: MIT
#include "sim/faults.h"

#include <algorithm>
#include <array>

namespace framegate::sim {
namespace {

constexpr std::array header = {Pin::Cs,  Pin::Mosi, Pin::Miso, Pin::Sck,
                               Pin::Gnd, Pin::Vcc,  Pin::Sda,  Pin::Scl};

} // namespace

std::vector<Pin> neighboursOf(Pin pin) {
    const auto* place = std::find(header.begin(), header.end(), pin);
    std::vector<Pin> neighbours;
    if (place != header.begin()) neighbours.push_back(*(place - 1));
    if (place + 1 != header.end()) neighbours.push_back(*(place + 1));
    return neighbours;
}

} // namespace framegate::sim
