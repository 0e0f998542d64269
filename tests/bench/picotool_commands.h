// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/usb_backend.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace framegate::test {

/// What picotool 2.1.1 (`load -v -x`) sends to a board in BOOTSEL, as traced from the program itself, on any
/// transport. It knows nothing of the code that it is compared with, and nothing but the good case: it throws
/// when a transfer fails.
class PicotoolCommands {
public:
    PicotoolCommands(UsbTransport& board, bool rp2350) : board_(board), rp2350_(rp2350) {}

    /// Erases, writes and reads back \a bytes at the start of the flash.
    void load(std::span<const std::byte> bytes) {
        begin();
        for (std::size_t at = 0; at < bytes.size(); at += batch(bytes.size()))
            store(flash + static_cast<std::uint32_t>(at),
                  bytes.subspan(at, std::min(batch(bytes.size()), bytes.size() - at)));
        std::vector<std::byte> found(sector);
        for (std::size_t at = 0; at < bytes.size(); at += sector) {
            exitXip();
            read(flash + static_cast<std::uint32_t>(at), found);
            const auto expected = bytes.subspan(at, std::min<std::size_t>(sector, bytes.size() - at));
            if (!std::equal(expected.begin(), expected.end(), found.begin()))
                throw std::runtime_error("picotool's sequence read back something else");
        }
    }

    /// Starts what is in flash, after the delay that picotool asks for.
    void start() {
        if (rp2350_)
            command(0x0A, 16, 0, {4, 500, flash, 0});
        else
            command(0x02, 12, 0, {0, 0x20042000, 500});
        acknowledged();
    }

private:
    static constexpr std::uint32_t flash = 0x10000000;
    static constexpr std::size_t sector = 4096;

    /// A hundredth of the file, in whole sectors.
    static std::size_t batch(std::size_t size) {
        return (std::max(size / 100, sector) + sector - 1) / sector * sector;
    }
    void begin() {
        must(board_.control({0x41, 0x41, 0, 0}, {}, limit(), {}));
        command(0x01, 1, 0, {1});
        acknowledged();
        std::vector<std::byte> identity(4);
        read(0x10, identity);
        exitXip();
        if (!rp2350_) return;
        std::vector<std::byte> partition(256);
        command(0x8B, 16, 256, {3, 0xE48BFF59});
        receive(partition);
    }
    void store(std::uint32_t address, std::span<const std::byte> bytes) {
        const auto size = static_cast<std::uint32_t>((bytes.size() + sector - 1) / sector * sector);
        exitXip();
        command(0x03, 8, 0, {address, size});
        acknowledged();
        exitXip();
        command(0x05, 8, static_cast<std::uint32_t>(bytes.size()),
                {address, static_cast<std::uint32_t>(bytes.size())});
        must(board_.send(bytes, limit(), {}));
        acknowledged();
    }
    void exitXip() {
        command(0x06, 0, 0, {});
        acknowledged();
    }
    void read(std::uint32_t address, std::span<std::byte> bytes) {
        command(0x84, 8, static_cast<std::uint32_t>(bytes.size()),
                {address, static_cast<std::uint32_t>(bytes.size())});
        receive(bytes);
    }
    void receive(std::span<std::byte> bytes) {
        std::vector<std::byte> padded((bytes.size() + 63) / 64 * 64);
        must(board_.receive(padded, limit(), {}));
        std::copy_n(padded.begin(), bytes.size(), bytes.begin());
        must(board_.send({}, limit(), {}));
    }
    void acknowledged() {
        std::array<std::byte, 64> nothing{};
        must(board_.receive(nothing, limit(), {}));
    }
    void command(std::uint8_t id, std::uint8_t argumentBytes, std::uint32_t length,
                 std::vector<std::uint32_t> arguments) {
        std::array<std::byte, 32> packet{};
        put(packet, 0, 0x431FD10B);
        put(packet, 4, ++token_);
        packet[8] = std::byte{id};
        packet[9] = std::byte{argumentBytes};
        put(packet, 12, length);
        for (std::size_t i = 0; i < arguments.size(); ++i)
            put(packet, 16 + i * 4, arguments[i]);
        must(board_.send(packet, limit(), {}));
    }
    static void put(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
        for (std::size_t i = 0; i < 4; ++i)
            bytes[at + i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
    }
    template <class T>
    static void must(const Result<T>& result) {
        if (!result) throw std::runtime_error("picotool's sequence: " + result.error().message);
    }
    Deadline limit() { return Deadline::after(board_.clock(), std::chrono::seconds(20)); }

    UsbTransport& board_;
    const bool rp2350_;
    std::uint32_t token_ = 0;
};

} // namespace framegate::test
