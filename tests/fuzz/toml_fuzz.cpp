// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a sensor, board, limits, station or serials file: read, or refused with a place.
#include "config/readers.h"

#include <cstdlib>

namespace framegate::config {
namespace {

template <class T>
void demandPlace(const Result<T>& result) {
    if (result) return;
    const auto& error = result.error();
    const bool placed =
        error.message.rfind("fuzz:", 0) == 0 && error.message.find(':', 5) != std::string::npos;
    if (error.kind != ErrorKind::InvalidInput || error.code != "CONFIG" || !placed) std::abort();
}

void readAs(std::string_view text) {
    demandPlace(serialsOf(text, "fuzz"));
    const auto document = Document::parse(text, "fuzz");
    demandPlace(document);
    if (!document) return;
    demandPlace(sensorOf(*document));
    demandPlace(boardOf(*document));
    demandPlace(limitsOf(*document));
    demandPlace(stationOf(*document));
}

} // namespace
} // namespace framegate::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    framegate::config::readAs({reinterpret_cast<const char*>(bytes), size});
    return 0;
}
