// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "camera/camera.h"
#include "config/readers.h"
#include "sim/camera_module.h"
#include "simulation/chart_scene.h"
#include "support/host_transport.h"

#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace framegate::test {

inline TestPlan shippedPlan(const std::string& name) {
    auto read = config::readPlan(std::string(FRAMEGATE_SOURCE_DIR "/fixtures/plans/") + name);
    EXPECT_TRUE(read) << read.error().message;
    return read ? std::move(*read) : TestPlan{};
}

/// A module of the plan's sensor on its board, started and ready for sizes.
struct SensorBench {
    using Wrap = std::function<std::unique_ptr<UsbTransport>(std::unique_ptr<UsbTransport>)>;

    /// \a wrap: what stands between the station and the board.
    explicit SensorBench(const TestPlan& used, const sim::Faults& modulesFaults = {}, const Wrap& wrap = {})
        : plan(used),
          faults(modulesFaults),
          board(wrap ? wrap(transport()) : transport()),
          camera(board, plan.sensor, plan.board, plan.timing) {
        EXPECT_TRUE(camera.identify(deadline(), {}));
        const auto started = camera.initialise(deadline(), {});
        EXPECT_TRUE(started && started->mismatches == 0);
    }
    std::unique_ptr<UsbTransport> transport() {
        const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
        auto made =
            std::make_unique<sim::CameraModule>(faults, simulation::makeChartScene(1, kind.sensor), 1, kind);
        module = made.get();
        return std::make_unique<HostTransport>(std::move(made));
    }
    Deadline deadline() { return Deadline::after(board.clock(), std::chrono::seconds{60}); }
    SizeChange to(Resolution size) {
        const auto change = camera.setSize(size, deadline(), {});
        EXPECT_TRUE(change) << change.error().message;
        EXPECT_EQ(change ? change->mismatches : 1, 0U) << change->firstMismatch;
        return change ? *change : SizeChange{};
    }
    /// What the sensor's kept registers hold.
    RegisterImage held(Resolution size) {
        RegisterImage image;
        for (const auto& write : plan.sensor.image(size))
            image[write.at] = module->sensor().reg(write.at.bank, write.at.address);
        return image;
    }

    const TestPlan& plan;
    sim::Faults faults;
    sim::CameraModule* module = nullptr;
    FixtureBoard board;
    Camera camera;
};

} // namespace framegate::test
