// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace framegate::test {

using Octets = std::vector<std::uint8_t>;

/// One way in which a picture's bytes get damaged on a real line. The scan begins at \a scan.
struct CorruptionClass {
    std::string name;
    std::function<void(Octets&, std::size_t scan, std::mt19937&)> damage;
    bool alwaysFound = true; ///< bytes alone suffice to find every case of it
};

namespace corruption {

inline std::size_t place(std::size_t from, std::size_t to, std::mt19937& random) {
    return from + random() % (to - from);
}

inline auto at(Octets& bytes, std::size_t offset) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(offset);
}

} // namespace corruption

/// Bytes lost, or too many, at the ends.
inline std::vector<CorruptionClass> corruptionAtTheEnds() {
    using corruption::at;
    using corruption::place;
    return {
        {"truncated in the scan",
         [](Octets& b, std::size_t scan, std::mt19937& r) { b.resize(place(scan, b.size() - 2, r)); }},
        {"truncated in the header",
         [](Octets& b, std::size_t scan, std::mt19937& r) { b.resize(place(2, scan, r)); }},
        {"end marker lost", [](Octets& b, std::size_t, std::mt19937&) { b.resize(b.size() - 2); }},
        {"half the end marker lost", [](Octets& b, std::size_t, std::mt19937&) { b.resize(b.size() - 1); }},
        {"first byte lost", [](Octets& b, std::size_t, std::mt19937&) { b.erase(b.begin()); }},
        {"a byte in front", [](Octets& b, std::size_t,
                               std::mt19937& r) { b.insert(b.begin(), static_cast<std::uint8_t>(r())); }},
        {"zeros behind",
         [](Octets& b, std::size_t, std::mt19937& r) { b.resize(b.size() + 1 + r() % 4096); }},
        {"rubbish behind",
         [](Octets& b, std::size_t, std::mt19937& r) {
             for (int i = 0; i < 40; ++i)
                 b.push_back(static_cast<std::uint8_t>(1 + r() % 255));
         }},
        {"the picture twice",
         [](Octets& b, std::size_t, std::mt19937&) {
             const Octets copy = b;
             b.insert(b.end(), copy.begin(), copy.end());
         }},
    };
}

/// Bytes changed, lost or doubled inside.
inline std::vector<CorruptionClass> corruptionInside() {
    using corruption::at;
    using corruption::place;
    return {
        {"512 bytes zeroed",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = place(scan, b.size() - 514, r);
             std::fill(at(b, p), at(b, p + 512), std::uint8_t{0});
         }},
        {"64 bytes dropped",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = place(scan, b.size() - 66, r);
             b.erase(at(b, p), at(b, p + 64));
         }},
        {"64 bytes doubled",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto p = place(scan, b.size() - 66, r);
             const Octets packet(at(b, p), at(b, p + 64));
             b.insert(at(b, p), packet.begin(), packet.end());
         }},
        {"a bit stuck",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             const auto mask = static_cast<std::uint8_t>(1U << r() % 8);
             const bool high = r() % 2 == 0;
             for (std::size_t i = scan; i < b.size(); ++i)
                 b[i] = static_cast<std::uint8_t>(high ? b[i] | mask : b[i] & ~mask);
         }},
        {"bytes rotated",
         [](Octets& b, std::size_t, std::mt19937&) {
             for (auto& byte : b)
                 byte = static_cast<std::uint8_t>(byte << 1 | byte >> 7);
         }},
        {"byte pairs swapped",
         [](Octets& b, std::size_t, std::mt19937&) {
             for (std::size_t i = 0; i + 1 < b.size(); i += 2)
                 std::swap(b[i], b[i + 1]);
         }},
        {"a bit of the header flipped",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             b[r() % scan] ^= static_cast<std::uint8_t>(1U << r() % 8);
         }},
        {"a bit of the scan flipped",
         [](Octets& b, std::size_t scan, std::mt19937& r) {
             b[place(scan, b.size() - 2, r)] ^= static_cast<std::uint8_t>(1U << r() % 8);
         },
         false},
        {"a byte dropped",
         [](Octets& b, std::size_t scan, std::mt19937& r) { b.erase(at(b, place(scan, b.size() - 2, r))); },
         false},
    };
}

/// Classes seen in the field.
inline std::vector<CorruptionClass> corruptionClasses() {
    auto classes = corruptionAtTheEnds();
    for (auto& inside : corruptionInside())
        classes.push_back(std::move(inside));
    return classes;
}

} // namespace framegate::test
