// SPDX-License-Identifier: MIT
#include "core/spi_batch.h"

namespace framegate::firmware {
namespace {

constexpr std::uint8_t writeBit = 0x80;

} // namespace

std::uint8_t readRegister(SpiPort& spi, std::uint8_t address) {
    const std::uint8_t out[2] = {static_cast<std::uint8_t>(address & 0x7F), 0};
    std::uint8_t in[2] = {};
    spi.select(true);
    spi.transfer(out, in);
    spi.select(false);
    return in[1];
}

void writeRegister(SpiPort& spi, std::uint8_t address, std::uint8_t value) {
    const std::uint8_t out[2] = {static_cast<std::uint8_t>(address | writeBit), value};
    spi.select(true);
    spi.transfer(out, {});
    spi.select(false);
}

/// One decoded operation and how long it is.
struct SpiBatch::Operation {
    wire::SpiOp op{};
    std::uint8_t address = 0;
    std::uint8_t value = 0;
    std::uint32_t us = 0;
    PollTarget target;
    std::size_t size = 0; ///< 0: not an operation

    static Operation decode(std::span<const std::uint8_t> bytes) {
        wire::Reader reader(bytes);
        Operation o;
        o.op = reader.value<wire::SpiOp>();
        switch (o.op) {
        case wire::SpiOp::Write:
            o.address = reader.value<std::uint8_t>();
            o.value = reader.value<std::uint8_t>();
            break;
        case wire::SpiOp::Read:
            o.address = reader.value<std::uint8_t>();
            break;
        case wire::SpiOp::Delay:
            o.us = reader.value<std::uint32_t>();
            break;
        case wire::SpiOp::Poll:
            o.address = reader.value<std::uint8_t>();
            o.target.mask = reader.value<std::uint8_t>();
            o.target.value = reader.value<std::uint8_t>();
            o.target.intervalUs = reader.value<std::uint32_t>();
            o.target.deadlineUs = reader.value<std::uint32_t>();
            break;
        default:
            return {};
        }
        if (reader.ok()) o.size = bytes.size() - reader.left();
        return o;
    }
    bool reads() const { return op == wire::SpiOp::Read || op == wire::SpiOp::Poll; }
};

wire::Status SpiBatch::start(std::span<const std::uint8_t> operations, Ports& ports) {
    std::size_t reads = 0;
    for (auto rest = operations; !rest.empty();) {
        const auto operation = Operation::decode(rest);
        if (operation.size == 0 || operation.address > 0x7F) return wire::Status::BadArgument;
        reads += operation.reads() ? 1 : 0;
        rest = rest.subspan(operation.size);
    }
    if (reads > ReadValues::capacity) return wire::Status::ReplyTooLong;
    if (!list_.take(operations)) return wire::Status::BadArgument;
    values_.clear();
    ending_ = {};
    waiting_ = false;
    poll_.reset();
    begin_ = ports.clock.nowUs();
    return wire::Status::Ok;
}

Progress SpiBatch::next(std::size_t size) {
    list_.skip(size);
    ++list_.index;
    waiting_ = false;
    poll_.reset();
    return Progress::Worked;
}

Progress SpiBatch::advance(Ports& ports) {
    if (list_.atEnd()) return Progress::Finished;
    return carryOut(Operation::decode(list_.rest()), ports);
}

Progress SpiBatch::carryOut(const Operation& operation, Ports& ports) {
    switch (operation.op) {
    case wire::SpiOp::Write:
        writeRegister(ports.spi, operation.address, operation.value);
        break;
    case wire::SpiOp::Read:
        values_.add(readRegister(ports.spi, operation.address));
        break;
    case wire::SpiOp::Poll:
        return poll(operation, ports);
    case wire::SpiOp::Delay:
        if (!waiting_) pause_.begin(ports.clock, operation.us);
        waiting_ = true;
        if (pause_.wait(ports.clock)) return Progress::Worked;
        break;
    }
    return next(operation.size);
}

Progress SpiBatch::poll(const Operation& operation, Ports& ports) {
    if (poll_.resting(ports.clock, operation.target)) return Progress::Worked;
    const auto value = readRegister(ports.spi, operation.address);
    const auto look = poll_.judge(ports.clock, operation.target, value);
    if (look == PollLoop::Look::Again) return Progress::Worked;
    if (look == PollLoop::Look::Found) {
        values_.add(value);
        return next(operation.size);
    }
    ending_ = {wire::Status::PollTimeout, {list_.index, value}};
    return Progress::Finished;
}

} // namespace framegate::firmware
