// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_backend.h"

#include "usb/device_node.h"
#include "usb/interface_match.h"
#include "usb/libusb_path.h"
#include "usb/libusb_status.h"
#include "usb/libusb_transport.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <libusb.h>
#include <optional>

namespace framegate {
namespace {

/// All devices libusb sees, given back with the object.
class DeviceList {
public:
    explicit DeviceList(libusb_context* context) : count_(libusb_get_device_list(context, &devices_)) {}
    DeviceList(const DeviceList&) = delete;
    DeviceList& operator=(const DeviceList&) = delete;
    ~DeviceList() {
        if (count_ >= 0) libusb_free_device_list(devices_, 1);
    }
    Result<> good() const {
        if (count_ >= 0) return {};
        return failure(ErrorKind::Usb, "USB_LIST",
                       fmt::format("listing USB devices: {}", libusb_strerror(static_cast<int>(count_))));
    }
    std::span<libusb_device*> devices() const {
        return {devices_, static_cast<std::size_t>(std::max<ssize_t>(count_, 0))};
    }

private:
    libusb_device** devices_ = nullptr;
    ssize_t count_;
};

/// None if the device does not answer; empty if it has no such string.
std::optional<std::string> stringOf(libusb_device_handle* handle, std::uint8_t index) {
    std::array<unsigned char, 256> text{};
    if (index == 0) return std::string();
    const int length =
        libusb_get_string_descriptor_ascii(handle, index, text.data(), static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    return std::string(text.begin(), text.begin() + length);
}

void readStrings(libusb_device* device, const libusb_device_descriptor& descriptor, UsbDevice& described) {
    libusb_device_handle* opened = nullptr;
    if (libusb_open(device, &opened) != 0) return; // somebody else's device: its strings are its own
    const LibusbHandle handle(opened);
    const auto serial = stringOf(opened, descriptor.iSerialNumber);
    if (!serial) return; // a board that hangs costs one time-out of libusb's, a second, not one a string
    described.serial = *serial;
    described.productName = stringOf(opened, descriptor.iProduct).value_or("");
}

UsbDevice describe(libusb_device* device, UsbPortPath path, const libusb_device_descriptor& descriptor) {
    UsbDevice described{std::move(path), descriptor.idVendor, descriptor.idProduct, {}, {}};
    if (descriptor.bDeviceClass != LIBUSB_CLASS_HUB) readStrings(device, descriptor, described);
    return described;
}

InterfaceDescription describe(const libusb_interface_descriptor& interface) {
    InterfaceDescription described{interface.bInterfaceNumber,
                                   interface.bInterfaceClass,
                                   interface.bInterfaceSubClass,
                                   interface.bInterfaceProtocol,
                                   {}};
    for (const auto& endpoint : std::span(interface.endpoint, interface.bNumEndpoints))
        described.endpoints.push_back({endpoint.bEndpointAddress, endpoint.bmAttributes});
    return described;
}

/// The interfaces of the active configuration, each in its first alternate setting: the one that claiming
/// gives.
Result<std::vector<InterfaceDescription>> interfacesOf(libusb_device* device, const std::string& opening) {
    libusb_config_descriptor* config = nullptr;
    const int status = libusb_get_active_config_descriptor(device, &config);
    if (status == LIBUSB_ERROR_NOT_FOUND)
        return failure(ErrorKind::NotFound, "USB_NO_INTERFACE", opening + ": it is not configured");
    if (status != 0) return openFailure(status, opening + ": reading its configuration");
    const std::unique_ptr<libusb_config_descriptor, decltype(&libusb_free_config_descriptor)> owned(
        config, libusb_free_config_descriptor);
    std::vector<InterfaceDescription> interfaces;
    for (const auto& interface : std::span(config->interface, config->bNumInterfaces))
        if (interface.num_altsetting > 0) interfaces.push_back(describe(interface.altsetting[0]));
    return interfaces;
}

/// What keeps a device that libusb lists from being opened.
Failure cannotOpen(int status, libusb_device* device, const std::string& opening) {
    const auto node = deviceNode(libusb_get_bus_number(device), libusb_get_device_address(device));
    if (status == LIBUSB_ERROR_ACCESS && node.exists)
        return failure(ErrorKind::Permission, "USB_PERMISSION",
                       fmt::format("{}: {}", opening, accessAdvice(node)));
    if (status == LIBUSB_ERROR_NO_DEVICE && !std::filesystem::exists("/dev/bus/usb"))
        return failure(ErrorKind::Usb, "USB_OPEN",
                       fmt::format("{}: {} is missing, as is all of /dev/bus/usb; in a container, pass it on "
                                   "(framegate doctor says how)",
                                   opening, node.path));
    return openFailure(status, opening);
}

/// A driver of the kernel that cannot be sent away, or another program.
Failure cannotClaim(int status, libusb_device_handle* handle, std::uint8_t interface,
                    const std::string& opening) {
    const auto claiming = fmt::format("{}: claiming interface {}", opening, interface);
    auto* device = libusb_get_device(handle);
    const bool refused = status == LIBUSB_ERROR_BUSY || status == LIBUSB_ERROR_ACCESS;
    if (refused && libusb_kernel_driver_active(handle, interface) == 1) {
        const auto path = pathOf(device);
        const auto driver = kernelDriverOf(path ? path->text() : std::string(), interface);
        return failure(
            ErrorKind::Usb, "USB_DRIVER",
            fmt::format("{}: the kernel's driver {} has it and does not let go; unbind it, or unload its "
                        "module, then plug the board in again",
                        claiming, driver.empty() ? "for it" : driver));
    }
    if (status != LIBUSB_ERROR_BUSY) return openFailure(status, claiming);
    const auto node = deviceNode(libusb_get_bus_number(device), libusb_get_device_address(device));
    return failure(ErrorKind::Usb, "USB_BUSY",
                   fmt::format("{}: another program uses it; close that first (fuser {} says which)",
                               claiming, node.path));
}

Result<LibusbHandle> claim(libusb_device* device, std::uint8_t interface, const std::string& opening) {
    libusb_device_handle* opened = nullptr;
    if (const int status = libusb_open(device, &opened); status != 0)
        return cannotOpen(status, device, opening);
    LibusbHandle handle(opened);
    libusb_set_auto_detach_kernel_driver(opened, 1); // refused only where drivers cannot be detached
    if (const int status = libusb_claim_interface(opened, interface); status != 0)
        return cannotClaim(status, opened, interface, opening);
    return handle;
}

class LibusbBackend : public UsbBackend {
public:
    explicit LibusbBackend(std::shared_ptr<LibusbContext> context) : context_(std::move(context)) {}

    Result<std::vector<UsbDevice>> devices() override {
        const DeviceList list(context_->get());
        if (auto good = list.good(); !good) return passOn(good);
        std::vector<UsbDevice> found;
        for (auto* device : list.devices()) {
            auto path = pathOf(device);
            libusb_device_descriptor descriptor{};
            if (path && libusb_get_device_descriptor(device, &descriptor) == 0)
                found.push_back(describe(device, std::move(*path), descriptor));
        }
        std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.port < b.port; });
        return found;
    }

    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override {
        const DeviceList list(context_->get());
        if (auto good = list.good(); !good) return passOn(good);
        for (auto* device : list.devices())
            if (pathOf(device) == port) return openDevice(device, port, match);
        return failure(
            ErrorKind::NotFound, "USB_NO_DEVICE",
            fmt::format("opening the board at USB port {}: nothing is plugged in there", port.text()));
    }

    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override {
        using namespace std::chrono_literals;
        SteadyClock clock;
        const auto deadline = Deadline::after(clock, limit);
        const auto lookout = watch(port);
        const auto before = addressAt(port);
        if (!before) return passOn(before);
        // Not hearing it is expected of a board that hangs; its watchdog then does the same.
        if (auto board = open(port, match))
            (void)(*board)->control(request, {}, Deadline::after(clock, 500ms).atMost(deadline), stop);
        auto now = before;
        while (!*now || *now == *before) {
            if (deadline.passed(clock)) return notBack(port, now->has_value());
            if (auto waited = lookout->wait(clock, deadline, stop); !waited) return passOn(waited);
            now = addressAt(port);
            if (!now) return passOn(now);
        }
        return {};
    }

    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override {
        if (auto changes = context_->changes()) return watchReports(std::move(changes), port);
        return UsbBackend::watch(port);
    }

private:
    /// The bus address of the device at \a port, a new one each time it is plugged in; none if there is none.
    Result<std::optional<std::uint8_t>> addressAt(const UsbPortPath& port) const {
        const DeviceList list(context_->get());
        if (auto good = list.good(); !good) return passOn(good);
        for (auto* device : list.devices())
            if (pathOf(device) == port) return libusb_get_device_address(device);
        return std::optional<std::uint8_t>();
    }

    static Failure notBack(const UsbPortPath& port, bool there) {
        if (there)
            return failure(
                ErrorKind::Usb, "USB_NO_RESTART",
                fmt::format("the board at USB port {} did not start anew; unplug it and plug it in",
                            port.text()));
        return failure(
            ErrorKind::NotFound, "USB_NO_DEVICE",
            fmt::format("the board at USB port {} did not come back; look at its plug and hub", port.text()));
    }

    Result<std::unique_ptr<UsbTransport>> openDevice(libusb_device* device, const UsbPortPath& port,
                                                     UsbInterfaceMatch match) {
        const auto name = "the board at USB port " + port.text();
        const auto opening = "opening " + name;
        const auto interfaces = interfacesOf(device, opening);
        if (!interfaces) return passOn(interfaces);
        const auto pipes = findInterface(*interfaces, match, name);
        if (!pipes) return passOn(pipes);
        auto handle = claim(device, pipes->number, opening);
        if (!handle) return passOn(handle);
        return std::make_unique<LibusbTransport>(context_, std::move(*handle), *pipes, name);
    }

    std::shared_ptr<LibusbContext> context_;
};

} // namespace

Result<std::unique_ptr<UsbBackend>> openLibusbBackend() {
    auto context = LibusbContext::start();
    if (!context) return passOn(context);
    return std::make_unique<LibusbBackend>(std::move(*context));
}

} // namespace framegate
