// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes firmware/driver/recipes.h to standard output.
#include "support/driver_recipes.h"

#include <cstdio>

int main() {
    const auto text = framegate::test::driverRecipes(FRAMEGATE_SOURCE_DIR "/fixtures");
    if (!text) return std::fprintf(stderr, "%s\n", text.error().message.c_str()), 1;
    std::fputs(text->c_str(), stdout);
}
