// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/software_version.h"

namespace framegate {

std::string softwareVersion() {
    return FRAMEGATE_VERSION "+" FRAMEGATE_GIT_HASH;
}

} // namespace framegate
