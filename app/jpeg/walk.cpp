// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/walk.h"

#include "jpeg/bit_reader.h"
#include "jpeg/block_decoder.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace framegate::jpeg {
namespace {

constexpr unsigned longestCode = 16;
constexpr std::size_t mostZeros = 32; ///< bytes: by the tables of Annex K more than a block's coefficients

/// A component with all that decoding it needs at hand.
struct Channel {
    BlockDecoder decoder;
    unsigned wide = 1;
    unsigned high = 1;
    CodedPicture::DcPlane* plane = nullptr;
};

/// The code and sentence of a block's fault.
struct BlockFaultText {
    const char* code;
    const char* detail;
};

BlockFaultText textOf(BlockFault fault) {
    switch (fault) {
    case BlockFault::DcRange:
        return {"JPEG_DC_RANGE", "a mean beyond what 8-bit samples can give"};
    case BlockFault::AcRange:
        return {"JPEG_COEFFICIENT_RANGE", "a coefficient larger than 8-bit samples can give"};
    case BlockFault::Energy:
        return {"JPEG_BLOCK_CONTRAST", "more contrast than 8-bit samples of that mean can have"};
    case BlockFault::RunBeyond:
        return {"JPEG_RUN_BEYOND_BLOCK", "a run of zeros goes beyond its block"};
    case BlockFault::RunUnended:
        return {"JPEG_RUN_UNENDED", "sixteen zeros that no coefficient follows"};
    case BlockFault::DcCode:
        return {"JPEG_CODE_ILLEGAL", "bits that are no DC Huffman code"};
    default:
        return {"JPEG_CODE_ILLEGAL", "bits that are no AC Huffman code"};
    }
}

class Walk {
public:
    Walk(std::span<const std::uint8_t> bytes, const Header& header, CodedPicture& picture)
        : bytes_(bytes), header_(header), picture_(picture) {}

    std::optional<Fault> run() {
        prepare();
        if (auto fault = begin(header_.scanOffset, 0)) return fault;
        std::uint64_t rowBegin = 0;
        for (std::uint32_t row = 0; row < picture_.mcusHigh; ++row) {
            if (auto fault = decodeRow(row)) return fault;
            const auto taken = bitsBefore_ + reader_.taken();
            picture_.rowBits.push_back(static_cast<std::uint32_t>(taken - rowBegin));
            rowBegin = taken;
        }
        return finish(std::uint32_t{picture_.mcusWide} * picture_.mcusHigh);
    }

private:
    void prepare() {
        const auto& first = header_.components.front();
        // A single component is not interleaved: its MCU is one block (T.81 A.2.2).
        const bool single = header_.components.size() == 1;
        picture_.size = header_.size;
        picture_.lumaWidthFactor = single ? std::uint8_t{1} : first.wide;
        picture_.lumaHeightFactor = single ? std::uint8_t{1} : first.high;
        const unsigned mcuWidth = 8U * picture_.lumaWidthFactor;
        const unsigned mcuHeight = 8U * picture_.lumaHeightFactor;
        picture_.mcusWide = static_cast<std::uint16_t>((header_.size.width + mcuWidth - 1) / mcuWidth);
        picture_.mcusHigh = static_cast<std::uint16_t>((header_.size.height + mcuHeight - 1) / mcuHeight);
        picture_.quantisation = header_.tablesInOrder;
        picture_.scanOffset = header_.scanOffset;
        picture_.rowBits.reserve(picture_.mcusHigh);
        picture_.dc.resize(header_.components.size());
        for (std::size_t i = 0; i < header_.components.size(); ++i)
            addChannel(i, single);
    }

    void addChannel(std::size_t i, bool single) {
        const auto& component = header_.components[i];
        const unsigned wide = single ? 1U : component.wide;
        const unsigned high = single ? 1U : component.high;
        auto& plane = picture_.dc[i];
        plane.width = static_cast<std::uint16_t>(picture_.mcusWide * wide);
        plane.height = static_cast<std::uint16_t>(picture_.mcusHigh * high);
        plane.values.resize(std::size_t{plane.width} * plane.height);
        const auto& quantisation = *header_.quantisation[component.quantisation];
        channels_.push_back({BlockDecoder(*header_.dc[component.dcTable], *header_.ac[component.acTable],
                                          severalOf(component.acTable, quantisation), quantisation),
                             wide, high, &plane});
    }

    const CoefficientTable& severalOf(unsigned acTable, const std::array<std::uint16_t, 64>& quantisation) {
        const auto harmless = BlockDecoder::harmlessSize(quantisation);
        auto& several = several_[{acTable, harmless}];
        if (!several) several = std::make_unique<CoefficientTable>(*header_.ac[acTable], harmless);
        return *several;
    }

    std::optional<Fault> decodeRow(std::uint32_t row) {
        auto reader = reader_; // a local stays in registers
        for (std::uint32_t column = 0; column < picture_.mcusWide; ++column) {
            const auto mcu = row * picture_.mcusWide + column;
            if (header_.restartInterval > 0 && mcu > 0 && mcu % header_.restartInterval == 0) {
                reader_ = reader;
                if (auto fault = restart(mcu)) return fault;
                reader = reader_;
            }
            const auto fault = decodeMcu(row, column, reader);
            if (fault == BlockFault::None && reader.taken() <= segment_.bits()) continue;
            reader_ = reader;
            return describe(fault, mcu);
        }
        reader_ = reader;
        return std::nullopt;
    }

    BlockFault decodeMcu(std::uint32_t row, std::uint32_t column, BitReader& reader) {
        for (auto& channel : channels_)
            for (unsigned y = 0; y < channel.high; ++y) {
                auto* const values = channel.plane->values.data() +
                                     std::size_t{row * channel.high + y} * channel.plane->width +
                                     std::size_t{column} * channel.wide;
                for (unsigned x = 0; x < channel.wide; ++x) {
                    const auto fault = channel.decoder.decode(reader);
                    if (fault != BlockFault::None) return fault;
                    values[x] = channel.decoder.dc();
                }
            }
        return BlockFault::None;
    }

    std::string where(std::uint32_t mcu) const {
        return fmt::format("MCU {} of {} (column {}, row {})", mcu,
                           std::uint32_t{picture_.mcusWide} * picture_.mcusHigh, mcu % picture_.mcusWide,
                           mcu / picture_.mcusWide);
    }

    std::size_t here() const { return segment_.offsetOf(reader_.taken()); }

    /// The bytes ended, a marker came, or a code is not legal: in this order, as the first brings the others.
    Fault describe(BlockFault fault, std::uint32_t mcu) const {
        if (reader_.taken() + longestCode > segment_.bits()) return endedEarly(mcu);
        const auto text = textOf(fault);
        return {text.code, fmt::format("{} in {}", text.detail, where(mcu)), here(), {}, mcu};
    }

    Fault endedEarly(std::uint32_t mcu) const {
        const auto at = segment_.end();
        if (at + 1 >= bytes_.size())
            return {"JPEG_TRUNCATED", fmt::format("the bytes end in {}", where(mcu)), bytes_.size(), {}, mcu};
        return {"JPEG_MARKER_IN_SCAN",
                fmt::format("marker FF {:02X} in {}", bytes_[at + 1], where(mcu)),
                at,
                bytes_[at + 1],
                mcu,
                "entropy-coded bytes",
                textAt(at)};
    }

    /// The bits that fill the last byte begun must be ones.
    std::optional<Fault> padding(std::string_view before, std::uint32_t mcu) {
        const auto left = static_cast<unsigned>((8 - reader_.taken() % 8) % 8);
        reader_.ensure();
        const auto begun = reader_.taken();
        const auto bits = reader_.take(left);
        if (bits == (1U << left) - 1) return std::nullopt;
        return Fault{"JPEG_PADDING",
                     fmt::format("the bits before {} are not all ones", before),
                     segment_.offsetOf(begun),
                     {},
                     mcu,
                     fmt::format("{:0{}b}", (1U << left) - 1, left),
                     fmt::format("{:0{}b}", bits, left)};
    }

    std::optional<Fault> restart(std::uint32_t mcu) {
        if (auto fault = padding("a restart marker", mcu)) return fault;
        const auto at = here();
        const auto expected = static_cast<std::uint8_t>(0xD0 + (mcu / header_.restartInterval - 1) % 8);
        if (at + 1 >= bytes_.size())
            return Fault{
                "JPEG_TRUNCATED", fmt::format("the bytes end before {}", where(mcu)), bytes_.size(), {}, mcu};
        if (at != segment_.end() || bytes_[at + 1] != expected)
            return Fault{"JPEG_RESTART",
                         fmt::format("expected FF {:02X} before {}", expected, where(mcu)),
                         at,
                         expected,
                         mcu,
                         fmt::format("FF {:02X}", expected),
                         textAt(at)};
        bitsBefore_ += reader_.taken();
        for (auto& channel : channels_)
            channel.decoder.restart();
        return begin(at + 2, mcu);
    }

    /// Begins with the entropy-coded bytes at \a offset.
    std::optional<Fault> begin(std::size_t offset, std::uint32_t mcu) {
        segment_.read(bytes_, offset);
        reader_ = BitReader(segment_.data());
        if (flatIsZeros()) return std::nullopt;
        const auto zeros = segment_.zeroStretch(mostZeros);
        if (!zeros) return std::nullopt;
        return Fault{"JPEG_ZEROS",
                     fmt::format("at least {} zero bytes in a row in the coded picture", mostZeros),
                     segment_.offsetOf(*zeros),
                     {},
                     mcu == 0 ? std::nullopt : std::optional(mcu)};
    }

    /// Whether blocks without any contrast, alike, are coded by zeros alone, as tables made for a flat
    /// picture may have it. By any others, so many zeros are coefficients one like the next for blocks on
    /// end: nothing that was ever in front of a lens, but what a wire that lost contact leaves behind.
    bool flatIsZeros() const {
        return std::all_of(header_.components.begin(), header_.components.end(), [&](const auto& component) {
            return header_.dc[component.dcTable]->match(0).symbol == 0 &&
                   header_.ac[component.acTable]->match(0).symbol == 0;
        });
    }

    std::string textAt(std::size_t at) const {
        if (at + 1 >= bytes_.size()) return "the end";
        return fmt::format("{:02X} {:02X}", bytes_[at], bytes_[at + 1]);
    }

    std::optional<Fault> finish(std::uint32_t total) {
        if (auto fault = padding("the end", total)) return fault;
        const auto at = here();
        if (at >= bytes_.size() || (at + 1 == bytes_.size() && bytes_[at] == 0xFF))
            return Fault{"JPEG_EOI_MISSING",
                         fmt::format("all {} MCUs are there, but the bytes end without EOI", total),
                         at,
                         0xD9,
                         total,
                         "FF D9",
                         textAt(at)};
        if (bytes_[at] != 0xFF || bytes_[at + 1] == 0x00)
            return Fault{"JPEG_SCAN_LONG",
                         fmt::format("the scan goes on after its {} MCUs", total),
                         at,
                         0xD9,
                         total,
                         "FF D9",
                         textAt(at)};
        if (bytes_[at + 1] != 0xD9)
            return Fault{"JPEG_EOI_MISSING",
                         fmt::format("expected EOI after {} MCUs, found FF {:02X}", total, bytes_[at + 1]),
                         at,
                         0xD9,
                         total,
                         "FF D9",
                         textAt(at)};
        picture_.eoiOffset = at;
        return std::nullopt;
    }

    std::span<const std::uint8_t> bytes_;
    const Header& header_;
    CodedPicture& picture_;
    EntropySegment segment_;
    BitReader reader_{nullptr};
    std::uint64_t bitsBefore_ = 0; ///< taken before the last restart marker
    std::map<std::pair<unsigned, unsigned>, std::unique_ptr<CoefficientTable>>
        several_; ///< by table and size
    std::vector<Channel> channels_;
};

} // namespace

std::optional<Fault> walkScan(std::span<const std::uint8_t> bytes, const Header& header,
                              CodedPicture& picture) {
    return Walk(bytes, header, picture).run();
}

} // namespace framegate::jpeg
