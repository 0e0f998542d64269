#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Installs what is missing, then builds and tests everything. Stops at the first stage that fails.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: packaging/test.sh [--setup | --no-install]
  --setup       only install the packages that building and testing need
  --no-install  leave the packages alone
Runs on Debian 12, Debian 13 and Ubuntu 24.04, as root or with sudo.
TEXT
}

root=$(dirname "$(dirname "$(readlink -f "$0")")")
cd "$root"
. packaging/lib/packages.sh
. packaging/lib/debian_packages.sh
. packaging/lib/pico_sdk.sh
. packaging/lib/usb_guest.sh

install=yes
only_install=no
for argument in "$@"; do
    case $argument in
        --setup) only_install=yes ;;
        --no-install) install=no ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done

stages=()
# stage NAME COMMAND…: runs the command, remembers how it went and how long it took.
stage() {
    local name=$1 start=$SECONDS status=0
    shift
    printf '\n==> %s\n' "$name"
    "$@" || status=$?
    stages+=("$(printf '%-42s %5d s  %s' "$name" $((SECONDS - start)) "$([ $status = 0 ] && echo ok || echo FAILED)")")
    [ "$status" = 0 ] || exit 1
}

ctest_log=$(mktemp)
finish() {
    printf '\nStages:\n'
    printf '  %s\n' "${stages[@]}"
    printf '  %-42s %5d s\n' total "$SECONDS"
    grep 'tests passed' "$ctest_log" || true
    rm -f "$ctest_log"
}

check_format() {
    local program
    program=$(command -v clang-format-14 || command -v clang-format || true)
    if [ -z "$program" ] || ! "$program" --version | grep -q 'version 14\.'; then
        echo "Left out: formats differ between versions, and clang-format 14 is not installed."
        return
    fi
    find app firmware reports tests -name node_modules -prune -o \( -name '*.cpp' -o -name '*.h' \) -exec "$program" --dry-run -Werror {} +
}

build_firmware() {
    cmake --preset "firmware-$1" && cmake --build --preset "firmware-$1"
}

run_ctest() {
    ctest --preset ci | tee "$ctest_log"
}

# The programs whose threads and memory are worth the sanitizers' time.
sanitized=(engine_test lot_test)
if compgen -G "tests/unit/station/*.cpp" >/dev/null; then sanitized+=(station_test); fi

build_sanitized() {
    local targets=("${sanitized[@]}")
    if [ "$1" = asan ]; then targets+=(guest_plug_test); fi # run in "all tests"
    cmake --preset "$1" && cmake --build --preset "$1" --target "${targets[@]}"
}

# Some kernels place memory where this compiler's ThreadSanitizer does not expect it; a fixed layout does not.
fixed_layout=()
if setarch -R true 2>/dev/null; then fixed_layout=(setarch -R); fi

# Whole lots under a sanitizer: with ThreadSanitizer those that differ in their threads, with AddressSanitizer also
# every fault, on one sensor. All of them run in "all tests".
filter_of() {
    case $1/$2 in
        tsan/lot_test) echo "Lot.*" ;;
        asan/lot_test) echo "-FaultsOfTheOv5642/*" ;;
        *) echo "*" ;;
    esac
}

run_sanitized() {
    local program
    for program in "${sanitized[@]}"; do
        TSAN_OPTIONS="suppressions=$root/cmake/tsan_suppressions.txt halt_on_error=1" QT_QPA_PLATFORM=offscreen \
            "${fixed_layout[@]}" "build/$1/bin/$program" --gtest_brief=1 --gtest_filter="$(filter_of "$1" "$program")" || return
    done
}

# A run takes one processor, so another sanitizer's build may have the rest.
run_one_build_other() {
    local log status=0
    log=$(mktemp)
    run_sanitized "$1" >"$log" 2>&1 &
    build_sanitized "$2" || status=$?
    wait $! || status=$?
    cat "$log"
    rm -f "$log"
    return "$status"
}

if [ "$only_install" = yes ]; then
    packages_install "${program_packages[@]}" "${test_packages[@]}"
    pico_sdk_install
    usb_guest_install
    exit
fi

trap finish EXIT
if [ "$install" = yes ]; then
    stage "install packages" packages_install "${program_packages[@]}" "${test_packages[@]}"
    stage "fetch the pico-sdk" pico_sdk_install
    stage "fetch kernel and picotool for USB tests" usb_guest_install
fi
stage "format" check_format
stage "configure" cmake --preset ci
stage "build" cmake --build --preset ci
for board in pico pico2; do
    stage "build firmware ($board)" build_firmware "$board"
done
stage "headers compile alone" cmake --build --preset ci --target all_verify_interface_header_sets
stage "build engine tests (asan)" build_sanitized asan
stage "run these, build them for tsan" run_one_build_other asan tsan
stage "run engine tests (tsan)" run_sanitized tsan
stage "all tests" run_ctest
# With the programs that are there: a release takes minutes to build, and differs in its optimisation alone.
stage "demo" packaging/demo.sh --no-install --built build/ci/bin
