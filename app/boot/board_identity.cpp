// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/board_identity.h"

#include "boot/little_endian.h"
#include "boot/memory_map.h"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <span>

namespace framegate::boot {
namespace {

constexpr std::uint32_t smallestSizeCode = 16; // 64 KiB
constexpr std::uint32_t largestSizeCode = 24;  // 16 MiB

// RP2040 datasheet 2.19.6.2 (IO_QSPI: GPIO_QSPI_SS_CTRL), 4.10.13 (SSI: SR, DR0).
constexpr std::uint32_t selectControl = 0x4001800C;
constexpr std::uint32_t ssi = 0x18000000;

constexpr std::uint16_t idProgram[] = {
    0xB570,         // push {r4-r6, lr}
    0x480B, 0x490B, // r0 = select control, r1 = SSI
    0x4B0C, 0xA20C, // r3 = bytes left, r2 = the next of them
    0x2402, 0x0224, // the select wire is forced low,
    0x6004, 0x6805, // and read back, as the ROM does: the write is through then
    0x7815, 0x660D, // next: a byte goes to the data register
    0x6A8E, 0x0936, // wait: bit 3 of the status, receive FIFO not empty, to the carry
    0xD3FC,         // not yet: wait
    0x6E0D, 0x7015, // the byte that came takes its place
    0x3201, 0x3B01, // one further, one less
    0xD1F5,         // any left: next
    0x2403, 0x0224, // the select wire is forced high, as the ROM leaves it
    0x6004, 0x6805, //
    0xBD70,         // pop {r4-r6, pc}
};

constexpr std::uint8_t readJedecId = 0x9F;
constexpr std::uint8_t readUniqueId = 0x4B; // the id comes after four bytes of nothing
constexpr std::size_t uniqueIdOffset = 5;
constexpr std::size_t uniqueIdBytes = 8;

/// What the flash answers to a command: \a reply.size() bytes, the first while the command goes out.
Result<> exchange(Picoboot& board, std::uint8_t command, std::span<std::byte> reply,
                  const std::stop_token& stop) {
    const auto program = exchangeProgram(command, static_cast<std::uint32_t>(reply.size()));
    if (auto put = board.write(ramBase, program, stop); !put) return put;
    if (auto done = board.execute(ramBase, stop); !done) return done;
    return board.read(ramBase + exchangeProgramBytes, reply, stop);
}

Result<BoardIdentity> identifyRp2040(Picoboot& board, const std::stop_token& stop) {
    std::array<std::byte, 4> jedec{};
    if (auto got = exchange(board, readJedecId, jedec, stop); !got) return passOn(got);
    std::array<std::byte, uniqueIdOffset + uniqueIdBytes> unique{};
    if (auto got = exchange(board, readUniqueId, unique, stop); !got) return passOn(got);
    BoardIdentity identity;
    for (const auto byte : std::span(jedec).subspan(1))
        identity.jedecId = identity.jedecId << 8 | std::to_integer<std::uint32_t>(byte);
    identity.flashBytes = flashBytesOf(identity.jedecId);
    for (const auto byte : std::span(unique).subspan(uniqueIdOffset))
        identity.boardId += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    return identity;
}

// GET_INFO (RP2350 datasheet 5.4.8.17, get_sys_info): count, the flags that are answered, then their words.
constexpr std::uint8_t infoSystem = 1;
constexpr std::uint32_t chipInfo = 1;  // package, chip id low, chip id high
constexpr std::uint32_t flashInfo = 8; // as in OTP's FLASH_DEVINFO
constexpr std::uint32_t sizeOf16MiB = 12;

/// Bits 8 to 11: the size of the chip at the first select wire, 1 for 8 KiB and doubling from there on.
std::optional<std::uint32_t> flashBytesOfInfo(std::uint32_t word) {
    const auto size = word >> 8 & 0xF;
    if (size == 0 || size >= sizeOf16MiB) return std::nullopt;
    return 4096U << size;
}

Result<BoardIdentity> identifyRp2350(Picoboot& board, const std::stop_token& stop) {
    std::array<std::uint32_t, 6> words{};
    if (auto ready = board.exitXip(stop); !ready) return passOn(ready);
    if (auto got = board.info(infoSystem, chipInfo | flashInfo, words, stop); !got) {
        // A board that is locked down may refuse to tell. That is no reason not to write it.
        if (got.error().code == "PICOBOOT_STATUS") return BoardIdentity{};
        return passOn(got);
    }
    BoardIdentity identity;
    if ((words[1] & chipInfo) != 0) identity.boardId = fmt::format("{:08x}{:08x}", words[4], words[3]);
    if ((words[1] & flashInfo) != 0)
        identity.flashBytes = flashBytesOfInfo((words[1] & chipInfo) != 0 ? words[5] : words[2]);
    return identity;
}

} // namespace

Result<BoardIdentity> identify(Picoboot& board, const std::stop_token& stop) {
    return board.chip() == Chip::Rp2040 ? identifyRp2040(board, stop) : identifyRp2350(board, stop);
}

std::optional<std::uint32_t> flashBytesOf(std::uint32_t jedecId) {
    const auto size = jedecId & 0xFF;
    if (size < smallestSizeCode || size > largestSizeCode) return std::nullopt;
    return 1U << size;
}

std::vector<std::byte> exchangeProgram(std::uint8_t command, std::uint32_t count) {
    std::vector<std::byte> program(exchangeProgramBytes + (count + 3) / 4 * 4);
    for (std::size_t i = 0; i < std::size(idProgram); ++i) {
        program[2 * i] = static_cast<std::byte>(idProgram[i] & 0xFF);
        program[2 * i + 1] = static_cast<std::byte>(idProgram[i] >> 8);
    }
    write32(program, sizeof idProgram, selectControl);
    write32(program, sizeof idProgram + 4, ssi);
    write32(program, sizeof idProgram + 8, count);
    program[exchangeProgramBytes] = static_cast<std::byte>(command);
    return program;
}

} // namespace framegate::boot
