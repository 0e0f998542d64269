// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace framegate {

/// A few threads that work off jobs in the order in which they came. Thread-safe. Destroying it waits for
/// every job that was submitted.
class WorkPool {
public:
    /// \a threads at least 1.
    explicit WorkPool(std::size_t threads);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    /// Has \a job done by one of the threads. The future is ready once it is; an exception of the job is
    /// thrown by its get().
    template <class Job>
    auto submit(Job job) -> std::future<std::invoke_result_t<Job&>> {
        // std::function wants a copyable job.
        auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Job&>()>>(std::move(job));
        auto result = task->get_future();
        add([task] { (*task)(); });
        return result;
    }
    /// As many threads as the machine has processors.
    static std::size_t processors();

private:
    void add(std::function<void()> job);
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool closing_ = false;
    std::vector<std::jthread> threads_;
};

} // namespace framegate
