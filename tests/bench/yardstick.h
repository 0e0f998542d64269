// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <jpeglib.h>
#include <vector>

namespace framegate::test {

using Octets = std::vector<std::uint8_t>;

/// CPU time of the calling thread, ms.
inline double cpuMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// The yardstick: libjpeg-turbo as turbojpeg drives it, with accurate integer DCT and smooth upsampling, to
/// BGR at one part in \a scale of the size, into memory that is there.
inline void decodeByLibrary(const Octets& bytes, Octets& pixels, unsigned scale) {
    jpeg_decompress_struct state{};
    jpeg_error_mgr errors{};
    state.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&state);
    jpeg_mem_src(&state, bytes.data(), static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&state, TRUE);
    state.out_color_space = JCS_EXT_BGR;
    state.scale_num = 1;
    state.scale_denom = scale;
    jpeg_start_decompress(&state);
    std::array<JSAMPROW, 16> rows{};
    while (state.output_scanline < state.output_height) {
        for (unsigned i = 0; i < rows.size(); ++i) {
            const auto row = std::min(state.output_scanline + i, state.output_height - 1);
            rows[i] = pixels.data() + std::size_t{row} * state.output_width * 3;
        }
        jpeg_read_scanlines(&state, rows.data(), static_cast<JDIMENSION>(rows.size()));
    }
    jpeg_finish_decompress(&state);
    jpeg_destroy_decompress(&state);
}

} // namespace framegate::test
