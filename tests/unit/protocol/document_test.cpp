// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/program.h"
#include "support/protocol_doc.h"

#include <gtest/gtest.h>

namespace framegate {
namespace {

TEST(ProtocolDocument, IsWhatTheMessagesSay) {
    EXPECT_EQ(test::readText(FRAMEGATE_SOURCE_DIR "/docs/protocol.md"), test::protocolDocument())
        << "make it anew: build/dev/bin/protocol_doc > docs/protocol.md";
}

} // namespace
} // namespace framegate
