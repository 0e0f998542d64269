// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/port_changes.h"

#include <algorithm>

namespace framegate {
namespace {

constexpr std::chrono::hours longestLook{24}; ///< keeps the sum with now in range

class ReportWatch : public UsbWatch {
public:
    ReportWatch(std::shared_ptr<const PortChanges> changes, const UsbPortPath& port)
        : changes_(std::move(changes)), port_(port), seen_(changes_->countAt(port)) {}
    Result<> wait(Clock& clock, Deadline deadline, std::stop_token stop) override {
        auto waited = changes_->waitBeyond(port_, seen_, deadline.left(clock), stop);
        seen_ = changes_->countAt(port_);
        return waited;
    }

private:
    std::shared_ptr<const PortChanges> changes_;
    UsbPortPath port_;
    std::uint64_t seen_;
};

} // namespace

void PortChanges::note(const UsbPortPath& port) {
    const std::lock_guard lock(mutex_);
    ++counts_[port];
    changed_.notify_all();
}

std::uint64_t PortChanges::countAt(const UsbPortPath& port) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(port);
    return found == counts_.end() ? 0 : found->second;
}

Result<> PortChanges::waitBeyond(const UsbPortPath& port, std::uint64_t seen, std::chrono::nanoseconds left,
                                 const std::stop_token& stop) const {
    std::unique_lock lock(mutex_);
    const auto differs = [&] {
        const auto found = counts_.find(port);
        return (found == counts_.end() ? 0 : found->second) != seen;
    };
    changed_.wait_for(lock, stop, std::min<std::chrono::nanoseconds>(left, longestLook), differs);
    if (stop.stop_requested())
        return failure(ErrorKind::Cancelled, "CANCELLED",
                       "stopped while waiting for the board at USB port " + port.text());
    return {};
}

std::unique_ptr<UsbWatch> watchReports(std::shared_ptr<const PortChanges> changes, const UsbPortPath& port) {
    return std::make_unique<ReportWatch>(std::move(changes), port);
}

} // namespace framegate
