// SPDX-License-Identifier: GPL-3.0-or-later
//
// How many copies of a large picture's bytes there are at once, from USB to measurements: every allocation of
// this program is watched.
#include "config/readers.h"
#include "protocol/crc32.h"
#include "protocol/messages.h"
#include "sim/camera_module.h"
#include "simulation/chart_scene.h"
#include "steps/step.h"
#include "support/host_transport.h"

#include <atomic>
#include <cstdlib>
#include <deque>
#include <gtest/gtest.h>
#include <malloc.h>
#include <new>

namespace {

std::atomic<std::size_t> watchedFrom =
    0; ///< allocations of this size and up to its double are counted; 0: none
std::atomic<int> now = 0;
std::atomic<int> most = 0;

bool isWatched(std::size_t bytes) {
    const auto from = watchedFrom.load();
    return from != 0 && bytes >= from && bytes < 2 * from;
}

} // namespace

void* operator new(std::size_t bytes) {
    void* block = std::malloc(bytes == 0 ? 1 : bytes);
    if (block == nullptr) throw std::bad_alloc();
    if (isWatched(::malloc_usable_size(block))) {
        const int count = ++now;
        if (count > most) most = count;
    }
    return block;
}
void operator delete(void* block) noexcept {
    if (block != nullptr && isWatched(::malloc_usable_size(block))) --now;
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
    operator delete(block);
}

namespace framegate {
namespace {

using namespace std::chrono_literals;
using wire::Opcode;

constexpr Resolution largest{2592, 1944};

/// A board that always has the same picture in its FIFO, and sends it piece by piece without copying it
/// whole.
class OnePictureBoard final : public UsbTransport, private Clock {
public:
    explicit OnePictureBoard(const std::vector<std::byte>& fifo) : fifo_(fifo) {}
    Clock& clock() override { return *this; }
    Result<> send(std::span<const std::byte> bytes, Deadline, std::stop_token) override {
        const auto frame = wire::readFrame(octets(bytes));
        header_ = {wire::Kind::Done, frame->header.opcode, wire::Status::Ok, frame->header.tag, 0};
        sent_ = 0;
        length_ = 0;
        if (header_.opcode != Opcode::ReadFifo) return {};
        const auto request = *wire::decode<wire::ReadFifoRequest>(frame->payload);
        length_ = request.length;
        if ((request.flags & wire::readCrcOnly) != 0) sent_ = length_;
        return {};
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline, std::stop_token) override {
        now_ += 1ms;
        const std::span out(reinterpret_cast<std::uint8_t*>(buffer.data()), buffer.size());
        if (header_.opcode == Opcode::ReadFifo) return fifo(out);
        if (header_.opcode == Opcode::Capture)
            return wire::writeMessage(out, header_,
                                      wire::CaptureDone{8, static_cast<std::uint32_t>(fifo_.size()), 1000});
        if (header_.opcode == Opcode::SpiBatch)
            return wire::writeMessage(out, header_, wire::SpiBatchDone{1, {}});
        return failure(ErrorKind::Internal, "TEST", "not expected");
    }
    Result<std::size_t> control(UsbControlRequest, std::span<std::byte>, Deadline, std::stop_token) override {
        return std::size_t{0};
    }
    Result<> clearHalt(UsbPipe, Deadline, std::stop_token) override { return {}; }

private:
    static std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
        return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
    }
    std::size_t fifo(std::span<std::uint8_t> out) {
        const auto all = octets(fifo_).first(length_);
        auto header = header_;
        if (sent_ == length_)
            return wire::writeMessage(out, header, wire::ReadFifoDone{length_, wire::crc32(all), 1000});
        header.kind = wire::Kind::Progress;
        const auto chunk = all.subspan(sent_, std::min<std::size_t>(4000, length_ - sent_));
        const auto size = wire::writeMessage(out, header, wire::FifoChunk{sent_, {chunk}});
        sent_ += static_cast<std::uint32_t>(chunk.size());
        return size;
    }
    ClockTime now() const override { return {now_}; }
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token) override {
        now_ += duration;
        return {};
    }

    const std::vector<std::byte>& fifo_;
    wire::Header header_;
    std::uint32_t length_ = 0;
    std::uint32_t sent_ = 0;
    std::chrono::nanoseconds now_{0};
};

/// The largest picture of a good module, as it lies in the FIFO.
std::vector<std::byte> largePicture(const TestPlan& plan) {
    const auto& kind = *sim::findModule(plan.sensor.name, plan.board.name);
    FixtureBoard board(std::make_unique<test::HostTransport>(std::make_unique<sim::CameraModule>(
        sim::Faults{}, simulation::makeChartScene(1, kind.sensor), 1, kind)));
    Camera camera(board, plan.sensor, plan.board, plan.timing);
    const auto deadline = Deadline::after(board.clock(), 60s);
    EXPECT_TRUE(camera.identify(deadline, {}));
    EXPECT_TRUE(camera.initialise(deadline, {}));
    EXPECT_TRUE(camera.setSize(largest, deadline, {}));
    EXPECT_TRUE(board.clock().sleepFor(2s, {}));
    auto frame = camera.capture(deadline, {});
    EXPECT_TRUE(frame);
    return frame ? std::move(frame->bytes) : std::vector<std::byte>{};
}

TEST(Copies, OfOneLargePicture_AreAtMostThree) {
    auto plan = config::readPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov5642.toml");
    ASSERT_TRUE(plan);
    // Registers are not what is tested here: nothing to write, nothing to read back.
    for (auto& mode : plan->sensor.modes)
        mode.writes.clear();
    plan->sensor.base.clear();
    const auto fifo = largePicture(*config::readPlan(FRAMEGATE_SOURCE_DIR "/fixtures/plans/ov5642.toml"));
    ASSERT_GT(fifo.size(), 200'000U);
    FixtureBoard board(std::make_unique<OnePictureBoard>(fifo));
    Camera camera(board, plan->sensor, plan->board, plan->timing);
    BoardHello hello;
    StepContext context{*plan, camera, hello, Deadline::after(board.clock(), 600s), {}};
    plan->main = {{"capture", {largest}, 1, 1}};
    watchedFrom = fifo.size() * 9 / 10;
    {
        auto finding = findStep("capture")->run(context, plan->main.front(), largest);
        ASSERT_TRUE(finding) << finding.error().message;
        ASSERT_EQ(finding->failureCode, "") << finding->failureDetail;
        ASSERT_TRUE(finding->later);
        for (const auto& reading : finding->readings)
            if (reading.name == "settled") {
                ASSERT_EQ(reading.value, 1) << "fewer frames than usual were taken";
            }
        const auto later = finding->later();
        ASSERT_TRUE(later) << later.error().message;
        EXPECT_EQ(later->failureCode, "");
    }
    const int copies = most;
    watchedFrom = 0;
    RecordProperty("copies", copies);
    std::printf("copies at once: %d\n", copies);
    EXPECT_GE(copies, 1);
    EXPECT_LE(copies, 3);
}

} // namespace
} // namespace framegate
