// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "simulation/bootsel_device.h"
#include "usb/usb_backend.h"

#include <memory>
#include <mutex>
#include <vector>

namespace framegate::simulation {

/// Simulated Picos in BOOTSEL on a USB backend, on ports 1-1, 1-2, …, each in its own simulated time. What
/// runs on them after a start has no interface here: a board then shows only its name.
/// Thread-safe, except device().
class BootselBench : public UsbBackend {
public:
    explicit BootselBench(const std::vector<BootselOptions>& boards);
    BootselBench(BootselBench&&) noexcept;
    ~BootselBench() override;

    Result<std::vector<UsbDevice>> devices() override;
    Result<std::unique_ptr<UsbTransport>> open(const UsbPortPath& port, UsbInterfaceMatch match) override;
    /// The boot ROM cannot be asked to restart in this way. Errors: `USB_NO_RESTART`.
    Result<> restart(const UsbPortPath& port, UsbInterfaceMatch match, UsbControlRequest request,
                     std::chrono::nanoseconds limit, std::stop_token stop) override;

    std::unique_ptr<UsbWatch> watch(const UsbPortPath& port) override;

    static UsbPortPath port(std::size_t index);
    /// The time of one board.
    Clock& clock(std::size_t index);
    /// To look at, or to change, while nobody talks to it.
    BootselDevice& device(std::size_t index);

private:
    struct Board;
    Board* at(const UsbPortPath& port);
    std::vector<std::unique_ptr<Board>> boards_;
};

} // namespace framegate::simulation
