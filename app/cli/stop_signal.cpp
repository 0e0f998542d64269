// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/stop_signal.h"

#include "cli/commands.h"

#include <csignal>
#include <ctime>
#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

namespace framegate {
namespace {

sigset_t stopSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

StopSignal::StopSignal() {
    const auto signals = stopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    watcher_ = std::jthread([this](std::stop_token done) { watch(std::move(done)); });
}

StopSignal::~StopSignal() = default;

void StopSignal::watch(std::stop_token done) {
    const auto signals = stopSignals();
    const timespec look{0, 100'000'000};
    while (!done.stop_requested()) {
        if (sigtimedwait(&signals, nullptr, &look) < 0) continue;
        if (!source_.request_stop()) ::_exit(exitStatus::stopped);
        fmt::print(stderr, "stopping: each slot finishes its teardown (again: at once)\n");
    }
}

} // namespace framegate
