// SPDX-License-Identifier: GPL-3.0-or-later
#include "simulation/bootsel_program.h"

namespace framegate::simulation {
namespace {

// Where this ROM has what its header points to; the real ones differ from revision to revision.
constexpr std::uint32_t table = 0x007A;
constexpr std::uint32_t lookup = 0x001D;
constexpr std::uint32_t rangeErase = 0x2345;
constexpr unsigned stepLimit = 1000;

class Processor {
public:
    Processor(std::span<const std::byte> memory, const std::function<void(const RangeErase&)>& erase)
        : memory_(memory), erase_(erase) {}

    bool run() {
        for (unsigned steps = 0; steps < stepLimit && !returned_; ++steps)
            if (pc_ + 2 > memory_.size() || !step(half(pc_))) return false;
        return returned_ && pushed_ == 0;
    }

private:
    std::uint32_t half(std::size_t at) const {
        return std::to_integer<std::uint32_t>(memory_[at]) | std::to_integer<std::uint32_t>(memory_[at + 1])
                                                                 << 8;
    }
    /// ARMv6-M Architecture Reference Manual, A5.2: MOVS, LDRH, LDR from behind the program, MOV, BLX, PUSH,
    /// POP.
    bool step(std::uint32_t code) {
        const auto here = pc_;
        pc_ += 2;
        if (code >> 11 == 0x04) return move(code >> 8 & 7, code & 0xFF);
        if (code >> 11 == 0x11) return loadRom(code);
        if (code >> 11 == 0x09) return loadWord(code >> 8 & 7, (here + 4) / 4 * 4 + (code & 0xFF) * 4);
        if (code >> 8 == 0x46) return move((code >> 4 & 8) | (code & 7), registers_[code >> 3 & 15]);
        if ((code & 0xFF87) == 0x4780) return call(registers_[code >> 3 & 15]);
        if (code >> 8 == 0xB5) return ++pushed_ == 1;
        returned_ = code >> 8 == 0xBD;
        return returned_ && pushed_-- == 1;
    }
    bool move(std::uint32_t to, std::uint32_t value) {
        registers_[to] = value;
        return true;
    }
    /// Of the ROM, a program reads where the table and its lookup function are.
    bool loadRom(std::uint32_t code) {
        const auto address = registers_[code >> 3 & 7] + (code >> 6 & 31) * 2;
        return (address == 0x14 || address == 0x18) && move(code & 7, address == 0x14 ? table : lookup);
    }
    bool loadWord(std::uint32_t to, std::size_t at) {
        return at + 4 <= memory_.size() && move(to, half(at) | half(at + 2) << 16);
    }
    bool call(std::uint32_t function) {
        if (function == lookup)
            return registers_[0] == table && move(0, registers_[1] == 0x4552 ? rangeErase : 0);
        if (function != rangeErase) return false;
        erase_({registers_[0], registers_[1], registers_[2], registers_[3]});
        return true;
    }

    std::span<const std::byte> memory_;
    const std::function<void(const RangeErase&)>& erase_;
    std::array<std::uint32_t, 16> registers_{};
    std::size_t pc_ = 0;
    int pushed_ = 0;
    bool returned_ = false;
};

} // namespace

bool runProgram(std::span<const std::byte> memory, const std::function<void(const RangeErase&)>& erase) {
    return Processor(memory, erase).run();
}

} // namespace framegate::simulation
