// SPDX-License-Identifier: GPL-3.0-or-later
#include "domain/sensor_description.h"

#include <algorithm>

namespace framegate {
namespace {

using WritesByAddress = std::map<RegisterAddress, RegisterWrite>;

/// Applies a write to what its register holds: bits outside the mask stay.
void apply(WritesByAddress& image, const RegisterWrite& write) {
    if (!write.kept) return;
    const auto [entry, added] = image.try_emplace(write.at, write);
    if (added) return;
    auto& held = entry->second;
    held.value = static_cast<std::uint8_t>((held.value & ~write.mask) | (write.value & write.mask));
    held.mask = static_cast<std::uint8_t>(held.mask | write.mask);
    held.readable = held.readable && write.readable;
}

std::vector<RegisterWrite> inOrder(const WritesByAddress& image) {
    std::vector<RegisterWrite> writes;
    writes.reserve(image.size());
    for (const auto& entry : image)
        writes.push_back(entry.second);
    return writes;
}

bool holds(const RegisterImage& current, const RegisterWrite& write) {
    const auto found = current.find(write.at);
    return found != current.end() && ((found->second ^ write.value) & write.mask) == 0;
}

} // namespace

std::vector<RegisterWrite> imageOf(const std::vector<RegisterWrite>& writes) {
    WritesByAddress image;
    for (const auto& write : writes)
        apply(image, write);
    return inOrder(image);
}

const SensorMode* SensorDescription::mode(Resolution size) const {
    const auto found =
        std::find_if(modes.begin(), modes.end(), [&](const SensorMode& m) { return m.size == size; });
    return found == modes.end() ? nullptr : &*found;
}

std::vector<RegisterWrite> SensorDescription::image(Resolution size) const {
    const auto* wanted = mode(size);
    if (wanted == nullptr) return {};
    WritesByAddress image;
    for (const auto* writes : {&base, &wanted->writes})
        for (const auto& write : *writes)
            apply(image, write);
    return inOrder(image);
}

std::vector<RegisterWrite> SensorDescription::changes(const RegisterImage& current, Resolution target) const {
    auto writes = image(target);
    std::erase_if(writes, [&](const RegisterWrite& write) { return holds(current, write); });
    return writes;
}

bool SensorDescription::setQuality(Resolution size, std::uint8_t value) {
    if (!jpegQuality || mode(size) == nullptr) return false;
    if (value < jpegQuality->finest || value > jpegQuality->coarsest) return false;
    for (auto& each : modes) {
        const auto own =
            std::find_if(each.writes.begin(), each.writes.end(),
                         [&](const RegisterWrite& write) { return write.at == jpegQuality->at; });
        const RegisterWrite write{jpegQuality->at, each.size == size ? value : jpegQuality->standard};
        if (own == each.writes.end())
            each.writes.insert(each.writes.begin() + static_cast<std::ptrdiff_t>(hold.size()), write);
        else if (each.size == size)
            *own = write;
    }
    return true;
}

} // namespace framegate
