// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "bench/fixture_board.h"
#include "domain/board_description.h"
#include "domain/sensor_description.h"
#include "domain/test_plan.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace framegate {

/// What a module says it is.
struct ModuleIdentity {
    std::uint8_t arduchipVersion = 0;
    std::vector<std::uint8_t> sensorId; ///< one byte for each of the sensor's identity registers
    bool wokenFromStandby = false;      ///< somebody had left the module powered down
    unsigned nacks = 0;                 ///< operations that were not acknowledged at once
};

/// One picture as it came out of the FIFO.
struct CapturedFrame {
    std::vector<std::byte> bytes; ///< the whole FIFO content: dummy byte, picture, tail
    std::uint32_t crcOnBoard = 0; ///< CRC-32 taken over SPI bytes
    std::uint32_t crcHere = 0;    ///< CRC-32 taken over USB bytes
    std::chrono::microseconds captureTime{0};
    std::chrono::microseconds readTime{0};
};

/// How a change of registers went.
struct SizeChange {
    unsigned writes = 0;       ///< registers written, bank selects not counted
    unsigned mismatches = 0;   ///< registers that did not read back as written
    unsigned nacks = 0;        ///< operations that the sensor did not acknowledge at first
    unsigned operations = 0;   ///< tried, repeats included
    std::string firstMismatch; ///< "bank 1 register 0x12", empty without one

    /// Counts another change in.
    void add(const SizeChange& other);
};

/// Exposure and gain as they are in force.
struct ExposureSeen {
    double lines = 0;
    double gain = 1;
    unsigned nacks = 0; ///< operations that the sensor did not acknowledge at first
};

/// What reading a frame a second time told.
struct SecondRead {
    bool available = false; ///< the board can set its read pointer back; otherwise nothing was read
    bool equal = false;     ///< both reads brought the same bytes
};

/// How the second read is compared.
enum class SecondReadBy : std::uint8_t { Crc, Bytes };

/// One module in one slot: everything between registers and frames. Thread-bound to the slot's thread.
/// Errors of every call: those of FixtureBoard, and kind Module where the module is to blame.
class Camera {
public:
    Camera(FixtureBoard& board, const SensorDescription& sensor, const BoardDescription& module,
           const PlanTiming& timing);

    Clock& clock() { return board_.clock(); }
    FixtureBoard& board() { return board_; }

    /// Clocks, ArduChip reset, out of standby, SPI scratch test, versions, sensor identity.
    /// Errors: NotFound `NO_MODULE` when neither SPI nor I2C answers; Module `SPI_SCRATCH`,
    /// `ARDUCHIP_VERSION`, `SENSOR_NO_ACK`, `WRONG_SENSOR`.
    Result<ModuleIdentity> identify(Deadline deadline, std::stop_token stop);
    /// Soft reset, wait, base registers, read back.
    /// Errors: Module `REGISTER_READBACK` naming the first register that differs.
    Result<SizeChange> initialise(Deadline deadline, std::stop_token stop);
    /// Brings the registers from what they hold to the image of this size: writes what differs and nothing
    /// else, then reads back every register that any size sets. Counts what differs, leaves the verdict to
    /// limits. Whatever was set before, the registers then hold what they hold after a fresh start and this
    /// size. Where the registers are in doubt, because a script broke off or one did not read back, it makes
    /// that fresh start itself. Errors: InvalidInput `SENSOR_MODE` for a size the sensor does not have.
    Result<SizeChange> setSize(Resolution size, Deadline deadline, std::stop_token stop);
    /// Reads back what start-up and the size set last have put into the registers, and compares. Where it
    /// differs, the registers are in doubt. Errors: InvalidInput `SENSOR_MODE` before any size was set.
    Result<SizeChange> checkRegisters(Deadline deadline, std::stop_token stop);
    /// Exposure, gain and white balance stay as they are (true), or are automatic again.
    Result<SizeChange> freezeAutomatic(bool frozen, Deadline deadline, std::stop_token stop);
    /// Exposure and gain as the sensor shows them; none where its file does not say where.
    Result<std::optional<ExposureSeen>> exposure(Deadline deadline, std::stop_token stop);
    /// Bad pixels come as they are (true), or repaired again. Without a change where the sensor's file names
    /// no way to do it.
    Result<SizeChange> bareArray(bool bare, Deadline deadline, std::stop_token stop);
    /// The sensor's own colour bars (true), or the scene again. The registers are then as they were.
    /// Errors: InvalidInput `SENSOR` for a sensor whose file names no test pattern.
    Result<SizeChange> showTestPattern(bool shown, Deadline deadline, std::stop_token stop);
    /// One exposure, read whole. The length is judged before a byte is streamed: 8 MB take 8 s.
    /// Errors: Module `CAPTURE_TIMEOUT`, `FIFO_EMPTY`, `FIFO_SHORT` (no JPEG is that short), `FIFO_LONG` (no
    /// picture of the size set is that long), `FIFO_OVERFLOW` (the FIFO is full).
    Result<CapturedFrame> capture(Deadline deadline, std::stop_token stop);
    /// Reads the frame captured last once more. Whether the board can is tried on the first call for a
    /// module, not believed; where it cannot, that is no error.
    Result<SecondRead> readAgain(const CapturedFrame& first, SecondReadBy by, Deadline deadline,
                                 std::stop_token stop);
    /// What the module's registers hold, as far as it is known. Registers that are not kept are never known.
    const RegisterImage& registers() const { return image_; }
    /// Puts the module into standby.
    Result<> standby(Deadline deadline, std::stop_token stop);

private:
    Result<> startBoard(ModuleIdentity& identity, Deadline deadline, std::stop_token stop);
    Result<bool> scratchHolds(Deadline deadline, std::stop_token stop);
    Result<I2cOutcome> readIdentity(Deadline deadline, std::stop_token stop);
    Result<I2cOutcome> carryOut(const I2cScript& script, SizeChange& change, Deadline deadline,
                                std::stop_token stop);
    Result<SizeChange> programBits(const std::vector<RegisterWrite>& writes, Deadline deadline,
                                   std::stop_token stop);
    Result<SizeChange> program(const std::vector<RegisterWrite>& writes,
                               const std::vector<RegisterWrite>& expected, Deadline deadline,
                               std::stop_token stop);
    Result<std::uint8_t> heldBy(RegisterAddress at, Deadline deadline, std::stop_token stop);
    Result<std::vector<RegisterWrite>> whole(const std::vector<RegisterWrite>& writes, Deadline deadline,
                                             std::stop_token stop);
    void remember(const std::vector<RegisterWrite>& writes);
    void forget(const std::vector<RegisterWrite>& writes);
    Result<> rewindBy(std::uint8_t value, Deadline deadline, std::stop_token stop);
    Result<bool> rewinds(std::uint8_t value, const CapturedFrame& first, Deadline deadline,
                         std::stop_token stop);
    Result<> probeRewind(const CapturedFrame& first, Deadline deadline, std::stop_token stop);
    Deadline readingTime(std::size_t bytes, Deadline unit);
    Result<> judgeLength(std::uint32_t bytes) const;
    Deadline within(std::chrono::nanoseconds time, Deadline unit);

    FixtureBoard& board_;
    const SensorDescription& sensor_;
    const BoardDescription& module_;
    const PlanTiming& timing_;
    Resolution size_;
    RegisterImage image_;
    bool inDoubt_ =
        false; ///< some write may have gone anywhere: only a fresh start tells what registers hold
    bool rewindProbed_ = false;
    std::uint8_t rewindValue_ =
        0; ///< written to the FIFO control, sets the read pointer back; 0: nothing does
    std::size_t dummyBytesAgain_ = 0; ///< before the first picture byte after that
};

} // namespace framegate
