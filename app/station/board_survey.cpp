// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/board_survey.h"

#include "boot/flasher.h"
#include "flashing/board_flashing.h"
#include "flashing/bootsel_entry.h"

#include <fmt/format.h>

namespace framegate {
namespace {

const SlotLayout* slotAt(const StationLayout& layout, const UsbPortPath& port) {
    for (const auto& slot : layout.slots)
        if (slot.port == port) return &slot;
    return nullptr;
}

std::string lowerCase(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
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

BoardListing listed(BenchAccess& bench, const UsbDevice& device) {
    BoardListing listing;
    listing.port = device.port;
    listing.usbId = fmt::format("{:04x}:{:04x}", device.vendor, device.product);
    listing.state = "other";
    if (const auto* slot = slotAt(bench.layout(), device.port)) {
        listing.slot = slot->number;
        listing.expectedId = slot->boardId;
    }
    if (runsTestFirmware(device))
        greet(bench.usb(), listing);
    else if (const auto chip = boot::bootselChip(device)) {
        listing.state = "bootsel";
        // An RP2350's serial number is its id there; all RP2040 of one ROM have the same.
        if (*chip == boot::Chip::Rp2350) listing.boardId = lowerCase(device.serial);
    }
    if (listing.swapped())
        listing.trouble =
            fmt::format("another board than the station file has there, {}", listing.expectedId);
    return listing;
}

} // namespace

Result<std::vector<BoardListing>> surveyBoards(BenchAccess& bench) {
    const auto devices = bench.usb().devices();
    if (!devices) return passOn(devices);
    std::vector<BoardListing> boards;
    for (const auto& device : *devices)
        if (isPico(device)) boards.push_back(listed(bench, device));
    return boards;
}

} // namespace framegate
