// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <fmt/format.h>
#include <string_view>

namespace framegate::test {

/// Whether a benchmark was asked for `--figures`: one JSON object a line and nothing else.
inline bool wantsFigures(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]) == "--figures") return true;
    return false;
}

inline void printFigure(std::string_view name, double value, std::string_view unit) {
    fmt::print("{{\"name\":\"{}\",\"value\":{:.6g},\"unit\":\"{}\"}}\n", name, value, unit);
    std::fflush(stdout);
}

} // namespace framegate::test
