// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every size of both sensors, once on the firmware's host build and once in the emulator: register writes,
// capture, and the picture's bytes must be the same. The emulator streams some 50 KB a second of the
// machine's time, so that of most pictures only the beginning is read.
#include "camera/camera.h"
#include "config/readers.h"
#include "two_boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framegate {
namespace {

using test::orThrow;
using namespace std::chrono_literals;

constexpr std::uint32_t cutBytes = 6 * 1024;

TestPlan planOf(const std::string& name) {
    auto plan = config::readPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/" + name + ".toml");
    if (!plan) throw std::runtime_error(plan.error().message);
    return std::move(*plan);
}

/// What one size came to.
struct OneSize {
    Resolution size;
    unsigned mismatches = 0;
    std::uint32_t fifoBytes = 0;
    FifoContent cut;
};

struct Tour {
    ModuleIdentity identity;
    std::vector<OneSize> sizes;
    CapturedFrame whole; ///< of the largest size
    SecondRead again;    ///< by its sum
};

OneSize takeCut(Camera& camera, Resolution size, Deadline deadline) {
    OneSize one;
    one.size = size;
    one.mismatches = orThrow(camera.setSize(size, deadline, {})).mismatches;
    orThrow(camera.clock().sleepFor(1s, {}));
    one.fifoBytes = orThrow(camera.board().capture({}, deadline, {})).bytes;
    one.cut = orThrow(camera.board().readFifo(std::min(one.fifoBytes, cutBytes), deadline, {}));
    return one;
}

Tour tour(std::unique_ptr<UsbTransport> transport, const TestPlan& plan) {
    FixtureBoard board(std::move(transport));
    const auto deadline = Deadline::after(board.clock(), 300s);
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    Tour made;
    made.identity = orThrow(camera.identify(deadline, {}));
    orThrow(camera.initialise(deadline, {}));
    for (const auto& mode : plan.sensor.modes)
        made.sizes.push_back(takeCut(camera, mode.size, deadline));
    made.whole = orThrow(camera.capture(deadline, {}));
    made.again = orThrow(camera.readAgain(made.whole, SecondReadBy::Crc, deadline, {}));
    return made;
}

struct Tours {
    test::OneRun<Tour> host;
    test::OneRun<Tour> chip;
};

Tours both(const std::string& plan, const std::string& board) {
    const auto read = planOf(plan);
    const auto work = [&](auto transport) { return tour(std::move(transport), read); };
    const test::ModuleSpec module(5, plan, board);
    return {test::onHost(module, work), test::onChip(module, work)};
}

class Sizes : public testing::TestWithParam<std::tuple<const char*, const char*, std::size_t>> {};

TEST_P(Sizes, EverySize_EqualsTheHostBuildsBytesSumsAndTransactions) {
    const auto [sensor, board, count] = GetParam();
    const auto tours = both(sensor, board);
    const auto& host = tours.host.outcome;
    const auto& chip = tours.chip.outcome;
    ASSERT_EQ(chip.sizes.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
        SCOPED_TRACE(testing::Message() << chip.sizes[i].size.width << "x" << chip.sizes[i].size.height);
        EXPECT_EQ(chip.sizes[i].mismatches, 0U);
        EXPECT_GT(chip.sizes[i].fifoBytes, 1000U);
        EXPECT_EQ(chip.sizes[i].fifoBytes, host.sizes[i].fifoBytes);
        EXPECT_EQ(chip.sizes[i].cut.bytes, host.sizes[i].cut.bytes);
        EXPECT_EQ(chip.sizes[i].cut.crcOnBoard, chip.sizes[i].cut.crcHere);
        EXPECT_EQ(chip.sizes[i].cut.crcOnBoard, host.sizes[i].cut.crcOnBoard);
    }
    EXPECT_GT(chip.whole.bytes.size(), 2 * chip.sizes.back().cut.bytes.size());
    EXPECT_EQ(chip.whole.bytes, host.whole.bytes);
    EXPECT_EQ(chip.whole.crcOnBoard, chip.whole.crcHere);
    EXPECT_TRUE(chip.again.available);
    EXPECT_TRUE(chip.again.equal);
    EXPECT_EQ(test::withoutRepeatedLooks(tours.chip.pins), test::withoutRepeatedLooks(tours.host.pins));
}

INSTANTIATE_TEST_SUITE_P(Sensors, Sizes,
                         testing::Values(std::tuple("ov2640", "mini-2mp-plus", 9U),
                                         std::tuple("ov5642", "mini-5mp-plus", 7U)),
                         [](const auto& tested) { return std::string(std::get<0>(tested.param)); });

} // namespace
} // namespace framegate
