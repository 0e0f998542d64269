// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/fixture_board.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t packetsOfOneFrame =
    (wire::frameLimit + wire::usbPacketBytes) / wire::usbPacketBytes * wire::usbPacketBytes;
constexpr std::chrono::milliseconds resetLinkTime{500};

std::span<const std::uint8_t> octets(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::span<std::uint8_t> octets(std::vector<std::byte>& bytes) {
    return {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string_view opcodeText(wire::Opcode opcode) {
    switch (opcode) {
    case wire::Opcode::Hello:
        return "hello";
    case wire::Opcode::SpiBatch:
        return "SPI batch";
    case wire::Opcode::I2cScript:
        return "I2C script";
    case wire::Opcode::Capture:
        return "capture";
    case wire::Opcode::ReadFifo:
        return "FIFO read";
    case wire::Opcode::SetClocks:
        return "set clocks";
    case wire::Opcode::Standby:
        return "standby";
    case wire::Opcode::Led:
        return "LED";
    case wire::Opcode::Reboot:
        return "reboot";
    case wire::Opcode::LineTest:
        return "line test";
    case wire::Opcode::Supply:
        return "supply";
    case wire::Opcode::Outputs:
        return "outputs";
    case wire::Opcode::Trace:
        return "trace";
    }
    return "unknown request";
}

struct StatusWords {
    ErrorKind kind;
    std::string_view code;
    std::string_view words;
};

/// Whose fault a refusal is: the module's where it did not answer the board, else the link's or ours.
StatusWords wordsOf(wire::Status status) {
    using wire::Status;
    switch (status) {
    case Status::I2cNack:
        return {ErrorKind::Module, "I2C_NACK", "the sensor did not acknowledge"};
    case Status::I2cTimeout:
        return {ErrorKind::Module, "I2C_TIMEOUT", "the I2C bus stayed low"};
    case Status::PollTimeout:
        return {ErrorKind::Module, "POLL_TIMEOUT", "the awaited value did not come"};
    case Status::CaptureTimeout:
        return {ErrorKind::Module, "CAPTURE_TIMEOUT", "capture-done did not come"};
    case Status::BadFrame:
        return {ErrorKind::Protocol, "BOARD_BAD_FRAME", "the board got a damaged request"};
    case Status::UnknownOpcode:
        return {ErrorKind::Protocol, "BOARD_UNKNOWN_OPCODE", "the firmware is older"};
    case Status::BadArgument:
        return {ErrorKind::Protocol, "BOARD_BAD_ARGUMENT", "the board refused a value"};
    case Status::Busy:
        return {ErrorKind::Protocol, "BOARD_BUSY", "the board is busy with another request"};
    case Status::Aborted:
        return {ErrorKind::Protocol, "BOARD_ABORTED", "the link was reset"};
    case Status::ReplyTooLong:
        return {ErrorKind::Protocol, "BOARD_REPLY_TOO_LONG", "too many values asked for"};
    case Status::Unsupported:
        return {ErrorKind::Protocol, "BOARD_UNSUPPORTED", "the board has not got what it takes"};
    case Status::Ok:
        break;
    }
    return {ErrorKind::Protocol, "BOARD_STATUS", "the board gave an unknown status"};
}

Failure refused(const wire::Header& header, std::span<const std::uint8_t> payload) {
    const auto words = wordsOf(header.status);
    std::string message(words.words);
    if (const auto detail = wire::decode<wire::Failure>(payload)) {
        if (detail->operation != 0xFFFF) message += fmt::format(" (operation {})", detail->operation);
        if (detail->detail != 0) message += fmt::format(" (0x{:02x})", detail->detail);
    }
    return failure(words.kind, std::string(words.code), std::move(message));
}

Failure unexpected(std::string_view what) {
    return failure(ErrorKind::Protocol, "WIRE_UNEXPECTED", fmt::format("the board's answer {}", what));
}

void append32(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t wholeMicroseconds(microseconds time) {
    return static_cast<std::uint32_t>(time.count());
}

/// Of a FIFO read with \a left bytes to go: at least as many as the fullest chunks take, and Done.
std::size_t framesToCome(std::size_t left) {
    constexpr std::size_t mostInChunk = wire::payloadLimit - 6; // behind its offset and length
    return (left + mostInChunk - 1) / mostInChunk + 1;
}

void appendCounted(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes) {
    out.push_back(static_cast<std::uint8_t>(bytes.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

} // namespace

SpiBatch& SpiBatch::write(std::uint8_t address, std::uint8_t value) {
    bytes_.insert(bytes_.end(), {static_cast<std::uint8_t>(wire::SpiOp::Write), address, value});
    return *this;
}

SpiBatch& SpiBatch::read(std::uint8_t address) {
    bytes_.insert(bytes_.end(), {static_cast<std::uint8_t>(wire::SpiOp::Read), address});
    return *this;
}

SpiBatch& SpiBatch::delay(microseconds time) {
    bytes_.push_back(static_cast<std::uint8_t>(wire::SpiOp::Delay));
    append32(bytes_, wholeMicroseconds(time));
    return *this;
}

I2cScript& I2cScript::write(std::span<const std::uint8_t> bytes) {
    bytes_.push_back(static_cast<std::uint8_t>(wire::I2cOp::Write));
    appendCounted(bytes_, bytes);
    ++operations_;
    return *this;
}

I2cScript& I2cScript::read(std::span<const std::uint8_t> bytes, std::uint8_t count) {
    bytes_.push_back(static_cast<std::uint8_t>(wire::I2cOp::Read));
    appendCounted(bytes_, bytes);
    bytes_.push_back(count);
    ++operations_;
    return *this;
}

I2cScript& I2cScript::check(std::span<const std::uint8_t> bytes, std::uint8_t mask, std::uint8_t value) {
    bytes_.push_back(static_cast<std::uint8_t>(wire::I2cOp::Check));
    appendCounted(bytes_, bytes);
    bytes_.insert(bytes_.end(), {mask, value});
    ++operations_;
    return *this;
}

I2cScript& I2cScript::delay(microseconds time) {
    bytes_.push_back(static_cast<std::uint8_t>(wire::I2cOp::Delay));
    append32(bytes_, wholeMicroseconds(time));
    ++operations_;
    return *this;
}

/// The payload of a Done; it stands in incoming_ or with reader_ until the next exchange.
struct FixtureBoard::Reply {
    std::span<const std::uint8_t> payload;

    template <class Message>
    Result<Message> as() const {
        if (auto message = wire::decode<Message>(payload)) return *message;
        return unexpected("does not decode");
    }
};

FixtureBoard::FixtureBoard(std::unique_ptr<UsbTransport> transport)
    : transport_(std::move(transport)), outgoing_(wire::frameLimit), incoming_(packetsOfOneFrame) {}

FixtureBoard::~FixtureBoard() = default;

void FixtureBoard::resetLink() {
    reader_.reset();
    // Under its own short deadline and never stopped: whoever comes next must find a clean link. That it
    // fails on a board that is gone is of no interest.
    const auto deadline = Deadline::after(clock(), resetLinkTime);
    constexpr std::uint8_t vendorToInterface = 0x41;
    (void)transport_->control({vendorToInterface, wire::usbRequestResetLink, 0, 0}, {}, deadline, {});
    (void)transport_->clearHalt(UsbPipe::BulkIn, deadline, {});
    (void)transport_->clearHalt(UsbPipe::BulkOut, deadline, {});
}

template <class Request>
Result<FixtureBoard::Reply> FixtureBoard::exchange(wire::Opcode opcode, const Request& request,
                                                   Deadline deadline, std::stop_token stop,
                                                   const Stream* stream) {
    reader_.reset();
    const wire::Header header{.kind = wire::Kind::Request, .opcode = opcode, .tag = ++tag_};
    const auto size = wire::writeMessage(octets(outgoing_), header, request);
    if (size == 0)
        return failure(ErrorKind::Internal, "WIRE_TOO_LONG",
                       fmt::format("{}: the request does not fit one frame", opcodeText(opcode)));
    auto reply = answer(header, std::span(outgoing_).first(size), deadline, stop, stream);
    if (!reply && reply.error().kind != ErrorKind::Disconnected) resetLink();
    return std::move(reply).within(opcodeText(opcode));
}

Result<std::span<const std::byte>> FixtureBoard::receiveFrame(const Stream* stream, Deadline deadline,
                                                              std::stop_token stop) {
    if (stream != nullptr) {
        if (!reader_) reader_ = transport_->reader(packetsOfOneFrame);
        return reader_->next(stream->toCome(), deadline, std::move(stop));
    }
    const auto received = transport_->receive(incoming_, deadline, std::move(stop));
    if (!received) return passOn(received);
    return std::span<const std::byte>(incoming_).first(*received);
}

Result<FixtureBoard::Reply> FixtureBoard::answer(const wire::Header& request,
                                                 std::span<const std::byte> frame, Deadline deadline,
                                                 std::stop_token stop, const Stream* stream) {
    if (auto sent = transport_->send(frame, deadline, stop); !sent) return passOn(sent);
    for (;;) {
        const auto received = receiveFrame(stream, deadline, stop);
        if (!received) return passOn(received);
        const auto got = wire::readFrame(octets(*received));
        if (!got)
            return failure(ErrorKind::Protocol, "WIRE_BAD_FRAME",
                           fmt::format("a damaged answer of {} bytes came over USB", received->size()));
        if (got->header.tag != request.tag && got->header.status != wire::Status::BadFrame)
            return unexpected(fmt::format("has tag {} instead of {}", got->header.tag, request.tag));
        switch (got->header.kind) {
        case wire::Kind::Failed:
            return refused(got->header, got->payload);
        case wire::Kind::Done:
            return Reply{got->payload};
        case wire::Kind::Progress:
            if (stream == nullptr) return unexpected("brings progress that was not asked for");
            if (auto taken = stream->take(got->payload); !taken) return passOn(taken);
            break;
        case wire::Kind::Request:
            return unexpected("is itself a request");
        }
    }
}

template <class Message, class Request>
Result<Message> FixtureBoard::call(wire::Opcode opcode, const Request& request, Deadline deadline,
                                   std::stop_token stop) {
    const auto reply = exchange(opcode, request, deadline, stop);
    if (!reply) return passOn(reply);
    return reply->template as<Message>().within(opcodeText(opcode));
}

Result<BoardHello> FixtureBoard::hello(Deadline deadline, std::stop_token stop) {
    const auto told = call<wire::HelloDone>(wire::Opcode::Hello, wire::HelloRequest{}, deadline, stop);
    if (!told) return passOn(told);
    if (told->major != wire::protocolMajor)
        return failure(
            ErrorKind::Protocol, "FIRMWARE_PROTOCOL",
            fmt::format("the firmware speaks protocol {}.{}, this program {}.{}; flash matching firmware",
                        told->major, told->minor, wire::protocolMajor, wire::protocolMinor));
    BoardHello hello{fmt::format("{}+{}", told->version.view, told->gitHash.view),
                     {},
                     (told->flags & wire::flagVirtual) != 0,
                     (told->flags & wire::flagWatchdog) != 0,
                     told->spiHzMax,
                     told->i2cHzMax};
    for (const auto byte : told->boardId)
        hello.boardId += fmt::format("{:02x}", byte);
    return hello;
}

Result<std::vector<std::uint8_t>> FixtureBoard::spi(const SpiBatch& batch, Deadline deadline,
                                                    std::stop_token stop) {
    const auto begin = clock().now();
    const auto done = call<wire::SpiBatchDone>(wire::Opcode::SpiBatch, wire::SpiBatchRequest{{batch.bytes()}},
                                               deadline, stop);
    if (!done) return passOn(done);
    book(times_.spi, begin, done->elapsedUs);
    return std::vector<std::uint8_t>(done->values.view.begin(), done->values.view.end());
}

Result<I2cOutcome> FixtureBoard::i2c(std::uint8_t address, microseconds pause, const I2cScript& script,
                                     unsigned retries, Deadline deadline, std::stop_token stop) {
    const auto flags = std::min(retries, wire::i2cRetriesMost) << wire::i2cRetriesShift;
    const wire::I2cScriptRequest request{
        address, static_cast<std::uint8_t>(flags), wholeMicroseconds(pause), {script.bytes()}};
    const auto begin = clock().now();
    const auto done = call<wire::I2cScriptDone>(wire::Opcode::I2cScript, request, deadline, stop);
    if (!done) return passOn(done);
    book(times_.i2c, begin, done->elapsedUs);
    if (done->operations != script.operations())
        return unexpected(
            fmt::format("says {} of {} operations were carried out", done->operations, script.operations()));
    I2cOutcome outcome{
        done->nacks, done->mismatches, {}, {done->values.view.begin(), done->values.view.end()}};
    if (done->firstMismatch != 0xFFFF) outcome.firstMismatch = done->firstMismatch;
    return outcome;
}

Result<FifoFrame> FixtureBoard::capture(const wire::CaptureRequest& request, Deadline deadline,
                                        std::stop_token stop) {
    const auto begin = clock().now();
    const auto done = call<wire::CaptureDone>(wire::Opcode::Capture, request, deadline, stop);
    if (!done) return passOn(done);
    book(times_.exposure, begin, done->elapsedUs);
    return FifoFrame{done->status, done->fifoBytes, microseconds{done->elapsedUs}};
}

Result<FifoContent> FixtureBoard::burst(std::uint8_t flags, std::uint32_t length, Deadline deadline,
                                        std::stop_token stop) {
    FifoContent content;
    const bool streamed = (flags & wire::readCrcOnly) == 0;
    if (streamed) content.bytes.reserve(length);
    Stream stream;
    stream.toCome = [&] { return framesToCome(length - content.bytes.size()); };
    stream.take = [&](std::span<const std::uint8_t> payload) -> Result<> {
        const auto chunk = wire::decode<wire::FifoChunk>(payload);
        if (!chunk || chunk->offset != content.bytes.size() ||
            chunk->bytes.view.size() > length - chunk->offset)
            return unexpected("has a gap in the FIFO's bytes");
        const auto bytes = std::as_bytes(chunk->bytes.view);
        content.bytes.insert(content.bytes.end(), bytes.begin(), bytes.end());
        return {};
    };
    wire::ReadFifoRequest request;
    request.flags = flags;
    request.length = length;
    const auto begin = clock().now();
    const auto reply =
        exchange(wire::Opcode::ReadFifo, request, deadline, stop, streamed ? &stream : nullptr);
    if (!reply) return passOn(reply);
    const auto done = reply->as<wire::ReadFifoDone>();
    if (!done) return passOn(done);
    book(times_.spi, begin, done->elapsedUs);
    const auto brought = streamed ? content.bytes.size() : std::size_t{length};
    if (done->length != length || brought != length)
        return unexpected(fmt::format("brought {} of {} bytes", brought, length));
    content.crcOnBoard = done->crc32;
    content.elapsed = microseconds{done->elapsedUs};
    return content;
}

Result<FifoContent> FixtureBoard::readFifo(std::uint32_t length, Deadline deadline, std::stop_token stop) {
    auto content = burst(0, length, deadline, std::move(stop));
    if (content) content->crcHere = wire::crc32(octets(std::span<const std::byte>(content->bytes)));
    return content;
}

Result<FifoContent> FixtureBoard::sumFifo(std::uint32_t length, Deadline deadline, std::stop_token stop) {
    auto content = burst(wire::readCrcOnly, length, deadline, std::move(stop));
    if (content) content->crcHere = content->crcOnBoard;
    return content;
}

void FixtureBoard::book(nanoseconds& part, ClockTime begin, std::uint32_t onBoardUs) {
    const nanoseconds onBoard = microseconds{onBoardUs};
    const auto whole = clock().now() - begin;
    part += std::min(onBoard, whole);
    times_.usb += whole - std::min(onBoard, whole);
}

Result<wire::SetClocksDone> FixtureBoard::setClocks(std::uint32_t spiHz, std::uint32_t i2cHz,
                                                    Deadline deadline, std::stop_token stop) {
    return call<wire::SetClocksDone>(wire::Opcode::SetClocks, wire::SetClocksRequest{spiHz, i2cHz}, deadline,
                                     stop);
}

Result<std::uint8_t> FixtureBoard::standby(const wire::StandbyRequest& request, Deadline deadline,
                                           std::stop_token stop) {
    const auto done = call<wire::StandbyDone>(wire::Opcode::Standby, request, deadline, stop);
    if (!done) return passOn(done);
    return done->value;
}

Result<> FixtureBoard::setLed(wire::LedPattern pattern, Deadline deadline, std::stop_token stop) {
    const auto done = call<wire::EmptyDone>(wire::Opcode::Led, wire::LedRequest{pattern}, deadline, stop);
    if (!done) return passOn(done);
    return {};
}

template <class Message, class Request>
Result<std::optional<Message>> FixtureBoard::callIfSupported(wire::Opcode opcode, const Request& request,
                                                             Deadline deadline, std::stop_token stop) {
    auto done = call<Message>(opcode, request, deadline, std::move(stop));
    if (done) return std::optional<Message>(*done);
    const auto& code = done.error().code;
    if (code == "BOARD_UNSUPPORTED" || code == "BOARD_UNKNOWN_OPCODE") return std::optional<Message>();
    return passOn(done);
}

Result<std::optional<wire::LineTestDone>> FixtureBoard::lineTest(const wire::LineTestRequest& request,
                                                                 Deadline deadline, std::stop_token stop) {
    return callIfSupported<wire::LineTestDone>(wire::Opcode::LineTest, request, deadline, std::move(stop));
}

Result<std::optional<wire::SupplyDone>> FixtureBoard::supply(Deadline deadline, std::stop_token stop) {
    return callIfSupported<wire::SupplyDone>(wire::Opcode::Supply, wire::SupplyRequest{}, deadline,
                                             std::move(stop));
}

Result<std::optional<wire::OutputsDone>> FixtureBoard::outputs(const wire::OutputsRequest& request,
                                                               Deadline deadline, std::stop_token stop) {
    return callIfSupported<wire::OutputsDone>(wire::Opcode::Outputs, request, deadline, std::move(stop));
}

Result<bool> FixtureBoard::setTrace(bool on, Deadline deadline, std::stop_token stop) {
    const wire::TraceRequest request{on ? wire::TraceAction::On : wire::TraceAction::Off};
    const auto done =
        callIfSupported<wire::TraceDone>(wire::Opcode::Trace, request, deadline, std::move(stop));
    if (!done) return passOn(done);
    return done->has_value();
}

Result<BoardTrace> FixtureBoard::fetchTrace(Deadline deadline, std::stop_token stop) {
    BoardTrace trace;
    for (;;) {
        const auto done = call<wire::TraceDone>(wire::Opcode::Trace, wire::TraceRequest{}, deadline, stop);
        if (!done) return passOn(done);
        trace.lost = done->lost;
        auto rest = done->entries.view;
        if (rest.size() % wire::traceEntryBytes != 0) return unexpected("cuts a trace entry");
        for (; !rest.empty(); rest = rest.subspan(wire::traceEntryBytes))
            trace.entries.push_back(*wire::decode<wire::TraceEntry>(rest.first(wire::traceEntryBytes)));
        if (done->left == 0 || done->entries.view.empty()) return trace;
    }
}

Result<> FixtureBoard::reboot(wire::RebootTarget target, Deadline deadline, std::stop_token stop) {
    const auto done =
        call<wire::EmptyDone>(wire::Opcode::Reboot, wire::RebootRequest{target}, deadline, stop);
    if (!done) return passOn(done);
    return {};
}

} // namespace framegate
