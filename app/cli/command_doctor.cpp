// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "station/doctor.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

void print(const DoctorFinding& finding, bool json) {
    if (json) {
        fmt::print("{}\n", nlohmann::ordered_json{{"check", finding.check},
                                                  {"state", stateText(finding.state)},
                                                  {"detail", finding.detail},
                                                  {"advice", finding.advice}}
                               .dump());
        return;
    }
    fmt::print("{:<9}{:<10}{}\n", stateText(finding.state), finding.check, finding.detail);
    if (!finding.advice.empty()) fmt::print("{:19}-> {}\n", "", finding.advice);
}

} // namespace

int doctorCommand(int argc, char** argv) {
    CLI::App app("Says what this machine lacks for running a station; changes nothing. Exit status 3 when "
                 "something is bad.",
                 "framegate doctor");
    bool json = false;
    app.add_flag("--json", json, "One JSON object a line");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const auto findings = examineMachine();
    for (const auto& finding : findings)
        print(finding, json);
    const bool bad = std::any_of(findings.begin(), findings.end(),
                                 [](const DoctorFinding& f) { return f.state == DoctorFinding::State::Bad; });
    return bad ? exitStatus::couldNotTell : exitStatus::success;
}

} // namespace framegate
