// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a picture. Large sizes are left out: their time is the decoder's, not the walk's.
#include "jpeg/validator.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace framegate::jpeg;
    const auto verdict = validate(std::as_bytes(std::span(bytes, size)), {});
    if (verdict.valid != verdict.code.empty() || verdict.offset > size) std::abort();
    if (!verdict.eoiOffset) return 0;
    const auto at = *verdict.eoiOffset;
    if (at + 2 > size || bytes[at] != 0xFF || bytes[at + 1] != 0xD9) std::abort();
    if (verdict.coded->rowBits.size() != verdict.coded->mcusHigh) std::abort();
    return 0;
}
