// SPDX-License-Identifier: GPL-3.0-or-later
//
// How near the chip's stream comes to what its SPI clock allows, and how pauses come out at the pins. All
// times are the emulator's, so that the machine's load does not matter; see README.md for what the emulator
// leaves out.
#include "bench/fixture_board.h"
#include "figures.h"
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

struct StreamFigures {
    double bound = 0;    ///< what the bytes alone take at the SCK seen at the pins, s
    double selected = 0; ///< how long chip select was low, s
    double took = 0;     ///< from the request's leaving the host to the last answer's arrival, s
    std::uint32_t sckHz = 0;
    bool sound = false; ///< sums equal, nothing for the emulator to warn of
    double ratio() const { return bound / took; }
};

enum class Way { Bytes, BytesTraced, SumOnly };

StreamFigures stream(std::uint32_t bytes, Way way) {
    LoopBench bench(1);
    bench.enumerate();
    FixtureBoard board(bench.open());
    const auto deadline = Deadline::after(board.clock(), 60s);
    orThrow(board.setClocks(8'000'000, 100'000, deadline, {}));
    if (way == Way::BytesTraced) orThrow(board.setTrace(true, deadline, {}));
    const auto begin = bench.timeNs();
    const auto content = orThrow(way == Way::SumOnly ? board.sumFifo(bytes, deadline, {})
                                                     : board.readFifo(bytes, deadline, {}));
    StreamFigures figures;
    figures.took = seconds(bench.timeNs() - begin);
    const auto burst = bench.transactions().back();
    figures.sckHz = burst.sckHz;
    figures.bound = bytes * 8.0 / burst.sckHz;
    figures.selected = seconds(burst.end - burst.begin);
    figures.sound = content.crcHere == content.crcOnBoard && bench.statistics().at("warnings").empty();
    return figures;
}

void report(const char* name, std::uint32_t bytes, Way way, bool figuresOnly) {
    const auto figures = stream(bytes, way);
    if (!figures.sound) throw std::runtime_error(std::string(name) + ": sums differ, or the emulator warns");
    if (figuresOnly) return test::printFigure(name, figures.ratio(), "ratio");
    std::printf(
        "%-30s %.4f  (%u KiB, SCK %.4f MHz: bits alone %.1f ms, chip select low %.1f ms, request to last "
        "answer %.1f ms)\n",
        name, figures.ratio(), bytes / 1024, figures.sckHz / 1e6, figures.bound * 1e3, figures.selected * 1e3,
        figures.took * 1e3);
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

int main(int argc, char** argv) {
    using namespace framegate;
    const bool figuresOnly = test::wantsFigures(argc, argv);
    constexpr std::uint32_t bytes = 512 * 1024;
    report("stream_vs_spi_bound", bytes, Way::Bytes, figuresOnly);
    report("stream_vs_spi_bound/traced", bytes, Way::BytesTraced, figuresOnly);
    report("second_read_vs_spi_bound", bytes, Way::SumOnly, figuresOnly);
    if (figuresOnly) return 0;
    std::printf("pauses from STOP to START, 100 each:\n");
    for (const unsigned us : {10U, 49U, 50U, 100U, 1000U, 3350U, 20'000U})
        pauses(us);
}
