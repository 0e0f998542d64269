#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# debian_packages_test.sh FOLDER: what packaging/lib fetches from Debian 13, against stand-ins of apt-get and apt-cache.
set -euo pipefail

folder=${1:?scratch folder}
libraries=$(dirname "$(readlink -f "$0")")/../../packaging/lib
rm -rf "$folder"
mkdir -p "$folder/bin"
cd "$folder"

stand_in() {
    printf '#!/bin/sh\n%s\n' "$2" >"$folder/bin/$1"
    chmod +x "$folder/bin/$1"
}
# shellcheck disable=SC2016 # expanded by the stand-ins
{
    stand_in apt-get 'case "$*" in
indextargets*) cat mirrors ;;
*" update") echo update >>apt.log ;;
*" download "*) echo "download ${*##* download }" >>'"'$folder/apt.log'"'; exit 1 ;;
esac'
    stand_in apt-cache 'printf "linux-image-amd64\n  Depends: linux-image-9.9-amd64\n  Depends: other\n"'
}
printf 'Other Other file:/o\nDebian Debian-Security file:/s\nDebian Debian file:/d\nDebian Debian file:/e\n' >mirrors

# run COMMAND…: with all of packaging/lib; prints what it prints, then its status.
run() {
    local status=0
    PATH=$folder/bin:$PATH bash -c '
        set -euo pipefail
        for library in debian_packages pico_sdk usb_guest; do . "$0/$library.sh"; done
        "$@"' "$libraries" "$@" 2>&1 || status=$?
    echo "$status"
}

expect() {
    if [ "$2" != "$3" ]; then
        echo "$1: expected \"$2\", got \"$3\""
        exit 1
    fi
}

expect "Debian's own mirror, the first" $'file:/d\n0' "$(run debian_mirror)"
expect "one that is named" $'file:/n\n0' "$(FRAMEGATE_DEBIAN_MIRROR=file:/n run debian_mirror)"

run usb_guest_install >output
expect "the kernel that the name stands for, and picotool" \
    "update;download linux-image-9.9-amd64 picotool libusb-1.0-0 libudev1 libcap2 libc6 libstdc++6 libgcc-s1;" \
    "$(tr '\n' ';' <apt.log)"
expect "what was not fetched is an error" 1 "$(tail -n 1 output)"
expect "and leaves nothing that looks complete" "" "$(ls build/usb-guest 2>/dev/null || true)"

: >mirrors
rm apt.log
run pico_sdk_install >output
expect "no mirror" 1 "$(tail -n 1 output)"
grep -q FRAMEGATE_DEBIAN_MIRROR output || expect "says what to set" FRAMEGATE_DEBIAN_MIRROR "$(cat output)"
expect "without asking the network" "" "$(cat apt.log 2>/dev/null || true)"
