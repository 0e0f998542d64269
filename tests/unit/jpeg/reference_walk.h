// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "jpeg/header.h"

#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>

namespace framegate::jpeg::test {

/// The rules of the entropy walk written down a second time, one bit after another and without any table
/// that is clever: what the quick walk is compared with.
class ReferenceWalk {
public:
    ReferenceWalk(std::span<const std::uint8_t> bytes, std::span<const std::uint8_t> header,
                  const Header& read)
        : bytes_(bytes), header_(read), at_(read.scanOffset) {
        for (const auto& segment : read.segments)
            if (segment.marker == 0xC4) readCodes(header.subspan(segment.offset + 4, segment.length));
    }

    /// Whether the scan keeps every rule.
    bool holds() {
        const bool single = header_.components.size() == 1;
        const unsigned wide = single ? 1U : header_.components[0].wide;
        const unsigned high = single ? 1U : header_.components[0].high;
        const unsigned total = ((header_.size.width + 8 * wide - 1) / (8 * wide)) *
                               ((header_.size.height + 8 * high - 1) / (8 * high));
        std::vector<int> dc(header_.components.size(), 0);
        for (unsigned mcu = 0; mcu < total; ++mcu) {
            if (header_.restartInterval > 0 && mcu > 0 && mcu % header_.restartInterval == 0) {
                if (!onesThen(static_cast<std::uint8_t>(0xD0 + (mcu / header_.restartInterval - 1) % 8)))
                    return false;
                dc.assign(dc.size(), 0);
            }
            for (std::size_t c = 0; c < dc.size(); ++c) {
                const auto& component = header_.components[c];
                const unsigned blocks = single ? 1U : unsigned{component.wide} * component.high;
                for (unsigned b = 0; b < blocks; ++b)
                    if (!block(component, dc[c])) return false;
            }
        }
        return onesThen(0xD9) && (!zeroStretch_ || flatIsZeros());
    }

private:
    using Codes = std::map<std::pair<unsigned, unsigned>, std::uint8_t>; ///< length and code to symbol

    void readCodes(std::span<const std::uint8_t> segment) {
        while (!segment.empty()) {
            auto& codes = codes_[segment[0]];
            codes.clear();
            unsigned code = 0;
            std::size_t symbol = 17;
            for (unsigned length = 1; length <= 16; ++length, code <<= 1)
                for (unsigned i = 0; i < segment[length]; ++i)
                    codes[{length, code++}] = segment[symbol++];
            segment = segment.subspan(symbol);
        }
    }

    /// The next bit; none at a marker or the end.
    std::optional<unsigned> bit() {
        if (bitsLeft_ == 0) {
            if (at_ >= bytes_.size()) return {};
            byte_ = bytes_[at_];
            if (byte_ == 0xFF && (at_ + 1 >= bytes_.size() || bytes_[at_ + 1] != 0)) return {};
            at_ += byte_ == 0xFF ? 2 : 1;
            bitsLeft_ = 8;
            zeros_ = byte_ == 0 ? zeros_ + 1 : 0;
            if (zeros_ == 32) zeroStretch_ = true;
        }
        return byte_ >> --bitsLeft_ & 1U;
    }

    std::optional<std::uint8_t> symbol(const Codes& codes) {
        unsigned code = 0;
        for (unsigned length = 1; length <= 16; ++length) {
            const auto next = bit();
            if (!next) return {};
            code = code << 1 | *next;
            if (const auto found = codes.find({length, code}); found != codes.end()) return found->second;
        }
        return {};
    }

    std::optional<int> value(unsigned size) {
        int bits = 0;
        for (unsigned i = 0; i < size; ++i) {
            const auto next = bit();
            if (!next) return {};
            bits = bits * 2 + static_cast<int>(*next);
        }
        return size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
    }

    bool block(const Component& component, int& dc) {
        const auto& quantisers = *header_.quantisation[component.quantisation];
        const auto size = symbol(codes_[component.dcTable]);
        const auto difference = size ? value(*size) : std::nullopt;
        if (!difference) return false;
        dc += *difference;
        const int mean = std::abs(dc * quantisers[0]);
        if (mean > 1024 + quantisers[0]) return false;
        double energy = 0;
        double quantiserEnergy = 0;
        bool openRun = false;
        for (unsigned k = 1; k < 64; ++k) {
            const auto code = symbol(codes_[0x10U | component.acTable]);
            if (!code) return false;
            if (*code == 0) {
                if (openRun) return false;
                break;
            }
            k += *code >> 4;
            if (k > 63) return false;
            openRun = *code == 0xF0;
            if (openRun && k == 63) return false;
            if (openRun) continue;
            const auto ac = value(*code & 15U);
            if (!ac || std::abs(*ac) * quantisers[k] > 1024 + quantisers[k]) return false;
            energy += std::pow(*ac * quantisers[k], 2);
            quantiserEnergy += std::pow(quantisers[k], 2);
        }
        return mean <= 720 || energy == 0 ||
               std::sqrt(energy) <= contrastAllowed(mean, quantisers[0], quantiserEnergy);
    }

    static double contrastAllowed(int dc, int quantiser, double quantiserEnergy) {
        const double mean = dc / 8.0 - quantiser / 8.0 - 1;
        const double variance = (127.5 - mean) * (mean + 128.5);
        return 8 * std::sqrt(std::max(0.0, variance)) + std::sqrt(quantiserEnergy) + 16;
    }

    bool onesThen(std::uint8_t marker) {
        while (bitsLeft_ > 0)
            if (*bit() == 0) return false;
        if (at_ + 1 >= bytes_.size() || bytes_[at_] != 0xFF || bytes_[at_ + 1] != marker) return false;
        at_ += 2;
        zeros_ = 0;
        return true;
    }

    /// Whether a code of zeros alone says "as before" of every DC and "no more" of every AC coefficient.
    bool flatIsZeros() {
        for (const auto& component : header_.components)
            for (const unsigned table : {unsigned{component.dcTable}, 0x10U | component.acTable})
                for (unsigned length = 1; length <= 16; ++length)
                    if (const auto zeros = codes_[table].find({length, 0}); zeros != codes_[table].end()) {
                        if (zeros->second != 0) return false;
                        break;
                    }
        return true;
    }

    std::span<const std::uint8_t> bytes_;
    const Header& header_;
    std::map<unsigned, Codes> codes_; ///< by class and number as in DHT
    std::size_t at_;
    unsigned byte_ = 0;
    unsigned bitsLeft_ = 0;
    unsigned zeros_ = 0; ///< bytes in a row
    bool zeroStretch_ = false;
};

} // namespace framegate::jpeg::test
