// SPDX-License-Identifier: GPL-3.0-or-later
#include "boot/flasher.h"
#include "boot/preflight.h"
#include "flashing/bootsel_entry.h"
#include "steps/registry.h"
#include "steps/step_checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace framegate {
namespace {

using namespace std::chrono_literals;

constexpr auto startLimit = 20s; // to be back on the bus, as firmware
constexpr int tries = 2;         // a flash that does not hold what was written so often is bad

Failure wrong(std::string message) {
    return failure(ErrorKind::InvalidInput, "PLAN_STEP", std::move(message));
}

Result<std::vector<boot::FirmwareImage>> imagesOf(const ShippingFirmware& firmware) {
    auto images = boot::firmwareOf(*firmware.bytes, firmware.file);
    if (!images) return images;
    for (const auto& image : *images) {
        if (image.kind != boot::ImageKind::Flash)
            return wrong(
                fmt::format("{}: what is shipped must be made for flash, not for RAM", firmware.file));
        if (auto fit = boot::checkBootable(image); !fit) return passOn(fit);
    }
    return images;
}

/// The first 48 bits of the file's SHA-256, which a number of a record holds exactly.
double headOf(const std::string& sha256) {
    return static_cast<double>(std::stoull(sha256.substr(0, 12), nullptr, 16));
}

/// What writing came to: a report, or what a flash that does not keep what was written reads back as.
struct Written {
    boot::FlashReport report;
    int tries = 1;
    std::string damage;
};

Result<Written> writeTo(boot::Flasher& board, const ShippingFirmware& firmware, const std::stop_token& stop) {
    auto images = imagesOf(firmware);
    if (!images) return passOn(images);
    const auto image = boot::imageFor(board.chip(), std::move(*images));
    if (!image) return passOn(image);
    Written written;
    for (;; ++written.tries) {
        auto report = board.writeFlash(*image, stop);
        if (report) written.report = *report;
        if (report) return written;
        if (report.error().code != "FLASH_VERIFY") return passOn(report);
        if (written.tries < tries) continue;
        written.damage = report.error().message;
        return written;
    }
}

StepFinding findingOf(const Written& written, const ShippingFirmware& firmware) {
    const auto& report = written.report;
    StepFinding finding;
    finding.readings.push_back({"provision_tries", static_cast<double>(written.tries), "1", {}});
    finding.readings.push_back({"provision_image", headOf(firmware.sha256), "1", {}});
    if (!written.damage.empty()) {
        finding.failureCode = "PROVISION_VERIFY";
        finding.failureDetail = fmt::format("the Pico's flash did not keep what was written, {} times: {}",
                                            tries, written.damage);
        return finding;
    }
    finding.readings.push_back({"provision_written", static_cast<double>(report.bytesWritten), "By", {}});
    finding.readings.push_back(
        {"provision_time", std::chrono::duration<double>(report.duration).count(), "s", {}});
    return finding;
}

/// Puts the firmware on the Pico that it is shipped with. The Pico is part of the product here: a flash that
/// does not keep what was written is the unit's fault. Whatever else goes wrong is the station's.
class Provision : public Step {
public:
    std::string_view type() const override { return "provision"; }
    bool ships() const override { return true; }
    std::vector<std::string_view> measures() const override {
        return {"provision_tries", "provision_image", "provision_written", "provision_time"};
    }
    Result<> check(const TestPlan& plan, const StepSpec& spec) const override {
        if (!spec.firmware) return wrong("step provision needs firmware = \"FILE\"");
        const auto isThis = [&](const StepSpec& other) { return other.type == type(); };
        if (std::count_if(plan.main.begin(), plan.main.end(), isThis) != 1 || !isThis(plan.main.back()) ||
            plan.main.back().line != spec.line)
            return wrong("step provision must be the last of the main steps, and only there: no test "
                         "firmware is on the board after it");
        if (spec.attempts != 1) return wrong("step provision has no attempts: it tries twice by itself");
        if (auto none = takesNoResolutions(spec); !none) return none;
        const auto images = imagesOf(*spec.firmware);
        if (!images) return passOn(images);
        return {};
    }
    Result<StepFinding> run(StepContext& context, const StepSpec& spec,
                            std::optional<Resolution>) const override {
        if (context.slot == nullptr || !spec.firmware)
            return failure(ErrorKind::NotAvailable, "PROVISION", "the board's USB port is not known here");
        auto& usb = context.slot->usb;
        const auto& port = context.slot->layout.port;
        auto& board = context.camera.board();
        if (auto there = sendToBootsel(board, usb, port, context.stop); !there) return passOn(there);
        auto flasher = boot::Flasher::open(usb, port, context.stop);
        if (!flasher) return passOn(flasher);
        const auto written = writeTo(*flasher, *spec.firmware, context.stop);
        if (!written) return passOn(written);
        if (written->damage.empty() && spec.firmware->start)
            if (auto started = start(*flasher, usb, port, context.stop); !started) return passOn(started);
        return findingOf(*written, *spec.firmware);
    }

private:
    static Result<> start(boot::Flasher& flasher, UsbBackend& usb, const UsbPortPath& port,
                          const std::stop_token& stop) {
        if (auto told = flasher.startFlash(stop); !told) return told;
        const auto back = boot::awaitProgram(usb, flasher.clock(), port, startLimit, stop);
        if (!back) return passOn(back);
        return {};
    }
};

} // namespace

const Step& provisionStep() {
    static const Provision step;
    return step;
}

} // namespace framegate
