// SPDX-License-Identifier: GPL-3.0-or-later
#include "guest_usb.h"

#include "support/program.h"

#include <chrono>
#include <cstdio>
#include <thread>

namespace framegate::test {
namespace {

constexpr std::chrono::seconds patience{120};

std::string firstLine(const std::filesystem::path& file) {
    const auto text = readText(file);
    return text.substr(0, text.find('\n'));
}

} // namespace

std::string portOf(int port) {
    return "1-" + std::to_string(port);
}

std::string idText(std::uint16_t vendor, std::uint16_t product) {
    char text[16];
    std::snprintf(text, sizeof text, "%04x:%04x", vendor, product);
    return text;
}

std::string usbIdAt(const std::string& port) {
    const std::filesystem::path device = "/sys/bus/usb/devices/" + port;
    const auto vendor = firstLine(device / "idVendor");
    const auto product = firstLine(device / "idProduct");
    return vendor.empty() || product.empty() ? std::string() : vendor + ":" + product;
}

bool awaitUsbId(const std::string& port, const std::string& id) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (usbIdAt(port) != id) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return runProgram({"/usr/bin/udevadm", "settle", "--timeout=120"}).status == 0;
}

UsbNumbers usbNumbersAt(const std::string& port) {
    const auto number = [&](const char* name) {
        return std::stoi(readText("/sys/bus/usb/devices/" + port + "/" + name));
    };
    return {number("busnum"), number("devnum")};
}

std::string usbFileAt(const std::string& port) {
    const auto numbers = usbNumbersAt(port);
    char file[64];
    std::snprintf(file, sizeof file, "/dev/bus/usb/%03d/%03d", numbers.bus, numbers.device);
    return file;
}

} // namespace framegate::test
