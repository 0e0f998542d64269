// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace framegate::test {

/// `framegate sim serve --attach`, a process of its own: simulated boards on this machine's real USB. Ends,
/// and takes its boards along, with the object.
class ServedBoards {
public:
    /// Returns once the boards are there. \a more: further arguments, such as "--scenario".
    ServedBoards(int boards, const std::string& state, const std::vector<std::string>& more = {});
    ~ServedBoards();
    ServedBoards(const ServedBoards&) = delete;
    ServedBoards& operator=(const ServedBoards&) = delete;

    /// Gives a command, such as "unplug 3", and returns its answer.
    std::string tell(const std::string& command);
    /// Unplugs the board and waits until it has left.
    void unplug(int board);
    /// Plugs it in and waits until it is there. \a button: with BOOTSEL held.
    void plug(int board, bool button = false);
    /// Waits until the board shows itself so: "bootsel", "firmware", "other", "gone". Says whether it did.
    bool await(int board, const std::string& state);
    /// Everything the program printed.
    std::string output();

private:
    void listen();
    bool waitFor(const std::function<bool()>& condition);
    std::string stateOf(int board) const;

    pid_t pid_ = -1;
    int commands_ = -1;
    int events_ = -1;
    std::mutex telling_; ///< one command at a time
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
    bool ended_ = false;
    std::jthread listener_;
};

} // namespace framegate::test
