// SPDX-License-Identifier: MIT
#include "sim/jpeg_engine.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <jpeglib.h>
#include <span>

namespace framegate::sim {
namespace {

using Table = std::array<std::uint8_t, 64>;

// ITU-T T.81 Annex K.1, in natural order.
constexpr Table lumaBase = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                            14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                            18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                            49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr Table chromaBase = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                              24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                              99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                              99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};
constexpr Table zigzag = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                          12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                          35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                          58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

Table scaled(const Table& base, unsigned scale) {
    Table table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = static_cast<std::uint8_t>(std::clamp((base[i] * scale + 8U) / 16U, 1U, 255U));
    return table;
}

class Bytes {
public:
    void add(std::initializer_list<unsigned> values) {
        for (const auto value : values)
            bytes_.push_back(static_cast<std::uint8_t>(value));
    }
    void add(std::span<const std::uint8_t> values) {
        bytes_.insert(bytes_.end(), values.begin(), values.end());
    }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

private:
    std::vector<std::uint8_t> bytes_;
};

void addQuantisation(Bytes& out, unsigned number, const Table& table) {
    out.add({0xFF, 0xDB, 0, 67, number});
    for (const auto place : zigzag)
        out.add({table[place]});
}

void addHuffman(Bytes& out, unsigned number, const JHUFF_TBL& table) {
    std::size_t symbols = 0;
    for (int length = 1; length <= 16; ++length)
        symbols += table.bits[length];
    const auto size = static_cast<unsigned>(symbols + 19);
    out.add({0xFF, 0xC4, size >> 8, size & 0xFF, number});
    out.add(std::span(table.bits + 1, 16));
    out.add(std::span(table.huffval, symbols));
}

/// The library's compressor with tables and sampling of the sensor.
class Compressor {
public:
    Compressor(const SceneImage& image, const Table& luma, const Table& chroma) : image_(image) {
        state_.err = jpeg_std_error(&errors_);
        jpeg_create_compress(&state_);
        state_.image_width = image.width;
        state_.image_height = image.height;
        state_.input_components = 3;
        state_.in_color_space = JCS_RGB;
        jpeg_set_defaults(&state_);
        jpeg_set_colorspace(&state_, JCS_YCbCr);
        state_.comp_info[0].h_samp_factor = 2;
        state_.comp_info[0].v_samp_factor = 1;
        setTable(0, luma);
        setTable(1, chroma);
    }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;
    ~Compressor() {
        jpeg_destroy_compress(&state_);
        std::free(buffer_);
    }

    const JHUFF_TBL& dc(int number) const { return *state_.dc_huff_tbl_ptrs[number]; }
    const JHUFF_TBL& ac(int number) const { return *state_.ac_huff_tbl_ptrs[number]; }

    /// The whole file as the library lays it out.
    std::span<const std::uint8_t> compress() {
        jpeg_mem_dest(&state_, &buffer_, &size_);
        jpeg_start_compress(&state_, TRUE);
        while (state_.next_scanline < state_.image_height) {
            JSAMPROW row = const_cast<JSAMPROW>(image_.rgb.data() +
                                                std::size_t{state_.next_scanline} * image_.width * 3);
            jpeg_write_scanlines(&state_, &row, 1);
        }
        jpeg_finish_compress(&state_);
        return {buffer_, size_};
    }

private:
    void setTable(int number, const Table& table) {
        std::array<unsigned, 64> wide{};
        std::copy(table.begin(), table.end(), wide.begin());
        jpeg_add_quant_table(&state_, number, wide.data(), 100, TRUE);
    }

    const SceneImage& image_;
    jpeg_compress_struct state_{};
    jpeg_error_mgr errors_{};
    unsigned char* buffer_ = nullptr;
    unsigned long size_ = 0;
};

/// The entropy-coded bytes and EOI of a file with one scan.
std::span<const std::uint8_t> scanOf(std::span<const std::uint8_t> file) {
    std::size_t at = 2;
    while (file[at + 1] != 0xDA)
        at += 2 + static_cast<std::size_t>(file[at + 2] << 8 | file[at + 3]);
    at += 2 + static_cast<std::size_t>(file[at + 2] << 8 | file[at + 3]);
    return file.subspan(at);
}

} // namespace

std::vector<std::uint8_t> encodeOv2640(const SceneImage& image, std::uint8_t quantiserScale) {
    const auto luma = scaled(lumaBase, quantiserScale);
    const auto chroma = scaled(chromaBase, quantiserScale);
    Compressor compressor(image, luma, chroma);
    Bytes out;
    out.add({0xFF, 0xD8});
    out.add({0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 1, 0, 0, 0, 0, 0, 0});
    addQuantisation(out, 0, luma);
    addQuantisation(out, 1, chroma);
    addHuffman(out, 0x00, compressor.dc(0));
    addHuffman(out, 0x10, compressor.ac(0));
    addHuffman(out, 0x01, compressor.dc(1));
    addHuffman(out, 0x11, compressor.ac(1));
    const unsigned h = image.height;
    const unsigned w = image.width;
    out.add(
        {0xFF, 0xC0, 0, 17, 8, h >> 8, h & 0xFF, w >> 8, w & 0xFF, 3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1});
    out.add({0xFF, 0xDA, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0});
    out.add(scanOf(compressor.compress()));
    return out.take();
}

} // namespace framegate::sim
