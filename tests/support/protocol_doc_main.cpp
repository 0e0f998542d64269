// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes docs/protocol.md to standard output.
#include "support/protocol_doc.h"

#include <cstdio>

int main() {
    std::fputs(framegate::test::protocolDocument().c_str(), stdout);
}
