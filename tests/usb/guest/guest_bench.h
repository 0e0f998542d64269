// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "guest_usb.h"
#include "served_boards.h"

#include <string>

namespace framegate::test {

/// Boards on the guest's USB for all tests of a program, and what the guest's kernel knows of them.
class GuestBench {
public:
    static constexpr int boards = 8;

    /// \a more: further arguments of `sim serve`.
    GuestBench(int number, const std::vector<std::string>& more)
        : number_(number), served_(number, "firmware", more) {}
    /// Waits until kernel and udev are done with all of them as they first show themselves. Throws when they
    /// are not.
    void awaitAll() const;
    /// Sees to it that the board shows itself so, "bootsel" or "firmware", by plugging it in anew if it does
    /// not. Returns once kernel and udev are done with it. Throws when it does not come.
    void become(int board, const std::string& state);
    void allBecome(const std::string& state);
    ServedBoards& served() { return served_; }

private:
    int number_;
    ServedBoards served_;
};

/// The one bench, plugged in when it is first asked for.
GuestBench& guestBench();
/// Takes that one away, and plugs in a new one, of so many boards.
GuestBench& newGuestBench(int boards, const std::vector<std::string>& more);

/// Waits until the kernel has a board in that state in the port: "bootsel", "firmware", "gone". As
/// awaitUsbId().
bool awaitInKernel(const std::string& port, const std::string& state);

} // namespace framegate::test
