# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Fetches the pico-sdk with TinyUSB. Sourced by test.sh, after debian_packages.sh. Both are packages of Debian 13;
# they hold sources only, so they are unpacked under build/.

pico_sdk_packages=(pico-sdk-source tinyusb-source)
pico_sdk_root=$PWD/build/pico-sdk

pico_sdk_install() {
    local work package
    if [ -n "${PICO_SDK_PATH:-}" ] || [ -e "$pico_sdk_root/usr/src/pico-sdk/pico_sdk_init.cmake" ]; then
        echo "The pico-sdk is there."
        return
    fi
    work=$pico_sdk_root.new
    rm -rf "$work"
    if ! debian_fetch "$work/packages" "${pico_sdk_packages[@]}"; then
        echo "The pico-sdk was not fetched. PICO_SDK_PATH may name a pico-sdk 2.1 with its TinyUSB instead." >&2
        return 1
    fi
    for package in "$work"/packages/*.deb; do
        dpkg-deb -x "$package" "$work/root" || return
    done
    rm -rf "$pico_sdk_root"
    mv "$work/root" "$pico_sdk_root" # whole, or not at all
    rm -rf "$work"
}
