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

/// What registers hold.
using RegisterImage = std::map<RegisterAddress, std::uint8_t>;

inline void writeAll(RegisterImage& image, const std::vector<RegisterWrite>& writes) {
    for (const auto& write : writes)
        image[write.at] = write.value;
}

inline bool vendorSequencesAtHand() {
    return std::filesystem::exists(std::filesystem::path(FRAMEGATE_SHARED_DIR) / "sensors");
}

struct VendorWrite {
    std::uint8_t address = 0;
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
            writes.push_back({static_cast<std::uint8_t>(std::stoul(cells[address], nullptr, 16)),
                              static_cast<std::uint8_t>(std::stoul(cells[address + 1], nullptr, 16))});
    }
    EXPECT_FALSE(writes.empty()) << name;
    return writes;
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

/// What is meant to differ at every size.
inline Differences meantEverywhere() {
    return {
        // The vendor's table for JPEG starts without choosing a bank; after the end marker, which is sent
        // too, it lands in the sensor's bank, where these addresses mean nothing known. The image
        // processor's registers of the same addresses hold those values anyway.
        {{1, 0xd7}, {-1, 0x03}},
        {{1, 0xda}, {-1, 0x10}},
        {{1, 0xe0}, {-1, 0x00}},
        {{1, 0xe1}, {-1, 0x77}},
        {{1, 0xe5}, {-1, 0x1f}},
        // COM7's value, sent to the image processor's bank by oversight.
        {{0, 0x12}, {-1, 0x40}},
    };
}

} // namespace framegate::test
