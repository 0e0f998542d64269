// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/station_runner.h"
#include "station/bench_access.h"
#include "station/plan_loading.h"
#include "support/fake_station.h"
#include "support/temp_folder.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

namespace framegate::test {

/// A lot on the virtual bench, with everything real but the disk.
struct VirtualLot {
    TempFolder folder;
    TestPlan plan;
    std::unique_ptr<BenchAccess> bench;
    FakeRecordStore store;
    FakeEventSink sink;
    LotOrder order;
    std::stop_source stop;

    /// \a withPicture: the plan's steps that judge lens and light run too.
    VirtualLot(unsigned units, int slots, const std::string& scenario = {},
               const std::string& planName = "ov2640-quick.toml", std::uint64_t seed = 11,
               bool withPicture = true) {
        plan = loadPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/" + planName).value();
        if (!withPicture) std::erase_if(plan.main, judgesThePicture);
        BenchChoice choice;
        choice.bench = "virtual";
        choice.slots = slots;
        choice.sensor = plan.sensor.name;
        choice.board = plan.board.name;
        if (std::any_of(plan.main.begin(), plan.main.end(), judgesThePicture))
            choice.chart = plan.chart; // costly to draw
        choice.seed = seed;
        if (!scenario.empty()) choice.scenario = folder.write("scenario.toml", scenario);
        bench = openBench(choice).value();
        order.lot = "test";
        order.bench = "virtual";
        for (unsigned i = 1; i <= units; ++i)
            order.units.push_back({Serial::numbered(i), i, {}});
    }
    static bool judgesThePicture(const StepSpec& step) {
        return step.type == "picture-quality" || step.type == "size-agreement" || step.type == "set-focus";
    }
    Result<LotSummary> run() {
        StationRunner runner(bench->layout(), plan, {bench->usb(), bench->loader(), store, {}, sink});
        return runner.run(order, stop.get_token());
    }
};

} // namespace framegate::test
