// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/stop_signals.h"

#include <csignal>
#include <sys/signalfd.h>
#include <unistd.h>
#include <utility>

namespace framegate {

StopSignals::StopSignals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&wanted, number);
    pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    descriptor_ = ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
}

StopSignals::~StopSignals() {
    notifier_.reset();
    if (descriptor_ >= 0) ::close(descriptor_);
}

void StopSignals::listen(std::function<void()> onStop) {
    if (descriptor_ < 0) return;
    onStop_ = std::move(onStop);
    notifier_ = std::make_unique<QSocketNotifier>(descriptor_, QSocketNotifier::Read);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(), [this] { receive(); });
}

void StopSignals::receive() {
    signalfd_siginfo signal{};
    while (::read(descriptor_, &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
        // A terminal that closes hangs up more than once: that is one wish, and teardown goes first.
        if (std::exchange(asked_, true) && signal.ssi_signo != SIGHUP) ::_exit(130);
        onStop_();
    }
}

} // namespace framegate
