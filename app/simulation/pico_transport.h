// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/pico_board.h"

namespace framegate::simulation {

/// One interface of a Pico from when it was opened until the board leaves the bus. Thread-bound.
class PicoTransport : public UsbTransport {
public:
    enum class Interface : std::uint8_t { Frames, Picoboot, Reset };

    PicoTransport(PicoBoard& board, Interface interface, unsigned generation)
        : board_(board), interface_(interface), generation_(generation) {}
    Clock& clock() override { return board_; }
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override;
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override;
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override;
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override;

private:
    template <class Call>
    auto onBoard(const std::stop_token& stop, Call call) -> decltype(call());

    PicoBoard& board_;
    const Interface interface_;
    const unsigned generation_;
};

} // namespace framegate::simulation
