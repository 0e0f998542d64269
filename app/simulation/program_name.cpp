// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/program_name.h"

#include "simulation/bootsel_start.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace framegate::simulation {
namespace {

constexpr std::uint32_t markerStart = 0x7188EBF2;
constexpr std::uint32_t markerEnd = 0xE71AA390;
constexpr std::uint32_t idAndString = 6; ///< the kind of an entry
constexpr std::uint32_t idProgramName = 0x02031C86;
constexpr std::uint32_t tagRaspberryPi = 0x5052;
constexpr std::size_t searchedBytes = 4096;
constexpr std::size_t longestName = 128;

class Reader {
public:
    explicit Reader(const ProgramMemory& memory) : memory_(memory) {}

    std::optional<std::uint32_t> wordAt(std::uint64_t address) const {
        const auto at = address - memory_.address;
        if (address < memory_.address || at + 4 > memory_.bytes.size()) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 4; i-- > 0;)
            value = value << 8 | std::to_integer<std::uint32_t>(memory_.bytes[at + i]);
        return value;
    }
    std::string textAt(std::uint32_t address) const {
        if (address < memory_.address || address - memory_.address >= memory_.bytes.size()) return {};
        const auto rest = memory_.bytes.subspan(address - memory_.address);
        const auto most = rest.first(std::min(rest.size(), longestName));
        const auto end = std::find(most.begin(), most.end(), std::byte{0});
        return {reinterpret_cast<const char*>(most.data()), static_cast<std::size_t>(end - most.begin())};
    }
    /// Where the array of pointers to entries begins, and where it ends.
    std::optional<std::pair<std::uint32_t, std::uint32_t>> entries() const {
        for (std::uint64_t at = memory_.address; at < memory_.address + searchedBytes; at += 4)
            if (wordAt(at) == markerStart && wordAt(at + 16) == markerEnd)
                return std::pair(*wordAt(at + 4), *wordAt(at + 8));
        return std::nullopt;
    }

private:
    ProgramMemory memory_;
};

void put(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}

} // namespace

std::string programName(const ProgramMemory& memory) {
    const Reader reader(memory);
    const auto entries = reader.entries();
    if (!entries) return {};
    for (std::uint64_t at = entries->first; at < entries->second; at += 4) {
        const auto entry = reader.wordAt(at);
        if (!entry) return {};
        if (reader.wordAt(*entry) != (tagRaspberryPi << 16 | idAndString)) continue;
        if (reader.wordAt(std::uint64_t{*entry} + 4) != idProgramName) continue;
        return reader.textAt(reader.wordAt(std::uint64_t{*entry} + 8).value_or(0));
    }
    return {};
}

std::vector<std::byte> namedProgram(const std::string& name, std::uint32_t at) {
    constexpr std::size_t header = 0x110;
    constexpr std::size_t array = 0x180;
    constexpr std::size_t entry = 0x190;
    constexpr std::size_t text = 0x1A0;
    std::vector<std::byte> bytes(4096, std::byte{0});
    const auto address = [&](std::size_t offset) { return at + static_cast<std::uint32_t>(offset); };
    put(bytes, 252, bootStageCheck(bytes));
    const std::array<std::uint32_t, 5> places{markerStart, address(array), address(array + 4), 0, markerEnd};
    for (std::size_t i = 0; i < places.size(); ++i)
        put(bytes, header + 4 * i, places[i]);
    const std::array<std::uint32_t, 5> block{0xFFFFDED3, 0x10210142, 0x000001FF, 0, 0xAB123579};
    for (std::size_t i = 0; i < block.size(); ++i)
        put(bytes, 0x140 + 4 * i, block[i]);
    put(bytes, array, address(entry));
    put(bytes, entry, tagRaspberryPi << 16 | idAndString);
    put(bytes, entry + 4, idProgramName);
    put(bytes, entry + 8, address(text));
    const auto letters = std::as_bytes(std::span(name)).first(std::min(name.size(), longestName));
    std::copy(letters.begin(), letters.end(), bytes.begin() + text);
    return bytes;
}

} // namespace framegate::simulation
