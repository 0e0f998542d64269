// SPDX-License-Identifier: GPL-3.0-or-later
//
// bench_flash: how long putting firmware on a board takes, in the time of the simulated boot ROM and flash,
// beside picotool's own sequence of commands on the same board. No board was timed for it.
#include "boot/flasher.h"
#include "boot/memory_map.h"
#include "figures.h"
#include "hub_model.h"
#include "picotool_commands.h"
#include "simulation/bootsel_board.h"
#include "support/firmware_files.h"

#include <functional>

namespace framegate {
namespace {

using boot::Chip;
using boot::Flasher;
using boot::ImageKind;
using simulation::BootselBench;
using std::chrono::nanoseconds;

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
    return std::move(*result);
}

double ms(nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

boot::FirmwareImage program(Chip chip, ImageKind kind, std::size_t size, std::uint32_t seed) {
    boot::FirmwareImage image;
    image.name = "bench";
    image.chip = chip;
    image.kind = kind;
    image.family = chip == Chip::Rp2040 ? boot::family::rp2040 : boot::family::rp2350ArmSecure;
    image.segments.push_back(
        {kind == ImageKind::Flash ? boot::flashBase : boot::ramBase,
         chip == Chip::Rp2040 ? test::rp2040Flash(size, seed) : test::rp2350Program(size, seed)});
    return image;
}

/// What is in the flash before.
enum class Before { Blank, Other, Same };

struct Case {
    Chip chip = Chip::Rp2040;
    Before before = Before::Blank;
    std::size_t bytes = 64 * 1024;
};

struct Times {
    nanoseconds ours{0}; ///< written and verified
    nanoseconds picotool{0};
    nanoseconds oursStarted{0}; ///< until the board leaves the bus to start it
    nanoseconds picotoolStarted{0};
};

BootselBench boardFor(const Case& what) {
    simulation::BootselOptions options;
    if (what.chip == Chip::Rp2350) options.chip = simulation::BootselChip::Rp2350;
    BootselBench bench({options});
    if (what.before == Before::Blank) return bench;
    const auto before = program(what.chip, ImageKind::Flash, what.bytes, what.before == Before::Same ? 1 : 2);
    const auto& bytes = before.segments.front().bytes;
    std::copy(bytes.begin(), bytes.end(), bench.device(0).flash().bytes().begin());
    return bench;
}

/// Until the board is off the bus; it was told to start.
nanoseconds untilGone(BootselBench& bench) {
    auto& board = bench.device(0);
    for (const auto before = board.generation(); board.generation() == before;)
        board.advanceTo(board.now() + std::chrono::milliseconds(1));
    return board.now();
}

void timeOurs(const Case& what, Times& times) {
    auto bench = boardFor(what);
    const auto image = program(what.chip, ImageKind::Flash, what.bytes, 1);
    auto flasher = orThrow(Flasher::open(bench, BootselBench::port(0), {}));
    orThrow(flasher.writeFlash(image, {}));
    times.ours = bench.clock(0).now().sinceZero;
    if (auto started = flasher.startFlash({}); !started) throw std::runtime_error(started.error().message);
    times.oursStarted = untilGone(bench);
}

void timePicotool(const Case& what, Times& times) {
    auto bench = boardFor(what);
    const auto image = program(what.chip, ImageKind::Flash, what.bytes, 1);
    const auto transport = orThrow(bench.open(BootselBench::port(0), boot::picobootInterface));
    test::PicotoolCommands picotool(*transport, what.chip == Chip::Rp2350);
    picotool.load(image.segments.front().bytes);
    times.picotool = bench.clock(0).now().sinceZero;
    picotool.start();
    times.picotoolStarted = untilGone(bench);
}

Times timed(const Case& what) {
    Times times;
    timeOurs(what, times);
    timePicotool(what, times);
    return times;
}

double ratio(nanoseconds one, nanoseconds other) {
    return static_cast<double>(one.count()) / static_cast<double>(other.count());
}

double ratioOf(const Case& what) {
    const auto times = timed(what);
    return ratio(times.ours, times.picotool);
}

double startedRatioOf(const Case& what) {
    const auto times = timed(what);
    return ratio(times.oursStarted, times.picotoolStarted);
}

/// Beside the time that the bytes take on a full-speed bus.
double ramLoadVsBound(Chip chip, std::size_t bytes) {
    auto bench = boardFor({chip, Before::Blank, bytes});
    auto flasher = orThrow(Flasher::open(bench, BootselBench::port(0), {}));
    const auto report =
        orThrow(flasher.loadToRam(program(chip, ImageKind::Ram, bytes, 1), boot::RamCheck::None, {}));
    const auto packets = static_cast<nanoseconds::rep>((bytes + 63) / 64);
    return ratio(report.duration, simulation::FlashTiming().packet * packets);
}

double boardsVsOne(const Case& what, std::size_t boards) {
    auto bench = boardFor(what);
    test::PacketTimes packets;
    test::RecordedBackend recorded(bench, packets);
    auto flasher = orThrow(Flasher::open(recorded, BootselBench::port(0), {}));
    orThrow(flasher.writeFlash(program(what.chip, ImageKind::Flash, what.bytes, 1), {}));
    return ratio(test::timeOnHub(packets, boards), test::timeOnHub(packets, 1));
}

void printFigures() {
    using test::printFigure;
    const auto rp2350 = Chip::Rp2350;
    const auto rp2040 = Chip::Rp2040;
    const double blank = ratioOf({rp2040, Before::Blank});
    const double other = ratioOf({rp2040, Before::Other});
    printFigure("flash_64k_vs_picotool", std::max(blank, other), "ratio");
    printFigure("flash_64k_vs_picotool/rp2350_blank", ratioOf({rp2350, Before::Blank}), "ratio");
    printFigure("flash_64k_vs_picotool/rp2350_over_other", ratioOf({rp2350, Before::Other}), "ratio");
    printFigure("flash_64k_vs_picotool/rp2350_over_other_until_started",
                startedRatioOf({rp2350, Before::Other}), "ratio");
    printFigure("flash_again_64k_vs_picotool",
                std::max(ratioOf({rp2040, Before::Same}), ratioOf({rp2350, Before::Same})), "ratio");
    printFigure("ram_load_64k_vs_bound",
                std::max(ramLoadVsBound(rp2040, 64 * 1024), ramLoadVsBound(rp2350, 64 * 1024)), "ratio");
    printFigure("flash_16_boards_vs_1",
                std::max({boardsVsOne({rp2040, Before::Blank}, 16), boardsVsOne({rp2040, Before::Same}, 16),
                          boardsVsOne({rp2350, Before::Blank}, 16)}),
                "ratio");
}

void printRow(const Case& what) {
    static const char* const before[] = {"blank", "other firmware", "the same"};
    const auto times = timed(what);
    fmt::print("{:<8} {:>4} KiB  {:<15} {:>8.0f} {:>9.0f} {:>6.2f}   {:>8.0f} {:>9.0f} {:>6.2f}   {:>5.2f}\n",
               boot::chipText(what.chip), what.bytes / 1024, before[static_cast<int>(what.before)],
               ms(times.ours), ms(times.picotool), ratio(times.ours, times.picotool), ms(times.oursStarted),
               ms(times.picotoolStarted), ratio(times.oursStarted, times.picotoolStarted),
               boardsVsOne(what, 16));
}

void printTable() {
    fmt::print("Modelled time in ms: boot ROM and flash by their published and typical values.\n"
               "{:<34} {:^26}   {:^26}   {}\n{:<34} {:>8} {:>9} {:>6}   {:>8} {:>9} {:>6}   {}\n",
               "", "written and verified", "until it starts", "16 boards", "chip, size, flash before", "ours",
               "picotool", "ratio", "ours", "picotool", "ratio", "vs 1");
    for (const auto chip : {Chip::Rp2040, Chip::Rp2350})
        for (const auto before : {Before::Blank, Before::Other, Before::Same})
            for (const std::size_t kib : {64, 256})
                printRow({chip, before, kib * 1024});
    for (const auto chip : {Chip::Rp2040, Chip::Rp2350})
        fmt::print("{}: 64 KiB to RAM take {:.3f} times what the bus alone takes\n", boot::chipText(chip),
                   ramLoadVsBound(chip, 64 * 1024));
}

} // namespace
} // namespace framegate

int main(int argc, char** argv) {
    try {
        if (framegate::test::wantsFigures(argc, argv))
            framegate::printFigures();
        else
            framegate::printTable();
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_flash: {}\n", error.what());
        return 1;
    }
}
