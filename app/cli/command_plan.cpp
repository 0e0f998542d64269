// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.h"
#include "station/plan_loading.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace framegate {
namespace {

std::vector<std::string> sizesOf(const TestPlan& plan) {
    std::vector<std::string> sizes;
    for (const auto& step : plan.main)
        for (const auto size : step.resolutions)
            sizes.push_back(size.text());
    return sizes;
}

nlohmann::ordered_json qualitiesOf(const TestPlan& plan) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& quality : plan.quality)
        list.push_back(
            {{"resolution", quality.size.text()}, {"value", quality.value}, {"reason", quality.reason}});
    return list;
}

nlohmann::ordered_json leftOutOf(const TestPlan& plan) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& left : plan.leftOut)
        list.push_back({{"resolution", left.size.text()}, {"reason", left.reason}});
    return list;
}

nlohmann::ordered_json shippingOf(const TestPlan& plan) {
    for (const auto& step : plan.main)
        if (step.firmware) return {{"file", step.firmware->file}, {"sha256", step.firmware->sha256}};
    return {};
}

void printJson(const TestPlan& plan) {
    const nlohmann::ordered_json object = {{"plan", plan.name},
                                           {"version", plan.version},
                                           {"sha256", plan.sha256},
                                           {"sensor", plan.sensor.name},
                                           {"board", plan.board.name},
                                           {"limits", plan.limits.name()},
                                           {"resolutions", sizesOf(plan)},
                                           {"quality", qualitiesOf(plan)},
                                           {"left_out", leftOutOf(plan)},
                                           {"test_firmware", testFirmwareText(plan.testFirmware)},
                                           {"shipping_firmware", shippingOf(plan)},
                                           {"limit_entries", plan.limits.entries().size()},
                                           {"verdict", "valid"}};
    fmt::print("{}\n", object.dump());
}

void printText(const TestPlan& plan) {
    fmt::print("{} {}: valid\n", plan.name, plan.version);
    fmt::print("  sensor {}, board {}, limits {} {} ({} entries)\n", plan.sensor.name, plan.board.name,
               plan.limits.name(), plan.limits.version(), plan.limits.entries().size());
    fmt::print("  {} setup, {} main, {} teardown steps; sizes {}\n", plan.setup.size(), plan.main.size(),
               plan.teardown.size(), fmt::join(sizesOf(plan), " "));
    for (const auto& quality : plan.quality)
        fmt::print("  {} in JPEG quality 0x{:02x}, not 0x{:02x}: {}\n", quality.size.text(), quality.value,
                   plan.sensor.jpegQuality->standard, quality.reason);
    for (const auto& left : plan.leftOut)
        fmt::print("  {} left out: {}\n", left.size.text(), left.reason);
    if (plan.testFirmware != TestFirmware::AsIs)
        fmt::print("  test firmware into {}\n", testFirmwareText(plan.testFirmware));
    for (const auto& step : plan.main)
        if (step.firmware) fmt::print("  ships {}, sha256 {}\n", step.firmware->file, step.firmware->sha256);
}

} // namespace

int planCommand(int argc, char** argv) {
    CLI::App app("Works with test plans.", "framegate plan");
    app.require_subcommand(1);
    auto* check = app.add_subcommand("check", "Reads a plan and all it names; says what is wrong");
    std::string file;
    bool json = false;
    check->add_option("FILE", file, "The plan")->required();
    check->add_flag("--json", json, "One JSON object");
    if (const auto status = parseCommandLine(app, argc, argv); !status.empty()) return status.front();
    const auto plan = loadPlan(file);
    if (!plan && json) {
        fmt::print("{}\n", nlohmann::ordered_json{{"plan", file},
                                                  {"verdict", "invalid"},
                                                  {"code", plan.error().code},
                                                  {"detail", plan.error().message}}
                               .dump());
    }
    if (!plan) return reportError(asWrongInput(plan.error()));
    json ? printJson(*plan) : printText(*plan);
    return exitStatus::success;
}

} // namespace framegate
