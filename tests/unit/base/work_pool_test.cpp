// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/work_pool.h"

#include <atomic>
#include <gtest/gtest.h>
#include <latch>
#include <stdexcept>

namespace framegate {
namespace {

TEST(WorkPool, Jobs_GiveTheirResults) {
    WorkPool pool(2);
    std::vector<std::future<int>> results;
    for (int i = 0; i < 100; ++i)
        results.push_back(pool.submit([i] { return i * i; }));
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(results[static_cast<std::size_t>(i)].get(), i * i);
}

TEST(WorkPool, TwoThreads_WorkAtOnce) {
    WorkPool pool(2);
    std::latch both(2); // would never open with one thread
    auto first = pool.submit([&] { both.arrive_and_wait(); });
    auto second = pool.submit([&] { both.arrive_and_wait(); });
    first.get();
    second.get();
    EXPECT_TRUE(both.try_wait());
}

TEST(WorkPool, Destruction_WaitsForEveryJob) {
    std::atomic<int> done = 0;
    {
        WorkPool pool(1);
        for (int i = 0; i < 50; ++i)
            (void)pool.submit([&] { ++done; });
    }
    EXPECT_EQ(done, 50);
}

TEST(WorkPool, JobThatThrows_ThrowsWhereItsResultIsTaken) {
    WorkPool pool(1);
    auto bad = pool.submit([]() -> int { throw std::runtime_error("no"); });
    EXPECT_THROW(bad.get(), std::runtime_error);
    EXPECT_EQ(pool.submit([] { return 1; }).get(), 1);
}

} // namespace
} // namespace framegate
