// SPDX-License-Identifier: MIT
//
// The envelope of every message. docs/protocol.md is made from these tables.
#pragma once

#include "protocol/codec.h"
#include "protocol/crc32.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace framegate::wire {

inline constexpr std::uint16_t protocolMajor = 1; ///< another major is refused
inline constexpr std::uint16_t protocolMinor = 2;

inline constexpr std::uint8_t frameMagic = 0xF6;
inline constexpr std::size_t headerBytes = 8;
inline constexpr std::size_t trailerBytes = 4;
inline constexpr std::size_t payloadLimit = 4096;
inline constexpr std::size_t frameLimit = headerBytes + payloadLimit + trailerBytes;

/// What a frame is. A request is answered by any number of Progress, then exactly one Done or Failed.
enum class Kind : std::uint8_t { Request = 1, Progress = 2, Done = 3, Failed = 4 };

enum class Opcode : std::uint8_t {
    Hello = 0x01,
    SpiBatch = 0x02,
    I2cScript = 0x03,
    Capture = 0x04,
    ReadFifo = 0x05,
    SetClocks = 0x06,
    Standby = 0x07,
    Led = 0x08,
    Reboot = 0x09,
    LineTest = 0x0A, ///< since 1.1
    Supply = 0x0B,   ///< since 1.1
    Outputs = 0x0C,  ///< since 1.2
    Trace = 0x0D,    ///< since 1.2
};

/// Why a request failed. Codes are permanent.
enum class Status : std::uint8_t {
    Ok = 0,
    BadFrame = 1, ///< magic, length or CRC wrong; the opcode and tag in the answer may be too
    UnknownOpcode = 2,
    BadArgument = 3,    ///< the payload does not decode, or a value is out of range
    Busy = 4,           ///< a request is still being answered
    I2cNack = 5,        ///< nobody acknowledged
    I2cTimeout = 6,     ///< SCL or SDA stayed low
    PollTimeout = 7,    ///< the polled value did not come in time
    CaptureTimeout = 8, ///< capture-done did not come in time
    Aborted = 9,        ///< the host reset the link
    ReplyTooLong = 10,  ///< the values read do not fit one payload
    Unsupported = 11,   ///< the board has not got what it takes
};

/// The eight bytes before a payload.
struct Header {
    Kind kind = Kind::Request;
    Opcode opcode = Opcode::Hello;
    Status status = Status::Ok; ///< other than Ok only in Failed
    std::uint16_t tag = 0;      ///< the host's; every answer repeats it
    std::uint16_t length = 0;   ///< payload bytes, at most payloadLimit
};

/// A checked frame; the payload points into the bytes it was taken from.
struct Frame {
    Header header;
    std::span<const std::uint8_t> payload;
};

/// Writes header, payload and CRC-32 of both into \a out and says how many bytes that is, 0 if it does not
/// fit. \a header.length is set from the payload. The payload may already stand in its place,
/// `out.subspan(headerBytes)`.
constexpr std::size_t writeFrame(std::span<std::uint8_t> out, Header header,
                                 std::span<const std::uint8_t> payload) {
    if (payload.size() > payloadLimit) return 0;
    header.length = static_cast<std::uint16_t>(payload.size());
    Writer writer(out);
    writer.value(frameMagic);
    writer.value(header.kind);
    writer.value(header.opcode);
    writer.value(header.status);
    writer.value(header.tag);
    writer.value(header.length);
    writer.raw(payload);
    if (!writer.ok()) return 0;
    writer.value(crc32(out.first(writer.size())));
    return writer.ok() ? writer.size() : 0;
}

/// Encodes \a message as the payload of a frame.
template <class Message>
constexpr std::size_t writeMessage(std::span<std::uint8_t> out, const Header& header,
                                   const Message& message) {
    if (out.size() < headerBytes) return 0;
    Writer payload(out.subspan(headerBytes));
    write(payload, message);
    if (!payload.ok()) return 0;
    return writeFrame(out, header, out.subspan(headerBytes, payload.size()));
}

/// The frame that \a bytes is, whole; none if magic, kind, length or CRC are wrong.
constexpr std::optional<Frame> readFrame(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < headerBytes + trailerBytes || bytes[0] != frameMagic) return std::nullopt;
    Reader reader(bytes.subspan(1));
    Header header;
    header.kind = reader.value<Kind>();
    header.opcode = reader.value<Opcode>();
    header.status = reader.value<Status>();
    header.tag = reader.value<std::uint16_t>();
    header.length = reader.value<std::uint16_t>();
    const auto payload = reader.raw(header.length);
    const auto sum = reader.value<std::uint32_t>();
    if (!reader.ok() || reader.left() != 0 || header.length > payloadLimit) return std::nullopt;
    if (header.kind < Kind::Request || header.kind > Kind::Failed) return std::nullopt;
    if (sum != crc32(bytes.first(headerBytes + header.length))) return std::nullopt;
    return Frame{header, payload};
}

} // namespace framegate::wire
