// SPDX-License-Identifier: MIT
#include "pico/reset_interface.h"

#include "protocol/usb_identity.h"

#include <utility>

namespace framegate::firmware {
namespace {

constexpr std::uint16_t withoutMask = 0x7F;
constexpr std::uint16_t gpioGiven = 0x100;
constexpr unsigned gpioShift = 9;

} // namespace

ResetInterface& ResetInterface::only() {
    static ResetInterface interface;
    return interface;
}

std::optional<Departure> ResetInterface::take() {
    return std::exchange(departure_, std::nullopt);
}

bool ResetInterface::asked(std::uint8_t request, std::uint16_t value) {
    if (request == wire::usbResetToFlash) {
        departure_ = Departure{wire::RebootTarget::Firmware};
        return true;
    }
    if (request != wire::usbResetToBootsel) return false;
    departure_ = Departure{wire::RebootTarget::Bootsel, static_cast<std::uint8_t>(value & withoutMask)};
    if ((value & gpioGiven) != 0) departure_->activityGpio = value >> gpioShift;
    return true;
}

} // namespace framegate::firmware
