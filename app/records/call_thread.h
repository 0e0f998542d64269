// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

namespace framegate {

/// A thread that carries out calls one after another, in the order in which they come. Thread-safe; must
/// not be called from its own thread, nor while it is being destroyed.
class CallThread {
public:
    CallThread();

    /// Runs \a work on the thread and returns what it returns, once it is done.
    template <class Work>
    auto call(Work work) -> std::invoke_result_t<Work&> {
        // Shared, because the thread may still be leaving the task when the caller already has the result.
        auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Work&>()>>(std::move(work));
        auto done = task->get_future();
        push([task] { (*task)(); });
        return done.get();
    }

private:
    void push(std::function<void()> work);
    void serve(const std::stop_token& stop);

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<std::function<void()>> waiting_;
    std::jthread thread_; // last: ends before what it uses
};

} // namespace framegate
