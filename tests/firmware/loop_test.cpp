// SPDX-License-Identifier: GPL-3.0-or-later
//
// The station's own code drives the firmware twice: its host build, and the image that goes on to a Pico.
// What the module sees and what the station gets must be the same.
#include "camera/camera.h"
#include "config/readers.h"
#include "support/vendor_sequences.h"
#include "two_boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>

namespace framegate {
namespace {

using test::LoopBench;
using test::orThrow;
using test::PinTransaction;
using test::withoutRepeatedLooks;
using namespace std::chrono_literals;

constexpr unsigned unit = 3;
constexpr Resolution small{320, 240};
constexpr Resolution large{1600, 1200};

TestPlan shippedPlan() {
    auto plan = config::readPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov2640.toml");
    if (!plan) throw std::runtime_error(plan.error().message);
    return std::move(*plan);
}

/// What the station learns of a module on the way to two pictures.
struct Journey {
    BoardHello hello;
    ModuleIdentity identity;
    SizeChange start;
    std::vector<CapturedFrame> frames;
};

Journey travel(std::unique_ptr<UsbTransport> transport, const TestPlan& plan) {
    FixtureBoard board(std::move(transport));
    const auto deadline = Deadline::after(board.clock(), 60s);
    Journey journey;
    journey.hello = orThrow(board.hello(deadline, {}));
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    journey.identity = orThrow(camera.identify(deadline, {}));
    journey.start = orThrow(camera.initialise(deadline, {}));
    for (const auto size : {small, large}) {
        orThrow(camera.setSize(size, deadline, {}));
        orThrow(board.clock().sleepFor(1s, {}));
        journey.frames.push_back(orThrow(camera.capture(deadline, {})));
    }
    return journey;
}

/// One journey on the host build and one on the emulated chip, made once: it takes seconds.
struct Both {
    TestPlan plan = shippedPlan();
    Journey host;
    std::vector<PinTransaction> hostPins;
    nlohmann::json device;
    Journey chip;
    std::vector<PinTransaction> chipPins;
    nlohmann::json statistics;

    Both() {
        auto run = test::onHost(unit, [this](auto transport) { return travel(std::move(transport), plan); });
        host = std::move(run.outcome);
        hostPins = std::move(run.pins);
        LoopBench bench(unit);
        device = bench.enumerate();
        chip = travel(bench.open(), plan);
        chipPins = bench.transactions();
        statistics = bench.statistics();
    }
    static const Both& get() {
        static const Both both;
        return both;
    }
};

/// The register writes among what passed the pins, placed in their banks. Reads only set an address.
std::vector<RegisterWrite> registerWrites(const std::vector<PinTransaction>& pins) {
    std::vector<RegisterWrite> writes;
    std::uint8_t bank = 0;
    for (const auto& one : pins) {
        unsigned address = 0;
        unsigned value = 0;
        if (std::sscanf(one.text.c_str(), "i2c 60+ %x+ %x+", &address, &value) != 2) continue;
        if (address == 0xFF)
            bank = value & 1U;
        else
            writes.push_back(
                {{bank, static_cast<std::uint16_t>(address)}, static_cast<std::uint8_t>(value), true});
    }
    return writes;
}

TEST(Loop, Enumeration_ShowsTheTestBoard) {
    const auto& device = Both::get().device;
    EXPECT_EQ(device.at("vendor"), 0x1209);
    EXPECT_EQ(device.at("productId"), 0x0001);
    EXPECT_EQ(device.at("manufacturer"), "FrameGate");
    EXPECT_EQ(device.at("product"), "FrameGate test board");
    EXPECT_EQ(device.at("serial").get<std::string>().size(), 16U);
}

TEST(Loop, Hello_NamesChipAndFlashId) {
    const auto& both = Both::get();
    EXPECT_FALSE(both.chip.hello.isVirtual);
    std::string serial = both.device.at("serial");
    for (auto& letter : serial)
        letter = static_cast<char>(std::tolower(letter));
    EXPECT_EQ(both.chip.hello.boardId, serial);
}

TEST(Loop, Identity_EqualsTheHostBuilds) {
    const auto& both = Both::get();
    EXPECT_EQ(both.chip.identity.arduchipVersion, both.host.identity.arduchipVersion);
    EXPECT_EQ(both.chip.identity.sensorId, both.host.identity.sensorId);
    EXPECT_EQ(both.chip.start.mismatches, 0U);
}

TEST(Loop, Pictures_EqualTheHostBuildsByteForByte) {
    const auto& both = Both::get();
    ASSERT_EQ(both.chip.frames.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& host = both.host.frames[i];
        const auto& chip = both.chip.frames[i];
        EXPECT_GT(chip.bytes.size(), 1000U);
        EXPECT_EQ(chip.bytes, host.bytes);
        EXPECT_EQ(chip.crcOnBoard, host.crcOnBoard);
        EXPECT_EQ(chip.crcHere, chip.crcOnBoard);
    }
    EXPECT_GT(both.chip.frames[1].bytes.size(), 2 * both.chip.frames[0].bytes.size());
}

TEST(Loop, Transactions_EqualTheHostBuildsOneByOne) {
    const auto& both = Both::get();
    const auto chip = withoutRepeatedLooks(both.chipPins);
    const auto host = withoutRepeatedLooks(both.hostPins);
    ASSERT_GT(chip.size(), 400U);
    for (std::size_t i = 0; i < std::min(chip.size(), host.size()); ++i)
        ASSERT_EQ(chip[i], host[i]) << "transaction " << i << " of " << chip.size();
    EXPECT_EQ(chip.size(), host.size());
}

TEST(Loop, Emulator_FoundNothingWrong) {
    const auto& statistics = Both::get().statistics;
    EXPECT_EQ(statistics.at("warnings"), nlohmann::json::array());
    EXPECT_EQ(statistics.at("toggleErrors"), 0);
    EXPECT_EQ(statistics.at("resets"), nlohmann::json::array());
    EXPECT_EQ(statistics.at("state"), "running");
}

TEST(Loop, SpiClock_IsTheModulesFastest) {
    for (const auto& one : Both::get().chipPins)
        if (one.text.rfind("spi 3c>", 0) == 0) {
            EXPECT_EQ(one.sckHz, 8'000'000U);
        }
}

TEST(Loop, StartUp_GivesTheVendorsRegisterImageWhereItIsMeantTo) {
    if (!test::vendorSequencesAtHand()) GTEST_SKIP() << "the vendor's sequences are not at hand";
    const auto writes = registerWrites(Both::get().chipPins);
    const auto vendors = test::placed(test::vendorWrites("seq/init_ov2640_arduino.csv"));
    ASSERT_FALSE(writes.empty());
    EXPECT_EQ(writes.front().at, vendors.front().at); // both begin with the soft reset
    EXPECT_EQ(writes.front().value, vendors.front().value);
    RegisterImage ours;
    RegisterImage theirs;
    // Up to the end of the first size's writes: a RESET of 0 lets the picture out.
    for (const auto& write : writes) {
        ours[write.at] = write.value;
        const auto done =
            write.at == RegisterAddress{0, 0xE0} && write.value == 0 && ours.count({0, 0x5a}) > 0;
        if (done && ours.at({0, 0x5a}) == small.width / 4) break;
    }
    test::writeAll(theirs, vendors);
    const auto meant = test::meantDifferences("ov2640", "arduino", "320x240");
    EXPECT_EQ(test::differences(ours, theirs), meant);
    EXPECT_EQ(test::tableAccesses(writes).size(), test::tableAccesses(vendors).size());
    EXPECT_EQ(test::tableAccesses(writes), test::tableAccesses(vendors));
}

/// From STOP to the next START at the pins, for each of \a count writes in a row.
std::vector<double> gapsUs(const std::vector<PinTransaction>& pins) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < pins.size(); ++i)
        gaps.push_back(static_cast<double>(pins[i].begin - pins[i - 1].end) / 1000);
    return gaps;
}

class Pauses : public testing::TestWithParam<unsigned> {};

TEST_P(Pauses, AtThePins_AreNeverShorterAndAtMostFivePercentAndTwentyMicrosecondsLonger) {
    const double commanded = GetParam();
    LoopBench bench(unit);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 10s);
    orThrow(board.setClocks(8'000'000, 100'000, deadline, {}));
    I2cScript script;
    const std::uint8_t write[] = {0xFF, 0x01};
    for (int i = 0; i < 20; ++i)
        script.write(write);
    const auto before = bench.transactions().size();
    orThrow(board.i2c(0x30, std::chrono::microseconds(GetParam()), script, false, deadline, {}));
    auto pins = bench.transactions();
    pins.erase(pins.begin(), pins.begin() + static_cast<std::ptrdiff_t>(before));
    ASSERT_EQ(pins.size(), 20U);
    for (const auto gap : gapsUs(pins)) {
        EXPECT_GE(gap, commanded);
        EXPECT_LE(gap, commanded * 1.05 + 20);
    }
    EXPECT_EQ(bench.statistics().at("warnings"), nlohmann::json::array());
}

INSTANTIATE_TEST_SUITE_P(Microseconds, Pauses,
                         testing::Values(10U, 49U, 50U, 100U, 333U, 1000U, 3350U, 20'000U),
                         testing::PrintToStringParamName());

/// The emulator knows no pulls and no wires, only that SDA and SCL are pulled up: what this shows is that the
/// chip's image answers in time and gives the pins back.
TEST(Loop, LineTest_AnswersAndGivesThePinsBack) {
    LoopBench bench(unit);
    bench.enumerate();
    const auto plan = shippedPlan();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    const auto lines = board.lineTest({}, deadline, {});
    ASSERT_TRUE(lines) << lines.error().message;
    ASSERT_TRUE(*lines);
    constexpr auto bus = wire::lineBit(wire::Line::Sda) | wire::lineBit(wire::Line::Scl);
    EXPECT_EQ((*lines)->pulledUp & bus, bus);
    EXPECT_LT((*lines)->elapsedUs, 70'000U);
    EXPECT_EQ((*lines)->railMv, wire::notMeasured);
    const auto supply = board.supply(deadline, {});
    ASSERT_TRUE(supply) << supply.error().message;
    EXPECT_FALSE(*supply);
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    const auto identity = camera.identify(deadline, {});
    EXPECT_TRUE(identity) << identity.error().message;
    EXPECT_EQ(bench.statistics().at("warnings"), nlohmann::json::array());
}

TEST(Loop, ResetLinkInMidStream_LeavesACleanLink) {
    LoopBench bench(unit);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    const auto tooShort = Deadline::after(board.clock(), 20ms);
    const auto cut = board.readFifo(200'000, tooShort, {});
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, "USB_TIMEOUT");
    const auto hello = board.hello(deadline, {});
    ASSERT_TRUE(hello) << hello.error().message;
    const auto whole = board.readFifo(1000, deadline, {});
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_EQ(whole->crcOnBoard, whole->crcHere);
    EXPECT_EQ(bench.statistics().at("warnings"), nlohmann::json::array());
}

} // namespace
} // namespace framegate
