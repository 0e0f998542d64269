#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what is missing, builds the programs, and tests a lot of twenty simulated modules, one of them bad.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: packaging/demo.sh [--no-install] [--built FOLDER]
  --no-install    leave the packages alone
  --built FOLDER  build nothing, take the programs of this folder
Runs on Debian 12, Debian 13 and Ubuntu 24.04, as root or with sudo.
TEXT
}

root=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$root"
. packaging/lib/packages.sh

install=yes
programs=
while [ $# -gt 0 ]; do
    case $1 in
        --no-install) install=no ;;
        --built) programs=${2:?--built: the folder is missing} && shift ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
    shift
done

if [ "$install" = yes ]; then
    packages_install "${program_packages[@]}"
fi
if [ -z "$programs" ]; then
    programs=build/release/bin
    cmake --preset release -DFRAMEGATE_TESTS=OFF
    cmake --build --preset release --target framegate framegate-station
fi

mkdir -p build/demo
out=$(mktemp -d build/demo/lot-XXXXXX)
lot=(run --plan fixtures/plans/ov2640.toml --bench virtual --scenario fixtures/scenarios/one-bad-unit.toml
    --units 20 --slots 4)

printf '\n$ framegate %s --out %s\n\n' "${lot[*]}" "$out"
status=0
"$programs/framegate" "${lot[@]}" --out "$out" || status=$?

# The unit that did not pass: serial, outcome, failure code, failed measurements.
bad_units() {
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
        $column["outcome"] != "PASS" {
            print $column["serial"], $column["outcome"], $column["failure_code"], $column["failed_measurements"]
        }' "$out/units.csv"
}

if [ "$status" != 1 ]; then
    echo "The lot has one bad unit, so framegate should have ended with status 1; it ended with $status." >&2
    exit 1
fi
for file in units.csv measurements.csv summary.json; do
    if [ ! -s "$out/$file" ]; then
        echo "framegate did not write $out/$file." >&2
        exit 1
    fi
done
rows=$(($(wc -l <"$out/units.csv") - 1))
bad=$(bad_units)
if [ "$rows" != 20 ] || [ "$(grep -c . <<<"$bad")" != 1 ] || [[ $bad != *" FAIL "* ]]; then
    echo "Expected 20 units and exactly one FAIL in $out/units.csv; found $rows units and: ${bad:-none}." >&2
    exit 1
fi

cat <<TEXT

The bad unit:       $bad
One row a unit:     $out/units.csv
One a measurement:  $out/measurements.csv
The lot in figures: $out/summary.json

To watch the same lot in a window:
  $programs/framegate-station ${lot[*]:1} --pace 1 --out build/demo/window
TEXT
