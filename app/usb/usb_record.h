// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "usb/usb_backend.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace framegate {

enum class UsbCall : std::uint8_t { Devices, Open, Restart, Wait, Send, Receive, Control, ClearHalt };

/// One call on a UsbBackend, a UsbWatch or a UsbTransport, and how it ended: a line of a recording. Fields
/// that a call does not have stay as they are here. A value.
struct UsbRecord {
    UsbCall call = UsbCall::Devices;
    std::size_t line = 0;        ///< in the file it was read from
    std::uint64_t transport = 0; ///< number of the transport, from 1 in order of opening; 0: the backend
    // What was asked for.
    UsbPortPath port;
    UsbInterfaceMatch match;
    UsbControlRequest request;
    UsbPipe pipe = UsbPipe::BulkIn;
    std::size_t room = 0; ///< most bytes that may come
    std::vector<std::byte> sent;
    // What came of it.
    std::vector<UsbDevice> devices;
    std::vector<std::byte> got;
    std::size_t moved = 0; ///< of a control request
    std::optional<Error> error;
    /// On the transport's clock; of a wait, from zero on the clock waited on.
    std::chrono::nanoseconds began{0};
    std::chrono::nanoseconds ended{0};
};

/// Whether both ask for the same.
bool sameRequest(const UsbRecord& a, const UsbRecord& b);
/// What is asked for, such as "receiving up to 4160 bytes on transport 1".
std::string requestText(const UsbRecord& record);

/// Limits of a recording.
inline constexpr std::size_t usbRecordingLimit = std::size_t{256} << 20;
inline constexpr std::size_t usbRecordLimit = std::size_t{1} << 20; ///< of one line

/// The first line of a recording.
std::string usbRecordingHead();
/// The record as one line of JSON, with its line end (docs/usb.md has the format).
std::string usbRecordLine(const UsbRecord& record);
/// Reads a recording's text. A last line that is cut off is left out: the recording program was killed.
/// Errors: InvalidInput `USB_RECORDING` with \a name and line.
Result<std::vector<UsbRecord>> parseUsbRecording(std::string_view text, const std::string& name);
/// The same from a file. Errors also: those of reading it.
Result<std::vector<UsbRecord>> readUsbRecording(const std::filesystem::path& file);

} // namespace framegate
