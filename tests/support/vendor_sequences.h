// SPDX-License-Identifier: GPL-3.0-or-later
//
// The vendor's published register sequences, where they are at hand, and what of ours is meant to differ.
#pragma once

#include "domain/sensor_description.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace framegate::test {

inline void writeAll(RegisterImage& image, const std::vector<RegisterWrite>& writes) {
    for (const auto& write : writes)
        image[write.at] = write.value;
}

inline bool vendorSequencesAtHand() {
    return std::filesystem::exists(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors");
}

struct VendorWrite {
    std::uint16_t address = 0;
    std::uint8_t value = 0;
};

/// The writes of a published table: its columns addr_hex and value_hex, wherever they stand.
inline std::vector<VendorWrite> vendorWrites(const std::string& name) {
    std::ifstream file(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors" / name);
    EXPECT_TRUE(file) << name;
    std::vector<VendorWrite> writes;
    std::size_t address = 0;
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, ',');)
            cells.push_back(cell);
        const auto header = std::find(cells.begin(), cells.end(), "addr_hex");
        if (header != cells.end())
            address = static_cast<std::size_t>(header - cells.begin());
        else if (cells.size() > address + 1 && cells[address].rfind("0x", 0) == 0)
            writes.push_back({static_cast<std::uint16_t>(std::stoul(cells[address], nullptr, 16)),
                              static_cast<std::uint8_t>(std::stoul(cells[address + 1], nullptr, 16))});
    }
    EXPECT_FALSE(writes.empty()) << name;
    return writes;
}

/// Applies writes as a sensor with 16-bit addresses takes them, without the drivers' end markers.
inline std::vector<RegisterWrite> flat(const std::vector<VendorWrite>& writes) {
    std::vector<RegisterWrite> result;
    for (const auto& write : writes)
        if (write.address != 0xFFFF) result.push_back({{0, write.address}, write.value});
    return result;
}

/// Applies writes as the sensor takes them: 0xff chooses the bank by its lowest bit.
inline std::vector<RegisterWrite> placed(const std::vector<VendorWrite>& writes) {
    std::vector<RegisterWrite> result;
    std::uint8_t bank = 0;
    for (const auto& write : writes)
        if (write.address == 0xFF)
            bank = write.value & 1U;
        else
            result.push_back({{bank, write.address}, write.value, true});
    return result;
}

/// Indices and data of the tables inside: only their order says anything.
inline bool isTableAccess(RegisterAddress at) {
    static const std::set<std::uint16_t> ports = {0x7c, 0x7d, 0x90, 0x91, 0x92, 0x93, 0x96, 0x97};
    return at.bank == 0 && ports.count(at.address) > 0;
}

inline std::vector<std::pair<unsigned, unsigned>> tableAccesses(const std::vector<RegisterWrite>& writes) {
    std::vector<std::pair<unsigned, unsigned>> accesses;
    for (const auto& write : writes)
        if (isTableAccess(write.at)) accesses.emplace_back(write.at.address, write.value);
    return accesses;
}

/// A difference: ours and the vendor's value, −1 where there is none.
using Differences = std::map<RegisterAddress, std::pair<int, int>>;

inline Differences differences(const RegisterImage& ours, const RegisterImage& vendors) {
    Differences found;
    for (const auto& [at, value] : ours)
        found[at] = {value, -1};
    for (const auto& [at, value] : vendors)
        found.try_emplace(at, -1, -1).first->second.second = value;
    for (auto entry = found.begin(); entry != found.end();)
        entry = entry->second.first == entry->second.second ? found.erase(entry) : std::next(entry);
    return found;
}

/// The words of a table's cell.
inline std::vector<std::string> wordsOf(const std::string& cell) {
    std::istringstream stream(cell);
    return {std::istream_iterator<std::string>(stream), {}};
}

inline bool namesOrAll(const std::string& cell, const std::string& name) {
    const auto words = wordsOf(cell);
    return words == std::vector<std::string>{"all"} ||
           std::find(words.begin(), words.end(), name) != words.end();
}

/// "0:0x12" or "0x4407".
inline RegisterAddress registerAt(const std::string& cell) {
    const auto word = wordsOf(cell).at(0);
    const auto colon = word.find(':');
    if (colon == std::string::npos) return {0, static_cast<std::uint16_t>(std::stoul(word, nullptr, 16))};
    return {static_cast<std::uint8_t>(std::stoul(word.substr(0, colon))),
            static_cast<std::uint16_t>(std::stoul(word.substr(colon + 1), nullptr, 16))};
}

inline int valueOrNone(const std::string& cell) {
    const auto word = wordsOf(cell).at(0);
    return word.rfind("0x", 0) == 0 ? std::stoi(word, nullptr, 16) : -1;
}

/// The differences from \a driver at \a size that docs/sensors.md says are meant.
inline Differences meantDifferences(const std::string& sensor, const std::string& driver,
                                    const std::string& size) {
    std::ifstream file(std::filesystem::path(FRAMEGATE_SOURCE_DIR) / "docs/sensors.md");
    Differences meant;
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream columns(line);
        for (std::string cell; std::getline(columns, cell, '|');)
            cells.push_back(cell);
        if (cells.size() != 8 || wordsOf(cells[1]) != std::vector{sensor}) continue;
        EXPECT_FALSE(wordsOf(cells[7]).empty()) << "no reason: " << line;
        if (!namesOrAll(cells[2], driver) || !namesOrAll(cells[3], size)) continue;
        meant[registerAt(cells[4])] = {valueOrNone(cells[5]), valueOrNone(cells[6])};
    }
    EXPECT_FALSE(meant.empty()) << "docs/sensors.md names no difference of " << sensor;
    return meant;
}

} // namespace framegate::test
