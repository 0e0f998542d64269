// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usb/usb_backend.h"
#include "usb/usb_record.h"

#include <filesystem>
#include <memory>

namespace framegate {

/// The file that a recording grows in, one whole line a call, so that a program that is killed leaves a good
/// recording. Thread-safe.
class UsbRecording {
public:
    /// Errors: InvalidInput `USB_RECORDING_FILE` where the file is there already and not empty; Io
    /// `FILE_WRITE`.
    static Result<std::shared_ptr<UsbRecording>> create(const std::filesystem::path& file,
                                                        std::size_t limit = usbRecordingLimit);
    /// Flushes the file to disk.
    virtual ~UsbRecording() = default;
    /// Adds a record. Beyond the limit, or after the disk has refused one, nothing more is added.
    virtual void add(const UsbRecord& record) = 0;
    /// Numbers from 1 on.
    virtual std::uint64_t nextTransport() = 0;
    /// Why the recording is not whole, or nothing. Errors: Io `USB_RECORDING_CUT`.
    virtual Result<> whole() const = 0;
};

/// Passes everything on to \a backend, which must outlive it, and records each call with its end. Reports of
/// transports go on after this is gone.
std::unique_ptr<UsbBackend> recordUsb(UsbBackend& backend, std::shared_ptr<UsbRecording> recording);

} // namespace framegate
