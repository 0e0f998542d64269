// SPDX-License-Identifier: GPL-3.0-or-later
//
// The four images as files: whether a chip would start them, how large they are, what they say of themselves.
// Nothing here can run those for the RP2350.
#include "boot/firmware_image.h"
#include "boot/image_definition.h"
#include "boot/preflight.h"
#include "support/program.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>

namespace framegate::boot {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

constexpr std::uint32_t ramBegin = 0x20000000;
constexpr std::uint32_t kib = 1024;

/// One image of one preset.
struct Made {
    const char* preset;
    const char* name;
    Chip chip;
    ImageKind kind;
    std::uint32_t ramBytes; ///< in one piece, without the two small banks
    std::string file(const char* extension) const {
        return std::string(FRAMEGATE_SOURCE_DIR "/build/") + preset + "/" + name + extension;
    }
};

FirmwareImage read(const Made& made, const char* extension) {
    auto images = readFirmware(made.file(extension));
    if (!images) throw std::runtime_error(images.error().message + "; build the preset " + made.preset);
    if (images->size() != 1) throw std::runtime_error(made.file(extension) + " holds more than one image");
    return images->front();
}

std::uint32_t wordAt(const std::vector<char>& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i)
        value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i - 1));
    return value;
}

/// One past the last byte of RAM that the program claims at its start: code, data and zeros, and the least
/// heap, but not the stack, which has a bank of its own.
std::uint32_t ramEnd(const Made& made) {
    std::ifstream in(made.file(".elf"), std::ios::binary);
    const std::vector<char> elf((std::istreambuf_iterator<char>(in)), {});
    const auto table = wordAt(elf, 28);
    const auto count = wordAt(elf, 44) & 0xFFFF;
    std::uint32_t end = ramBegin;
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = table + i * 32;
        const auto begin = wordAt(elf, at + 8);
        const auto size = wordAt(elf, at + 20);
        if (begin >= ramBegin && begin < ramBegin + made.ramBytes) end = std::max(end, begin + size);
    }
    return end;
}

class Images : public testing::TestWithParam<Made> {};

TEST_P(Images, ElfAndUf2_HoldTheSameBytesForTheSameChip) {
    const auto elf = read(GetParam(), ".elf");
    const auto uf2 = read(GetParam(), ".uf2");
    for (const auto& image : {elf, uf2}) {
        EXPECT_EQ(image.chip, GetParam().chip);
        EXPECT_EQ(image.kind, GetParam().kind);
    }
    for (const auto& segment : elf.segments) {
        std::vector<std::byte> same(segment.bytes.size());
        ASSERT_TRUE(uf2.read(segment.address, same));
        EXPECT_EQ(same, segment.bytes);
    }
    EXPECT_LT(uf2.size(), elf.size() + 8 * 256);
}

TEST_P(Images, Chip_WouldStartThem) {
    for (const auto* extension : {".elf", ".uf2"}) {
        const auto bootable = checkBootable(read(GetParam(), extension));
        EXPECT_TRUE(bootable) << extension << ": " << bootable.error().message;
    }
    if (GetParam().chip != Chip::Rp2350) return;
    const auto definition = findImageDefinition(read(GetParam(), ".elf"));
    EXPECT_TRUE(definition) << definition.error().message;
}

TEST_P(Images, Sizes_LeaveRoom) {
    const auto& made = GetParam();
    const auto image = read(made, ".elf");
    const auto free = ramBegin + made.ramBytes - ramEnd(made);
    std::printf("%s %s: %zu bytes in the image, %u bytes of RAM left\n", made.preset, made.name, image.size(),
                free);
    if (made.kind == ImageKind::Flash) {
        EXPECT_LE(image.end() - image.begin(), 64 * kib);
    }
    EXPECT_GE(free, 128 * kib);
}

/// Names of functions and data, as nm has them.
std::set<std::string> symbols(const Made& made) {
    const auto listing = test::runProgram({"/usr/bin/nm", "-P", made.file(".elf")});
    EXPECT_EQ(listing.status, 0) << listing.err;
    std::set<std::string> names;
    std::istringstream lines(listing.out);
    for (std::string line; std::getline(lines, line);)
        names.insert(line.substr(0, line.find(' ')));
    return names;
}

TEST_P(Images, Symbols_HaveTheOwnPacketsAndNoHeapNorExceptions) {
    const auto names = symbols(GetParam());
    EXPECT_THAT(names, Contains("__wrap_hw_endpoint_xfer_continue"));
    EXPECT_THAT(names, Contains("tud_descriptor_bos_cb"));
    for (const auto* unwanted : {"_Znwj", "_Znaj", "_ZdlPv", "__wrap_malloc", "__cxa_throw", "_vfprintf_r",
                                 "__aeabi_dmul", "__aeabi_fmul"})
        EXPECT_EQ(names.count(unwanted), 0U) << unwanted;
}

/// What picotool's `info` reads: the list that a header near the image's begin points to.
class BinaryInfo {
public:
    explicit BinaryInfo(const FirmwareImage& image) : image_(image) {
        const auto [first, last] = findList();
        for (auto at = first; at < last; at += 4)
            take(word(at));
    }
    std::map<std::uint32_t, std::string> texts; ///< by id
    std::multimap<std::string, std::uint32_t> features;
    std::map<std::string, std::uint64_t> pins; ///< name to mask

private:
    static constexpr std::uint32_t beginMark = 0x7188ebf2;
    static constexpr std::uint32_t endMark = 0xe71aa390;
    static constexpr std::uint16_t idAndString = 6;
    static constexpr std::uint16_t pinsWithName = 9;
    static constexpr std::uint16_t pins64WithName = 14;

    std::uint32_t word(std::uint32_t address) const {
        std::array<std::byte, 4> bytes{};
        if (!image_.read(address, bytes)) throw std::runtime_error("a pointer out of the image");
        std::uint32_t value = 0;
        for (std::size_t i = 4; i > 0; --i)
            value = value << 8 | std::to_integer<std::uint32_t>(bytes[i - 1]);
        return value;
    }
    std::string text(std::uint32_t address) const {
        std::string characters;
        for (std::array<std::byte, 1> one{}; image_.read(address, one) && one[0] != std::byte{0}; ++address)
            characters += static_cast<char>(one[0]);
        return characters;
    }
    std::pair<std::uint32_t, std::uint32_t> findList() const {
        for (auto at = image_.begin(); at < image_.begin() + 2 * kib; at += 4)
            if (word(at) == beginMark && word(at + 16) == endMark) return {word(at + 4), word(at + 8)};
        throw std::runtime_error("no binary info");
    }
    void take(std::uint32_t entry) {
        switch (word(entry) & 0xFFFF) {
        case idAndString:
            texts[word(entry + 4)] = text(word(entry + 8));
            features.emplace(text(word(entry + 8)), word(entry + 4));
            break;
        case pinsWithName:
            pins[text(word(entry + 8))] = word(entry + 4);
            break;
        case pins64WithName:
            pins[text(word(entry + 12))] = word(entry + 4) | std::uint64_t{word(entry + 8)} << 32;
            break;
        default:
            break;
        }
    }
    const FirmwareImage& image_;
};

TEST_P(Images, BinaryInfo_SaysNameVersionRevisionAndPins) {
    constexpr std::uint32_t programName = 0x02031c86;
    constexpr std::uint32_t programVersion = 0x11a9bc3a;
    constexpr std::uint32_t programFeature = 0xa1f4b453;
    const auto image = read(GetParam(), ".elf");
    const BinaryInfo info(image);
    EXPECT_THAT(info.texts, Contains(Pair(programName, "FrameGate test firmware")));
    const auto version = info.texts.at(programVersion);
    EXPECT_THAT(version, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\\+[-0-9a-z]+"));
    const auto revision = version.substr(version.find('+') + 1);
    EXPECT_THAT(info.features, Contains(Pair("source revision " + revision, programFeature)));
    const std::map<std::string, std::uint64_t> pins = {
        {"camera SCK", 1 << 2}, {"camera MOSI", 1 << 3}, {"camera MISO", 1 << 4}, {"camera CS", 1 << 5},
        {"camera SDA", 1 << 8}, {"camera SCL", 1 << 9},  {"slot LED", 1 << 25}};
    EXPECT_EQ(info.pins, pins);
}

INSTANTIATE_TEST_SUITE_P(
    All, Images,
    testing::Values(Made{"firmware-pico", "framegate-fw", Chip::Rp2040, ImageKind::Flash, 256 * kib},
                    Made{"firmware-pico", "framegate-fw-ram", Chip::Rp2040, ImageKind::Ram, 256 * kib},
                    Made{"firmware-pico2", "framegate-fw", Chip::Rp2350, ImageKind::Flash, 512 * kib},
                    Made{"firmware-pico2", "framegate-fw-ram", Chip::Rp2350, ImageKind::Ram, 512 * kib}),
    [](const auto& tested) {
        return std::string(tested.param.chip == Chip::Rp2040 ? "Rp2040" : "Rp2350") +
               (tested.param.kind == ImageKind::Ram ? "Ram" : "Flash");
    });

} // namespace
} // namespace framegate::boot
