// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace framegate {

/// One thing a station needs of its machine.
struct DoctorFinding {
    enum class State { Good, Warning, Bad };
    std::string check; ///< "usb", "database", …
    State state = State::Good;
    std::string detail; ///< what was found
    std::string advice; ///< how to mend it; empty when good
};

/// "ok", "warning" or "bad".
std::string stateText(DoctorFinding::State state);

/// Looks at what this machine lacks: shipped data, database driver, disk, fonts, udev rules, access to USB,
/// boards.
/// Changes nothing. The program must have a QCoreApplication.
std::vector<DoctorFinding> examineMachine();

} // namespace framegate
