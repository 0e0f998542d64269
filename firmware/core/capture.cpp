// SPDX-License-Identifier: MIT
#include "core/capture.h"

#include "core/spi_batch.h"

#include <algorithm>

namespace framegate::firmware {

void Capture::start(const wire::CaptureRequest& request, Ports& ports) {
    request_ = request;
    done_ = {};
    ending_ = {};
    writeRegister(ports.spi, request.controlRegister, request.clearValue);
    writeRegister(ports.spi, request.controlRegister, request.clearValue);
    writeRegister(ports.spi, request.controlRegister, request.startValue);
    begin_ = ports.clock.nowUs();
    pause_.begin(ports.clock, request.pollUs);
}

Progress Capture::advance(Ports& ports) {
    if (pause_.wait(ports.clock)) return Progress::Worked;
    done_.status = readRegister(ports.spi, request_.doneRegister);
    const auto elapsed = ports.clock.nowUs() - begin_;
    done_.elapsedUs = static_cast<std::uint32_t>(elapsed);
    if ((done_.status & request_.doneMask) != 0) {
        for (std::uint8_t i = 0; i < 3; ++i) {
            const auto address = static_cast<std::uint8_t>(request_.lengthRegister + i);
            done_.fifoBytes |= std::uint32_t{readRegister(ports.spi, address)} << (8 * i);
        }
        done_.fifoBytes &= 0x7FFFFF; // the length has 23 bits
        return Progress::Finished;
    }
    if (elapsed >= request_.deadlineUs) {
        ending_ = {wire::Status::CaptureTimeout, {0xFFFF, done_.status}};
        return Progress::Finished;
    }
    pause_.begin(ports.clock, std::max<std::uint32_t>(request_.pollUs, 1));
    return Progress::Worked;
}

void FifoRead::start(const wire::ReadFifoRequest& request, std::uint16_t tag, Ports& ports) {
    request_ = request;
    tag_ = tag;
    done_ = {};
    sum_ = {};
    begun_ = 0;
    reading_ = false;
    toSend_ = false;
    begin_ = ports.clock.nowUs();
    ports.spi.select(true);
    const std::uint8_t command[1] = {request.command};
    ports.spi.transfer(command, {});
    beginNext(ports);
}

void FifoRead::beginNext(Ports& ports) {
    if (begun_ == request_.length) return;
    auto& chunk = chunks_[filling_];
    chunk.offset = begun_;
    chunk.bytes = std::min<std::size_t>(chunkBytes, request_.length - begun_);
    begun_ += static_cast<std::uint32_t>(chunk.bytes);
    ports.spi.beginRead(chunk.content());
    reading_ = true;
}

bool FifoRead::send(Chunk& chunk, Ports& ports) {
    if ((request_.flags & wire::readCrcOnly) != 0) return true;
    if (!ports.link.canSend(chunkOffset + chunk.bytes + wire::trailerBytes)) return false;
    const wire::Header header{wire::Kind::Progress, wire::Opcode::ReadFifo, wire::Status::Ok, tag_, 0};
    const auto size =
        wire::writeMessage(chunk.frame, header, wire::FifoChunk{chunk.offset, {chunk.content()}});
    ports.link.send(std::span(chunk.frame).first(size));
    return true;
}

Progress FifoRead::advance(Ports& ports) {
    auto& full = chunks_[1 - filling_];
    if (toSend_) {
        if (!send(full, ports)) return Progress::Waiting;
        toSend_ = false;
        return Progress::Worked;
    }
    if (!reading_) {
        ports.spi.select(false);
        done_.length = begun_;
        done_.crc32 = sum_.value();
        return Progress::Finished;
    }
    if (!ports.spi.readDone()) return Progress::Waiting;
    reading_ = false;
    auto& filled = chunks_[filling_];
    filling_ = 1 - filling_;
    done_.elapsedUs = static_cast<std::uint32_t>(ports.clock.nowUs() - begin_);
    beginNext(ports);
    sum_.add(filled.content());
    toSend_ = true;
    return Progress::Worked;
}

void FifoRead::stop(Ports& ports) {
    while (reading_ && !ports.spi.readDone())
        ports.clock.delayUs(10); // at most one chunk
    reading_ = false;
    ports.spi.select(false);
}

} // namespace framegate::firmware
