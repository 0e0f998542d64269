// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"

#include <array>
#include <gtest/gtest.h>

namespace framegate {
namespace {

// FIPS 180-2, appendix B; the empty text and the million of "a" from NIST's CAVP.
TEST(Sha256, KnownTexts_HaveTheirKnownDigests) {
    EXPECT_EQ(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256Hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, BytesAndText_HaveTheSameDigest) {
    const std::array bytes = {std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
    EXPECT_EQ(sha256Hex(bytes), sha256Hex("abc"));
}

TEST(Sha256, ZeroByte_Counts) {
    EXPECT_NE(sha256Hex(std::string("a\0", 2)), sha256Hex("a"));
}

} // namespace
} // namespace framegate
