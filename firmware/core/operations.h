// SPDX-License-Identifier: MIT
//
// The requests that take more than one piece of work. Each is started once and then advanced piece by piece.
#pragma once

#include "core/ports.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace framegate::firmware {

/// How far a piece of work brought a request.
enum class Progress : std::uint8_t {
    Worked,   ///< something was done; more is to do
    Waiting,  ///< a port must finish first
    Finished, ///< done or failed; the answer is known
};

/// How a request ended.
struct Ending {
    wire::Status status = wire::Status::Ok;
    wire::Failure failure;
};

/// A wait that ends at a moment and is slept off in short slices, so that the caller's loop goes on.
class Pause {
public:
    /// The clock counts whole microseconds and the moment lies within one: a pause takes one more, so that it
    /// is never short.
    void begin(ClockPort& clock, std::uint32_t us) { until_ = clock.nowUs() + us + (us > 0 ? 1 : 0); }
    /// Sleeps at most a millisecond; false once the moment has come.
    bool wait(ClockPort& clock);

private:
    std::uint64_t until_ = 0;
};

/// What a poll waits for.
struct PollTarget {
    std::uint8_t mask = 0;
    std::uint8_t value = 0;
    std::uint32_t intervalUs = 0;
    std::uint32_t deadlineUs = 0;
};

/// Looks at a byte again and again until it is the one awaited or time is up.
class PollLoop {
public:
    enum class Look : std::uint8_t { Again, Found, TooLate };
    /// Ready for the next poll.
    void reset() { running_ = false; }
    /// Whether it is too early to look; sleeps at most a millisecond. The first call starts the deadline.
    bool resting(ClockPort& clock, const PollTarget& target);
    /// Judges the byte just read.
    Look judge(ClockPort& clock, const PollTarget& target, std::uint8_t byte);

private:
    Pause pause_;
    std::uint64_t until_ = 0;
    bool running_ = false;
};

/// Bytes read by a script, kept for the answer.
class ReadValues {
public:
    void clear() { used_ = 0; }
    void add(std::uint8_t value) { bytes_[used_++] = value; }
    bool hasRoomFor(std::size_t count) const { return count <= bytes_.size() - used_; }
    std::span<const std::uint8_t> view() const { return std::span(bytes_).first(used_); }

    static constexpr std::size_t capacity = 2048;

private:
    std::array<std::uint8_t, capacity> bytes_{};
    std::size_t used_ = 0;
};

/// The host's list of operations, copied out of its frame.
class OperationList {
public:
    /// Takes a copy. Returns false if it is too long.
    bool take(std::span<const std::uint8_t> bytes);
    std::span<const std::uint8_t> rest() const { return std::span(bytes_).first(size_).subspan(next_); }
    bool atEnd() const { return next_ == size_; }
    void skip(std::size_t count) { next_ += count; }
    std::uint16_t index = 0; ///< of the operation at hand

private:
    std::array<std::uint8_t, wire::payloadLimit> bytes_{};
    std::size_t size_ = 0;
    std::size_t next_ = 0;
};

} // namespace framegate::firmware
