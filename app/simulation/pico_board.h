// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "simulation/bootsel_device.h"
#include "simulation/virtual_board.h"
#include "usb/usb_backend.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace framegate::simulation {

/// What a Pico shows itself as on the bus.
enum class PicoState : std::uint8_t { Bootsel, TestFirmware, OtherFirmware, Gone };

/// "bootsel", "firmware", "other", "gone".
std::string_view stateText(PicoState state);

/// What a Pico is on the bus, for those who describe it.
struct PicoIdentity {
    PicoState state = PicoState::Gone;
    unsigned generation = 0; ///< of PicoBoard
    BootselChip chip = BootselChip::Rp2040;
    std::string serial;                 ///< as its descriptors say it
    std::uint8_t withoutInterfaces = 0; ///< in BOOTSEL, as was asked for: bit 0 the drive, bit 1 PICOBOOT
};

/// How a simulated Pico is made.
struct PicoOptions {
    int slot = 1; ///< its port is 1-SLOT, its id carries the number
    double pace = 0;
    sim::FixtureWiring wiring;
    BootselOptions rom;
    /// Bootsel: its flash is blank. TestFirmware, OtherFirmware: that is in its flash, and runs.
    PicoState startsIn = PicoState::TestFirmware;
    /// Firmware that hangs is started anew by its watchdog when its time has come; else by restart() alone.
    bool watchdog = false;
};

/// One Pico on one port, with whatever runs on it: the boot ROM, the test firmware with a module behind it,
/// or other firmware built with the pico-sdk, which has its reset interface only. What a program is, is read
/// off its image; the way from one to the next is the real board's: PICOBOOT, a request to the firmware, the
/// reset interface, the watchdog, the plug. It keeps its port, its id, its flash and one clock all the time;
/// off the bus it is for as long as the boot ROM or the firmware takes to show up.
/// Thread-safe.
class PicoBoard : public Clock {
public:
    explicit PicoBoard(const PicoOptions& options);

    // On the bus.
    UsbPortPath port() const { return port_; }
    BootselChip chip() const { return options_.rom.chip; }
    /// Gone while it starts, is unplugged or has left the bus. Never waits for a transfer.
    PicoState state() const;
    /// What enumeration shows; none while it is gone.
    std::optional<UsbDevice> device() const;
    PicoIdentity identity() const;
    /// Goes up each time it leaves the bus for another program: what was opened before is dead.
    unsigned generation() const;
    /// How often something has come or gone at its port.
    unsigned comingsAndGoings() const;
    /// Errors: those of UsbBackend::open().
    Result<std::unique_ptr<UsbTransport>> open(UsbInterfaceMatch match);
    /// As UsbBackend::restart(), for the test firmware's vendor request and both of the reset interface.
    Result<> restart(UsbControlRequest request, std::chrono::nanoseconds limit, std::stop_token stop);

    // Its time, which goes on whatever runs; a module put in begins it anew while the test firmware runs.
    ClockTime now() const override;
    Result<> sleepFor(std::chrono::nanoseconds duration, std::stop_token stop) override;

    // What hands do to it.
    /// Another module, freshly powered up. What runs on the board stays.
    void insert(std::unique_ptr<sim::CameraModule> module, const BoardFaults& faults, std::uint64_t seed);
    void unplug();
    /// \a bootsel: with the button held. Does nothing to a board that is plugged in.
    void plug(bool bootsel);

    /// BootselDevice::damage().
    void damage(const BootselOptions& faults);

    /// To look at or to change while nobody talks to the board.
    BootselDevice& rom();

private:
    friend class PicoTransport;
    struct Shown {
        PicoIdentity identity;
        std::optional<UsbDevice> device;
    };
    enum class Memory : std::uint8_t { Flash, Ram };

    BootselDevice& romLocked() const;
    std::chrono::nanoseconds time() const;
    bool onFirmware() const { return running_ == PicoState::TestFirmware; }
    void settle();
    void follow();
    void begin(PicoState program, Memory memory);
    void leaveFirmware(const VirtualBoard::Departure& departure);
    void show();
    UsbDevice described() const;
    std::string serial() const;
    std::uint64_t boardId() const;
    bool hasPicoboot() const;
    Result<> reset(UsbControlRequest request);
    Result<std::size_t> controlFirmware(UsbControlRequest request, Deadline deadline);
    Result<> restartByRequest(UsbControlRequest request);
    Deadline romDeadline(Deadline deadline) const;

    const PicoOptions options_;
    const UsbPortPath port_;
    mutable std::mutex mutex_;
    VirtualBoard firmware_;
    mutable std::unique_ptr<BootselDevice> rom_; ///< made when first looked at: its flash is large
    PicoState running_ = PicoState::TestFirmware;
    Memory memory_ = Memory::Flash;
    bool plugged_ = true;
    unsigned generation_ = 0;
    unsigned romGeneration_ = 0;
    std::chrono::nanoseconds romZero_{0};    ///< the ROM's time zero, on the board's clock
    std::chrono::nanoseconds attachedAt_{0}; ///< of firmware that starts
    std::uint8_t withoutInterfaces_ = 0;
    std::uint8_t askedWithout_ = 0; ///< for when it gets to BOOTSEL
    mutable std::mutex shownMutex_;
    Shown shown_;
    unsigned changes_ = 0; ///< of what is shown
};

} // namespace framegate::simulation
