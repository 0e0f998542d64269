// SPDX-License-Identifier: GPL-3.0-or-later
#include "flashing/shipped_firmware.h"

#include <cstdlib>
#include <fmt/format.h>
#include <iterator>

namespace framegate {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> places() {
    if (const char* named = std::getenv("FRAMEGATE_FIRMWARE")) return {named};
    std::error_code ignored;
    const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    return {"build", program / "../..", program / "../share/framegate/firmware"};
}

std::vector<fs::path> filesIn(const fs::path& place, boot::ImageKind kind) {
    const char* const name = kind == boot::ImageKind::Ram ? "framegate-fw-ram.uf2" : "framegate-fw.uf2";
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const char* board : {"firmware-pico", "firmware-pico2"})
        if (const auto file = place / board / name; fs::is_regular_file(file, ignored))
            files.push_back(file.lexically_normal());
    return files;
}

Result<FlashOrder> ordered(const std::vector<fs::path>& files, boot::ImageKind kind) {
    FlashOrder order{{}, kind, boot::RamCheck::None};
    for (const auto& file : files) {
        auto one = readFlashOrder(file, kind);
        if (!one) return one;
        std::move(one->images.begin(), one->images.end(), std::back_inserter(order.images));
    }
    return order;
}

} // namespace

Result<FlashOrder> shippedFirmware(boot::ImageKind kind) {
    std::string looked;
    for (const auto& place : places()) {
        if (const auto files = filesIn(place, kind); !files.empty()) return ordered(files, kind);
        looked += fmt::format("{}{}", looked.empty() ? "" : ", ", place.lexically_normal().string());
    }
    return failure(ErrorKind::NotFound, "FIRMWARE_NOT_SHIPPED",
                   fmt::format("no test firmware found; looked in {} for firmware-pico/ and firmware-pico2/; "
                               "build it with the presets of these names, set FRAMEGATE_FIRMWARE, or name a "
                               "file with --firmware",
                               looked));
}

} // namespace framegate
