// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "domain/unit.h"
#include "sim/faults.h"
#include "simulation/board_faults.h"
#include "simulation/fixture_light.h"
#include "simulation/unit_optics.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace framegate::simulation {

/// A file's bytes in place of what the sensor would make at that size.
struct PictureInPlace {
    std::uint16_t width = 0;
    std::uint16_t height = 0;
    std::vector<std::uint8_t> bytes;
};

/// Everything that is wrong with one run of a unit in a slot.
struct UnitTroubles {
    sim::Faults module;
    OpticalFaults optics;
    FixtureLight light;
    BoardFaults board;
    std::vector<PictureInPlace> pictures;
    std::string names; ///< of the faults, joined by ';', for truth.csv
};

/// One fault with its parameters.
struct FaultSpec {
    std::string name;
    std::function<void(UnitTroubles&)> apply;
};

/// A scenario file's content (docs/scenarios.md). A value; reading it is thread-safe.
class Scenario {
public:
    /// To whom an entry applies; what is not set applies to all.
    struct Entry {
        std::optional<std::string> serial;
        std::optional<unsigned> index;
        std::optional<int> slot;
        int fromRun = 1;
        int untilRun = 1'000'000;
        std::optional<FaultSpec> fault;
        std::optional<PictureInPlace> picture;
    };

    /// Who turns lenses on the virtual bench.
    struct Operator {
        bool present = true;
        double disobeys = 0; ///< share of turns that go the other way
    };

    std::optional<std::uint64_t> seed;
    Operator hand;
    double good = 1;            ///< share of units that the mix leaves good
    std::vector<FaultSpec> mix; ///< what it gives the others
    std::vector<Entry> entries;

    /// What is wrong with this run, given the bench's seed.
    UnitTroubles troublesOf(const Unit& unit, int slot, int run, std::uint64_t benchSeed) const;
};

} // namespace framegate::simulation
