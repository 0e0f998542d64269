// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/protocol_doc.h"

#include "protocol/messages.h"
#include "protocol/usb_identity.h"

#include <array>
#include <fmt/format.h>
#include <type_traits>
#include <vector>

namespace framegate::test {
namespace {

template <class Value>
std::string typeText() {
    if constexpr (std::is_same_v<Value, wire::Bytes>)
        return "u16 count, bytes";
    else if constexpr (std::is_same_v<Value, wire::Text>)
        return "u8 count, UTF-8";
    else if constexpr (std::is_same_v<Value, bool>)
        return "u8, 0 or 1";
    else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>)
        return fmt::format("u{}", sizeof(Value) * 8);
    else
        return fmt::format("{} bytes", sizeof(Value));
}

template <class Message>
std::string table() {
    std::string text = fmt::format("\n**{}**", Message::name);
    std::string rows;
    std::apply(
        [&rows](const auto&... field) {
            ((rows += fmt::format("| `{}` | {} | {} |\n", field.name,
                                  typeText<typename std::remove_cvref_t<decltype(field)>::ValueType>(),
                                  field.meaning)),
             ...);
        },
        Message::fields());
    if (rows.empty()) return text + ": no payload.\n";
    return text + "\n\n| field | type | meaning |\n| --- | --- | --- |\n" + rows;
}

std::string opcodeHead(wire::Opcode opcode, std::string_view name, std::string_view does) {
    return fmt::format("\n### 0x{:02x} {}\n\n{}\n", static_cast<unsigned>(opcode), name, does);
}

std::string exampleHex() {
    std::array<std::uint8_t, 64> frame{};
    const auto size = wire::writeMessage(
        frame, {.kind = wire::Kind::Request, .opcode = wire::Opcode::SetClocks, .tag = 0x0102},
        wire::SetClocksRequest{8'000'000, 100'000});
    std::string hex;
    for (std::size_t i = 0; i < size; ++i)
        hex += fmt::format("{}{:02x}", i == 0 ? "" : " ", frame[i]);
    return hex;
}

std::string opening() {
    return fmt::format(R"(# The wire protocol, version {}.{}

Made by `protocol_doc` from the messages in `firmware/protocol`; a test keeps it true. Numbers are little endian.

## USB

Vendor {:04x}, product {:04x} (a range for private testing: a product gets its own). One interface of class {:02x},
subclass {:02x}, protocol {:02x}, with bulk endpoints 0x{:02x} out and 0x{:02x} in, {} bytes a packet. Find it by class,
never by number.

Each frame is one transfer: it ends with a short packet, or with an empty one when its length is a multiple of {}.

The control request bmRequestType 0x41, bRequest 0x{:02x}, no data, resets the link: the request at hand is given up
without an answer, what has not been sent is forgotten, and the module's chip select is let go. Request 0x02 gives up everything and starts the
firmware anew: the board leaves the bus and comes back. A board whose firmware does not come round for {} ms does so by
its watchdog, and its next Hello says it.

## Frames

| bytes | what |
| --- | --- |
| 1 | magic 0x{:02x} |
| 1 | kind: 1 request, 2 progress, 3 done, 4 failed |
| 1 | opcode |
| 1 | status: 0 except in failed |
| 2 | tag: chosen by the host, repeated in every answer |
| 2 | length of the payload, at most {} |
| length | payload: one message, nothing after it |
| 4 | CRC-32 (as Ethernet and zlib have it) of all bytes before it |

A request is answered by any number of progress frames and then exactly one done or failed. One request at a time: a
further one meanwhile is refused with status Busy. Say Hello first; a board of another major version is to be refused.

Example: SetClocks with 8 MHz and 100 kHz, tag 0x0102:

```
{}
```
)",
                       wire::protocolMajor, wire::protocolMinor, wire::usbVendor, wire::usbProduct,
                       wire::usbInterfaceClass, wire::usbInterfaceSubclass, wire::usbInterfaceProtocol,
                       wire::usbEndpointOut, wire::usbEndpointIn, wire::usbPacketBytes, wire::usbPacketBytes,
                       wire::usbRequestResetLink, wire::watchdogMs, wire::frameMagic, wire::payloadLimit,
                       exampleHex());
}

std::string statuses() {
    return R"(
## Status of a failed request

| code | meaning |
| --- | --- |
| 1 BadFrame | magic, length or CRC wrong; opcode and tag of the answer may be too |
| 2 UnknownOpcode | |
| 3 BadArgument | the payload does not decode, or a value is out of range; nothing was done |
| 4 Busy | another request is being answered |
| 5 I2cNack | nobody acknowledged |
| 6 I2cTimeout | SCL or SDA stayed low |
| 7 PollTimeout | the polled value did not come; `detail` is the last byte read |
| 8 CaptureTimeout | capture-done did not come; `detail` is the last status read |
| 9 Aborted | the link was reset |
| 10 ReplyTooLong | the values to be read do not fit one payload; nothing was done |
| 11 Unsupported | the board has not got what it takes (since 1.1); nothing was done |
)" + table<wire::Failure>();
}

std::string lists() {
    return R"(
## Operation lists

A list is checked whole before anything is done. Operations count from 0. At most 2048 bytes can be read in one list.

**SPI batch.** Each register access is one chip-select pulse; the address byte of a write has bit 7 set.

| operation | bytes |
| --- | --- |
| 1 Write | u8 register, u8 value |
| 2 Read | u8 register; gives the byte read |
| 3 Delay | u32 us |
| 4 Poll | u8 register, u8 mask, u8 value, u32 interval us, u32 deadline us; until (byte & mask) = value; gives that byte |

**I2C script.** `bytes` go on the wire after the address. A read writes `bytes`, then STOP and START, or a repeated
START where bit 0 of `flags` is set, then reads. `pauseUs` holds after the STOP of Write, not after reads.

| operation | bytes |
| --- | --- |
| 1 Write | u8 count (at least 1), bytes |
| 2 Read | u8 count (at least 1), bytes, u8 count to read (1 to 64); gives the bytes read |
| 3 Delay | u32 us |
| 4 Poll | u8 count, bytes, u8 mask, u8 value, u32 interval us, u32 deadline us; gives the byte that matched |
| 5 Check | u8 count, bytes, u8 mask, u8 value; gives the byte read, counts a mismatch where it differs under the mask |

With bit 1 of `flags` a NACK is counted and the script goes on; what a read then lacks comes as 0xff, so that later
values stay in their places.
)";
}

constexpr std::string_view lineTestText =
    R"(Since 1.1. Levels of the six signal wires under the board's pulls (50 to 80 kOhm) and drivers. A board that cannot, or
that has no switch for the supply where bit 0 of `flags` asks for one, answers Unsupported. The wires are SPI's and
I2C's again afterwards, the supply is on, also after a reset of the link. A driver works against whatever is at the
wire for `settleUs`.)";

constexpr std::string_view traceText =
    R"(Since 1.2. The board's record of the newest 512 transactions on SPI and I2C, off until switched on. An entry has 19
bytes; an answer has 200 at most, `left` says how many more there are. The line test's levels are not in it.)";

} // namespace

std::string protocolDocument() {
    using wire::Opcode;
    return opening() + "\n## Requests\n" +
           opcodeHead(Opcode::Hello, "Hello", "Who is there. Changes nothing.") +
           table<wire::HelloRequest>() + table<wire::HelloDone>() +
           opcodeHead(Opcode::SpiBatch, "SpiBatch", "ArduChip registers, in order.") +
           table<wire::SpiBatchRequest>() + table<wire::SpiBatchDone>() +
           opcodeHead(Opcode::I2cScript, "I2cScript", "Sensor registers, in order.") +
           table<wire::I2cScriptRequest>() + table<wire::I2cScriptDone>() +
           opcodeHead(Opcode::Capture, "Capture",
                      "One exposure into the FIFO: clear twice, start, poll for done, read the length.") +
           table<wire::CaptureRequest>() + table<wire::CaptureDone>() +
           opcodeHead(Opcode::ReadFifo, "ReadFifo",
                      "The FIFO's bytes in one burst, as progress frames without gaps.") +
           table<wire::ReadFifoRequest>() + table<wire::FifoChunk>() + table<wire::ReadFifoDone>() +
           opcodeHead(Opcode::SetClocks, "SetClocks", "Bus clocks, until the next SetClocks.") +
           table<wire::SetClocksRequest>() + table<wire::SetClocksDone>() +
           opcodeHead(Opcode::Standby, "Standby", "Sets and clears bits of the module's GPIO register.") +
           table<wire::StandbyRequest>() + table<wire::StandbyDone>() +
           opcodeHead(Opcode::Led, "Led", "The board's LED.") + table<wire::LedRequest>() +
           opcodeHead(Opcode::Reboot, "Reboot", "Answered before the board goes.") +
           table<wire::RebootRequest>() + table<wire::EmptyDone>() +
           opcodeHead(Opcode::LineTest, "LineTest", lineTestText) + table<wire::LineTestRequest>() +
           table<wire::LineTestDone>() +
           opcodeHead(Opcode::Supply, "Supply",
                      "Since 1.1. The module's supply. A board that measures neither answers Unsupported.") +
           table<wire::SupplyRequest>() + table<wire::SupplyDone>() +
           opcodeHead(Opcode::Outputs, "Outputs",
                      "Since 1.2. Lights and shutter of the fixture. A board that lacks one of those named "
                      "answers Unsupported and switches none.") +
           table<wire::OutputsRequest>() + table<wire::OutputsDone>() +
           opcodeHead(Opcode::Trace, "Trace", traceText) + table<wire::TraceRequest>() +
           table<wire::TraceDone>() + table<wire::TraceEntry>() + lists() + statuses();
}

} // namespace framegate::test
