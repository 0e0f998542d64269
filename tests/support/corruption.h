// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace framegate::test {

using Octets = std::vector<std::uint8_t>;

/// One way in which a picture's bytes get damaged on a real line. The scan begins at \a scan. Every case
/// changes the bytes: what would leave them as they are is drawn again.
struct CorruptionClass {
    std::string name;
    std::function<void(Octets&, std::size_t scan, std::mt19937&)> damage;
    double foundPercent = 100; ///< that bytes alone must suffice to find, over many pictures
    std::size_t needs = 0;     ///< bytes that the scan must have
};

namespace corruption {

inline std::size_t place(std::size_t from, std::size_t to, std::mt19937& random) {
    return from + random() % (to - from);
}

inline auto at(Octets& bytes, std::size_t offset) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(offset);
}

} // namespace corruption

namespace corruption {

/// Where a damage of \a length bytes in the scan may begin, EOI left out.
inline std::size_t inScan(const Octets& bytes, std::size_t scan, std::size_t length, std::mt19937& random) {
    return place(scan, bytes.size() - 2 - length + 1, random);
}

inline void flip(Octets& bytes, std::size_t offset, std::mt19937& random) {
    bytes[offset] ^= static_cast<std::uint8_t>(1U << random() % 8);
}

inline void insertBits(Octets& bytes, std::size_t from, unsigned bit) {
    for (auto i = from; i < bytes.size(); ++i) {
        const auto out = bytes[i] & 1U;
        bytes[i] = static_cast<std::uint8_t>(bytes[i] >> 1 | bit << 7);
        bit = out;
    }
}

inline void stick(Octets& bytes, std::size_t from, std::mt19937& random) {
    const Octets before = bytes;
    while (bytes == before) {
        const auto mask = static_cast<std::uint8_t>(1U << random() % 8);
        const bool high = random() % 2 == 0;
        for (auto i = from; i < bytes.size(); ++i)
            bytes[i] = static_cast<std::uint8_t>(high ? bytes[i] | mask : bytes[i] & ~mask);
    }
}

inline std::uint8_t reversed(std::uint8_t byte) {
    unsigned out = 0;
    for (unsigned i = 0; i < 8; ++i)
        out |= (byte >> i & 1U) << (7 - i);
    return static_cast<std::uint8_t>(out);
}

inline void swapGroups(Octets& bytes, std::size_t size) {
    for (std::size_t i = 0; i + size <= bytes.size(); i += size)
        std::reverse(at(bytes, i), at(bytes, i + size));
}

/// Of SOF0, sought between the markers of a header that is in order.
inline std::size_t frameHeader(const Octets& bytes) {
    std::size_t offset = 2;
    while (bytes[offset + 1] != 0xC0)
        offset += 2U + static_cast<std::size_t>(bytes[offset + 2] << 8 | bytes[offset + 3]);
    return offset;
}

} // namespace corruption

/// Bytes lost, or too many, at the ends.
inline std::vector<CorruptionClass> corruptionAtTheEnds() {
    using namespace corruption;
    return {
        {"truncated_scan",
         [](Octets& b, std::size_t scan, std::mt19937& r) { b.resize(place(scan, b.size() - 2, r)); }},
        {"truncated_header",
         [](Octets& b, std::size_t scan, std::mt19937& r) { b.resize(place(2, scan, r)); }},
        {"eoi_dropped", [](Octets& b, std::size_t, std::mt19937& r) { b.resize(b.size() - 1 - r() % 2); }},
        {"leading_byte",
         [](Octets& b, std::size_t, std::mt19937& r) {
             if (r() % 2 == 0)
                 b.erase(b.begin());
             else
                 b.insert(b.begin(), static_cast<std::uint8_t>(r()));
         }},
        {"soi_dropped", [](Octets& b, std::size_t, std::mt19937&) { b.erase(b.begin(), b.begin() + 2); }},
        {"trailing_zeros",
         [](Octets& b, std::size_t, std::mt19937& r) { b.resize(b.size() + 1 + r() % 4096); }},
        {"trailing_garbage",
         [](Octets& b, std::size_t, std::mt19937& r) {
             for (auto count = 1 + r() % 2048; count > 0; --count)
                 b.push_back(static_cast<std::uint8_t>(1 + r() % 255));
         }},
        {"two_frames",
         [](Octets& b, std::size_t, std::mt19937& r) {
             const Octets copy = b;
             if (r() % 2 == 0) b.resize(b.size() / 2 + r() % (b.size() / 2)); // the first one is stale
             b.insert(b.end(), copy.begin(), copy.end());
         }},
        {"constant",
         [](Octets& b, std::size_t, std::mt19937& r) {
             const std::uint8_t values[] = {0x00, 0xFF, 0x55};
             b.assign(b.size(), values[r() % 3]);
         }},
    };
}

/// Stretches of the scan changed, lost or doubled.
inline std::vector<CorruptionClass> corruptionOfStretches() {
    using namespace corruption;
    return {
        {"zeroed_512",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = inScan(b, scan, 512, r);
             std::fill(at(b, p), at(b, p + 512), std::uint8_t{0});
         },
         100, 513},
        {"dropped_64",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = inScan(b, scan, 64, r);
             b.erase(at(b, p), at(b, p + 64));
         },
         100, 65},
        {"duplicated_64",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = inScan(b, scan, 64, r);
             const Octets packet(at(b, p), at(b, p + 64));
             b.insert(at(b, p), packet.begin(), packet.end());
         },
         100, 65},
        {"pattern_64",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = inScan(b, scan, 64, r);
             const std::uint8_t pattern[] = {static_cast<std::uint8_t>(r()), static_cast<std::uint8_t>(r())};
             for (std::size_t i = 0; i < 64; ++i)
                 b[p + i] = pattern[i % 2];
         },
         99, 65},
    };
}

/// Bits stuck, lost or turned, single bytes lost or doubled.
inline std::vector<CorruptionClass> corruptionOfBits() {
    using namespace corruption;
    return {
        {"stuck_bit_scan", [](Octets& b, std::size_t scan, std::mt19937& r) { stick(b, scan, r); }},
        {"stuck_bit_stream", [](Octets& b, std::size_t, std::mt19937& r) { stick(b, 0, r); }},
        {"bit_slip", [](Octets& b, std::size_t scan,
                        std::mt19937& r) { insertBits(b, place(scan, b.size() - 2, r), r() % 2); }},
        {"byte_order",
         [](Octets& b, std::size_t, std::mt19937& r) {
             const auto kind = r() % 3;
             if (kind == 2)
                 std::transform(b.begin(), b.end(), b.begin(), reversed);
             else
                 swapGroups(b, kind == 0 ? 2 : 4);
         }},
        {"size_altered",
         [](Octets& b, std::size_t, std::mt19937& r) {
             const auto p = frameHeader(b) + (r() % 2 == 0 ? 6U : 8U);
             const unsigned value = b[p - 1] * 256U + b[p] + (r() % 2 == 0 ? 16U : 65536U - 16U);
             b[p - 1] = static_cast<std::uint8_t>(value >> 8);
             b[p] = static_cast<std::uint8_t>(value);
         }},
        {"bit_flip_header", [](Octets& b, std::size_t scan, std::mt19937& r) { flip(b, r() % scan, r); }},
        {"bit_flip_scan",
         [](Octets& b, std::size_t scan, std::mt19937& r) { flip(b, place(scan, b.size() - 2, r), r); }, 64},
        {"byte_dropped",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             auto p = place(scan, b.size() - 2, r);
             while (b[p] == b[p + 1]) // the next one would be as good as dropped
                 p = place(scan, b.size() - 2, r);
             b.erase(at(b, p));
         },
         78},
        {"byte_duplicated",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = place(scan, b.size() - 2, r);
             b.insert(at(b, p), b[p]);
         },
         47},
    };
}

/// Classes seen in the field.
inline std::vector<CorruptionClass> corruptionClasses() {
    auto classes = corruptionAtTheEnds();
    for (auto&& more : {corruptionOfStretches(), corruptionOfBits()})
        classes.insert(classes.end(), more.begin(), more.end());
    return classes;
}

} // namespace framegate::test
