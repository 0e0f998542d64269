// SPDX-License-Identifier: MIT
#pragma once

#include "core/capture.h"
#include "core/i2c_script.h"
#include "core/line_test.h"
#include "core/ports.h"
#include "core/spi_batch.h"
#include "core/trace.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::firmware {

/// The test firmware: takes request frames and carries them out a small piece at a time, so that the
/// caller's loop can serve USB and the watchdog between pieces.
///
///     for (;;) { if (a frame has come) core.receive(frame); core.poll(); serveUsb(); }
///
/// Thread-bound. No heap; all buffers are members.
class Core {
public:
    Core(Ports ports, const BoardIdentity& identity)
        : tracedSpi_(ports.spi, ports.clock, trace_),
          tracedI2c_(ports.i2c, ports.clock, trace_),
          ports_{ports.clock, tracedSpi_,  tracedI2c_, ports.link,
                 ports.board, ports.lines, ports.adc,  ports.outputs},
          identity_(identity) {}
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    /// One whole frame as the host sent it, right or wrong; always answered.
    void receive(std::span<const std::uint8_t> frame);
    /// Carries the request at hand on by one piece: one operation of a script, one look at a status, one
    /// chunk of a stream. Returns whether something was done; false means nothing to do or that a port
    /// (SPI, link) must finish first.
    bool poll();
    /// Whether a request is being carried out or an answer waits to be sent.
    bool busy() const { return active_ != Active::None || answerBytes_ > 0; }
    /// Gives the request at hand up without an answer and leaves the bus idle: the host reset the link.
    void abort();

private:
    enum class Active : std::uint8_t { None, Spi, I2c, Capture, Read, Lines };

    void refuseBusy(std::span<const std::uint8_t> bytes);
    void begin(const wire::Frame& frame);
    void begin(const wire::HelloRequest& request);
    void begin(const wire::SpiBatchRequest& request);
    void begin(const wire::I2cScriptRequest& request);
    void begin(const wire::CaptureRequest& request);
    void begin(const wire::ReadFifoRequest& request);
    void begin(const wire::SetClocksRequest& request);
    void begin(const wire::StandbyRequest& request);
    void begin(const wire::LedRequest& request);
    void begin(const wire::RebootRequest& request);
    void begin(const wire::LineTestRequest& request);
    void begin(const wire::SupplyRequest& request);
    void begin(const wire::OutputsRequest& request);
    void begin(const wire::TraceRequest& request);
    template <class Request>
    void decodeAndBegin(std::span<const std::uint8_t> payload);
    Progress advance();
    void finishActive();
    bool flush();
    template <class Message>
    void answer(const Message& message);
    void refuse(wire::Status status, const wire::Failure& failure = {});

    TraceRing trace_;
    TracedSpi tracedSpi_;
    TracedI2c tracedI2c_;
    Ports ports_;
    BoardIdentity identity_;
    wire::Header request_;
    Active active_ = Active::None;
    SpiBatch spi_;
    I2cScript i2c_;
    Capture capture_;
    FifoRead read_;
    LineTest lines_;
    std::array<std::uint8_t, wire::frameLimit> answer_{};
    std::size_t answerBytes_ = 0; ///< waiting in answer_
    std::uint8_t outputs_ = 0;    ///< those that are on
    bool rebootAfterAnswer_ = false;
    wire::RebootTarget rebootTarget_ = wire::RebootTarget::Firmware;
};

} // namespace framegate::firmware
