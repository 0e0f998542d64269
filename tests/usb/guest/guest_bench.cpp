// SPDX-License-Identifier: GPL-3.0-or-later
#include "guest_bench.h"

#include <memory>
#include <stdexcept>

namespace framegate::test {
namespace {

std::string idOf(const std::string& state) {
    if (state == "gone") return {};
    return state == "bootsel" ? "2e8a:0003" : "1209:0001";
}

std::unique_ptr<GuestBench>& theBench() {
    static std::unique_ptr<GuestBench> bench;
    return bench;
}

} // namespace

bool awaitInKernel(const std::string& port, const std::string& state) {
    return awaitUsbId(port, idOf(state));
}

void GuestBench::become(int board, const std::string& state) {
    if (usbIdAt(portOf(board)) != idOf(state)) {
        served_.unplug(board);
        served_.plug(board, state == "bootsel");
    }
    if (!awaitInKernel(portOf(board), state))
        throw std::runtime_error("board " + std::to_string(board) + " did not become " + state + ":\n" +
                                 served_.output());
}

void GuestBench::awaitAll() const {
    for (int board = 1; board <= number_; ++board)
        if (!awaitInKernel(portOf(board), "firmware"))
            throw std::runtime_error("board " + std::to_string(board) + " did not arrive");
}

void GuestBench::allBecome(const std::string& state) {
    for (int board = 1; board <= number_; ++board)
        become(board, state);
}

GuestBench& guestBench() {
    return theBench() ? *theBench() : newGuestBench(GuestBench::boards, {});
}

GuestBench& newGuestBench(int boards, const std::vector<std::string>& more) {
    theBench().reset();
    theBench() = std::make_unique<GuestBench>(boards, more);
    return *theBench();
}

} // namespace framegate::test
