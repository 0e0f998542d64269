// SPDX-License-Identifier: GPL-3.0-or-later
//
// A fuzz target without libFuzzer: TARGET COUNT FOLDER tries the files of the folder, then COUNT damaged
// ones. The same inputs every time.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Octets = std::vector<std::uint8_t>;

constexpr std::size_t longestSeed = 20'000;

std::vector<Octets> seedsOf(const char* folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file() && entry.file_size() <= longestSeed) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<Octets> seeds;
    for (const auto& file : files) {
        std::ifstream stream(file, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    }
    return seeds;
}

/// One change to the bytes, or to where they end.
void change(Octets& bytes, const std::vector<Octets>& seeds, std::mt19937& random) {
    if (bytes.empty()) return;
    const auto place = random() % bytes.size();
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(place);
    const auto length = std::min<std::size_t>(1 + random() % 64, bytes.size() - place);
    const auto end = at + static_cast<std::ptrdiff_t>(length);
    switch (random() % 7) {
    case 0:
        *at ^= static_cast<std::uint8_t>(1U << random() % 8);
        break;
    case 1:
        *at = static_cast<std::uint8_t>(random());
        break;
    case 2:
        *at = random() % 2 == 0 ? 0xFF : 0x00;
        break;
    case 3:
        bytes.erase(at, end);
        break;
    case 4: {
        const Octets again(at, end);
        bytes.insert(at, again.begin(), again.end());
        break;
    }
    case 5:
        bytes.resize(place);
        break;
    default: {
        const auto& other = seeds[random() % seeds.size()];
        bytes.resize(place);
        const auto from = std::min(place, other.size());
        bytes.insert(bytes.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
    }
    }
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) return std::fprintf(stderr, "expected COUNT FOLDER\n"), 2;
    const auto seeds = seedsOf(arguments[2]);
    if (seeds.empty()) return std::fprintf(stderr, "%s: no files to begin with\n", arguments[2]), 2;
    for (const auto& seed : seeds)
        LLVMFuzzerTestOneInput(seed.data(), seed.size());
    std::mt19937 random(1);
    for (long i = std::atol(arguments[1]); i > 0; --i) {
        auto bytes = seeds[random() % seeds.size()];
        for (auto changes = 1 + random() % 4; changes > 0; --changes)
            change(bytes, seeds, random);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    return 0;
}
