// SPDX-License-Identifier: GPL-3.0-or-later
#include "mock_machine.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <linux/usbdevice_fs.h>
#include <map>
#include <stdexcept>
#include <sys/ioctl.h>
#include <umockdev.h>
#include <vector>

namespace framegate::test {
namespace {

constexpr std::size_t setupBytes = 8;

template <class T>
struct Unref {
    void operator()(T* object) const { g_object_unref(object); }
};
template <class T>
using GObjectPtr = std::unique_ptr<T, Unref<T>>;

/// What an ioctl gives back: zero, or a negative errno.
using IoctlEnd = int;

std::string sysfsOf(const std::string& port) {
    const std::string hub = "/sys/devices/usb1/1-2";
    if (port == "usb1") return "/sys/devices/usb1";
    return port.rfind("1-2.", 0) == 0 ? hub + "/" + port : "/sys/devices/usb1/" + port;
}

std::string hexOf(const Octets& bytes) {
    std::string text;
    for (const auto byte : bytes)
        text += fmt::format("{:02X}", byte);
    return text;
}

Octets hubDescriptors() {
    DeviceIdentity hub;
    hub.vendor = 0x1D6B; // Linux Foundation
    hub.product = 0x0002;
    hub.interfaceClass = 9;
    hub.subclass = 0;
    hub.protocol = 0;
    auto descriptors = descriptorsOf(hub);
    descriptors[4] = 9; // bDeviceClass
    return descriptors;
}

Urb urbOf(const usbdevfs_urb& from) {
    const auto* buffer = static_cast<const std::uint8_t*>(from.buffer);
    const auto length = static_cast<std::size_t>(from.buffer_length);
    const bool control = from.type == USBDEVFS_URB_TYPE_CONTROL;
    const bool in = control ? (buffer[0] & 0x80) != 0 : (from.endpoint & 0x80) != 0;
    const auto outBytes = !in ? length : control ? setupBytes : 0;
    Urb urb;
    urb.id = reinterpret_cast<std::uintptr_t>(&from);
    urb.endpoint = control ? std::uint8_t{0} : from.endpoint;
    urb.bytes.assign(buffer, buffer + outBytes);
    urb.room = in ? length - outBytes : 0;
    urb.endsWithZeroPacket = (from.flags & USBDEVFS_URB_ZERO_PACKET) != 0;
    return urb;
}

/// Writes a request's end where libusb looks for it.
void giveBack(const UrbEnd& end) {
    auto& urb = *reinterpret_cast<usbdevfs_urb*>(end.id); // NOLINT: libusb's own, as the kernel gets it
    const auto offset = urb.type == USBDEVFS_URB_TYPE_CONTROL ? setupBytes : std::size_t{0};
    if (!end.in.empty())
        std::memcpy(static_cast<std::uint8_t*>(urb.buffer) + offset, end.in.data(), end.in.size());
    urb.status = end.status;
    urb.actual_length = static_cast<int>(end.moved);
}

} // namespace

/// A device in its port. The ioctls come on a thread of umockdev's.
struct MockMachine::Plug {
    std::string port;
    unsigned number = 0; ///< device number on the bus
    std::shared_ptr<BoardDevice> device;
    GObjectPtr<UMockdevIoctlBase> usbfs;
    std::atomic<bool> occupied = false;
    std::string driver; ///< of the kernel; set before anybody opens the device
    std::atomic<unsigned> claims = 0;

    std::string node() const { return fmt::format("/dev/bus/usb/001/{:03}", number); }

    IoctlEnd claim() {
        if (occupied || !driver.empty()) return -EBUSY;
        ++claims;
        return 0;
    }
    IoctlEnd release() {
        --claims;
        return 0;
    }
    IoctlEnd reap(void* argument) {
        const auto end = device->reap();
        if (!end) return device->attached() ? -EAGAIN : -ENODEV;
        giveBack(*end);
        *static_cast<void**>(argument) = reinterpret_cast<void*>(end->id);
        return 0;
    }
    /// include/uapi/linux/usbdevice_fs.h has the requests; Documentation/driver-api/usb/usb.rst what they do.
    IoctlEnd answer(unsigned long request, void* argument) {
        if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) return reap(argument);
        if (!device->attached()) return -ENODEV;
        switch (request) {
        case USBDEVFS_GET_CAPABILITIES:
            *static_cast<std::uint32_t*>(argument) =
                USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
            return 0;
        case USBDEVFS_SUBMITURB:
            device->submit(urbOf(*static_cast<usbdevfs_urb*>(argument)));
            return 0;
        case USBDEVFS_DISCARDURB:
            return device->discard(reinterpret_cast<std::uintptr_t>(argument)) ? 0 : -EINVAL;
        case USBDEVFS_CLAIMINTERFACE:
        case USBDEVFS_DISCONNECT_CLAIM:
            return claim();
        case USBDEVFS_RELEASEINTERFACE:
            return release();
        case USBDEVFS_CLEAR_HALT:
            device->clearHalt(static_cast<std::uint8_t>(*static_cast<unsigned*>(argument)));
            return 0;
        case USBDEVFS_GETDRIVER:
            if (driver.empty()) return -ENODATA;
            std::strncpy(static_cast<usbdevfs_getdriver*>(argument)->driver, driver.c_str(),
                         USBDEVFS_MAXDRIVERNAME);
            return 0;
        default:
            return -ENOTTY;
        }
    }
    static gboolean onIoctl(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer plug) {
        // Client and test are one process, so the client's pointers are good here.
        void* argument = nullptr;
        std::memcpy(&argument, umockdev_ioctl_client_get_arg(client)->data, sizeof argument);
        const auto request = umockdev_ioctl_client_get_request(client);
        const auto end = static_cast<Plug*>(plug)->answer(request, argument);
        umockdev_ioctl_client_complete(client, end < 0 ? -1 : 0, -end);
        return TRUE;
    }
};

class MockMachine::Kernel {
public:
    GObjectPtr<UMockdevTestbed> testbed{umockdev_testbed_new()};
    std::map<std::string, std::unique_ptr<Plug>> plugs;
    std::vector<std::unique_ptr<Plug>> pulled; ///< whose node may still be open
    unsigned nextNumber = 1;
};

MockMachine::MockMachine() : kernel_(std::make_unique<Kernel>()) {
    add("usb1", hubDescriptors());
    add("1-2", hubDescriptors());
}

MockMachine::~MockMachine() = default;

MockMachine::Plug& MockMachine::add(const std::string& port, const Octets& descriptors) {
    auto plug = std::make_unique<Plug>();
    plug->port = port;
    plug->number = kernel_->nextNumber++;
    const auto text = fmt::format(
        "P: {}\nN: bus/usb/001/{:03}\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\n"
        "E: DRIVER=usb\nE: BUSNUM=001\nE: DEVNUM={:03}\nE: DEVNAME={}\n"
        "A: busnum=1\\n\nA: devnum={}\\n\nA: speed=12\\n\nA: bConfigurationValue=1\\n\n"
        "H: descriptors={}\n",
        sysfsOf(port).substr(4), plug->number, plug->number, plug->node(), plug->number, hexOf(descriptors));
    GError* error = nullptr;
    if (!umockdev_testbed_add_from_string(kernel_->testbed.get(), text.c_str(), &error))
        throw std::runtime_error(error->message);
    auto& place = kernel_->plugs[port];
    if (place) kernel_->pulled.push_back(std::move(place));
    place = std::move(plug);
    return *place;
}

MockMachine::Plug& MockMachine::plugAt(const std::string& port) const {
    return *kernel_->plugs.at(port);
}

void MockMachine::plugIn(const std::string& port, std::shared_ptr<BoardDevice> device) {
    auto& plug = add(port, descriptorsOf(device->identity()));
    plug.device = std::move(device);
    plug.usbfs.reset(umockdev_ioctl_base_new());
    g_signal_connect(plug.usbfs.get(), "handle-ioctl", G_CALLBACK(Plug::onIoctl), &plug);
    umockdev_testbed_attach_ioctl(kernel_->testbed.get(), plug.node().c_str(), plug.usbfs.get(), nullptr);
}

void MockMachine::plugInForeign(const std::string& port, const DeviceIdentity& identity) {
    std::filesystem::remove(root() / add(port, descriptorsOf(identity)).node().substr(1));
}

void MockMachine::unplug(const std::string& port) {
    plugAt(port).device->unplug();
    umockdev_testbed_uevent(kernel_->testbed.get(), sysfsOf(port).c_str(), "remove");
    umockdev_testbed_remove_device(kernel_->testbed.get(), sysfsOf(port).c_str());
}

void MockMachine::occupy(const std::string& port) {
    plugAt(port).occupied = true;
}

void MockMachine::bindDriver(const std::string& port, const std::string& driver) {
    plugAt(port).driver = driver;
}

unsigned MockMachine::claims(const std::string& port) const {
    return plugAt(port).claims;
}

void MockMachine::closeNode(const std::string& port) {
    namespace fs = std::filesystem;
    const auto node = plugAt(port).node().substr(1);
    fs::permissions(root(), fs::perms(0755));                 // made for its owner alone
    fs::permissions(root() / "ioctl" / node, fs::perms::all); // umockdev's own socket, reached even so
    fs::permissions(root() / node, fs::perms::none);
}

std::filesystem::path MockMachine::root() const {
    const std::unique_ptr<gchar, decltype(&g_free)> path(
        umockdev_testbed_get_root_dir(kernel_->testbed.get()), g_free);
    return path.get();
}

} // namespace framegate::test
