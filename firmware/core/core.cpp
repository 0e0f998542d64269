// SPDX-License-Identifier: MIT
#include "core/core.h"

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::uint32_t longestRead = 0x7FFFFF; ///< 23-bit FIFO length

std::string_view textOf(const char* text) {
    return text;
}

} // namespace

template <class Message>
void Core::answer(const Message& message) {
    const wire::Header header{wire::Kind::Done, request_.opcode, wire::Status::Ok, request_.tag, 0};
    answerBytes_ = wire::writeMessage(answer_, header, message);
    if (answerBytes_ == 0) refuse(wire::Status::ReplyTooLong);
}

void Core::refuse(wire::Status status, const wire::Failure& failure) {
    const wire::Header header{wire::Kind::Failed, request_.opcode, status, request_.tag, 0};
    answerBytes_ = wire::writeMessage(answer_, header, failure);
}

void Core::receive(std::span<const std::uint8_t> bytes) {
    if (busy()) return refuseBusy(bytes);
    const auto frame = wire::readFrame(bytes);
    if (!frame || frame->header.kind != wire::Kind::Request) {
        request_ = frame ? frame->header : wire::Header{};
        return refuse(wire::Status::BadFrame);
    }
    request_ = frame->header;
    begin(*frame);
}

/// A request while another is being answered: refused at once if the link takes it, and otherwise left
/// unanswered; the host breaks the contract here and the answer at hand must not be lost.
void Core::refuseBusy(std::span<const std::uint8_t> bytes) {
    const auto frame = wire::readFrame(bytes);
    if (!frame) return;
    std::array<std::uint8_t, wire::headerBytes + 6 + wire::trailerBytes> small{};
    const wire::Header header{wire::Kind::Failed, frame->header.opcode, wire::Status::Busy, frame->header.tag,
                              0};
    const auto size = wire::writeMessage(small, header, wire::Failure{});
    if (ports_.link.canSend(size)) ports_.link.send(std::span(small).first(size));
}

template <class Request>
void Core::decodeAndBegin(std::span<const std::uint8_t> payload) {
    if (const auto request = wire::decode<Request>(payload))
        begin(*request);
    else
        refuse(wire::Status::BadArgument);
}

void Core::begin(const wire::Frame& frame) {
    switch (frame.header.opcode) {
    case wire::Opcode::Hello:
        return decodeAndBegin<wire::HelloRequest>(frame.payload);
    case wire::Opcode::SpiBatch:
        return decodeAndBegin<wire::SpiBatchRequest>(frame.payload);
    case wire::Opcode::I2cScript:
        return decodeAndBegin<wire::I2cScriptRequest>(frame.payload);
    case wire::Opcode::Capture:
        return decodeAndBegin<wire::CaptureRequest>(frame.payload);
    case wire::Opcode::ReadFifo:
        return decodeAndBegin<wire::ReadFifoRequest>(frame.payload);
    case wire::Opcode::SetClocks:
        return decodeAndBegin<wire::SetClocksRequest>(frame.payload);
    case wire::Opcode::Standby:
        return decodeAndBegin<wire::StandbyRequest>(frame.payload);
    case wire::Opcode::Led:
        return decodeAndBegin<wire::LedRequest>(frame.payload);
    case wire::Opcode::Reboot:
        return decodeAndBegin<wire::RebootRequest>(frame.payload);
    case wire::Opcode::LineTest:
        return decodeAndBegin<wire::LineTestRequest>(frame.payload);
    case wire::Opcode::Supply:
        return decodeAndBegin<wire::SupplyRequest>(frame.payload);
    case wire::Opcode::Outputs:
        return decodeAndBegin<wire::OutputsRequest>(frame.payload);
    case wire::Opcode::Trace:
        return decodeAndBegin<wire::TraceRequest>(frame.payload);
    }
    refuse(wire::Status::UnknownOpcode);
}

void Core::begin(const wire::HelloRequest&) {
    wire::HelloDone done;
    done.version.view = textOf(identity_.version);
    done.gitHash.view = textOf(identity_.gitHash);
    std::copy(std::begin(identity_.id), std::end(identity_.id), done.boardId.begin());
    done.chip = identity_.chip;
    done.flags = identity_.flags;
    done.payloadBytes = wire::payloadLimit;
    done.spiHzMax = identity_.spiHzMax;
    done.i2cHzMax = identity_.i2cHzMax;
    answer(done);
}

void Core::begin(const wire::SpiBatchRequest& request) {
    const auto status = spi_.start(request.operations.view, ports_);
    if (status != wire::Status::Ok) return refuse(status);
    active_ = Active::Spi;
}

void Core::begin(const wire::I2cScriptRequest& request) {
    const auto status = i2c_.start(request, ports_);
    if (status != wire::Status::Ok) return refuse(status);
    active_ = Active::I2c;
}

void Core::begin(const wire::CaptureRequest& request) {
    const bool inRange =
        request.controlRegister <= 0x7F && request.doneRegister <= 0x7F && request.lengthRegister <= 0x7D;
    if (!inRange) return refuse(wire::Status::BadArgument);
    capture_.start(request, ports_);
    active_ = Active::Capture;
}

void Core::begin(const wire::ReadFifoRequest& request) {
    if (request.length > longestRead || request.command > 0x7F) return refuse(wire::Status::BadArgument);
    read_.start(request, request_.tag, ports_);
    active_ = Active::Read;
}

void Core::begin(const wire::SetClocksRequest& request) {
    if (request.spiHz == 0 || request.i2cHz == 0) return refuse(wire::Status::BadArgument);
    wire::SetClocksDone done;
    done.spiHz = ports_.spi.setClockHz(std::min(request.spiHz, identity_.spiHzMax));
    done.i2cHz = ports_.i2c.setClockHz(std::min(request.i2cHz, identity_.i2cHzMax));
    answer(done);
}

void Core::begin(const wire::StandbyRequest& request) {
    if (request.gpioRegister > 0x7F) return refuse(wire::Status::BadArgument);
    const auto old = readRegister(ports_.spi, request.gpioRegister);
    writeRegister(ports_.spi, request.gpioRegister,
                  static_cast<std::uint8_t>((old & ~request.clearMask) | request.setMask));
    answer(wire::StandbyDone{readRegister(ports_.spi, request.gpioRegister)});
}

void Core::begin(const wire::LedRequest& request) {
    if (request.pattern > wire::LedPattern::Blink) return refuse(wire::Status::BadArgument);
    ports_.board.setLed(request.pattern);
    answer(wire::EmptyDone{});
}

void Core::begin(const wire::RebootRequest& request) {
    if (request.target > wire::RebootTarget::Bootsel) return refuse(wire::Status::BadArgument);
    answer(wire::EmptyDone{});
    rebootAfterAnswer_ = true;
    rebootTarget_ = request.target;
}

void Core::begin(const wire::LineTestRequest& request) {
    const auto status = lines_.start(request, ports_);
    if (status != wire::Status::Ok) return refuse(status);
    active_ = Active::Lines;
}

void Core::begin(const wire::SupplyRequest&) {
    if (ports_.adc == nullptr) return refuse(wire::Status::Unsupported);
    const wire::SupplyDone done{ports_.adc->railMv(), ports_.adc->currentUa()};
    if (done.railMv == wire::notMeasured && done.currentUa == wire::notMeasured)
        return refuse(wire::Status::Unsupported);
    answer(done);
}

void Core::begin(const wire::OutputsRequest& request) {
    const std::uint8_t available = ports_.outputs == nullptr ? std::uint8_t{0} : ports_.outputs->available();
    if (available == 0 || (request.mask & ~available) != 0) return refuse(wire::Status::Unsupported);
    outputs_ = static_cast<std::uint8_t>((outputs_ & ~request.mask) | (request.levels & request.mask));
    if (request.mask != 0) ports_.outputs->set(outputs_);
    answer(wire::OutputsDone{available, outputs_});
}

void Core::begin(const wire::TraceRequest& request) {
    if (request.action > wire::TraceAction::Fetch) return refuse(wire::Status::BadArgument);
    wire::TraceDone done;
    if (request.action == wire::TraceAction::Fetch)
        done.entries.view = trace_.take();
    else
        trace_.setOn(request.action == wire::TraceAction::On);
    done.on = trace_.on();
    done.left = static_cast<std::uint16_t>(trace_.size());
    done.lost = trace_.lost();
    answer(done);
}

bool Core::flush() {
    if (!ports_.link.canSend(answerBytes_)) return false;
    ports_.link.send(std::span(answer_).first(answerBytes_));
    answerBytes_ = 0;
    if (rebootAfterAnswer_) ports_.board.reboot(rebootTarget_);
    rebootAfterAnswer_ = false;
    return true;
}

Progress Core::advance() {
    switch (active_) {
    case Active::Spi:
        return spi_.advance(ports_);
    case Active::I2c:
        return i2c_.advance(ports_);
    case Active::Capture:
        return capture_.advance(ports_);
    case Active::Read:
        return read_.advance(ports_);
    case Active::Lines:
        return lines_.advance(ports_);
    case Active::None:
        break;
    }
    return Progress::Waiting;
}

void Core::finishActive() {
    const auto active = active_;
    active_ = Active::None;
    const auto end = [this](const Ending& ending, const auto& done) {
        ending.status == wire::Status::Ok ? answer(done) : refuse(ending.status, ending.failure);
    };
    switch (active) {
    case Active::Spi:
        return end(spi_.ending(), wire::SpiBatchDone{spi_.elapsedUs(ports_), {spi_.values().view()}});
    case Active::I2c:
        return end(i2c_.ending(), i2c_.done(ports_));
    case Active::Capture:
        return end(capture_.ending(), capture_.done());
    case Active::Read:
        return answer(read_.done());
    case Active::Lines:
        return answer(lines_.done());
    case Active::None:
        break;
    }
}

bool Core::poll() {
    if (answerBytes_ > 0) return flush();
    if (active_ == Active::None) return false;
    const auto progress = advance();
    if (progress == Progress::Finished) finishActive();
    return progress != Progress::Waiting;
}

void Core::abort() {
    if (active_ == Active::Read) read_.stop(ports_);
    if (active_ == Active::Lines) lines_.stop(ports_);
    active_ = Active::None;
    answerBytes_ = 0;
    rebootAfterAnswer_ = false;
}

} // namespace framegate::firmware
