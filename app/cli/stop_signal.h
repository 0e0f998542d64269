// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>
#include <thread>

namespace framegate {

/// Turns Ctrl-C and SIGTERM into a stop request; a second one ends the program at once. Make it before any
/// other thread, so that all of them leave the signals to it.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    std::stop_token token() const { return source_.get_token(); }

private:
    void watch(std::stop_token done);

    std::stop_source source_;
    std::jthread watcher_;
};

} // namespace framegate
