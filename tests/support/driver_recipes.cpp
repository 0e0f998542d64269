// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/driver_recipes.h"

#include "config/readers.h"
#include "domain/test_plan.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <vector>

namespace framegate::test {
namespace {

constexpr std::string_view opening = R"(// SPDX-License-Identifier: MIT
//
// Made of fixtures/sensors and fixtures/boards by the program driver_recipes; a test compares. Not to be
// changed by hand.
// clang-format off
#pragma once

#include "driver/recipe.h"

namespace framegate::driver {

)";

/// "mini-2mp-plus" as "mini2mpPlus".
std::string identifier(std::string_view name) {
    std::string text;
    bool upper = false;
    for (const char c : name) {
        const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (letter) text += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        upper = !letter;
    }
    return text;
}

std::string literal(const RegisterWrite& write) {
    return fmt::format("{{{}, 0x{:02x}, 0x{:02x}, 0x{:02x}}}", write.at.bank, write.at.address, write.value,
                       write.mask);
}

std::string arrayOf(const std::string& name, const std::vector<RegisterWrite>& writes) {
    std::string text = fmt::format("inline constexpr RegisterWrite {}[] = {{", name);
    for (std::size_t i = 0; i < writes.size(); ++i)
        text += (i % 4 == 0 ? "\n    " : " ") + literal(writes[i]) + ",";
    return text + "\n};\n";
}

long long us(std::chrono::nanoseconds time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

std::string identities(const SensorDescription& sensor, const std::string& name) {
    std::string text;
    std::string list;
    for (std::size_t i = 0; i < sensor.identity.size(); ++i) {
        const auto& identity = sensor.identity[i];
        std::vector<std::string> accepted;
        for (const auto value : identity.accepted)
            accepted.push_back(fmt::format("0x{:02x}", value));
        text += fmt::format("inline constexpr std::uint8_t {}Id{}[] = {{{}}};\n", name, i,
                            fmt::join(accepted, ", "));
        list +=
            fmt::format("\n    {{{}, 0x{:02x}, {}Id{}}},", identity.at.bank, identity.at.address, name, i);
    }
    return text + fmt::format("inline constexpr Identity {}Identity[] = {{{}\n}};\n", name, list);
}

std::string sensorText(const SensorDescription& sensor) {
    const auto name = identifier(sensor.name);
    const PlanTiming timing;
    std::string text = identities(sensor, name) + arrayOf(name + "Start", sensor.base);
    std::string sizes;
    for (const auto& mode : sensor.modes) {
        const auto table = fmt::format("{}Size{}x{}", name, mode.size.width, mode.size.height);
        text += arrayOf(table, mode.writes);
        sizes += fmt::format("\n    {{{}, {}, {}}},", mode.size.width, mode.size.height, table);
    }
    text += fmt::format("inline constexpr Size {}Sizes[] = {{{}\n}};\n", name, sizes);
    const auto pause = std::max<std::chrono::nanoseconds>(timing.writePause, sensor.writePause);
    const int bank = sensor.bankRegister ? int{*sensor.bankRegister} : -1;
    return text + fmt::format("inline constexpr Sensor {} = {{\n    \"{}\", 0x{:02x}, {}, {}, {}, {}, {}, "
                              "{}Identity,\n    {}, {}Start, {}Sizes}};\n\n",
                              name, sensor.name, sensor.i2cAddress, sensor.addressBytes, bank,
                              std::min(timing.i2cHz, sensor.i2cHzMax), us(pause), us(timing.resetWait), name,
                              literal(sensor.softReset), name, name);
}

std::string boardText(const BoardDescription& board) {
    const auto name = identifier(board.name);
    std::string start;
    for (const auto& write : board.start)
        start += fmt::format("\n    {{0x{:02x}, 0x{:02x}, {}}},", write.address, write.value, us(write.wait));
    const auto& standby = board.standby;
    return fmt::format("inline constexpr ArduchipWrite {}Start[] = {{{}\n}};\n", name, start) +
           fmt::format("inline constexpr Carrier {} = {{\n    \"{}\", {}, {}, 0x{:02x}, {},\n    0x{:02x}, "
                       "0x{:02x}, {}, {}, {}Start}};\n\n",
                       name, board.name, board.fifoBytes, board.dummyBytes, board.doneMask, board.spiHzMax,
                       standby.address, standby.mask, standby.standbyIsHigh, us(standby.wakeTime), name);
}

} // namespace

Result<std::string> driverRecipes(const std::filesystem::path& fixtures) {
    std::string text(opening);
    for (const auto* name : {"ov2640", "ov5642"}) {
        const auto sensor = config::readSensor(fixtures / "sensors" / (std::string(name) + ".toml"));
        if (!sensor) return passOn(sensor);
        text += sensorText(*sensor);
    }
    for (const auto* name : {"mini-2mp", "mini-2mp-plus", "mini-5mp", "mini-5mp-plus"}) {
        const auto board = config::readBoard(fixtures / "boards" / (std::string(name) + ".toml"));
        if (!board) return passOn(board);
        text += boardText(*board);
    }
    return text + "} // namespace framegate::driver\n";
}

} // namespace framegate::test
