#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# no_scenario_test.sh SIMULATION.a LIBRARY.a…
# Nothing that judges, drives or records can see a scenario: none of its object code refers to the simulation,
# nor to the simulated module. What cannot be linked cannot be asked. SIMULATION.a shows that the search finds
# such references where there are some.
set -euo pipefail

references() { nm --undefined-only --demangle "$1" 2>/dev/null | grep -cE ' framegate::(simulation|sim)::' || true; }

simulation=$1
shift
if [ "$(references "$simulation")" -eq 0 ]; then
    echo "no reference to the simulated module found in $simulation: the search is broken"
    exit 1
fi
status=0
for library in "$@"; do
    [ -f "$library" ] || { echo "$library is missing"; status=1; }
    count=$(references "$library")
    if [ "$count" -ne 0 ]; then
        echo "$library refers to the simulation:"
        nm --undefined-only --demangle "$library" | grep -E ' framegate::(simulation|sim)::'
        status=1
    fi
done
exit $status
