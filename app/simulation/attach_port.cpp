// SPDX-License-Identifier: GPL-3.0-or-later
//
// The kernel's drivers/usb/usbip/vhci_sysfs.c: files `status`, `status.1`, … a controller, and `attach`.
#include "simulation/attach_port.h"

#include "simulation/usbip_messages.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace framegate::simulation {
namespace {

constexpr unsigned stateFree = 4; ///< VDEV_ST_NULL

class VhciPort : public AttachPort {
public:
    VhciPort(std::filesystem::path file, unsigned number) : file_(std::move(file)), number_(number) {}

    Result<bool> attach(int socket, std::uint32_t device) override {
        const auto line = fmt::format("{} {} {} {}", number_, socket, device, usbip::speedFull);
        const int file = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC);
        const bool written = file >= 0 && ::write(file, line.data(), line.size()) >= 0;
        const int reason = errno;
        if (file >= 0) ::close(file);
        if (written) return true;
        if (reason == EBUSY || reason == EAGAIN) return false;
        return failure(reason == EACCES || reason == EPERM ? ErrorKind::Permission : ErrorKind::Usb,
                       "USBIP_ATTACH",
                       fmt::format("attaching a board to port {} by {}: {}; this needs root", number_,
                                   file_.string(), std::strerror(reason)));
    }

private:
    std::filesystem::path file_;
    unsigned number_;
};

/// One line of a status file, such as "hs  0003 004 000 00000000 000000 0-0".
struct PortLine {
    std::string hub;
    unsigned number = 0;
    unsigned state = 0;
    static std::optional<PortLine> read(const std::string& text) {
        std::istringstream words(text);
        PortLine line;
        if (words >> line.hub >> line.number >> line.state) return line;
        return std::nullopt;
    }
};

void addFreePorts(const std::filesystem::path& file, const std::filesystem::path& attach, std::size_t wanted,
                  std::vector<std::unique_ptr<AttachPort>>& ports) {
    std::ifstream lines(file);
    for (std::string text; ports.size() < wanted && std::getline(lines, text);) {
        const auto line = PortLine::read(text);
        if (line && line->hub == "hs" && line->state == stateFree)
            ports.push_back(std::make_unique<VhciPort>(attach, line->number));
    }
}

} // namespace

Result<std::vector<std::unique_ptr<AttachPort>>> findVhciPorts(std::size_t wanted,
                                                               const std::filesystem::path& folder) {
    std::vector<std::unique_ptr<AttachPort>> ports;
    const auto attach = folder / "attach";
    addFreePorts(folder / "status", attach, wanted, ports);
    for (int controller = 1; ports.size() < wanted; ++controller) {
        const auto file = folder / fmt::format("status.{}", controller);
        if (!std::filesystem::exists(file)) break;
        addFreePorts(file, attach, wanted, ports);
    }
    if (ports.size() == wanted) return ports;
    return failure(
        ErrorKind::NotAvailable, "USBIP_ATTACH",
        fmt::format("{} has {} free ports, {} are needed; is the module loaded (modprobe vhci-hcd)?",
                    folder.string(), ports.size(), wanted));
}

} // namespace framegate::simulation
