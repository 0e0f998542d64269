// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boot/firmware_image.h"
#include "usb/usb_backend.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace framegate::boot {

/// The PICOBOOT interface, which is never found by number.
inline constexpr UsbInterfaceMatch picobootInterface{0xFF, 0x00, 0x00, true, false};

/// How long a step of a command may take: what picotool allows.
namespace picoboot_limit {
inline constexpr std::chrono::seconds command{3};
inline constexpr std::chrono::seconds data{10};
inline constexpr std::chrono::seconds acknowledge{3};
inline constexpr std::chrono::seconds acknowledgeWork{10}; ///< of a command without data, which works first
inline constexpr std::chrono::seconds control{1};
} // namespace picoboot_limit

/// The most that one read or write command asks for. A board counts packets in 16 bits; an erase of this size
/// stays below acknowledgeWork on the slowest flash.
inline constexpr std::uint32_t picobootChunkBytes = 64 * 1024;

/// What a board says of its last command (GET_COMMAND_STATUS).
struct CommandStatus {
    std::uint32_t token = 0;
    std::uint32_t status = 0; ///< 0: nothing went wrong, or nobody noticed
    std::uint8_t command = 0;
    bool inProgress = false;
};

/// A status in words, such as "bad alignment".
std::string_view picobootStatusText(std::uint32_t status);

/// Where and how an RP2350 starts (REBOOT2).
struct Reboot2 {
    std::uint32_t flags = 0;
    std::uint32_t first = 0;
    std::uint32_t second = 0;
};
inline constexpr std::uint32_t rebootRamImage = 3;    ///< first: base, second: bytes
inline constexpr std::uint32_t rebootFlashUpdate = 4; ///< first: what was written

/// A board in BOOTSEL, over its boot ROM's PICOBOOT interface (SDK boot/picoboot.h): one command at a time.
/// Thread-bound. What the ROM does not report is checked here: an RP2040 acknowledges an erase that it did
/// not do, so addresses are checked before, and whoever erases or writes reads back.
/// After a command that failed in any way the interface is reset, and the next command that touches flash
/// first sends EXIT_XIP, without which the ROM drops it silently.
/// Errors of every command: those of UsbTransport, with what was being done at which address; Usb
/// `PICOBOOT_STATUS` when the board says why it refused; Protocol `PICOBOOT_SHORT` or `PICOBOOT_ACK` for an
/// answer against the rules. A stop request or a deadline leaves the interface reset.
class Picoboot {
public:
    /// \a name is for messages: the port, with the slot where there is one.
    Picoboot(std::unique_ptr<UsbTransport> transport, Chip chip, std::string name);

    Chip chip() const { return chip_; }
    const std::string& name() const { return name_; }
    Clock& clock() { return transport_->clock(); }

    /// Clears what an earlier program left, and keeps the mass storage interface from writing.
    Result<> begin(std::stop_token stop);
    /// 1, 2, 3: RP2040 B0, B1, B2; 2, 3, 4: RP2350 A2, A3, A4. Errors: Protocol `PICOBOOT_ROM` when the ROM
    /// is not that of the chip.
    Result<unsigned> romVersion(std::stop_token stop);
    Result<CommandStatus> commandStatus();
    /// Clears halted pipes and resets the interface; says nothing about success: a lost board shows itself.
    void recover();

    Result<> exitXip(std::stop_token stop);
    /// Whole sectors, at most picobootChunkBytes. Errors: Internal `PICOBOOT_ADDRESS`.
    Result<> erase(std::uint32_t address, std::uint32_t size, std::stop_token stop);
    /// To RAM, or whole pages to erased flash. Errors: Internal `PICOBOOT_ADDRESS`.
    Result<> write(std::uint32_t address, std::span<const std::byte> bytes, std::stop_token stop);
    /// From RAM, ROM, or whole pages from flash. Errors: Internal `PICOBOOT_ADDRESS`.
    Result<> read(std::uint32_t address, std::span<std::byte> bytes, std::stop_token stop);
    /// RP2040: calls a short program at \a address in RAM and waits for it to return. The ROM does not tell
    /// what became of it. Errors: Internal `PICOBOOT_ADDRESS`.
    Result<> execute(std::uint32_t address, std::stop_token stop);
    /// RP2040: starts at \a pc, or as after power-up where it is 0. The board leaves the bus after half of
    /// \a delay (erratum RP2040-E1).
    Result<> reboot(std::uint32_t pc, std::uint32_t sp, std::chrono::milliseconds delay,
                    std::stop_token stop);
    /// RP2350.
    Result<> reboot2(const Reboot2& how, std::chrono::milliseconds delay, std::stop_token stop);
    /// RP2350: the first words of the answer to GET_INFO. Finding a UF2 partition overwrites RAM.
    Result<> info(std::uint8_t type, std::uint32_t parameter, std::span<std::uint32_t> words,
                  std::stop_token stop);

private:
    struct Command {
        std::uint8_t id = 0; ///< bit 7: the data comes from the board
        std::uint8_t argumentBytes = 0;
        std::array<std::byte, 16> arguments{};
        std::string doing;
    };
    /// One of the two is empty.
    struct Payload {
        std::span<const std::byte> out;
        std::span<std::byte> in;
    };

    Result<> run(const Command& command, Payload payload, const std::stop_token& stop);
    Result<> exchange(const Command& command, Payload payload, const std::stop_token& stop);
    Result<> sendCommand(const Command& command, std::uint32_t length, const std::stop_token& stop);
    Result<> receiveData(std::span<std::byte> bytes, const std::stop_token& stop);
    Result<> acknowledge(const Command& command, bool anyData, const std::stop_token& stop);
    Error explained(Error error, const Command& command);
    Result<> resetInterface();
    void clearIfHalted(UsbPipe pipe);
    Result<> readyFor(std::uint32_t address, const std::stop_token& stop);
    Result<> demand(bool allowed, std::string_view doing, std::uint32_t address, std::uint64_t size) const;
    Deadline within(std::chrono::nanoseconds limit) { return Deadline::after(clock(), limit); }

    std::unique_ptr<UsbTransport> transport_;
    Chip chip_;
    std::string name_;
    std::uint32_t token_ = 0;
    bool flashReady_ = false; ///< EXIT_XIP was sent since the interface was reset
};

} // namespace framegate::boot
