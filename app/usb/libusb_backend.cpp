// SPDX-License-Identifier: GPL-3.0-or-later
#include "usb/libusb_backend.h"

#include "usb/libusb_transport.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
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
    bool good() const { return count_ >= 0; }
    int status() const { return static_cast<int>(count_); }
    std::span<libusb_device*> devices() const {
        return {devices_, static_cast<std::size_t>(std::max<ssize_t>(count_, 0))};
    }

private:
    libusb_device** devices_ = nullptr;
    ssize_t count_;
};

/// None for a root hub, which is plugged in nowhere.
std::optional<UsbPortPath> pathOf(libusb_device* device) {
    std::array<std::uint8_t, 7> ports{};
    const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
    if (count <= 0) return std::nullopt;
    return UsbPortPath(libusb_get_bus_number(device), {ports.begin(), ports.begin() + count});
}

std::string stringOf(libusb_device_handle* handle, std::uint8_t index) {
    std::array<unsigned char, 256> text{};
    if (index == 0) return {};
    const int length =
        libusb_get_string_descriptor_ascii(handle, index, text.data(), static_cast<int>(text.size()));
    return length > 0 ? std::string(text.begin(), text.begin() + length) : std::string();
}

UsbDevice describe(libusb_device* device, UsbPortPath path, const libusb_device_descriptor& descriptor) {
    UsbDevice described{std::move(path), descriptor.idVendor, descriptor.idProduct, {}, {}};
    libusb_device_handle* handle = nullptr;
    if (libusb_open(device, &handle) != 0)
        return described; // somebody else's device: its strings are its own
    described.serial = stringOf(handle, descriptor.iSerialNumber);
    described.productName = stringOf(handle, descriptor.iProduct);
    libusb_close(handle);
    return described;
}

/// The interface's bulk endpoints, if it has one each way.
std::optional<ClaimedInterface> endpointsOf(const libusb_interface_descriptor& candidate) {
    ClaimedInterface claimed{candidate.bInterfaceNumber, 0, 0};
    for (const auto& endpoint : std::span(candidate.endpoint, candidate.bNumEndpoints)) {
        if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) continue;
        const bool in = (endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0;
        (in ? claimed.bulkIn : claimed.bulkOut) = endpoint.bEndpointAddress;
    }
    if (claimed.bulkIn == 0 || claimed.bulkOut == 0) return std::nullopt;
    return claimed;
}

Result<ClaimedInterface> findInterface(libusb_device* device, UsbInterfaceMatch match,
                                       const std::string& name) {
    libusb_config_descriptor* config = nullptr;
    if (const int status = libusb_get_active_config_descriptor(device, &config); status != 0)
        return libusbFailure(status, "reading the configuration of " + name);
    const std::unique_ptr<libusb_config_descriptor, decltype(&libusb_free_config_descriptor)> owned(
        config, libusb_free_config_descriptor);
    std::string seen;
    for (const auto& interface : std::span(config->interface, config->bNumInterfaces)) {
        if (interface.num_altsetting < 1) continue;
        const auto& candidate = interface.altsetting[0];
        const auto endpoints = endpointsOf(candidate);
        if (candidate.bInterfaceClass == match.interfaceClass &&
            candidate.bInterfaceSubClass == match.subclass &&
            candidate.bInterfaceProtocol == match.protocol && endpoints)
            return *endpoints;
        seen += fmt::format(" {:02x}/{:02x}/{:02x}", candidate.bInterfaceClass, candidate.bInterfaceSubClass,
                            candidate.bInterfaceProtocol);
    }
    return failure(
        ErrorKind::NotFound, "USB_NO_INTERFACE",
        fmt::format("{} has no interface {:02x}/{:02x}/{:02x} with a bulk endpoint each way; it has{}", name,
                    match.interfaceClass, match.subclass, match.protocol, seen.empty() ? " none" : seen));
}

class LibusbBackend : public UsbBackend {
public:
    explicit LibusbBackend(std::shared_ptr<LibusbContext> context) : context_(std::move(context)) {}

    Result<std::vector<UsbDevice>> devices() override {
        const DeviceList list(context_->get());
        if (!list.good())
            return failure(ErrorKind::Usb, "USB_LIST",
                           fmt::format("listing USB devices: {}", libusb_strerror(list.status())));
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
        for (auto* device : list.devices())
            if (pathOf(device) == port) return openDevice(device, port, match);
        return failure(ErrorKind::NotFound, "USB_NO_DEVICE",
                       fmt::format("nothing is plugged in at USB port {}", port.text()));
    }

private:
    Result<std::unique_ptr<UsbTransport>> openDevice(libusb_device* device, const UsbPortPath& port,
                                                     UsbInterfaceMatch match) {
        const auto name = "the board at USB port " + port.text();
        const auto found = findInterface(device, match, name);
        if (!found) return passOn(found);
        libusb_device_handle* handle = nullptr;
        if (const int status = libusb_open(device, &handle); status != 0)
            return libusbFailure(status, "opening " + name);
        libusb_set_auto_detach_kernel_driver(handle, 1);
        if (const int status = libusb_claim_interface(handle, found->number); status != 0) {
            libusb_close(handle);
            return libusbFailure(status, "claiming the interface of " + name);
        }
        return std::make_unique<LibusbTransport>(context_, handle, *found, name);
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
