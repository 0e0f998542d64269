// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/call_thread.h"

#include <gtest/gtest.h>
#include <stdexcept>
#include <vector>

namespace framegate {
namespace {

TEST(CallThread, Call_RunsOnOneOtherThreadAndReturnsItsResult) {
    CallThread thread;
    const auto first = thread.call([] { return std::this_thread::get_id(); });
    EXPECT_NE(first, std::this_thread::get_id());
    EXPECT_EQ(thread.call([] { return std::this_thread::get_id(); }), first);
}

TEST(CallThread, CallsOfManyThreads_NeverOverlap) {
    CallThread thread;
    int count = 0; // no lock: only the one thread touches it
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 8; ++i)
            callers.emplace_back([&] {
                for (int j = 0; j < 500; ++j)
                    thread.call([&] { ++count; });
            });
    }
    EXPECT_EQ(thread.call([&] { return count; }), 4000);
}

TEST(CallThread, Exception_ReachesTheCallerAndTheThreadGoesOn) {
    CallThread thread;
    EXPECT_THROW(thread.call([] { throw std::runtime_error("broken"); }), std::runtime_error);
    EXPECT_EQ(thread.call([] { return 7; }), 7);
}

} // namespace
} // namespace framegate
