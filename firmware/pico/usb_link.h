// SPDX-License-Identifier: MIT
#pragma once

#include "core/ports.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace framegate::firmware {

/// The vendor interface of protocol/usb_identity.h as a class driver of TinyUSB: every frame is one
/// transfer, so that TinyUSB feeds both hardware buffers of the IN endpoint by itself. There is one, as
/// TinyUSB's callbacks know no other. All of it runs in the main loop, in serve().
class UsbLink final : public LinkPort {
public:
    static UsbLink& only();

    void begin();
    /// Lets TinyUSB work on what its interrupts brought.
    void serve();
    /// The frame that has come, until release(); empty for one that was too long.
    std::optional<std::span<const std::uint8_t>> received() const;
    /// Makes room for the next frame.
    void release();
    /// Whether the host has reset the link since the last call.
    bool takeReset();
    /// Whether the host has asked for a restart since the last call.
    bool takeRestart();
    /// Whether nothing waits to be sent.
    bool drained() const { return !sending_ && queued_ == 0; }

    bool canSend(std::size_t size) override;
    void send(std::span<const std::uint8_t> frame) override;

    // TinyUSB's side.
    void busReset();
    std::uint16_t open(std::span<const std::uint8_t> descriptors);
    /// A vendor request to the interface; false: none that it knows.
    bool asked(std::uint8_t request);
    /// The host cleared the endpoint's halt: whatever it was doing ends; its data toggle starts anew, as the
    /// host's does.
    void restart(std::uint8_t endpoint);
    void transferred(std::uint8_t endpoint, std::size_t bytes);

private:
    struct Slot {
        alignas(4) std::array<std::uint8_t, wire::frameLimit> bytes{};
        std::size_t size = 0;
    };

    void forget();
    void arm();
    void took(std::size_t bytes);
    void startNext();

    static constexpr std::size_t roomFor = (wire::frameLimit / 64 + 1) * 64; ///< whole packets
    // There is one link, so that these need not be of the object, which lies in flash as a whole for the sake
    // of its table of functions.
    alignas(4) static inline std::array<std::uint8_t, roomFor> incoming_{};
    static std::array<Slot, 2> slots_;

    std::size_t incomingBytes_ = 0;
    bool waiting_ = false;   ///< a frame lies in incoming_
    bool tooLong_ = false;   ///< of the frame that is coming in
    std::size_t first_ = 0;  ///< the slot that is sent or will be sent next
    std::size_t queued_ = 0; ///< slots with a frame, the one being sent among them
    bool sending_ = false;
    bool endWithEmpty_ = false; ///< an empty packet must end the transfer being sent
    bool open_ = false;
    bool reset_ = false;
    bool restart_ = false;
};

} // namespace framegate::firmware
