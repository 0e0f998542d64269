// SPDX-License-Identifier: MIT
#include "sim/module_kind.h"

#include <array>

namespace framegate::sim {
namespace {

struct NamedModule {
    std::string_view sensor;
    std::string_view board;
    ModuleKind kind;
};

// Versions: 0x40, 0x62 and 0x73 are published for a Mini 2MP, a 5MP and a Mini 5MP Plus. Memory and dummy
// bytes: the vendor's library, application note and examples; for the Mini 2MP the library knows no bits of
// register 0x03. Rewinding: guessed.
constexpr std::array<NamedModule, 4> modules = {{
    {"ov2640", "mini-2mp", {SensorKind::Ov2640, 0x40, 0x60000, true, Rewinds::Bit4, false}},
    {"ov2640", "mini-2mp-plus", {SensorKind::Ov2640, 0x40, 0x800000, false, Rewinds::EitherBit}},
    {"ov5642", "mini-5mp", {SensorKind::Ov5642, 0x62, 0x80000, true, Rewinds::Never, true, 0.2}},
    {"ov5642", "mini-5mp-plus", {SensorKind::Ov5642, 0x73, 0x800000, false, Rewinds::Bit5, true, 0.2}},
}};

} // namespace

const ModuleKind* findModule(std::string_view sensor, std::string_view board) {
    for (const auto& module : modules)
        if (module.sensor == sensor && module.board == board) return &module.kind;
    return nullptr;
}

std::vector<std::string> moduleNames() {
    std::vector<std::string> names;
    for (const auto& module : modules)
        names.push_back(std::string(module.sensor) + " on " + std::string(module.board));
    return names;
}

} // namespace framegate::sim
