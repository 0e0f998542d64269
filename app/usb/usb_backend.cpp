// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/usb_backend.h"

#include <algorithm>

namespace framegate {
namespace {

constexpr std::chrono::milliseconds lookEvery{50};

class OneByOneReader : public UsbReader {
public:
    OneByOneReader(UsbTransport& transport, std::size_t room) : transport_(transport), buffer_(room) {}
    Result<std::span<const std::byte>> next(std::size_t, Deadline deadline, std::stop_token stop) override {
        if (ended_) return Failure(*ended_);
        const auto got = transport_.receive(buffer_, deadline, std::move(stop));
        if (got) return std::span<const std::byte>(buffer_).first(*got);
        ended_ = got.error();
        return passOn(got);
    }

private:
    UsbTransport& transport_;
    std::vector<std::byte> buffer_;
    std::optional<Error> ended_;
};

class PollingWatch : public UsbWatch {
public:
    Result<> wait(Clock& clock, Deadline deadline, std::stop_token stop) override {
        const auto left = deadline.left(clock);
        return clock.sleepFor(std::min<std::chrono::nanoseconds>(left, lookEvery), std::move(stop));
    }
};

} // namespace

std::unique_ptr<UsbReader> UsbTransport::reader(std::size_t room) {
    return std::make_unique<OneByOneReader>(*this, room);
}

std::unique_ptr<UsbWatch> UsbBackend::watch(const UsbPortPath&) {
    return std::make_unique<PollingWatch>();
}

} // namespace framegate
