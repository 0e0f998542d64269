// SPDX-License-Identifier: GPL-3.0-or-later
#include "kernel_machine.h"

#include "guest_usb.h"
#include "usbip_cable.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace framegate::test {
namespace {

constexpr int ports = 8;
constexpr int deviceId = 0x10002; // bus 1, device 2: of the machine it would be exported from
constexpr int fullSpeed = 2;      // linux/usb/ch9.h, enum usb_device_speed

/// Tells the virtual host controller of a device. A port that has just become free is busy for a moment.
void attach(int port, int socket) {
    const auto order = std::to_string(port - 1) + " " + std::to_string(socket) + " " +
                       std::to_string(deviceId) + " " + std::to_string(fullSpeed);
    int trouble = EBUSY;
    for (int tries = 0; trouble == EBUSY && tries < 1000; ++tries) {
        const int file = ::open("/sys/devices/platform/vhci_hcd.0/attach", O_WRONLY | O_CLOEXEC);
        if (file < 0) throw std::runtime_error("no vhci_hcd here");
        trouble = ::write(file, order.data(), order.size()) < 0 ? errno : 0;
        ::close(file);
        if (trouble == EBUSY) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    if (trouble != 0)
        throw std::runtime_error("vhci_hcd refuses port " + std::to_string(port) + ": " +
                                 std::strerror(trouble));
}

} // namespace

class KernelMachine::Cable {
public:
    Cable(int port, std::shared_ptr<BoardDevice> device) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
            throw std::runtime_error("no socket");
        cable_ = std::make_unique<UsbIpCable>(ends[0], std::move(device));
        attach(port, ends[1]);
        ::close(ends[1]); // the kernel has it
    }

private:
    std::unique_ptr<UsbIpCable> cable_;
};

KernelMachine::KernelMachine() : cables_(ports) {}

KernelMachine::~KernelMachine() {
    for (int port = 1; port <= ports; ++port)
        if (cables_[static_cast<std::size_t>(port - 1)]) unplug(port);
}

void KernelMachine::plugIn(int port, std::shared_ptr<BoardDevice> device) {
    const auto id = idText(device->identity().vendor, device->identity().product);
    cables_.at(static_cast<std::size_t>(port - 1)) = std::make_unique<Cable>(port, std::move(device));
    if (!awaitUsbId(portOf(port), id))
        throw std::runtime_error("the kernel does not show the device in port " + portOf(port));
}

void KernelMachine::unplug(int port) {
    cables_.at(static_cast<std::size_t>(port - 1)).reset();
    awaitUsbId(portOf(port), "");
}

} // namespace framegate::test
