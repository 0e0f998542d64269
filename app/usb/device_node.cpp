// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/device_node.h"

#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>

namespace framegate {
namespace {

constexpr const char* stationGroup = "plugdev"; ///< of packaging/udev/70-framegate.rules
constexpr unsigned groupMayBoth = 0060;

} // namespace

DeviceNode deviceNode(std::uint8_t bus, std::uint8_t address) {
    DeviceNode node{fmt::format("/dev/bus/usb/{:03}/{:03}", bus, address), false, {}, 0};
    struct stat status {};
    if (::stat(node.path.c_str(), &status) != 0) return node;
    node.exists = true;
    node.mode = status.st_mode & 0777U;
    const auto* group = ::getgrgid(status.st_gid);
    node.group = group != nullptr ? group->gr_name : std::to_string(status.st_gid);
    return node;
}

std::string accessAdvice(const DeviceNode& node) {
    const auto found = fmt::format("the operating system refuses access to {} (group {}, mode {:o}); ",
                                   node.path, node.group, node.mode);
    if (node.group == stationGroup && (node.mode & groupMayBoth) == groupMayBoth)
        return found + "the rules are installed, but you are not in group plugdev: sudo usermod -aG plugdev "
                       "$USER, then log out and in again";
    return found +
           "install packaging/udev/70-framegate.rules (docs/usb.md), be in group plugdev or sit at the "
           "machine, then unplug the board and plug it in again; framegate doctor says what is missing";
}

std::string kernelDriverOf(const std::string& port, std::uint8_t interface) {
    std::error_code none;
    const auto link = fmt::format("/sys/bus/usb/devices/{}:1.{}/driver", port, interface);
    return std::filesystem::read_symlink(link, none).filename().string();
}

} // namespace framegate
