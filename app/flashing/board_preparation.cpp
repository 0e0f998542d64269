// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/board_preparation.h"

#include "boot/program_info.h"
#include "flashing/bootsel_entry.h"

#include <fmt/format.h>
#include <utility>

namespace framegate {
namespace {

std::set<std::string> versionsOf(const FlashOrder& order) {
    std::set<std::string> versions;
    for (const auto& image : order.images) {
        const auto version = boot::programVersion(image);
        if (!version) return {};
        versions.insert(*version);
    }
    return versions;
}

std::string_view placeText(boot::ImageKind kind) {
    return kind == boot::ImageKind::Ram ? "RAM" : "flash";
}

} // namespace

TestFirmwareLoader::TestFirmwareLoader(UsbBackend& usb, FlashOrder order)
    : usb_(usb), order_(std::move(order)), versions_(versionsOf(order_)) {}

bool TestFirmwareLoader::isRight(const UsbPortPath& port, const std::string& firmware) {
    if (!versions_.empty()) return versions_.count(firmware) > 0;
    const std::lock_guard lock(mutex_);
    const auto loaded = loaded_.find(port);
    if (loaded == loaded_.end()) return false;
    if (loaded->second.empty()) loaded->second = firmware;
    return loaded->second == firmware;
}

/// A board that hangs or speaks another protocol does not.
Result<bool> TestFirmwareLoader::runsTheRightOne(const UsbPortPath& port, const std::stop_token& stop) {
    auto transport = usb_.open(port, firmwareInterface);
    if (!transport && transport.error().code == "USB_NO_INTERFACE") return false;
    if (!transport) return passOn(transport);
    FixtureBoard board(std::move(*transport));
    const auto hello = board.hello(Deadline::after(board.clock(), greetLimit), stop);
    if (!hello && hello.error().kind == ErrorKind::Cancelled) return passOn(hello);
    return hello && isRight(port, hello->firmware);
}

Result<std::string> TestFirmwareLoader::prepare(const UsbPortPath& port, std::stop_token stop) {
    const auto device = deviceAt(usb_, port);
    if (!device) return passOn(device);
    if (!*device) return std::string();
    if (runsTestFirmware(**device)) {
        const auto right = runsTheRightOne(port, stop);
        if (!right) return passOn(right);
        if (*right) return std::string();
    }
    const auto done = flashBoard(usb_, {std::nullopt, port}, order_, {}, stop);
    if (!done) return passOn(done);
    const std::lock_guard lock(mutex_);
    loaded_[port].clear();
    return fmt::format("the test firmware was loaded into {} of board {}", placeText(order_.kind),
                       done->board.boardId.empty() ? port.text() : done->board.boardId);
}

} // namespace framegate
