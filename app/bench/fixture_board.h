// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "protocol/messages.h"
#include "protocol/usb_identity.h"
#include "usb/usb_backend.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// The USB interface of the test firmware.
inline constexpr UsbInterfaceMatch firmwareInterface{wire::usbInterfaceClass, wire::usbInterfaceSubclass,
                                                     wire::usbInterfaceProtocol};

/// Asks the firmware of that interface to start anew.
inline constexpr UsbControlRequest firmwareRestart{0x41, wire::usbRequestRestart};

/// What the board said of itself.
struct BoardHello {
    std::string firmware; ///< "version+githash"
    std::string boardId;  ///< hexadecimal
    bool isVirtual = false;
    bool afterWatchdog = false; ///< the firmware had hung, and its watchdog started it anew
    std::uint32_t spiHzMax = 0;
    std::uint32_t i2cHzMax = 0;
};

/// An SPI batch to be: register accesses in order. Values read come back in order.
class SpiBatch {
public:
    SpiBatch& write(std::uint8_t address, std::uint8_t value);
    SpiBatch& read(std::uint8_t address);
    SpiBatch& delay(std::chrono::microseconds time);
    std::span<const std::uint8_t> bytes() const { return bytes_; }

private:
    std::vector<std::uint8_t> bytes_;
};

/// An I2C script to be.
class I2cScript {
public:
    I2cScript& write(std::span<const std::uint8_t> bytes);
    I2cScript& read(std::span<const std::uint8_t> bytes, std::uint8_t count);
    I2cScript& check(std::span<const std::uint8_t> bytes, std::uint8_t mask, std::uint8_t value);
    I2cScript& delay(std::chrono::microseconds time);
    std::span<const std::uint8_t> bytes() const { return bytes_; }
    std::size_t operations() const { return operations_; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t operations_ = 0;
};

/// What an I2C script came to.
struct I2cOutcome {
    unsigned nacks = 0;
    unsigned mismatches = 0;
    std::optional<unsigned> firstMismatch; ///< index of the operation
    std::vector<std::uint8_t> values;
};

/// One exposure in the FIFO.
struct FifoFrame {
    std::uint8_t status = 0;
    std::uint32_t bytes = 0;
    std::chrono::microseconds elapsed{0};
};

/// What came out of the FIFO, with both ends' CRC-32.
struct FifoContent {
    std::vector<std::byte> bytes;
    std::uint32_t crcOnBoard = 0;
    std::uint32_t crcHere = 0;
    std::chrono::microseconds elapsed{0};
};

/// Where the time of all calls went, in the bench's time.
struct BoardTimes {
    std::chrono::nanoseconds i2c{0};      ///< I2C scripts, pauses and delays in them included
    std::chrono::nanoseconds exposure{0}; ///< from the start of captures to capture-done
    std::chrono::nanoseconds spi{0};      ///< register batches and FIFO bursts
    std::chrono::nanoseconds usb{0};      ///< the rest of each call: requests and answers on their way
};

/// The newest transactions on the board's buses, oldest first.
struct BoardTrace {
    std::vector<wire::TraceEntry> entries;
    std::uint32_t lost = 0; ///< older ones that newer ones pushed out
};

/// The Pico of one slot, over the wire protocol. Thread-bound to the slot's thread.
/// Errors of every call: those of UsbTransport; Protocol `WIRE_BAD_FRAME`, `WIRE_UNEXPECTED` for an answer
/// that breaks the contract, `BOARD_…` for a request the board refused (its status in the code); Module
/// `I2C_NACK`, `I2C_TIMEOUT`, `CAPTURE_TIMEOUT` where the module is to blame. After any error but
/// Disconnected the link has been reset and the next call starts clean.
class FixtureBoard {
public:
    explicit FixtureBoard(std::unique_ptr<UsbTransport> transport);
    ~FixtureBoard();

    Clock& clock() { return transport_->clock(); }
    Result<BoardHello> hello(Deadline deadline, std::stop_token stop);
    /// The values read, in order.
    Result<std::vector<std::uint8_t>> spi(const SpiBatch& batch, Deadline deadline, std::stop_token stop);
    /// An operation that is not acknowledged is tried again up to \a retries times and counted; at most 15.
    /// Errors also: Module `I2C_NACK` with the operation.
    Result<I2cOutcome> i2c(std::uint8_t address, std::chrono::microseconds pause, const I2cScript& script,
                           unsigned retries, Deadline deadline, std::stop_token stop);
    Result<FifoFrame> capture(const wire::CaptureRequest& request, Deadline deadline, std::stop_token stop);
    /// Reads \a length bytes in one burst.
    Result<FifoContent> readFifo(std::uint32_t length, Deadline deadline, std::stop_token stop);
    /// Reads \a length bytes in one burst on the board and gives their CRC-32; `bytes` stays empty.
    Result<FifoContent> sumFifo(std::uint32_t length, Deadline deadline, std::stop_token stop);
    Result<wire::SetClocksDone> setClocks(std::uint32_t spiHz, std::uint32_t i2cHz, Deadline deadline,
                                          std::stop_token stop);
    /// The GPIO register as read back.
    Result<std::uint8_t> standby(const wire::StandbyRequest& request, Deadline deadline,
                                 std::stop_token stop);
    Result<> setLed(wire::LedPattern pattern, Deadline deadline, std::stop_token stop);
    Result<> reboot(wire::RebootTarget target, Deadline deadline, std::stop_token stop);
    /// Levels of the wires. None where the board has no such test, or no switch for the supply that the
    /// request wants off, or older firmware.
    Result<std::optional<wire::LineTestDone>> lineTest(const wire::LineTestRequest& request,
                                                       Deadline deadline, std::stop_token stop);
    /// What the module is fed. None where the board has no ADC channel for it, or older firmware.
    Result<std::optional<wire::SupplyDone>> supply(Deadline deadline, std::stop_token stop);
    /// Switches lights and shutter of the fixture. None where the board does not have all that the request
    /// names, or older firmware.
    Result<std::optional<wire::OutputsDone>> outputs(const wire::OutputsRequest& request, Deadline deadline,
                                                     std::stop_token stop);
    /// Switches the board's record of its bus transactions off, or on and empty. False: older firmware.
    Result<bool> setTrace(bool on, Deadline deadline, std::stop_token stop);
    /// Moves out what the board has written down.
    Result<BoardTrace> fetchTrace(Deadline deadline, std::stop_token stop);
    const BoardTimes& times() const { return times_; }

private:
    struct Reply;
    /// What to do with an answer in many frames.
    struct Stream {
        std::function<Result<>(std::span<const std::uint8_t>)> take; ///< the payload of one Progress
        std::function<std::size_t()> toCome; ///< frames that the board is sure to send yet
    };
    template <class Request>
    Result<Reply> exchange(wire::Opcode opcode, const Request& request, Deadline deadline,
                           std::stop_token stop, const Stream* stream = nullptr);
    template <class Message, class Request>
    Result<Message> call(wire::Opcode opcode, const Request& request, Deadline deadline,
                         std::stop_token stop);
    template <class Message, class Request>
    Result<std::optional<Message>> callIfSupported(wire::Opcode opcode, const Request& request,
                                                   Deadline deadline, std::stop_token stop);
    Result<Reply> answer(const wire::Header& request, std::span<const std::byte> frame, Deadline deadline,
                         std::stop_token stop, const Stream* stream);
    Result<std::span<const std::byte>> receiveFrame(const Stream* stream, Deadline deadline,
                                                    std::stop_token stop);
    Result<FifoContent> burst(std::uint8_t flags, std::uint32_t length, Deadline deadline,
                              std::stop_token stop);
    void resetLink();
    /// Books a call that began at \a begin: what the board took for it, and the rest as USB's.
    void book(std::chrono::nanoseconds& part, ClockTime begin, std::uint32_t onBoardUs);

    std::unique_ptr<UsbTransport> transport_;
    std::vector<std::byte> outgoing_;
    std::vector<std::byte> incoming_;
    std::unique_ptr<UsbReader> reader_; ///< of the newest answer in many frames, whose last one it holds
    std::uint16_t tag_ = 0;
    BoardTimes times_;
};

} // namespace framegate
