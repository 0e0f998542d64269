// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/usb_backend.h"

#include <memory>
#include <utility>

namespace framegate::test {

/// Passes everything on to another one: to be overridden where something is to be watched or disturbed.
class PassingTransport : public UsbTransport {
public:
    explicit PassingTransport(std::unique_ptr<UsbTransport> inner) : inner_(std::move(inner)) {}

    Clock& clock() override { return inner_->clock(); }
    Result<> send(std::span<const std::byte> bytes, Deadline deadline, std::stop_token stop) override {
        return inner_->send(bytes, deadline, stop);
    }
    Result<std::size_t> receive(std::span<std::byte> buffer, Deadline deadline,
                                std::stop_token stop) override {
        return inner_->receive(buffer, deadline, stop);
    }
    Result<std::size_t> control(UsbControlRequest request, std::span<std::byte> bytes, Deadline deadline,
                                std::stop_token stop) override {
        return inner_->control(request, bytes, deadline, stop);
    }
    Result<> clearHalt(UsbPipe pipe, Deadline deadline, std::stop_token stop) override {
        return inner_->clearHalt(pipe, deadline, stop);
    }

private:
    std::unique_ptr<UsbTransport> inner_;
};

} // namespace framegate::test
