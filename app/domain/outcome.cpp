// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/outcome.h"

#include <array>

namespace framegate {

std::string_view outcomeText(Outcome outcome) {
    static constexpr std::array<std::string_view, 4> names = {"PASS", "FAIL", "ERROR", "ABORTED"};
    return names.at(static_cast<std::size_t>(outcome));
}

} // namespace framegate
