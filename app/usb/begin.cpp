// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/begin.h"

namespace framegate {

Result<> mayBegin(const Clock& clock, Deadline deadline, const std::stop_token& stop,
                  const std::string& doing) {
    if (stop.stop_requested())
        return failure(ErrorKind::Cancelled, "CANCELLED", doing + ": stopped before it began");
    if (deadline.passed(clock))
        return failure(ErrorKind::Timeout, "USB_TIMEOUT", doing + ": the deadline passed before it began");
    return {};
}

} // namespace framegate
