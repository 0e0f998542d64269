// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/bootsel_entry.h"

#include "boot/flasher.h"

#include <array>
#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr auto controlLimit = 1s;
// Hubs with many boards enumerate one board after the other, each for up to half a second.
constexpr auto arriveLimit = 20s;

constexpr UsbInterfaceMatch resetInterface{wire::usbResetClass, wire::usbResetSubclass,
                                           wire::usbResetProtocol, false};
constexpr UsbControlRequest resetToBootsel{0x21, wire::usbResetToBootsel, 1}; // without the drive

/// The control interface of a serial port (CDC ACM), as TinyUSB has it.
constexpr UsbInterfaceMatch serialPort{0x02, 0x02, 0x00, false};
constexpr UsbControlRequest setLineCoding{0x21, 0x20}; // CDC PSTN 1.2, 6.3.10
constexpr std::array<std::byte, 7> at1200Baud{std::byte{0xB0}, std::byte{0x04}, {}, {}, {}, {}, std::byte{8}};

Result<> awaitBootsel(UsbBackend& usb, Clock& clock, const UsbPortPath& port, const std::stop_token& stop) {
    const auto deadline = Deadline::after(clock, arriveLimit);
    const auto lookout = usb.watch(port);
    while (!deadline.passed(clock)) {
        const auto device = deviceAt(usb, port);
        if (!device) return passOn(device);
        if (*device && boot::bootselChip(**device)) return {};
        if (auto waited = lookout->wait(clock, deadline, stop); !waited) return waited;
    }
    return failure(ErrorKind::Timeout, "BOOTSEL_NOT_REACHED",
                   fmt::format("the board at {} was sent to BOOTSEL and did not come up there within {} s; "
                               "unplug it and plug it in with BOOTSEL held",
                               port.text(), arriveLimit.count()));
}

/// Asks by a control request that is not answered by a board that goes.
/// False where the board has no such interface.
Result<bool> askByControl(UsbBackend& usb, const UsbPortPath& port, UsbInterfaceMatch match,
                          UsbControlRequest request, std::span<const std::byte> bytes,
                          const std::stop_token& stop) {
    auto transport = usb.open(port, match);
    if (!transport && transport.error().code == "USB_NO_INTERFACE") return false;
    if (!transport) return passOn(transport);
    auto& clock = (*transport)->clock();
    std::vector<std::byte> data(bytes.begin(), bytes.end());
    (void)(*transport)->control(request, data, Deadline::after(clock, controlLimit), stop);
    if (auto there = awaitBootsel(usb, clock, port, stop); !there) return passOn(there);
    return true;
}

Result<bool> askByFirmware(UsbBackend& usb, const UsbPortPath& port, const std::stop_token& stop) {
    auto transport = usb.open(port, firmwareInterface);
    if (!transport && transport.error().code == "USB_NO_INTERFACE") return false;
    if (!transport) return passOn(transport);
    FixtureBoard board(std::move(*transport));
    const auto hello = board.hello(Deadline::after(board.clock(), greetLimit), stop);
    if (!hello && hello.error().kind == ErrorKind::Cancelled) return passOn(hello);
    if (!hello) return false; // it hangs, or speaks another protocol: the reset interface may still work
    if (auto sent = sendToBootsel(board, usb, port, stop); !sent) return passOn(sent);
    return true;
}

Failure noWay(const UsbPortPath& port, const UsbDevice& device) {
    return failure(
        ErrorKind::NotAvailable, "BOOTSEL_NO_WAY",
        fmt::format("the board at {}, {:04x}:{:04x} \"{}\", cannot be sent to BOOTSEL: its firmware "
                    "has neither the reset interface of the pico-sdk nor a serial port; unplug it "
                    "and plug it in with BOOTSEL held",
                    port.text(), device.vendor, device.product, device.productName));
}

} // namespace

bool runsTestFirmware(const UsbDevice& device) {
    return device.vendor == wire::usbVendor && device.product == wire::usbProduct;
}

Result<std::optional<UsbDevice>> deviceAt(UsbBackend& usb, const UsbPortPath& port) {
    const auto devices = usb.devices();
    if (!devices) return passOn(devices);
    for (const auto& device : *devices)
        if (device.port == port) return std::optional(device);
    return std::optional<UsbDevice>();
}

Result<> sendToBootsel(FixtureBoard& board, UsbBackend& usb, const UsbPortPath& port,
                       const std::stop_token& stop) {
    const auto sent =
        board.reboot(wire::RebootTarget::Bootsel, Deadline::after(board.clock(), greetLimit), stop);
    // The answer may be lost as the board goes: whether it is in BOOTSEL is what counts.
    if (!sent && sent.error().kind == ErrorKind::Cancelled) return sent;
    return awaitBootsel(usb, board.clock(), port, stop);
}

Result<> bringToBootsel(UsbBackend& usb, const UsbPortPath& port, const std::stop_token& stop) {
    const auto device = deviceAt(usb, port);
    if (!device) return passOn(device);
    if (!*device || boot::bootselChip(**device)) return {};
    if (runsTestFirmware(**device)) {
        const auto gone = askByFirmware(usb, port, stop);
        if (!gone) return passOn(gone);
        if (*gone) return {};
    }
    const auto reset = askByControl(usb, port, resetInterface, resetToBootsel, {}, stop);
    if (!reset) return passOn(reset);
    if (*reset) return {};
    const auto touched = askByControl(usb, port, serialPort, setLineCoding, at1200Baud, stop);
    if (!touched) return passOn(touched);
    if (*touched) return {};
    return noWay(port, **device);
}

} // namespace framegate
