// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_program.h"

#include <array>
#include <utility>

namespace framegate::simulation {
namespace {

// Where this ROM has what its header points to; the real ones differ from revision to revision.
constexpr std::uint32_t table = 0x007A;
constexpr std::uint32_t lookup = 0x001D;
constexpr std::uint32_t rangeErase = 0x2345;
constexpr unsigned stepLimit = 2000;

// RP2040 datasheet 2.19.6.2 (IO_QSPI), 4.10.13 (SSI).
constexpr std::uint32_t selectControl = 0x4001800C;
constexpr std::uint32_t forcedLow = 0x200; // OUTOVER
constexpr std::uint32_t forcedHigh = 0x300;
constexpr std::uint32_t ssiStatus = 0x18000028;
constexpr std::uint32_t ssiData = 0x18000060;
constexpr std::uint32_t receiveNotEmpty = 1U << 3;

class Processor {
public:
    Processor(std::span<std::byte> ram, std::uint32_t base, std::uint32_t entry, ProgramSurroundings& around)
        : ram_(ram), base_(base), pc_(entry), around_(around) {}

    bool run() {
        for (unsigned steps = 0; steps < stepLimit && !returned_; ++steps)
            if (!inRam(pc_, 2) || !step(half(pc_))) return false;
        return returned_ && pushed_ == 0;
    }

private:
    bool inRam(std::uint32_t at, std::size_t size) const {
        return at >= base_ && at - base_ <= ram_.size() && size <= ram_.size() - (at - base_);
    }
    std::byte& byteAt(std::uint32_t at) { return ram_[at - base_]; }
    std::uint32_t half(std::uint32_t at) {
        return std::to_integer<std::uint32_t>(byteAt(at)) | std::to_integer<std::uint32_t>(byteAt(at + 1))
                                                                << 8;
    }
    std::uint32_t& low(std::uint32_t code, unsigned shift) { return registers_[code >> shift & 7]; }

    /// ARMv6-M Architecture Reference Manual, A5.2. Each group is told by its upper five bits.
    bool step(std::uint32_t code) {
        const auto here = pc_;
        pc_ += 2;
        switch (code >> 11) {
        case 0x00: // LSLS
        case 0x01: // LSRS
            return shift(code);
        case 0x04: // MOVS
            return set(code >> 8 & 7, code & 0xFF);
        case 0x06: // ADDS
            return set(code >> 8 & 7, low(code, 8) + (code & 0xFF));
        case 0x07: // SUBS
            return set(code >> 8 & 7, low(code, 8) - (code & 0xFF));
        case 0x09: // LDR from behind the program
            return load(low(code, 8), (here + 4) / 4 * 4 + (code & 0xFF) * 4);
        case 0x0C: // STR
            return store(low(code, 3) + (code >> 6 & 31) * 4, low(code, 0));
        case 0x0D: // LDR
            return load(low(code, 0), low(code, 3) + (code >> 6 & 31) * 4);
        case 0x0E: // STRB
        case 0x0F: // LDRB
            return moveByte(low(code, 3) + (code >> 6 & 31), low(code, 0), (code >> 11 & 1) != 0);
        case 0x11: // LDRH
            return loadRom(code);
        case 0x14: // ADR
            low(code, 8) = (here + 4) / 4 * 4 + (code & 0xFF) * 4;
            return true;
        case 0x1A: // B with a condition
            return branch(here, code);
        default:
            return other(code);
        }
    }
    /// MOV, BLX, PUSH, POP.
    bool other(std::uint32_t code) {
        if (code >> 8 == 0x46) {
            registers_[(code >> 4 & 8) | (code & 7)] = registers_[code >> 3 & 15];
            return true;
        }
        if ((code & 0xFF87) == 0x4780) return call(registers_[code >> 3 & 15]);
        if (code >> 8 == 0xB5) return ++pushed_ == 1;
        returned_ = code >> 8 == 0xBD;
        return returned_ && pushed_-- == 1;
    }
    bool set(std::uint32_t to, std::uint32_t value) {
        registers_[to] = value;
        zero_ = value == 0;
        return true;
    }
    bool shift(std::uint32_t code) {
        const auto value = low(code, 3);
        const auto by = code >> 6 & 31;
        if (by == 0) return false;
        const bool right = code >> 11 == 1;
        carry_ = (right ? value >> (by - 1) : value >> (32 - by)) % 2 != 0;
        return set(code & 7, right ? value >> by : value << by);
    }
    /// BNE and BCC.
    bool branch(std::uint32_t here, std::uint32_t code) {
        const auto condition = code >> 8 & 15;
        if (condition != 1 && condition != 3) return false;
        const bool taken = condition == 1 ? !zero_ : !carry_;
        const auto offset = static_cast<std::int8_t>(code & 0xFF) * 2;
        if (taken) pc_ = here + 4 + static_cast<std::uint32_t>(offset);
        return true;
    }
    /// Of the ROM, a program reads where the table and its lookup function are.
    bool loadRom(std::uint32_t code) {
        const auto address = low(code, 3) + (code >> 6 & 31) * 2;
        return (address == 0x14 || address == 0x18) && set(code & 7, address == 0x14 ? table : lookup);
    }
    bool load(std::uint32_t& to, std::uint32_t at) {
        if (at == ssiStatus) to = received_ >= 0 ? receiveNotEmpty : 0;
        if (at == selectControl) to = select_;
        if (at == ssiStatus || at == selectControl) return true;
        if (at == ssiData) return take(to);
        if (at % 4 != 0 || !inRam(at, 4)) return false;
        to = half(at) | half(at + 2) << 16;
        return true;
    }
    bool take(std::uint32_t& to) {
        to = static_cast<std::uint32_t>(received_);
        return std::exchange(received_, -1) >= 0;
    }
    bool store(std::uint32_t at, std::uint32_t value) {
        if (at == ssiData && received_ < 0 && select_ == forcedLow) {
            received_ = around_.exchange(static_cast<std::uint8_t>(value & 0xFF));
            return true;
        }
        if (at != selectControl || (value != forcedLow && value != forcedHigh)) return false;
        select_ = value;
        around_.selectFlash(value == forcedLow);
        return true;
    }
    bool moveByte(std::uint32_t at, std::uint32_t& value, bool loads) {
        if (!inRam(at, 1)) return false;
        if (loads)
            value = std::to_integer<std::uint32_t>(byteAt(at));
        else
            byteAt(at) = static_cast<std::byte>(value & 0xFF);
        return true;
    }
    bool call(std::uint32_t function) {
        if (function == lookup)
            return registers_[0] == table && set(0, registers_[1] == 0x4552 ? rangeErase : 0);
        if (function != rangeErase) return false;
        around_.erase({registers_[0], registers_[1], registers_[2], registers_[3]});
        return true;
    }

    std::span<std::byte> ram_;
    const std::uint32_t base_;
    std::uint32_t pc_;
    ProgramSurroundings& around_;
    std::array<std::uint32_t, 16> registers_{};
    std::uint32_t select_ = forcedHigh;
    int received_ = -1; ///< the byte in the SSI's receive FIFO; -1: none
    int pushed_ = 0;
    bool zero_ = false;
    bool carry_ = false;
    bool returned_ = false;
};

} // namespace

bool runProgram(std::span<std::byte> ram, std::uint32_t base, std::uint32_t entry,
                ProgramSurroundings& surroundings) {
    return Processor(ram, base, entry, surroundings).run();
}

} // namespace framegate::simulation
