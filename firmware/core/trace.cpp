// SPDX-License-Identifier: MIT
#include "core/trace.h"

#include <algorithm>

namespace framegate::firmware {
namespace {

/// The first bytes, as far as an entry has room.
void keepFirst(std::array<std::uint8_t, 4>& kept, std::size_t at, std::span<const std::uint8_t> bytes) {
    for (std::size_t i = 0; i < bytes.size() && at + i < kept.size(); ++i)
        kept[at + i] = bytes[i];
}

} // namespace

void TraceRing::setOn(bool on) {
    if (on) {
        used_ = 0;
        lost_ = 0;
    }
    on_ = on;
}

void TraceRing::add(const wire::TraceEntry& entry) {
    entries_[(first_ + used_) % capacity] = entry;
    if (used_ < capacity) {
        ++used_;
        return;
    }
    first_ = (first_ + 1) % capacity;
    ++lost_;
}

std::span<const std::uint8_t> TraceRing::take() {
    wire::Writer writer(taken_);
    const auto count = std::min(used_, entriesOfOneAnswer);
    for (std::size_t i = 0; i < count; ++i)
        wire::write(writer, entries_[(first_ + i) % capacity]);
    first_ = (first_ + count) % capacity;
    used_ -= count;
    return std::span(taken_).first(writer.size());
}

void TracedSpi::select(bool selected) {
    if (selected) {
        open_ = ring_.on();
        entry_ = {};
        if (open_) begin_ = clock_.nowUs();
        return port_.select(true);
    }
    port_.select(false);
    if (!open_) return;
    open_ = false;
    entry_.beginUs = static_cast<std::uint32_t>(begin_);
    entry_.tookUs = static_cast<std::uint32_t>(clock_.nowUs() - begin_);
    ring_.add(entry_);
}

void TracedSpi::transfer(std::span<const std::uint8_t> out, std::span<std::uint8_t> in) {
    port_.transfer(out, in);
    if (!open_) return;
    if (entry_.bytes == 0) {
        keepFirst(entry_.first, 0, out.first(std::min<std::size_t>(out.size(), 2)));
        keepFirst(entry_.first, 2, in.first(std::min<std::size_t>(in.size(), 2)));
    }
    entry_.bytes += static_cast<std::uint32_t>(out.size());
}

void TracedSpi::beginRead(std::span<std::uint8_t> in) {
    port_.beginRead(in);
    entry_.bytes += static_cast<std::uint32_t>(in.size());
}

I2cResult TracedI2c::write(std::uint8_t address, std::span<const std::uint8_t> bytes, bool holdBus) {
    if (!ring_.on()) return port_.write(address, bytes, holdBus);
    const auto begin = clock_.nowUs();
    const auto result = port_.write(address, bytes, holdBus);
    note(holdBus ? wire::TraceKind::I2cWriteHeld : wire::TraceKind::I2cWrite, address, bytes, result, begin);
    return result;
}

I2cResult TracedI2c::read(std::uint8_t address, std::span<std::uint8_t> bytes) {
    if (!ring_.on()) return port_.read(address, bytes);
    const auto begin = clock_.nowUs();
    const auto result = port_.read(address, bytes);
    const auto got = result == I2cResult::Ok ? bytes : bytes.first(0);
    note(wire::TraceKind::I2cRead, address, got, result, begin);
    return result;
}

void TracedI2c::note(wire::TraceKind kind, std::uint8_t address, std::span<const std::uint8_t> bytes,
                     I2cResult result, std::uint64_t begin) {
    wire::TraceEntry entry;
    entry.beginUs = static_cast<std::uint32_t>(begin);
    entry.tookUs = static_cast<std::uint32_t>(clock_.nowUs() - begin);
    entry.bytes = static_cast<std::uint32_t>(bytes.size());
    entry.kind = kind;
    entry.address = address;
    entry.outcome = static_cast<wire::TraceOutcome>(result);
    keepFirst(entry.first, 0, bytes);
    ring_.add(entry);
}

} // namespace framegate::firmware
