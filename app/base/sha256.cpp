// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"

#include <array>
#include <cassert>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace framegate {

std::string sha256Hex(std::span<const std::byte> bytes) {
    std::array<unsigned char, 32> digest{};
    [[maybe_unused]] const int ok =
        EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    assert(ok == 1);
    std::string text;
    for (const auto byte : digest)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::string sha256Hex(std::string_view text) {
    return sha256Hex(std::as_bytes(std::span(text)));
}

} // namespace framegate
