// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_reader.h"

#include "usb/begin.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

/// Enough to bridge the time until the caller is back. 64 boards with frames of 4 KiB then hold 1 MB of the
/// 16 that the kernel allows all programs.
constexpr std::size_t mostUnderWay = 4;

} // namespace

LibusbReader::LibusbReader(const Clock& clock, libusb_device_handle* handle, std::uint8_t endpoint,
                           std::size_t room, std::string name)
    : clock_(clock),
      handle_(handle),
      endpoint_(endpoint),
      room_(room),
      doing_(fmt::format("receiving up to {} bytes from {}", room, name)) {}

LibusbReader::~LibusbReader() {
    for (auto queued = underWay_.rbegin(); queued != underWay_.rend(); ++queued)
        (*queued)->transfer.cancel();
}

Result<std::span<const std::byte>> LibusbReader::next(std::size_t toCome, Deadline deadline,
                                                      std::stop_token stop) {
    if (ended_) return Failure(*ended_);
    if (auto may = mayBegin(clock_, deadline, stop, doing_); !may) return end(std::move(may.error()));
    if (auto filled = fill(std::max<std::size_t>(toCome, 1)); !filled) return end(std::move(filled.error()));
    taken_ = std::move(underWay_.front());
    underWay_.pop_front();
    auto moved = taken_->transfer.wait(clock_, deadline, stop, doing_);
    if (!moved) return end(std::move(moved.error()));
    return std::span<const std::byte>(taken_->buffer).first(*moved);
}

/// Where the kernel takes no further one, those under way must do: one that is there ends in any case.
Result<> LibusbReader::fill(std::size_t toCome) {
    while (underWay_.size() < std::min(toCome, mostUnderWay))
        if (auto queued = queueOne(); !queued) return underWay_.empty() ? queued : Result<>();
    return {};
}

Result<> LibusbReader::queueOne() {
    auto queued = taken_ ? std::move(taken_) : std::make_unique<Queued>(room_);
    queued->transfer.prepareBulkIn(handle_, endpoint_, queued->buffer);
    if (auto submitted = queued->transfer.submit(doing_); !submitted) return submitted;
    underWay_.push_back(std::move(queued));
    return {};
}

Failure LibusbReader::end(Error error) {
    ended_ = std::move(error);
    for (auto queued = underWay_.rbegin(); queued != underWay_.rend(); ++queued)
        (*queued)->transfer.cancel();
    underWay_.clear(); // waits for the callbacks
    return Failure(*ended_);
}

} // namespace framegate
