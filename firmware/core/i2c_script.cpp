// SPDX-License-Identifier: MIT
#include "core/i2c_script.h"

#include <algorithm>

namespace framegate::firmware {
namespace {

constexpr std::size_t longestRead = 64;

} // namespace

/// One decoded operation and how long it is.
struct I2cScript::Operation {
    wire::I2cOp op{};
    std::span<const std::uint8_t> bytes;
    std::uint8_t count = 0;
    std::uint32_t us = 0;
    PollTarget target;    ///< of Check only mask and value
    std::size_t size = 0; ///< 0: not an operation

    static Operation decode(std::span<const std::uint8_t> list) {
        wire::Reader reader(list);
        Operation o;
        o.op = reader.value<wire::I2cOp>();
        if (o.op < wire::I2cOp::Write || o.op > wire::I2cOp::Check) return {};
        if (o.op == wire::I2cOp::Delay)
            o.us = reader.value<std::uint32_t>();
        else
            o.bytes = reader.raw(reader.value<std::uint8_t>());
        if (o.op == wire::I2cOp::Read) o.count = reader.value<std::uint8_t>();
        if (o.op == wire::I2cOp::Poll || o.op == wire::I2cOp::Check) {
            o.count = 1;
            o.target.mask = reader.value<std::uint8_t>();
            o.target.value = reader.value<std::uint8_t>();
        }
        if (o.op == wire::I2cOp::Poll) {
            o.target.intervalUs = reader.value<std::uint32_t>();
            o.target.deadlineUs = reader.value<std::uint32_t>();
        }
        // A controller's FIFO has no word for a transfer without bytes.
        const bool empty =
            o.op != wire::I2cOp::Delay && (o.bytes.empty() || (o.op == wire::I2cOp::Read && o.count == 0));
        if (reader.ok() && !empty && o.count <= longestRead) o.size = list.size() - reader.left();
        return o;
    }
};

wire::Status I2cScript::start(const wire::I2cScriptRequest& request, Ports& ports) {
    std::size_t reads = 0;
    for (auto rest = request.operations.view; !rest.empty();) {
        const auto operation = Operation::decode(rest);
        if (operation.size == 0) return wire::Status::BadArgument;
        reads += operation.count;
        rest = rest.subspan(operation.size);
    }
    if (request.address > 0x7F) return wire::Status::BadArgument;
    if (reads > ReadValues::capacity) return wire::Status::ReplyTooLong;
    if (!list_.take(request.operations.view)) return wire::Status::BadArgument;
    address_ = request.address;
    flags_ = request.flags;
    pauseUs_ = request.pauseUs;
    values_.clear();
    ending_ = {};
    counts_ = {};
    waiting_ = false;
    poll_.reset();
    retried_ = 0;
    quiet_ = false;
    begin_ = ports.clock.nowUs();
    return wire::Status::Ok;
}

wire::I2cScriptDone I2cScript::done(Ports& ports) const {
    auto answer = counts_;
    answer.operations = list_.index;
    answer.elapsedUs = static_cast<std::uint32_t>(ports.clock.nowUs() - begin_);
    answer.values.view = values_.view();
    return answer;
}

Progress I2cScript::next(std::size_t size) {
    list_.skip(size);
    ++list_.index;
    waiting_ = false;
    poll_.reset();
    retried_ = 0;
    return Progress::Worked;
}

Progress I2cScript::advance(Ports& ports) {
    if (quiet_ && quietPause_.wait(ports.clock)) return Progress::Worked;
    quiet_ = false;
    if (list_.atEnd()) return Progress::Finished;
    return carryOut(Operation::decode(list_.rest()), ports);
}

I2cResult I2cScript::writeOut(std::span<const std::uint8_t> bytes, bool holdBus, Ports& ports) {
    const auto result = ports.i2c.write(address_, bytes, holdBus);
    if (!holdBus && pauseUs_ > 0) {
        quiet_ = true;
        quietPause_.begin(ports.clock, pauseUs_);
    }
    return result;
}

I2cResult I2cScript::readBack(const Operation& operation, std::span<std::uint8_t> values, Ports& ports) {
    const bool holdBus = (flags_ & wire::i2cRepeatedStart) != 0;
    // Setting a register's address changes nothing in the sensor, so no pause follows it.
    if (const auto result = ports.i2c.write(address_, operation.bytes, holdBus); result != I2cResult::Ok)
        return result;
    return ports.i2c.read(address_, values);
}

Progress I2cScript::finish(const Operation& operation, I2cResult result, std::uint8_t lost) {
    if (result == I2cResult::Ok) return next(operation.size);
    if (result == I2cResult::Nack && retried_ < flags_ >> wire::i2cRetriesShift) {
        ++retried_;
        ++counts_.nacks;
        return Progress::Worked;
    }
    const bool goOn = result == I2cResult::Nack && (flags_ & wire::i2cGoOnAfterNack) != 0;
    if (!goOn) {
        ending_.status = result == I2cResult::Nack ? wire::Status::I2cNack : wire::Status::I2cTimeout;
        ending_.failure = {list_.index, 0};
        return Progress::Finished;
    }
    ++counts_.nacks;
    for (std::uint8_t i = 0; i < lost; ++i)
        values_.add(0xFF); // keeps later values in their places
    return next(operation.size);
}

void I2cScript::check(const Operation& operation, std::uint8_t value) {
    if (((value ^ operation.target.value) & operation.target.mask) == 0) return;
    if (counts_.mismatches == 0) counts_.firstMismatch = list_.index;
    ++counts_.mismatches;
}

Progress I2cScript::carryOut(const Operation& operation, Ports& ports) {
    switch (operation.op) {
    case wire::I2cOp::Write:
        return finish(operation, writeOut(operation.bytes, false, ports), 0);
    case wire::I2cOp::Poll:
        return poll(operation, ports);
    case wire::I2cOp::Delay:
        if (!waiting_) pause_.begin(ports.clock, operation.us);
        waiting_ = true;
        if (pause_.wait(ports.clock)) return Progress::Worked;
        return next(operation.size);
    case wire::I2cOp::Read:
    case wire::I2cOp::Check:
        break;
    }
    std::array<std::uint8_t, longestRead> values{};
    const auto wanted = std::span(values).first(operation.count);
    const auto result = readBack(operation, wanted, ports);
    if (result == I2cResult::Ok) {
        for (const auto value : wanted)
            values_.add(value);
        if (operation.op == wire::I2cOp::Check) check(operation, values[0]);
    }
    return finish(operation, result, operation.count);
}

Progress I2cScript::poll(const Operation& operation, Ports& ports) {
    if (poll_.resting(ports.clock, operation.target)) return Progress::Worked;
    std::uint8_t value = 0;
    const auto result = readBack(operation, {&value, 1}, ports);
    if (result != I2cResult::Ok) return finish(operation, result, 1);
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
