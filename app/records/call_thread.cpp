// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/call_thread.h"

namespace framegate {

CallThread::CallThread() : thread_([this](const std::stop_token& stop) { serve(stop); }) {}

void CallThread::push(std::function<void()> work) {
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(work));
    }
    wake_.notify_one();
}

void CallThread::serve(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        auto work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
}

} // namespace framegate
