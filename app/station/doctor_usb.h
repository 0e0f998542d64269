// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "station/doctor.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace framegate {

/// What the doctor looks at: the files of a machine below a root folder, and who asks.
struct Machine {
    std::filesystem::path root = "/";
    std::string user;
    bool superuser = false;
    std::vector<std::string> groups; ///< of this process: a new one counts from the next login on
    /// Whether this process may read and write the file.
    std::function<bool(const std::filesystem::path&)> mayOpen;
};

/// This machine, as this process sees it.
Machine thisMachine();

/// What stands between the station and its boards, without libusb: udev rules installed and current, the
/// user's access by group or seat, usbfs and its memory, each attached board's device file, desktop services
/// that would meddle.
std::vector<DoctorFinding> examineUsbAccess(const Machine& machine);

/// Whether there is any font to draw reports and the chart with.
DoctorFinding checkFonts(const Machine& machine);

} // namespace framegate
