// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/pico_transport.h"

namespace framegate::simulation {
namespace {

Failure cancelled() {
    return failure(ErrorKind::Cancelled, "CANCELLED", "stopped during a USB transfer");
}

Failure gone() {
    return failure(ErrorKind::Disconnected, "USB_DISCONNECTED", "the board left the bus");
}

Failure noPipe() {
    return failure(ErrorKind::Usb, "USB_STALL", "the interface has no bulk pipes");
}

} // namespace

template <class Call>
auto PicoTransport::onBoard(const std::stop_token& stop, Call call) -> decltype(call()) {
    const std::lock_guard lock(board_.mutex_);
    if (stop.stop_requested()) return cancelled();
    if (board_.generation_ != generation_) return gone();
    auto result = call();
    board_.settle();
    if (!result && board_.generation_ != generation_) return gone();
    return result;
}

Result<> PicoTransport::send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) {
    return onBoard(stop, [&]() -> Result<> {
        if (interface_ == Interface::Reset) return noPipe();
        if (interface_ == Interface::Frames) return board_.firmware_.send(bytes, stop);
        return board_.romLocked().send(bytes, board_.romDeadline(deadline).moment().sinceZero);
    });
}

Result<std::size_t> PicoTransport::receive(std::span<std::byte> buffer, Deadline deadline,
                                           std::stop_token stop) {
    return onBoard(stop, [&]() -> Result<std::size_t> {
        if (interface_ == Interface::Reset) return noPipe();
        if (interface_ == Interface::Frames) return board_.firmware_.receive(buffer, deadline, stop);
        return board_.romLocked().receive(buffer, board_.romDeadline(deadline).moment().sinceZero);
    });
}

Result<std::size_t> PicoTransport::control(UsbControlRequest request, std::span<std::byte> bytes,
                                           Deadline deadline, std::stop_token stop) {
    return onBoard(stop, [&]() -> Result<std::size_t> {
        if (interface_ == Interface::Picoboot) return board_.romLocked().control(request, bytes);
        if (interface_ == Interface::Frames) return board_.controlFirmware(request, deadline);
        if (auto done = board_.reset(request); !done) return passOn(done);
        return std::size_t{0};
    });
}

Result<> PicoTransport::clearHalt(UsbPipe pipe, Deadline, std::stop_token stop) {
    return onBoard(stop, [&]() -> Result<> {
        if (interface_ == Interface::Picoboot) board_.romLocked().clearHalt(pipe);
        if (interface_ == Interface::Frames && pipe == UsbPipe::BulkIn) board_.firmware_.clearHalt();
        return {};
    });
}

} // namespace framegate::simulation
