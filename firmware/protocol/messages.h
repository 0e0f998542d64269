// SPDX-License-Identifier: MIT
//
// Every message. Order of fields is order on the wire.
#pragma once

#include "protocol/frame.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

namespace framegate::wire {

enum class Chip : std::uint8_t { Host = 0, Rp2040 = 1, Rp2350 = 2 };
enum class LedPattern : std::uint8_t { Off = 0, On = 1, Blink = 2 };
enum class RebootTarget : std::uint8_t { Firmware = 0, Bootsel = 1 };

/// Bits of HelloDone::flags.
inline constexpr std::uint8_t flagVirtual = 0x01;  ///< the board is simulated
inline constexpr std::uint8_t flagWatchdog = 0x02; ///< the watchdog started the firmware: it had hung

struct HelloRequest {
    static constexpr std::string_view name = "Hello request";
    std::uint16_t major = protocolMajor;
    std::uint16_t minor = protocolMinor;
    static constexpr auto fields() {
        using M = HelloRequest;
        return std::tuple{Field{"major", &M::major, "protocol version of the host; another major is refused"},
                          Field{"minor", &M::minor, "protocol version of the host"}};
    }
};

struct HelloDone {
    static constexpr std::string_view name = "Hello done";
    std::uint16_t major = protocolMajor;
    std::uint16_t minor = protocolMinor;
    Text version;
    Text gitHash;
    std::array<std::uint8_t, 8> boardId{};
    Chip chip = Chip::Host;
    std::uint8_t flags = 0;
    std::uint16_t payloadBytes = 0;
    std::uint32_t spiHzMax = 0;
    std::uint32_t i2cHzMax = 0;
    static constexpr auto fields() {
        using M = HelloDone;
        return std::tuple{
            Field{"major", &M::major, "protocol version of the board"},
            Field{"minor", &M::minor, "protocol version of the board"},
            Field{"version", &M::version, "firmware version"},
            Field{"gitHash", &M::gitHash, "firmware source revision"},
            Field{"boardId", &M::boardId, "unique id of the board's flash chip"},
            Field{"chip", &M::chip, "0 host build, 1 RP2040, 2 RP2350"},
            Field{"flags", &M::flags, "bit 0: the board is simulated; bit 1: its watchdog started it"},
            Field{"payloadBytes", &M::payloadBytes, "longest payload the board takes and sends"},
            Field{"spiHzMax", &M::spiHzMax, "fastest SPI clock, Hz"},
            Field{"i2cHzMax", &M::i2cHzMax, "fastest I2C clock, Hz"}};
    }
};

/// Operations of an SPI batch: each register access is one chip-select pulse. See docs/protocol.md.
enum class SpiOp : std::uint8_t {
    Write = 1, ///< u8 register, u8 value
    Read = 2,  ///< u8 register; appends the byte read
    Delay = 3, ///< u32 microseconds
    Poll =
        4, ///< u8 register, u8 mask, u8 value, u32 interval us, u32 deadline us; appends the last byte read
};

struct SpiBatchRequest {
    static constexpr std::string_view name = "SpiBatch request";
    Bytes operations;
    static constexpr auto fields() {
        return std::tuple{
            Field{"operations", &SpiBatchRequest::operations, "SPI operations, one after another"}};
    }
};

struct SpiBatchDone {
    static constexpr std::string_view name = "SpiBatch done";
    std::uint32_t elapsedUs = 0;
    Bytes values;
    static constexpr auto fields() {
        using M = SpiBatchDone;
        return std::tuple{Field{"elapsedUs", &M::elapsedUs, "time the batch took, us"},
                          Field{"values", &M::values, "bytes read, in order"}};
    }
};

/// Operations of an I2C script. "bytes" is what goes on the wire after the address byte. A read is a write
/// of `bytes`, STOP, then a read, as SCCB has it, or a repeated START where the request says so.
enum class I2cOp : std::uint8_t {
    Write = 1, ///< u8 count, bytes
    Read = 2,  ///< u8 count, bytes, u8 count to read; appends the bytes read
    Delay = 3, ///< u32 microseconds
    Poll = 4, ///< u8 count, bytes, u8 mask, u8 value, u32 interval us, u32 deadline us; appends the last byte
              ///< read
    Check = 5, ///< u8 count, bytes, u8 mask, u8 value; appends the byte read, counts it where it differs
               ///< under the mask
};

inline constexpr std::uint8_t i2cRepeatedStart = 0x01; ///< reads use a repeated START
inline constexpr std::uint8_t i2cGoOnAfterNack = 0x02; ///< a NACK is counted and the script goes on
inline constexpr unsigned i2cRetriesShift =
    4; ///< bits 4 to 7: how often an operation is tried again after a NACK
inline constexpr unsigned i2cRetriesMost = 15;

struct I2cScriptRequest {
    static constexpr std::string_view name = "I2cScript request";
    std::uint8_t address = 0;
    std::uint8_t flags = 0;
    std::uint32_t pauseUs = 0;
    Bytes operations;
    static constexpr auto fields() {
        using M = I2cScriptRequest;
        return std::tuple{
            Field{"address", &M::address, "7-bit address"},
            Field{"flags", &M::flags,
                  "bit 0: reads by repeated START; bit 1: go on after a NACK; bits 4 to 7: tries more after "
                  "a NACK"},
            Field{"pauseUs", &M::pauseUs, "least time from the STOP of a write to the next START, us"},
            Field{"operations", &M::operations, "I2C operations, one after another"}};
    }
};

struct I2cScriptDone {
    static constexpr std::string_view name = "I2cScript done";
    std::uint16_t operations = 0;
    std::uint16_t nacks = 0;
    std::uint16_t mismatches = 0;
    std::uint16_t firstMismatch = 0xFFFF;
    std::uint32_t elapsedUs = 0;
    Bytes values;
    static constexpr auto fields() {
        using M = I2cScriptDone;
        return std::tuple{Field{"operations", &M::operations, "operations carried out"},
                          Field{"nacks", &M::nacks, "operations that nobody acknowledged"},
                          Field{"mismatches", &M::mismatches, "Check operations that found another value"},
                          Field{"firstMismatch", &M::firstMismatch, "index of the first of them; FFFF: none"},
                          Field{"elapsedUs", &M::elapsedUs, "time the script took, us"},
                          Field{"values", &M::values, "bytes read, in order"}};
    }
};

/// One exposure into the FIFO: clear twice, start, poll for done, read the length.
struct CaptureRequest {
    static constexpr std::string_view name = "Capture request";
    std::uint8_t controlRegister = 0x04;
    std::uint8_t clearValue = 0x01;
    std::uint8_t startValue = 0x02;
    std::uint8_t doneRegister = 0x41;
    std::uint8_t doneMask = 0x08;
    std::uint8_t lengthRegister = 0x42;
    std::uint32_t pollUs = 500;
    std::uint32_t deadlineUs = 2'000'000;
    static constexpr auto fields() {
        using M = CaptureRequest;
        return std::tuple{
            Field{"controlRegister", &M::controlRegister, "ArduChip FIFO control"},
            Field{"clearValue", &M::clearValue, "written twice before the start"},
            Field{"startValue", &M::startValue, "starts the capture"},
            Field{"doneRegister", &M::doneRegister, "ArduChip trigger status"},
            Field{"doneMask", &M::doneMask, "bits that say capture-done"},
            Field{"lengthRegister", &M::lengthRegister, "first of three, least significant byte first"},
            Field{"pollUs", &M::pollUs, "between two looks at the status, us"},
            Field{"deadlineUs", &M::deadlineUs, "longest wait for capture-done, us"}};
    }
};

struct CaptureDone {
    static constexpr std::string_view name = "Capture done";
    std::uint8_t status = 0;
    std::uint32_t fifoBytes = 0;
    std::uint32_t elapsedUs = 0;
    static constexpr auto fields() {
        using M = CaptureDone;
        return std::tuple{Field{"status", &M::status, "trigger status as last read"},
                          Field{"fifoBytes", &M::fifoBytes, "FIFO length, 23 bits"},
                          Field{"elapsedUs", &M::elapsedUs, "from the start to capture-done, us"}};
    }
};

inline constexpr std::uint8_t readCrcOnly = 0x01; ///< send no bytes, only the CRC at the end

struct ReadFifoRequest {
    static constexpr std::string_view name = "ReadFifo request";
    std::uint8_t command = 0x3C;
    std::uint8_t flags = 0;
    std::uint32_t length = 0;
    static constexpr auto fields() {
        using M = ReadFifoRequest;
        return std::tuple{Field{"command", &M::command, "ArduChip burst-read command"},
                          Field{"flags", &M::flags, "bit 0: no bytes, only their CRC"},
                          Field{"length", &M::length, "bytes to read after the command, in one burst"}};
    }
};

/// Progress of ReadFifo.
struct FifoChunk {
    static constexpr std::string_view name = "ReadFifo progress";
    std::uint32_t offset = 0;
    Bytes bytes;
    static constexpr auto fields() {
        using M = FifoChunk;
        return std::tuple{Field{"offset", &M::offset, "of the first of these bytes in the burst"},
                          Field{"bytes", &M::bytes, "as they came over SPI"}};
    }
};

struct ReadFifoDone {
    static constexpr std::string_view name = "ReadFifo done";
    std::uint32_t length = 0;
    std::uint32_t crc32 = 0;
    std::uint32_t elapsedUs = 0;
    static constexpr auto fields() {
        using M = ReadFifoDone;
        return std::tuple{Field{"length", &M::length, "bytes read"},
                          Field{"crc32", &M::crc32, "CRC-32 of the bytes as they came over SPI"},
                          Field{"elapsedUs", &M::elapsedUs, "from chip select to the last byte, us"}};
    }
};

struct SetClocksRequest {
    static constexpr std::string_view name = "SetClocks request";
    std::uint32_t spiHz = 0;
    std::uint32_t i2cHz = 0;
    static constexpr auto fields() {
        using M = SetClocksRequest;
        return std::tuple{
            Field{"spiHz", &M::spiHz, "wanted; the chip takes the nearest it can, never faster; Hz"},
            Field{"i2cHz", &M::i2cHz, "wanted, likewise; Hz"}};
    }
};

struct SetClocksDone {
    static constexpr std::string_view name = "SetClocks done";
    std::uint32_t spiHz = 0;
    std::uint32_t i2cHz = 0;
    static constexpr auto fields() {
        using M = SetClocksDone;
        return std::tuple{Field{"spiHz", &M::spiHz, "now in force, Hz"},
                          Field{"i2cHz", &M::i2cHz, "now in force, Hz"}};
    }
};

/// Sets and clears bits of an ArduChip register: the module's power-down bit, as the board has it.
struct StandbyRequest {
    static constexpr std::string_view name = "Standby request";
    std::uint8_t gpioRegister = 0x06;
    std::uint8_t setMask = 0;
    std::uint8_t clearMask = 0;
    static constexpr auto fields() {
        using M = StandbyRequest;
        return std::tuple{Field{"gpioRegister", &M::gpioRegister, "ArduChip GPIO"},
                          Field{"setMask", &M::setMask, "bits to set"},
                          Field{"clearMask", &M::clearMask, "bits to clear"}};
    }
};

struct StandbyDone {
    static constexpr std::string_view name = "Standby done";
    std::uint8_t value = 0;
    static constexpr auto fields() {
        return std::tuple{Field{"value", &StandbyDone::value, "the register as read back"}};
    }
};

struct LedRequest {
    static constexpr std::string_view name = "Led request";
    LedPattern pattern = LedPattern::Off;
    static constexpr auto fields() {
        return std::tuple{Field{"pattern", &LedRequest::pattern, "0 off, 1 on, 2 blinking"}};
    }
};

/// Answered before the board goes.
struct RebootRequest {
    static constexpr std::string_view name = "Reboot request";
    RebootTarget target = RebootTarget::Bootsel;
    static constexpr auto fields() {
        return std::tuple{
            Field{"target", &RebootRequest::target, "0 the firmware again, 1 the boot ROM's BOOTSEL"}};
    }
};

/// Done of Led and Reboot.
struct EmptyDone {
    static constexpr std::string_view name = "Led done, Reboot done";
    static constexpr auto fields() { return std::tuple{}; }
};

/// The signal wires, in the order of their bits in masks and of the entries of lists.
enum class Line : std::uint8_t { Cs = 0, Sck = 1, Mosi = 2, Miso = 3, Sda = 4, Scl = 5 };
inline constexpr std::size_t lineCount = 6;
inline constexpr std::uint8_t allLines = 0x3F;
constexpr std::uint8_t lineBit(Line line) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(line));
}

inline constexpr std::uint8_t lineTestUnpowered = 0x01;  ///< with the module's supply switched off
inline constexpr std::uint32_t neverRose = 0xFFFFFFFF;   ///< a rise that did not come within its bound
inline constexpr std::uint32_t notMeasured = 0xFFFFFFFF; ///< the board has no such ADC channel

/// Levels of the six wires under the board's own pulls and drivers. Takes the wires from SPI and I2C and
/// gives them back.
struct LineTestRequest {
    static constexpr std::string_view name = "LineTest request";
    std::uint8_t flags = 0;
    std::uint32_t settleUs = 100;
    std::uint32_t riseBoundNs = 100'000;
    std::uint32_t dischargeUs = 50'000;
    std::uint32_t powerUpUs = 0;
    static constexpr auto fields() {
        using M = LineTestRequest;
        return std::tuple{
            Field{"flags", &M::flags, "bit 0: with the module's supply off, and on again after"},
            Field{"settleUs", &M::settleUs,
                  "from each change of drive to the look at the levels, at most 10 ms; us"},
            Field{"riseBoundNs", &M::riseBoundNs, "longest wait for a rise, at most 1 ms; ns"},
            Field{"dischargeUs", &M::dischargeUs,
                  "from letting go of the wires to the first look: what the wires had fed runs down; at most "
                  "1 s; us"},
            Field{"powerUpUs", &M::powerUpUs, "after the supply is on again, at most 5 s; us"}};
    }
};

struct LineTestDone {
    static constexpr std::string_view name = "LineTest done";
    std::uint8_t pulledUp = 0;
    std::uint8_t pulledDown = 0;
    std::array<std::uint8_t, lineCount> whileLow{};
    std::array<std::uint8_t, lineCount> whileHigh{};
    std::uint32_t riseCsNs = neverRose;
    std::uint32_t riseSckNs = neverRose;
    std::uint32_t riseMosiNs = neverRose;
    std::uint32_t riseMisoNs = neverRose;
    std::uint32_t riseSdaNs = neverRose;
    std::uint32_t riseSclNs = neverRose;
    std::uint32_t railMv = notMeasured;
    std::uint32_t currentUa = notMeasured;
    std::uint32_t elapsedUs = 0;
    static constexpr auto fields() {
        using M = LineTestDone;
        return std::tuple{
            Field{"pulledUp", &M::pulledUp,
                  "wires that read high with all pulled up; bits: 0 CS, 1 SCK, 2 MOSI, 3 MISO, 4 SDA, 5 SCL"},
            Field{"pulledDown", &M::pulledDown,
                  "wires that read high when pulled down themselves, the others pulled up"},
            Field{"whileLow", &M::whileLow,
                  "for each wire: levels of all while it is driven low, the others pulled up"},
            Field{"whileHigh", &M::whileHigh,
                  "for each wire: levels of all while it is driven high, the others pulled down, CS up"},
            Field{"riseCsNs", &M::riseCsNs,
                  "CS: from low to high, driven low and then pulled up; FFFFFFFF: not in time; ns"},
            Field{"riseSckNs", &M::riseSckNs, "SCK, likewise"},
            Field{"riseMosiNs", &M::riseMosiNs, "MOSI, likewise"},
            Field{"riseMisoNs", &M::riseMisoNs, "MISO, likewise"},
            Field{"riseSdaNs", &M::riseSdaNs, "SDA, likewise"},
            Field{"riseSclNs", &M::riseSclNs, "SCL, likewise"},
            Field{"railMv", &M::railMv,
                  "the module's supply with all wires pulled up, mV; FFFFFFFF: not measured"},
            Field{"currentUa", &M::currentUa,
                  "the module's current then: no driver feeds it through a wire, uA; FFFFFFFF: not measured"},
            Field{"elapsedUs", &M::elapsedUs, "time the test took, us"}};
    }
};

/// What the module is fed, where the board has ADC channels for it.
struct SupplyRequest {
    static constexpr std::string_view name = "Supply request";
    static constexpr auto fields() { return std::tuple{}; }
};

struct SupplyDone {
    static constexpr std::string_view name = "Supply done";
    std::uint32_t railMv = notMeasured;
    std::uint32_t currentUa = notMeasured;
    static constexpr auto fields() {
        using M = SupplyDone;
        return std::tuple{
            Field{"railMv", &M::railMv, "the module's supply, mV; FFFFFFFF: not measured"},
            Field{"currentUa", &M::currentUa, "the module's current, uA; FFFFFFFF: not measured"}};
    }
};

/// What a fixture may let the board switch: bits of OutputsRequest. All are off when the firmware starts.
enum class Output : std::uint8_t {
    ChartLight = 0, ///< the lamps on the chart
    Diffuser = 1,   ///< the lit diffuser comes in front of the module
    Shutter = 2,    ///< closed: the module sees nothing
};
inline constexpr unsigned outputCount = 3;

constexpr std::uint8_t outputBit(Output output) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(output));
}

/// Switches the fixture's lights and shutter. What is not in the mask stays as it is; an empty mask asks.
struct OutputsRequest {
    static constexpr std::string_view name = "Outputs request";
    std::uint8_t mask = 0;
    std::uint8_t levels = 0;
    static constexpr auto fields() {
        using M = OutputsRequest;
        return std::tuple{
            Field{"mask", &M::mask, "bit 0 chart light, 1 diffuser, 2 shutter: those to be switched"},
            Field{"levels", &M::levels, "the same bits: on"}};
    }
};

struct OutputsDone {
    static constexpr std::string_view name = "Outputs done";
    std::uint8_t available = 0;
    std::uint8_t levels = 0;
    static constexpr auto fields() {
        using M = OutputsDone;
        return std::tuple{Field{"available", &M::available, "those the board has"},
                          Field{"levels", &M::levels, "those that are on"}};
    }
};

/// What a TraceRequest does.
enum class TraceAction : std::uint8_t {
    Off = 0,   ///< stops; what has been written down stays
    On = 1,    ///< empties the ring and starts
    Fetch = 2, ///< moves the oldest entries out
};

/// The board's own record of what it did on its buses.
struct TraceRequest {
    static constexpr std::string_view name = "Trace request";
    TraceAction action = TraceAction::Fetch;
    static constexpr auto fields() {
        return std::tuple{
            Field{"action", &TraceRequest::action, "0 off, 1 empty and on, 2 fetch the oldest entries"}};
    }
};

struct TraceDone {
    static constexpr std::string_view name = "Trace done";
    bool on = false;
    std::uint16_t left = 0;
    std::uint32_t lost = 0;
    Bytes entries;
    static constexpr auto fields() {
        using M = TraceDone;
        return std::tuple{
            Field{"on", &M::on, "whether the board is writing down"},
            Field{"left", &M::left, "entries still to be fetched"},
            Field{"lost", &M::lost, "entries pushed out by newer ones since it was switched on"},
            Field{"entries", &M::entries, "of Fetch: trace entries, oldest first"}};
    }
};

enum class TraceKind : std::uint8_t {
    Spi = 0,          ///< a chip-select pulse
    I2cWrite = 1,     ///< START to STOP
    I2cWriteHeld = 2, ///< START, and the bus held for a repeated one
    I2cRead = 3,      ///< START to STOP
};

enum class TraceOutcome : std::uint8_t { Ok = 0, Nack = 1, Timeout = 2 };

/// One transaction as it lies in TraceDone::entries.
struct TraceEntry {
    static constexpr std::string_view name = "Trace entry";
    std::uint32_t beginUs = 0;
    std::uint32_t tookUs = 0;
    std::uint32_t bytes = 0;
    TraceKind kind = TraceKind::Spi;
    std::uint8_t address = 0;
    TraceOutcome outcome = TraceOutcome::Ok;
    std::array<std::uint8_t, 4> first{};
    static constexpr auto fields() {
        using M = TraceEntry;
        return std::tuple{
            Field{"beginUs", &M::beginUs, "the board's clock at the start, its lower 32 bits, us"},
            Field{"tookUs", &M::tookUs, "us"},
            Field{"bytes", &M::bytes, "bytes moved, an I2C address not counted"},
            Field{"kind", &M::kind,
                  "0 SPI (a chip-select pulse), 1 I2C write, 2 I2C write without STOP, 3 I2C read"},
            Field{"address", &M::address, "of I2C, 7 bits"},
            Field{"outcome", &M::outcome, "of I2C: 0 ok, 1 not acknowledged, 2 time-out"},
            Field{"first", &M::first,
                  "SPI: the first two bytes sent and the two received meanwhile; I2C: the first four"}};
    }
};
inline constexpr std::size_t traceEntryBytes = 19;

/// Payload of every Failed.
struct Failure {
    static constexpr std::string_view name = "Failed";
    std::uint16_t operation = 0xFFFF;
    std::uint32_t detail = 0;
    static constexpr auto fields() {
        using M = Failure;
        return std::tuple{
            Field{"operation", &M::operation, "index of the operation that failed; FFFF: not one of a list"},
            Field{"detail", &M::detail, "what the status defines, else 0: the last byte polled"}};
    }
};

} // namespace framegate::wire
