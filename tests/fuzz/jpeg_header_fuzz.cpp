// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a JPEG header, read and compared with a learnt one.
#include "jpeg/header.h"
#include "jpeg/header_template.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace framegate::jpeg;
    Header header;
    const std::span octets(bytes, size);
    if (size < 2) return 0;
    if (const auto fault = readHeader(octets, 0, header)) {
        if (fault->code.empty() || fault->offset > size) std::abort();
        return 0;
    }
    if (header.scanOffset > size) std::abort();
    (void)checkLayout(octets, header, "ov2640");
    HeaderTemplate layout;
    if (!layout.learn(std::as_bytes(octets)) || layout.check(octets, header)) std::abort();
    if (HeaderTemplate::parse(layout.text(), "fuzz")->text() != layout.text()) std::abort();
    return 0;
}
