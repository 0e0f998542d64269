// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/program_info.h"

#include "unit/boot/boot_bench.h"

#include <gtest/gtest.h>

namespace framegate::boot {
namespace {

/// A RAM image with binary info of two entries, laid out as the pico-sdk does it.
FirmwareImage informed(const std::string& version) {
    auto image = program(Chip::Rp2040, ImageKind::Ram, 4096, 1);
    auto& bytes = image.segments[0].bytes;
    const auto words = [&](std::size_t at, std::initializer_list<std::uint32_t> values) {
        for (const auto value : values) {
            test::put32(bytes, at, value);
            at += 4;
        }
    };
    words(0xD4, {0x7188EBF2, ramBase + 0x800, ramBase + 0x808, ramBase + 0x7F0, 0xE71AA390});
    words(0x800, {ramBase + 0x900, ramBase + 0x910});
    words(0x900, {0x50520006, 0x02031C86, ramBase + 0xA00}); // the program's name
    words(0x910, {0x50520006, 0x11A9BC3A, ramBase + 0xB00});
    for (std::size_t i = 0; i <= version.size(); ++i)
        bytes[0xB00 + i] = i == version.size() ? std::byte{0} : static_cast<std::byte>(version[i]);
    return image;
}

TEST(ProgramVersion, IsReadFromBinaryInfo) {
    EXPECT_EQ(programVersion(informed("0.1.0+1234abcd")), "0.1.0+1234abcd");
}

TEST(ProgramVersion, NoneWhereThereIsNoInfo) {
    EXPECT_EQ(programVersion(program(Chip::Rp2040, ImageKind::Ram, 4096, 1)), std::nullopt);
    EXPECT_EQ(programVersion(program(Chip::Rp2350, ImageKind::Flash, 600, 1)), std::nullopt);
}

TEST(ProgramVersion, NoneForATextThatIsNone) {
    EXPECT_EQ(programVersion(informed("")), std::nullopt);
    EXPECT_EQ(programVersion(informed("two words")), std::nullopt);
    EXPECT_EQ(programVersion(informed(std::string(80, 'x'))), std::nullopt);
}

TEST(ProgramVersion, PointersOutOfTheImage_AreNotFollowed) {
    for (const std::size_t at : {0xD8, 0x804, 0x918}) {
        auto image = informed("0.1.0+1234abcd");
        test::put32(image.segments[0].bytes, at, 0xFFFFFFFC);
        EXPECT_EQ(programVersion(image), std::nullopt) << at;
    }
}

} // namespace
} // namespace framegate::boot
