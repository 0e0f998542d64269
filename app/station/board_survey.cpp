// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/board_survey.h"

#include "bench/fixture_board.h"

#include <fmt/format.h>

namespace framegate {
namespace {

// Raspberry Pi's USB ids: the boot ROMs of RP2040 and RP2350, and programs made with their SDK.
constexpr std::uint16_t raspberryPi = 0x2e8a;
constexpr std::uint16_t bootselRp2040 = 0x0003;
constexpr std::uint16_t bootselRp2350 = 0x000f;

bool runsFirmware(const UsbDevice& device) {
    return device.vendor == wire::usbVendor && device.product == wire::usbProduct;
}

std::optional<int> slotOf(const StationLayout& layout, const UsbPortPath& port) {
    for (const auto& slot : layout.slots)
        if (slot.port == port) return slot.number;
    return std::nullopt;
}

void greet(UsbBackend& usb, BoardListing& listing) {
    listing.state = "firmware";
    auto transport = usb.open(listing.port, firmwareInterface);
    const auto fail = [&listing](const Error& error) {
        listing.state = "unreachable";
        listing.trouble = error.message;
    };
    if (!transport) return fail(transport.error());
    FixtureBoard board(std::move(*transport));
    const auto hello = board.hello(Deadline::after(board.clock(), std::chrono::seconds{2}), {});
    if (!hello) return fail(hello.error());
    listing.boardId = hello->boardId;
    listing.firmware = hello->firmware;
}

} // namespace

Result<std::vector<BoardListing>> surveyBoards(BenchAccess& bench) {
    const auto devices = bench.usb().devices();
    if (!devices) return passOn(devices);
    std::vector<BoardListing> boards;
    for (const auto& device : *devices) {
        if (!runsFirmware(device) && device.vendor != raspberryPi) continue;
        BoardListing listing{slotOf(bench.layout(), device.port),
                             device.port,
                             fmt::format("{:04x}:{:04x}", device.vendor, device.product),
                             "other",
                             {},
                             {},
                             {}};
        if (runsFirmware(device))
            greet(bench.usb(), listing);
        else if (device.product == bootselRp2040 || device.product == bootselRp2350)
            listing.state = "bootsel";
        boards.push_back(std::move(listing));
    }
    return boards;
}

} // namespace framegate
