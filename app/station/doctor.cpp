// SPDX-License-Identifier: GPL-3.0-or-later
#include "station/doctor.h"

#include "records/record_store.h"
#include "station/bench_access.h"
#include "station/board_survey.h"
#include "station/doctor_usb.h"
#include "station/fixture_folder.h"
#include "station/plan_loading.h"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace framegate {

namespace fs = std::filesystem;

namespace {

using State = DoctorFinding::State;

constexpr std::uintmax_t littleSpace = 1ULL
                                       << 30; ///< a lot of 1000 units takes some 100 MB with its pictures

DoctorFinding checkFixtures() {
    const auto folder = findFixtureFolder();
    if (!folder)
        return {"fixtures", State::Bad, folder.error().message,
                "install the data folder or set FRAMEGATE_FIXTURES"};
    const auto plan = loadPlan(*folder / "plans" / "ov2640.toml");
    if (!plan) return {"fixtures", State::Bad, plan.error().message, "restore the shipped files"};
    return {"fixtures",
            State::Good,
            fmt::format("plans, limits, boards and sensors in {}", folder->string()),
            {}};
}

DoctorFinding checkDatabase() {
    std::error_code ignored;
    const auto file =
        fs::temp_directory_path(ignored) / fmt::format("framegate-doctor-{}.sqlite", ::getpid());
    const auto store = openRecordStore("sqlite://" + file.string());
    DoctorFinding finding =
        store ? DoctorFinding{"database", State::Good, "SQLite opens and keeps its schema", {}}
              : DoctorFinding{"database", State::Bad, store.error().message,
                              "install the package libqt6sql6-sqlite"};
    for (const auto* suffix : {"", "-wal", "-shm"})
        fs::remove(file.string() + suffix, ignored);
    return finding;
}

DoctorFinding checkDisk() {
    std::error_code error;
    const auto space = fs::space(".", error);
    if (error) return {"disk", State::Warning, error.message(), "run from a folder that can be read"};
    const auto detail = fmt::format("{:.1f} GB free here", static_cast<double>(space.available) / 1e9);
    if (space.available < littleSpace) return {"disk", State::Warning, detail, "make room before a long lot"};
    return {"disk", State::Good, detail, {}};
}

std::vector<DoctorFinding> checkUsb() {
    auto bench = openBench({});
    if (!bench)
        return {{"usb", State::Bad, bench.error().message,
                 "check that the kernel has USB and /dev/bus/usb is there"}};
    const auto boards = surveyBoards(**bench);
    if (!boards) return {{"usb", State::Bad, boards.error().message, "check /dev/bus/usb"}};
    std::vector<DoctorFinding> findings = {{"usb", State::Good, "libusb lists devices", {}}};
    if (boards->empty())
        findings.push_back({"boards", State::Warning, "no board is attached", "plug in the fixture's Picos"});
    for (const auto& board : *boards) {
        const auto what = fmt::format("{} {} {}", board.port.text(), board.usbId, board.state);
        findings.push_back(board.trouble.empty() ? DoctorFinding{"boards", State::Good, what, {}}
                                                 : DoctorFinding{"boards", State::Bad, what, board.trouble});
    }
    return findings;
}

} // namespace

std::string stateText(State state) {
    static constexpr std::array<const char*, 3> words = {"ok", "warning", "bad"};
    return words.at(static_cast<std::size_t>(state));
}

std::vector<DoctorFinding> examineMachine() {
    const auto machine = thisMachine();
    std::vector<DoctorFinding> findings = {checkFixtures(), checkDatabase(), checkDisk(),
                                           checkFonts(machine)};
    for (auto& finding : examineUsbAccess(machine))
        findings.push_back(std::move(finding));
    for (auto& finding : checkUsb())
        findings.push_back(std::move(finding));
    return findings;
}

} // namespace framegate
