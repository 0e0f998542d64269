# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Installs what is missing of a list of packages. Sourced by test.sh and demo.sh.
# "a|b" stands for alternatives: the same thing goes by other names in other releases.

# What building and running the programs needs.
# shellcheck disable=SC2034 # used by those who source this
program_packages=(
    build-essential cmake ninja-build "pkg-config|pkgconf" git ca-certificates
    libopencv-core-dev libopencv-imgproc-dev libpng-dev
    qt6-base-dev libqt6sql6-sqlite qt6-qpa-plugins
    "libgl1-mesa-dev|libgl-dev" libusb-1.0-0-dev libjpeg-dev
    libexpected-dev libcli11-dev libtomlplusplus-dev libspdlog-dev libfmt-dev
    nlohmann-json3-dev libssl-dev fonts-dejavu-core
)
# What the tests and checks need besides.
# shellcheck disable=SC2034
test_packages=(
    libopencv-imgcodecs-dev ccache mold libgtest-dev libgmock-dev libbenchmark-dev libumockdev-dev umockdev binutils
    "clang-format-14|clang-format" "clang-tidy-14|clang-tidy" xvfb universal-ctags
    gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib python3 nodejs
    qemu-system-x86 busybox-static udev xz-utils zstd
)
# Debian's npm conflicts with Node packages that bring an npm of their own.
if ! command -v npm >/dev/null; then test_packages+=(npm); fi

packages_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints those of the arguments of which no alternative is installed.
packages_missing() {
    local wanted name
    for wanted in "$@"; do
        for name in ${wanted//|/ }; do
            if packages_installed "$name"; then continue 2; fi
        done
        echo "$wanted"
    done
}

# The first of the alternatives that the package lists know; nothing if none.
packages_known() {
    local name policy
    for name in ${1//|/ }; do
        # Not a pipe: a reader that stops early would end apt-cache by SIGPIPE, and with pipefail the answer.
        policy=$(apt-cache policy "$name" 2>/dev/null) || continue
        if grep -q '^  Candidate: [^(]' <<<"$policy"; then
            echo "$name"
            return
        fi
    done
}

packages_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "Installing packages needs root: run this as root, or install sudo." >&2
        return 1
    fi
}

packages_apt() {
    packages_as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@"
}

# Whether this is a release that the names above were chosen for.
packages_release_known() (
    ID='' VERSION_ID=''
    # shellcheck disable=SC1090
    . "${FRAMEGATE_OS_RELEASE:-/etc/os-release}" 2>/dev/null
    case "$ID-$VERSION_ID" in
        debian-12 | debian-13 | ubuntu-24.04) command -v apt-get >/dev/null ;;
        *) false ;;
    esac
)

# Installs exactly what is missing of the arguments. Asks the network for nothing if that is nothing.
packages_install() {
    local missing names=() wanted name
    mapfile -t missing < <(packages_missing "$@")
    if [ ${#missing[@]} = 0 ]; then
        echo "All packages are installed."
        return
    fi
    if ! packages_release_known; then
        {
            echo "Packages are installed on Debian 12, Debian 13 and Ubuntu 24.04 only."
            echo "Here, install what these stand for, then run this again with --no-install:"
            printf "  %s\n" "${missing[@]}"
        } >&2
        return 1
    fi
    packages_apt update || return
    for wanted in "${missing[@]}"; do
        name=$(packages_known "$wanted")
        if [ -z "$name" ]; then
            echo "No package of this release is called ${wanted//|/ or }." >&2
            return 1
        fi
        names+=("$name")
    done
    echo "Installing: ${names[*]}"
    packages_apt install --no-install-recommends "${names[@]}"
}
