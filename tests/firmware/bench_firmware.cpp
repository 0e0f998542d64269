// SPDX-License-Identifier: GPL-3.0-or-later
//
// How near the chip's stream comes to what its SPI clock allows, and how pauses come out at the pins. All
// times are the emulator's, so that the machine's load does not matter; see README.md for what the emulator
// leaves out.
#include "bench/fixture_board.h"
#include "loop_bench.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace framegate {
namespace {

using namespace std::chrono_literals;
using test::LoopBench;

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
    return std::move(*result);
}

double seconds(std::uint64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

/// The bound is what the bytes alone take at the SCK seen at the pins; the stream's time runs from the
/// request's leaving the host to the last answer's arrival.
void stream(std::uint32_t bytes) {
    LoopBench bench(1);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    orThrow(board.setClocks(8'000'000, 100'000, deadline, {}));
    const auto begin = bench.timeNs();
    const auto content = orThrow(board.readFifo(bytes, deadline, {}));
    const auto took = seconds(bench.timeNs() - begin);
    const auto burst = bench.transactions().back();
    const double bound = bytes * 8.0 / burst.sckHz;
    const auto statistics = bench.statistics();
    std::printf("stream of %u KiB: SCK %.4f MHz, clk_peri %.0f MHz, clk_sys %.0f MHz\n", bytes / 1024,
                burst.sckHz / 1e6, statistics.at("clkPeriHz").get<double>() / 1e6,
                statistics.at("clkSysHz").get<double>() / 1e6);
    std::printf("  SPI bound %.3f ms, chip select low %.3f ms, request to last answer %.3f ms\n", bound * 1e3,
                seconds(burst.end - burst.begin) * 1e3, took * 1e3);
    std::printf("  stream_vs_spi_bound %.4f   CRC %s, %zu warnings of the emulator\n", bound / took,
                content.crcHere == content.crcOnBoard ? "equal" : "DIFFERENT",
                statistics.at("warnings").size());
}

void pauses(unsigned us) {
    LoopBench bench(1);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    orThrow(board.setClocks(8'000'000, 100'000, deadline, {}));
    I2cScript script;
    const std::uint8_t write[] = {0xFF, 0x01};
    for (int i = 0; i < 101; ++i)
        script.write(write);
    orThrow(board.i2c(0x30, std::chrono::microseconds(us), script, false, deadline, {}));
    const auto pins = bench.transactions();
    std::vector<double> gaps;
    for (std::size_t i = pins.size() - 100; i < pins.size(); ++i)
        gaps.push_back(static_cast<double>(pins[i].begin - pins[i - 1].end) / 1e3);
    const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
    std::printf("  %6u us commanded: %.2f to %.2f us\n", us, *least, *most);
}

} // namespace
} // namespace framegate

int main() {
    framegate::stream(256 * 1024);
    std::printf("pauses from STOP to START, 100 each:\n");
    for (const unsigned us : {10U, 49U, 50U, 100U, 1000U, 3350U, 20'000U})
        framegate::pauses(us);
}
