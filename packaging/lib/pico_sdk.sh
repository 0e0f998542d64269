# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Fetches the pico-sdk with TinyUSB. Sourced by test.sh. Both are packages of Debian 13; they hold sources
# only, so they are fetched and unpacked under build/, nothing is installed, and an older release does too.

pico_sdk_suite=trixie
pico_sdk_packages=(pico-sdk-source tinyusb-source)
pico_sdk_root=$PWD/build/pico-sdk

# The address that this machine has Debian's own packages from; nothing if it has none.
pico_sdk_mirror() {
    if [ -n "${FRAMEGATE_DEBIAN_MIRROR:-}" ]; then
        echo "$FRAMEGATE_DEBIAN_MIRROR"
        return
    fi
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

# Downloads with lists and settings of its own, checked by the distribution's keyring.
pico_sdk_download() (
    local folder=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    mkdir -p "$folder"/{lists,cache/archives}/partial
    echo "deb [signed-by=$keyring] $2 $pico_sdk_suite main" >"$folder/sources.list"
    cd "$folder"
    own_apt() {
        apt-get -q -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" -o APT::Sandbox::User="$(id -un)" \
            -o Dpkg::Use-Pty=0 -o Acquire::Languages=none "$@"
    }
    own_apt update && own_apt download "${pico_sdk_packages[@]}"
)

pico_sdk_install() {
    local work mirror
    if [ -n "${PICO_SDK_PATH:-}" ] || [ -e "$pico_sdk_root/usr/src/pico-sdk/pico_sdk_init.cmake" ]; then
        echo "The pico-sdk is there."
        return
    fi
    mirror=$(pico_sdk_mirror)
    if [ -z "$mirror" ]; then
        {
            echo "The pico-sdk comes as a package of Debian 13, and no Debian mirror is set up here. Either set"
            echo "FRAMEGATE_DEBIAN_MIRROR to one and install debian-archive-keyring, or set PICO_SDK_PATH to a"
            echo "pico-sdk 2.1 with its TinyUSB."
        } >&2
        return 1
    fi
    mkdir -p build
    work=$(mktemp -d "$PWD/build/pico-sdk-XXXXXX")
    pico_sdk_download "$work" "$mirror" || return
    local package
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$work/root" || return
    done
    rm -rf "$pico_sdk_root"
    mv "$work/root" "$pico_sdk_root" # whole, or not at all
    rm -rf "$work"
}
