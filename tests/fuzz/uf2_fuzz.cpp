// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a UF2 file: read, or refused with the name of the file; never more than the file holds.
#include "boot/preflight.h"
#include "boot/uf2.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace framegate::boot;
    const auto images = readUf2({reinterpret_cast<const std::byte*>(bytes), size}, "fuzz");
    if (!images) {
        if (images.error().message.rfind("fuzz: ", 0) != 0) std::abort();
        return 0;
    }
    std::size_t sum = 0;
    for (const auto& image : *images) {
        sum += image.size();
        (void)checkBootable(image);
    }
    if (sum > size) std::abort();
    return 0;
}
