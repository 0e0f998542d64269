// SPDX-License-Identifier: GPL-3.0-or-later
#include "jpeg/walk.h"

#include "jpeg/bit_reader.h"

#include <cstdlib>
#include <fmt/format.h>

namespace framegate::jpeg {
namespace {

/// 8-bit samples give coefficients of at most 1024 (T.81 annex F); a quantiser's rounding adds half of it.
constexpr int largestCoefficient = 1024;

/// A component with all that decoding it needs at hand.
struct Channel {
    const HuffmanTable* dc = nullptr;
    const HuffmanTable* ac = nullptr;
    const std::array<std::uint16_t, 64>* quantisation = nullptr;
    unsigned wide = 1;
    unsigned high = 1;
    int predictor = 0;
    CodedPicture::DcPlane* plane = nullptr;
};

enum class BlockFault : std::uint8_t { None, DcCode, AcCode, Run, DcRange, AcRange };

/// T.81 F.12: the value of \a bits in category \a size.
int extended(std::uint32_t bits, unsigned size) {
    const auto value = static_cast<int>(bits);
    return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

bool beyond(int value, std::uint16_t quantiser) {
    return std::abs(value) * quantiser > largestCoefficient + quantiser;
}

class Walk {
public:
    Walk(std::span<const std::uint8_t> bytes, const Header& header, CodedPicture& picture)
        : bytes_(bytes), header_(header), picture_(picture), reader_(bytes, header.scanOffset) {}

    std::optional<Fault> run() {
        prepare();
        const std::uint32_t total = std::uint32_t{picture_.mcusWide} * picture_.mcusHigh;
        std::uint64_t rowBegin = 0;
        for (std::uint32_t mcu = 0; mcu < total; ++mcu) {
            if (header_.restartInterval > 0 && mcu > 0 && mcu % header_.restartInterval == 0)
                if (auto fault = restart(mcu)) return fault;
            if (auto fault = decodeMcu(mcu)) return fault;
            if ((mcu + 1) % picture_.mcusWide != 0) continue;
            picture_.rowBits.push_back(static_cast<std::uint32_t>(reader_.taken() - rowBegin));
            rowBegin = reader_.taken();
        }
        return finish(total);
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
        Channel channel{&*header_.dc[component.dcTable],
                        &*header_.ac[component.acTable],
                        &*header_.quantisation[component.quantisation],
                        single ? 1U : component.wide,
                        single ? 1U : component.high,
                        0,
                        &picture_.dc[i]};
        channel.plane->width = static_cast<std::uint16_t>(picture_.mcusWide * channel.wide);
        channel.plane->height = static_cast<std::uint16_t>(picture_.mcusHigh * channel.high);
        channel.plane->values.resize(std::size_t{channel.plane->width} * channel.plane->height);
        channels_.push_back(channel);
    }

    std::optional<Fault> decodeMcu(std::uint32_t mcu) {
        const auto column = mcu % picture_.mcusWide;
        const auto row = mcu / picture_.mcusWide;
        for (auto& channel : channels_)
            for (unsigned y = 0; y < channel.high; ++y)
                for (unsigned x = 0; x < channel.wide; ++x) {
                    const auto fault = decodeBlock(channel);
                    if (fault != BlockFault::None || reader_.overrun()) return describe(fault, mcu);
                    const auto place = std::size_t{row * channel.high + y} * channel.plane->width +
                                       column * channel.wide + x;
                    channel.plane->values[place] =
                        static_cast<std::int16_t>(channel.predictor * (*channel.quantisation)[0]);
                }
        return std::nullopt;
    }

    BlockFault decodeBlock(Channel& channel) {
        const auto dc = channel.dc->match(reader_.peek16());
        if (dc.bits == 0) return BlockFault::DcCode;
        reader_.skip(dc.bits);
        channel.predictor += extended(reader_.take(dc.symbol), dc.symbol);
        if (beyond(channel.predictor, (*channel.quantisation)[0])) return BlockFault::DcRange;
        for (unsigned k = 1; k < 64; ++k) {
            const auto ac = channel.ac->match(reader_.peek16());
            if (ac.bits == 0) return BlockFault::AcCode;
            reader_.skip(ac.bits);
            const unsigned size = ac.symbol & 15U;
            if (size == 0 && ac.symbol == 0) return BlockFault::None;
            k += ac.symbol >> 4;
            if (k > 63) return BlockFault::Run;
            if (size == 0) continue; // sixteen zeros
            if (beyond(extended(reader_.take(size), size), (*channel.quantisation)[k]))
                return BlockFault::AcRange;
        }
        return BlockFault::None;
    }

    std::string where(std::uint32_t mcu) const {
        return fmt::format("MCU {} of {} (column {}, row {})", mcu,
                           std::uint32_t{picture_.mcusWide} * picture_.mcusHigh, mcu % picture_.mcusWide,
                           mcu / picture_.mcusWide);
    }

    /// The bytes ended, a marker came, or a code is not legal: in this order, as the first brings the others.
    Fault describe(BlockFault fault, std::uint32_t mcu) const {
        const auto at = reader_.position();
        if (reader_.overrun() || (fault != BlockFault::None && stopped())) {
            if (at + 1 >= bytes_.size())
                return {"JPEG_TRUNCATED", fmt::format("the bytes end in {}", where(mcu)), bytes_.size()};
            return {"JPEG_MARKER_IN_SCAN", fmt::format("marker FF {:02X} in {}", bytes_[at + 1], where(mcu)),
                    at};
        }
        switch (fault) {
        case BlockFault::DcRange:
        case BlockFault::AcRange:
            return {"JPEG_COEFFICIENT_RANGE",
                    fmt::format("a coefficient is larger than 8-bit samples can give in {}", where(mcu)), at};
        case BlockFault::Run:
            return {"JPEG_CODE_ILLEGAL", fmt::format("a run goes beyond its block in {}", where(mcu)), at};
        default:
            return {"JPEG_CODE_ILLEGAL", fmt::format("bits that are no Huffman code in {}", where(mcu)), at};
        }
    }

    /// Whether the reader cannot go on: a marker or the end is next, and too little is held for a code.
    bool stopped() const {
        const auto at = reader_.position();
        return reader_.leftWholeBits() < 16 && (at >= bytes_.size() || bytes_[at] == 0xFF);
    }

    std::optional<Fault> padding(std::string_view before) {
        const auto left = reader_.leftInByte();
        if (reader_.take(left) == (1U << left) - 1) return std::nullopt;
        return Fault{"JPEG_PADDING", fmt::format("the bits before {} are not all ones", before),
                     reader_.position()};
    }

    std::optional<Fault> restart(std::uint32_t mcu) {
        if (auto fault = padding("a restart marker")) return fault;
        const auto at = reader_.position();
        const auto expected = static_cast<std::uint8_t>(0xD0 + (mcu / header_.restartInterval - 1) % 8);
        if (at + 1 >= bytes_.size())
            return Fault{"JPEG_TRUNCATED", fmt::format("the bytes end before {}", where(mcu)), bytes_.size()};
        if (reader_.holdsWholeByte() || bytes_[at] != 0xFF || bytes_[at + 1] != expected)
            return Fault{"JPEG_RESTART", fmt::format("expected FF {:02X} before {}", expected, where(mcu)),
                         at};
        reader_.restart(at + 2);
        for (auto& channel : channels_)
            channel.predictor = 0;
        return std::nullopt;
    }

    std::optional<Fault> finish(std::uint32_t total) {
        if (auto fault = padding("the end")) return fault;
        const auto at = reader_.position();
        if (reader_.holdsWholeByte())
            return Fault{"JPEG_SCAN_LONG", fmt::format("the scan goes on after its {} MCUs", total), at};
        if (at >= bytes_.size() || (at + 1 == bytes_.size() && bytes_[at] == 0xFF))
            return Fault{"JPEG_EOI_MISSING",
                         fmt::format("all {} MCUs are there, but the bytes end without EOI", total), at};
        if (bytes_[at] != 0xFF || bytes_[at + 1] == 0x00)
            return Fault{"JPEG_SCAN_LONG", fmt::format("the scan goes on after its {} MCUs", total), at};
        if (bytes_[at + 1] != 0xD9)
            return Fault{"JPEG_EOI_MISSING",
                         fmt::format("expected EOI after {} MCUs, found FF {:02X}", total, bytes_[at + 1]),
                         at};
        picture_.eoiOffset = at;
        return std::nullopt;
    }

    std::span<const std::uint8_t> bytes_;
    const Header& header_;
    CodedPicture& picture_;
    BitReader reader_;
    std::vector<Channel> channels_;
};

} // namespace

std::optional<Fault> walkScan(std::span<const std::uint8_t> bytes, const Header& header,
                              CodedPicture& picture) {
    return Walk(bytes, header, picture).run();
}

} // namespace framegate::jpeg
