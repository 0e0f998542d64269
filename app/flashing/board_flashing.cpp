// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/board_flashing.h"

#include "boot/preflight.h"
#include "flashing/bootsel_entry.h"
#include "protocol/usb_identity.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>

namespace framegate {
namespace {

using namespace std::chrono_literals;

// Hubs with many boards enumerate one board after the other, each for up to half a second.
constexpr auto returnLimit = 20s;

Failure wrongTarget(std::string message) {
    return failure(ErrorKind::InvalidInput, "FLASH_TARGET", std::move(message));
}

Failure inSlot(const FlashTarget& target, FlashStage stage, Error error) {
    error.message = fmt::format("{}: {}: {}", target.text(), stageText(stage), error.message);
    return Failure(std::move(error));
}

Result<boot::FlashReport> writeTo(boot::Flasher& board, const FlashOrder& order,
                                  const std::stop_token& stop) {
    const auto image = boot::imageFor(board.chip(), order.images);
    if (!image) return passOn(image);
    const auto identity = board.identity(stop);
    if (!identity) return passOn(identity);
    auto report = order.kind == boot::ImageKind::Ram ? board.loadToRam(*image, order.ramCheck, stop)
                                                     : board.writeFlash(*image, stop);
    if (report) report->board = *identity;
    return report;
}

std::vector<FlashTarget> targetsOf(const StationLayout& layout) {
    std::vector<FlashTarget> all;
    for (const auto& slot : layout.slots)
        all.push_back({slot.number, slot.port});
    return all;
}

Result<std::vector<FlashTarget>> attachedTargets(UsbBackend& usb) {
    const auto devices = usb.devices();
    if (!devices) return passOn(devices);
    std::vector<FlashTarget> all;
    for (const auto& device : *devices)
        if (isPico(device)) all.push_back({std::nullopt, device.port});
    if (all.empty())
        return failure(
            ErrorKind::NotFound, "USB_NO_DEVICE",
            "no Pico is attached; plug one in, with BOOTSEL held where its firmware is unknown, and "
            "see framegate doctor");
    return all;
}

Result<std::vector<FlashTarget>> onlyOne(std::vector<FlashTarget> all) {
    if (all.size() == 1) return all;
    std::string list;
    for (const auto& target : all)
        list += (list.empty() ? "" : ", ") + target.text();
    return wrongTarget(fmt::format("there are {} boards: {}; say --slot N or --all", all.size(), list));
}

} // namespace

Result<FlashOrder> readFlashOrder(const std::filesystem::path& file, boot::ImageKind kind) {
    auto images = boot::readFirmware(file);
    if (!images) return Failure(images.error());
    for (const auto& image : *images) {
        if (image.kind != kind)
            return failure(
                ErrorKind::InvalidInput, "FIRMWARE_KIND",
                kind == boot::ImageKind::Ram
                    ? fmt::format("{}: the firmware is made for flash: leave --ram out", image.name)
                    : fmt::format("{}: the firmware is made for RAM: add --ram", image.name));
        if (auto fit = boot::checkBootable(image); !fit) return passOn(fit);
    }
    return FlashOrder{std::move(*images), kind, boot::RamCheck::None};
}

bool isPico(const UsbDevice& device) {
    constexpr std::uint16_t picoprobe = 0x0004;
    constexpr std::uint16_t debugProbe = 0x000C;
    if (runsTestFirmware(device)) return true;
    return device.vendor == wire::usbVendorRaspberryPi && device.product != picoprobe &&
           device.product != debugProbe;
}

std::string FlashTarget::text() const {
    return slot ? fmt::format("slot {} ({})", *slot, port.text()) : "port " + port.text();
}

Result<std::vector<FlashTarget>> chooseTargets(UsbBackend& usb, const StationLayout& layout,
                                               const FlashChoice& choice) {
    const auto slots = targetsOf(layout);
    if (choice.slot) {
        const auto found = std::find_if(slots.begin(), slots.end(), [&](const FlashTarget& target) {
            return target.slot == choice.slot;
        });
        if (found != slots.end()) return std::vector{*found};
        return wrongTarget(fmt::format("--slot {}: the station has {} slots{}", *choice.slot, slots.size(),
                                       slots.empty() ? "; name its file with --station" : ""));
    }
    if (!slots.empty()) return choice.all ? slots : onlyOne(slots);
    auto attached = attachedTargets(usb);
    return !attached || choice.all ? attached : onlyOne(std::move(*attached));
}

std::string_view stageText(FlashStage stage) {
    switch (stage) {
    case FlashStage::ToBootsel:
        return "bringing the board into BOOTSEL";
    case FlashStage::Writing:
        return "writing and verifying";
    case FlashStage::Starting:
        return "starting the firmware";
    }
    return "";
}

Result<boot::FlashReport> flashBoard(UsbBackend& usb, const FlashTarget& target, const FlashOrder& order,
                                     const FlashWatcher& watcher, const std::stop_token& stop) {
    const auto tell = [&](FlashStage stage, double share) {
        if (watcher) watcher(target, stage, share);
    };
    tell(FlashStage::ToBootsel, 0);
    if (auto there = bringToBootsel(usb, target.port, stop); !there)
        return inSlot(target, FlashStage::ToBootsel, there.error());
    tell(FlashStage::Writing, 0);
    auto board = boot::Flasher::open(usb, target.port, stop);
    if (!board) return inSlot(target, FlashStage::Writing, board.error());
    board->tell([&](double share) { tell(FlashStage::Writing, share); });
    auto report = writeTo(*board, order, stop);
    if (!report) return inSlot(target, FlashStage::Writing, report.error());
    tell(FlashStage::Starting, 0);
    if (order.kind == boot::ImageKind::Flash)
        if (auto started = board->startFlash(stop); !started)
            return inSlot(target, FlashStage::Starting, started.error());
    const auto back = boot::awaitProgram(usb, board->clock(), target.port, returnLimit, stop);
    if (!back) return inSlot(target, FlashStage::Starting, back.error());
    return report;
}

std::vector<FlashOutcome> flashBoards(UsbBackend& usb, std::span<const FlashTarget> targets,
                                      const FlashOrder& order, const FlashWatcher& watcher,
                                      const std::stop_token& stop) {
    std::mutex oneAtATime;
    const FlashWatcher guarded = [&](const FlashTarget& target, FlashStage stage, double share) {
        const std::lock_guard lock(oneAtATime);
        if (watcher) watcher(target, stage, share);
    };
    std::vector<FlashOutcome> outcomes;
    for (const auto& target : targets)
        outcomes.push_back({target, boot::FlashReport{}});
    std::vector<std::jthread> threads;
    for (auto& outcome : outcomes)
        threads.emplace_back([&] { outcome.result = flashBoard(usb, outcome.target, order, guarded, stop); });
    threads.clear(); // joins
    return outcomes;
}

} // namespace framegate
