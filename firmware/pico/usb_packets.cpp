// SPDX-License-Identifier: MIT
//
// Bulk IN at the bus's speed. TinyUSB's driver for this controller fills the endpoint's two hardware buffers
// as a pair and comes back once both have gone: the bus idles meanwhile, and the host gets 0.91 MB/s where
// SPI brings 1.0. Here each buffer is filled again as soon as it has gone, while the other one goes.
//
// The linker puts the functions below in the place of the driver's (CMakeLists.txt, --wrap). They take the
// bulk IN endpoint and leave everything else to the driver. All but the start of a transfer runs in USB's
// interrupt.
#include "protocol/usb_identity.h"

#include <common/tusb_common.h>
#include <portable/raspberrypi/rp2040/rp2040_usb.h>

#include <hardware/sync.h>
#include <hardware/timer.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

extern "C" {
void __real_hw_endpoint_xfer_start(hw_endpoint_t* endpoint, std::uint8_t* bytes, std::uint16_t count);
bool __real_hw_endpoint_xfer_continue(hw_endpoint_t* endpoint);
void __real_hw_endpoint_start_next_buffer(hw_endpoint_t* endpoint);
void __real_dcd_edpt_stall(std::uint8_t port, std::uint8_t address);
void __real_dcd_edpt_clear_stall(std::uint8_t port, std::uint8_t address);
}

namespace framegate::firmware {
namespace {

constexpr unsigned packetBytes = wire::usbPacketBytes;
constexpr unsigned bufferCount = 2;
constexpr unsigned cyclesBeforeAvailable = 12; // RP2040 datasheet 4.1.2.5.1

/// The transfer under way. Buffers go in turn, 0 first.
struct Turn {
    unsigned fill = 0;      ///< the buffer to fill next
    unsigned take = 0;      ///< the buffer that goes next
    unsigned inFlight = 0;  ///< buffers given to the hardware
    bool begun = false;     ///< a buffer has been filled
    bool packetDue = false; ///< a packet is to go, if only an empty one
    hw_endpoint_t* endpoint = nullptr;
};
Turn turn;

bool isBulkIn(const hw_endpoint_t* endpoint) {
    return !endpoint->rx && endpoint->transfer_type == TUSB_XFER_BULK;
}

/// A buffer's control is a half of the endpoint's word.
volatile std::uint16_t& controlOf(hw_endpoint_t* endpoint, unsigned buffer) {
    return reinterpret_cast<volatile std::uint16_t*>(endpoint->buffer_control)[buffer];
}

/// RP2040-E15: no buffer may become available in the last 200 us of a frame.
bool mustWaitForFrame() {
#if TUD_OPT_RP2040_USB_DEVICE_UFRAME_FIX
    const auto sinceFrame = time_us_32() - e15_last_sof;
    return sinceFrame >= 800 && sinceFrame <= 998;
#else
    return false;
#endif
}

// What runs in the interrupt lies in RAM: between the look at the clock and the buffer's becoming available
// there is no time to fetch code from flash.

void __no_inline_not_in_flash_func(copyToBuffer)(std::uint8_t* to, const std::uint8_t* from, unsigned count) {
    const bool words = (reinterpret_cast<std::uintptr_t>(from) & 3U) == 0;
    unsigned done = 0;
    for (; words && done + 4 <= count; done += 4)
        *reinterpret_cast<volatile std::uint32_t*>(to + done) =
            *reinterpret_cast<const std::uint32_t*>(from + done);
    for (; done < count; ++done)
        to[done] = from[done];
}

void __no_inline_not_in_flash_func(fillOne)(hw_endpoint_t* endpoint) {
    const auto count = std::min<std::uint16_t>(endpoint->remaining_len, packetBytes);
    copyToBuffer(endpoint->hw_data_buf + turn.fill * packetBytes, endpoint->user_buf, count);
    endpoint->user_buf += count;
    endpoint->remaining_len = static_cast<std::uint16_t>(endpoint->remaining_len - count);
    turn.packetDue = endpoint->remaining_len > 0;
    auto value = static_cast<std::uint16_t>(count | USB_BUF_CTRL_FULL);
    if (endpoint->next_pid != 0) value |= USB_BUF_CTRL_DATA1_PID;
    if (!turn.packetDue) value |= USB_BUF_CTRL_LAST;
    if (!turn.begun) value |= USB_BUF_CTRL_SEL; // the hardware, too, begins with buffer 0
    endpoint->next_pid ^= 1U;
    auto& control = controlOf(endpoint, turn.fill);
    control = value;
    busy_wait_at_least_cycles(cyclesBeforeAvailable);
    control = static_cast<std::uint16_t>(value | USB_BUF_CTRL_AVAIL);
    turn.fill = (turn.fill + 1) % bufferCount;
    ++turn.inFlight;
    turn.begun = true;
}

/// Fills what is empty, as far as there is something to send.
void __no_inline_not_in_flash_func(fill)(hw_endpoint_t* endpoint) {
    while (turn.packetDue && turn.inFlight < bufferCount) {
        if (mustWaitForFrame()) {
            endpoint->pending = 1; // the driver comes to the next buffer at the start of the next frame
            return;
        }
        fillOne(endpoint);
    }
}

void start(hw_endpoint_t* endpoint, std::uint8_t* bytes, std::uint16_t count) {
    const auto interrupts = save_and_disable_interrupts();
    endpoint->remaining_len = count;
    endpoint->xferred_len = 0;
    endpoint->user_buf = bytes;
    endpoint->pending = 0;
    endpoint->active = true;
    turn = {};
    turn.packetDue = true;
    turn.endpoint = endpoint;
    *endpoint->buffer_control = 0;
    *endpoint->endpoint_control = (*endpoint->endpoint_control & ~EP_CTRL_INTERRUPT_PER_DOUBLE_BUFFER) |
                                  EP_CTRL_DOUBLE_BUFFERED_BITS | EP_CTRL_INTERRUPT_PER_BUFFER;
#if TUD_OPT_RP2040_USB_DEVICE_UFRAME_FIX
    usb_hw_set->inte = USB_INTS_DEV_SOF_BITS;
#endif
    fill(endpoint);
    restore_interrupts(interrupts);
}

/// Whether the transfer is over. An interrupt may tell of both buffers or, afterwards, of none.
bool __no_inline_not_in_flash_func(proceed)(hw_endpoint_t* endpoint) {
    if (!endpoint->active) return false; // told of already
    while (turn.inFlight > 0) {
        const auto control = controlOf(endpoint, turn.take);
        if ((control & USB_BUF_CTRL_AVAIL) != 0) break;
        endpoint->xferred_len =
            static_cast<std::uint16_t>(endpoint->xferred_len + (control & USB_BUF_CTRL_LEN_MASK));
        turn.take = (turn.take + 1) % bufferCount;
        --turn.inFlight;
    }
    fill(endpoint);
    return turn.inFlight == 0 && !turn.packetDue;
}

/// The driver takes back what the hardware has; a packet that is just going must not bring the next.
void giveUp() {
    if (turn.endpoint == nullptr) return;
    turn.endpoint->active = false;
    turn.endpoint->pending = 0;
    turn = {};
}

bool isOurs(std::uint8_t address) {
    return tu_edpt_number(address) <= tu_edpt_number(wire::usbEndpointOut);
}

} // namespace
} // namespace framegate::firmware

extern "C" {

void __wrap_hw_endpoint_xfer_start(hw_endpoint_t* endpoint, std::uint8_t* bytes, std::uint16_t count) {
    using namespace framegate::firmware;
    isBulkIn(endpoint) ? start(endpoint, bytes, count)
                       : __real_hw_endpoint_xfer_start(endpoint, bytes, count);
}

bool __not_in_flash_func(__wrap_hw_endpoint_xfer_continue)(hw_endpoint_t* endpoint) {
    using namespace framegate::firmware;
    return isBulkIn(endpoint) ? proceed(endpoint) : __real_hw_endpoint_xfer_continue(endpoint);
}

void __not_in_flash_func(__wrap_hw_endpoint_start_next_buffer)(hw_endpoint_t* endpoint) {
    using namespace framegate::firmware;
    isBulkIn(endpoint) ? fill(endpoint) : __real_hw_endpoint_start_next_buffer(endpoint);
}

// The host may name an endpoint that is not there; the driver would write through a null pointer.

void __wrap_dcd_edpt_stall(std::uint8_t port, std::uint8_t address) {
    using namespace framegate::firmware;
    if (!isOurs(address)) return;
    const auto interrupts = save_and_disable_interrupts();
    if (address == framegate::wire::usbEndpointIn) giveUp();
    __real_dcd_edpt_stall(port, address);
    restore_interrupts(interrupts);
}

void __wrap_dcd_edpt_clear_stall(std::uint8_t port, std::uint8_t address) {
    using namespace framegate::firmware;
    if (isOurs(address)) __real_dcd_edpt_clear_stall(port, address);
}

} // extern "C"
