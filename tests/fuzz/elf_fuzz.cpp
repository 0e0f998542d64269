// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as an ELF file: read, or refused with the name of the file; what is read passes through
// preflight.
#include "boot/elf.h"
#include "boot/preflight.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace framegate::boot;
    const auto image = readElf({reinterpret_cast<const std::byte*>(bytes), size}, "fuzz");
    if (!image && image.error().message.rfind("fuzz: ", 0) != 0) std::abort();
    if (image && checkBootable(*image)) (void)keyPage(*image);
    return 0;
}
