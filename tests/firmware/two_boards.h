// SPDX-License-Identifier: GPL-3.0-or-later
//
// One and the same work on the firmware's host build and on the image in the emulator, each with the same
// simulated module on its pins.
#pragma once

#include "bench/fixture_board.h"
#include "loop_bench.h"
#include "simulated_unit.h"
#include "support/host_transport.h"

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace framegate::test {

template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().code + ": " + result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// A capture is waited for by looking at the same status again and again; how often depends on where in the
/// frame the wait began. Of looks in a row that found the same, the first stays.
inline std::vector<std::string> withoutRepeatedLooks(const std::vector<PinTransaction>& pins) {
    std::vector<std::string> texts;
    for (const auto& one : pins) {
        const bool look = one.text.rfind("spi 41>", 0) == 0;
        if (!look || texts.empty() || texts.back() != one.text) texts.push_back(one.text);
    }
    return texts;
}

template <class Outcome>
struct OneRun {
    Outcome outcome;
    std::vector<PinTransaction> pins;
};

/// \a work takes the cable's other end and gives what it learnt.
template <class Work>
auto onHost(const ModuleSpec& spec, Work work) {
    auto recorder = std::make_unique<PinRecorder>(simulatedUnit(spec));
    const auto pins = recorder->transactions();
    auto outcome = work(std::make_unique<HostTransport>(std::move(recorder)));
    return OneRun<decltype(outcome)>{std::move(outcome), *pins};
}

/// Likewise in the emulator, which must find nothing wrong.
template <class Work>
auto onChip(const ModuleSpec& spec, Work work) {
    LoopBench bench(spec);
    bench.enumerate();
    auto outcome = work(bench.open());
    const auto statistics = bench.statistics();
    if (!statistics.at("warnings").empty())
        throw std::runtime_error("the emulator warns: " + statistics.at("warnings").dump());
    if (statistics.at("toggleErrors") != 0) throw std::runtime_error("data toggles were wrong");
    return OneRun<decltype(outcome)>{std::move(outcome), bench.transactions()};
}

} // namespace framegate::test
