// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSocketNotifier>
#include <functional>
#include <memory>

namespace framegate {

/// Turns Ctrl-C, SIGTERM and SIGHUP into a call in the window's thread; a second Ctrl-C or SIGTERM ends the
/// program at once. Make it before any other thread, so that all of them leave the signals to it; call
/// listen() once there is an application object. Thread-bound.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    void listen(std::function<void()> onStop);

private:
    void receive();

    int descriptor_ = -1;
    bool asked_ = false;
    std::function<void()> onStop_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace framegate
