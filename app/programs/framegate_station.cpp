// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/station_program.h"

int main(int argc, char** argv) {
    return framegate::runStationProgram(argc, argv);
}
