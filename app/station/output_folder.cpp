// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/output_folder.h"

#include "base/files.h"

#include <array>
#include <fmt/format.h>

namespace framegate {

namespace fs = std::filesystem;

namespace {

Failure refused(const fs::path& folder, std::string_view why) {
    return failure(ErrorKind::InvalidInput, "OUTPUT_FOLDER",
                   fmt::format("--out {}: {}", folder.string(), why));
}

bool holdsLot(const fs::path& folder) {
    static constexpr std::array<const char*, 4> traces = {"units.csv", "measurements.csv", "summary.json",
                                                          "records.sqlite"};
    std::error_code ignored;
    for (const auto* trace : traces)
        if (fs::exists(folder / trace, ignored)) return true;
    return false;
}

} // namespace

Result<> prepareOutputFolder(const fs::path& folder, bool resume) {
    std::error_code error;
    if (fs::exists(folder, error) && !fs::is_directory(folder, error))
        return refused(folder, "is a file; name a folder");
    if (!resume && holdsLot(folder))
        return refused(folder,
                       "holds a lot already; name another folder, or continue that lot with --resume");
    fs::create_directories(folder / "artifacts", error);
    if (error) return refused(folder, fmt::format("cannot be made: {}", error.message()));
    const auto probe = folder / ".framegate-write-test";
    if (auto written = writeFileAtomically(probe, std::string_view("ok")); !written)
        return refused(folder, fmt::format("cannot be written to ({})", written.error().message));
    fs::remove(probe, error);
    return {};
}

} // namespace framegate
