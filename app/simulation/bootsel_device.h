// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "simulation/bootsel_flash.h"
#include "simulation/bootsel_program.h"
#include "usb/usb_backend.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace framegate::simulation {

enum class BootselChip : std::uint8_t { Rp2040, Rp2350 };

/// What a board does after it was powered up or restarted.
enum class BoardState : std::uint8_t { Bootsel, FlashProgram, RamProgram };

/// A simulated board and what is wrong with it.
struct BootselOptions {
    BootselChip chip = BootselChip::Rp2040;
    unsigned romVersion = 2; ///< RP2040: 1, 2, 3 are B0, B1, B2; RP2350: 2, 3, 4 are A2, A3, A4
    std::size_t flashBytes = std::size_t{2} << 20;
    FlashTiming timing;
    std::optional<StuckBit> stuckBit;
    std::optional<std::uint32_t> deadSector;     ///< offset; acknowledged, never erased
    std::optional<unsigned> losesPowerAtCommand; ///< 0: the first after power-up; half of it is done
    bool largeErases = true;                     ///< RP2040: else what a program erases stays as it was
    bool acceptsFamilies = true;                 ///< RP2350: a partition takes the family asked for
    bool ramImageForbidden = false;              ///< RP2350: OTP forbids to start from RAM
    bool erasePermitted = true;                  ///< RP2350: else status "not permitted"
    std::uint32_t partitionOffset = 0;           ///< RP2350: where the partition found begins; 0: no table
    std::uint64_t boardId = 0;                   ///< the flash's unique id, or the RP2350's chip id
    std::optional<std::uint8_t> flashSizeCode;   ///< what the flash says of its size; else the truth
    bool otpKnowsFlashSize = false;              ///< RP2350: else its ROM assumes 16 MiB
};

/// An RP2040's or RP2350's boot ROM on USB, apart from how packets reach it: PICOBOOT with the ROM's silent
/// successes, halts, acknowledgements and abort until EXIT_XIP, on flash and RAM, in simulated time.
/// It reads the protocol by itself, so that a mistake of `app/boot` does not mirror itself here.
/// Not modelled: mass storage, OTP, programs by EXEC but for what runProgram() knows, permissions but
/// erasePermitted.
/// Thread-bound.
class BootselDevice : private ProgramSurroundings {
public:
    explicit BootselDevice(BootselOptions options);

    BoardState state() const { return state_; }
    /// Whether it is on the bus; it is not while it starts.
    bool attached() const { return now_ >= attachedAt_; }
    /// When it will leave the bus or come back to it, as far as that is settled already.
    std::optional<std::chrono::nanoseconds> changesAt() const;
    /// Goes up each time the board leaves the bus: what was opened before is dead.
    unsigned generation() const { return generation_; }
    /// What whoever still talks to it then gets.
    static Failure gone();
    const BootselOptions& options() const { return options_; }
    NorFlash& flash() { return flash_; }
    std::span<std::byte> ram() { return ram_; }
    unsigned commands() const { return commandCount_; }
    std::chrono::nanoseconds now() const { return now_; }
    /// Time passes; a restart that is due happens.
    void advanceTo(std::chrono::nanoseconds moment);
    /// Unplugged and plugged in again. \a bootsel: with the button held.
    void powerCycle(bool bootsel);
    /// A running program starts the chip anew: RAM stays as it is. \a bootsel: into the boot ROM.
    void reset(bool bootsel);
    /// The same after \a delay, as by the watchdog.
    void resetAfter(std::chrono::nanoseconds delay);
    /// From now on this is wrong with it, and nothing else; a loss of power counts commands from here.
    void damage(std::optional<StuckBit> stuck, std::optional<std::uint32_t> deadSector,
                std::optional<unsigned> losesPowerAtCommand);
    /// How long the board is off the bus when it starts, whatever it starts into.
    static std::chrono::nanoseconds enumerationTime();

    /// Whether a transfer on the pipe would end without the host doing anything else first.
    bool ready(UsbPipe pipe) const;
    /// The host gives up a transfer that had no answer.
    void giveUp(UsbPipe pipe);
    /// The host has set the configuration, which stops work on the flash and resets the interface.
    void configured();
    Result<> send(std::span<const std::byte> bytes, std::chrono::nanoseconds deadline);
    Result<std::size_t> receive(std::span<std::byte> buffer, std::chrono::nanoseconds deadline);
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes);
    void clearHalt(UsbPipe pipe);

private:
    enum class Phase : std::uint8_t { Command, DataOut, DataIn, AckIn, AckOut, Dead };
    struct Current {
        std::uint32_t token = 0;
        std::uint8_t id = 0;
        std::uint32_t length = 0;
        std::array<std::byte, 16> arguments{};
    };
    enum class Restart : std::uint8_t { Power, Bootsel, Flash, RamPc, RamImage };

    bool abortedAtStart() const;
    void wait(std::chrono::nanoseconds duration) { advanceTo(now_ + duration); }
    Result<> timedOut(std::chrono::nanoseconds deadline);
    void halt(bool out, bool in);
    /// The board refuses the command: with which halts depends on chip and command.
    void refuse(std::uint32_t status, bool out, bool in);
    void takeCommand(std::span<const std::byte> packet);
    void dispatch(std::uint32_t expectedLength);
    void begin();
    void beginRp2350();
    void finishNoData(std::uint32_t status);
    bool losesPowerHere() const;
    void erase();
    void execute();
    void erase(const RangeErase& range) override;
    void selectFlash(bool selected) override { flash_.select(selected); }
    std::uint8_t exchange(std::uint8_t byte) override;
    bool transferAllowed(std::uint32_t& status) const;
    Result<> takeData(std::span<const std::byte> bytes);
    void storeChunk();
    void failWrite(std::uint32_t status, bool more);
    void fill(std::span<std::byte> buffer);
    std::byte memoryAt(std::uint32_t address) const;
    void beginRestart(Restart how, std::chrono::nanoseconds delay);
    void reboot2();
    std::vector<std::byte> information();
    std::vector<std::uint32_t> partitionWords();
    std::vector<std::uint32_t> systemWords() const;
    void restart(Restart how);
    void losePower();
    bool startsFromFlash() const;
    std::span<const std::byte> ramWindow(std::uint32_t base, std::uint32_t size) const;
    std::uint32_t argument(std::size_t index) const;

    BootselOptions options_;
    NorFlash flash_;
    std::vector<std::byte> ram_;
    std::vector<std::byte> cacheRam_;
    BoardState state_ = BoardState::Bootsel;
    unsigned generation_ = 0;
    std::chrono::nanoseconds now_{0};
    std::chrono::nanoseconds attachedAt_{0};
    std::optional<std::pair<std::chrono::nanoseconds, Restart>> restartAt_;

    Phase phase_ = Phase::Command;
    bool outHalted_ = false;
    bool inHalted_ = false;
    bool loseNextOut_ = false; ///< the data toggles differ
    bool loseNextIn_ = false;
    bool aborted_ = true; ///< flash commands do nothing until EXIT_XIP
    Current current_;
    std::uint32_t status_ = 0;
    std::uint32_t statusToken_ = 0;
    std::uint8_t statusId_ = 0;
    std::chrono::nanoseconds readyAt_{0}; ///< when the work is done that the acknowledgement waits for
    std::uint32_t moved_ = 0;             ///< bytes of the data so far
    std::vector<std::byte> chunk_;
    std::vector<std::byte> answer_; ///< of GET_INFO
    unsigned commandCount_ = 0;
    unsigned currentIndex_ = 0;
};

} // namespace framegate::simulation
