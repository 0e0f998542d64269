// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a recording of USB: read, and the same once written and read again, or refused with a line.
#include "usb/usb_record.h"

#include <cstdlib>

namespace framegate {
namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

void readAs(std::string_view text) {
    const auto read = parseUsbRecording(text, "fuzz");
    if (!read) {
        demand(read.error().code == "USB_RECORDING" && read.error().message.rfind("fuzz:", 0) == 0);
        return;
    }
    for (const auto& record : *read) {
        const auto again = parseUsbRecording(usbRecordingHead() + usbRecordLine(record), "again");
        demand(again && again->size() == 1 && sameRequest(again->front(), record));
        demand(again->front().got == record.got && record.got.size() <= record.room);
    }
}

} // namespace
} // namespace framegate

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    framegate::readAs({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
