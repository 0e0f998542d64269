// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/interface_match.h"

#include <fmt/format.h>

namespace framegate {
namespace {

constexpr std::uint8_t kindMask = 0x03;
constexpr std::uint8_t kindBulk = 0x02;
constexpr std::uint8_t directionIn = 0x80;

std::string tripleText(std::uint8_t interfaceClass, std::uint8_t subclass, std::uint8_t protocol) {
    return fmt::format("{:02x}/{:02x}/{:02x}", interfaceClass, subclass, protocol);
}

std::string textOf(const InterfaceDescription& interface) {
    auto text = tripleText(interface.interfaceClass, interface.subclass, interface.protocol);
    return pipesOf(interface) ? text : text + " (without bulk both ways)";
}

bool isKind(const InterfaceDescription& interface, UsbInterfaceMatch match) {
    return interface.interfaceClass == match.interfaceClass && interface.subclass == match.subclass &&
           interface.protocol == match.protocol;
}

} // namespace

std::optional<InterfacePipes> pipesOf(const InterfaceDescription& interface) {
    InterfacePipes pipes{interface.number, 0, 0};
    for (const auto& endpoint : interface.endpoints) {
        if ((endpoint.attributes & kindMask) != kindBulk) continue;
        auto& pipe = (endpoint.address & directionIn) != 0 ? pipes.bulkIn : pipes.bulkOut;
        if (pipe == 0) pipe = endpoint.address;
    }
    if (pipes.bulkIn == 0 || pipes.bulkOut == 0) return std::nullopt;
    return pipes;
}

Result<InterfacePipes> findInterface(std::span<const InterfaceDescription> interfaces,
                                     UsbInterfaceMatch match, const std::string& device) {
    std::string seen;
    for (const auto& interface : interfaces) {
        const auto pipes = pipesOf(interface);
        if (pipes && isKind(interface, match)) return *pipes;
        if (!match.needsPipes && isKind(interface, match)) return InterfacePipes{interface.number, 0, 0};
        seen += (seen.empty() ? " " : ", ") + textOf(interface);
    }
    return failure(ErrorKind::NotFound, "USB_NO_INTERFACE",
                   fmt::format("opening {}: no interface {}{}; it has{}; is the right firmware on it?",
                               device, tripleText(match.interfaceClass, match.subclass, match.protocol),
                               match.needsPipes ? " with a bulk endpoint each way" : "",
                               seen.empty() ? " none" : seen));
}

} // namespace framegate
