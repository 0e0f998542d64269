// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace framegate::test {

/// The text of docs/protocol.md, made from the messages themselves.
std::string protocolDocument();

} // namespace framegate::test
