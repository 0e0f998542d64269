// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a picture for `measure`: as many pixels as the size says, or refused with the name of the
// file.
#include "imaging/picture_files.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto read =
        framegate::imaging::readPictureFile({reinterpret_cast<const std::byte*>(bytes), size}, "fuzz");
    if (!read) {
        if (read.error().code != "PICTURE_FILE" || read.error().message.rfind("fuzz: ", 0) != 0) std::abort();
        return 0;
    }
    const auto values = read->size.pixels() * static_cast<unsigned>(read->channels);
    if (read->bytes.size() != values * static_cast<unsigned>(read->bits) / 8) std::abort();
    return 0;
}
