# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Fetches packages of Debian 13 to be unpacked, not installed, so any release will do. Sourced by those who need some.

debian_suite=trixie
debian_architecture=amd64       # of the emulated machine; sources have none
debian_folder=$PWD/build/debian # lists and settings of its own
debian_listed=no                # whether they are of this run

# The address that this machine has Debian's own packages from; nothing if it has none.
debian_mirror() {
    if [ -n "${FRAMEGATE_DEBIAN_MIRROR:-}" ]; then
        echo "$FRAMEGATE_DEBIAN_MIRROR"
        return
    fi
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk '$1 == "Debian" && $2 == "Debian" && !found++ { print $3 }'
}

# debian_apt PROGRAM ARGUMENT…: apt-get or apt-cache on Debian 13's lists alone, whatever is installed here.
debian_apt() {
    local program=$1
    shift
    "$program" -q -o Dir::Etc::sourcelist="$debian_folder/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::lists="$debian_folder/lists" -o Dir::State::status="$debian_folder/status" \
        -o Dir::Cache="$debian_folder/cache" -o APT::Sandbox::User="$(id -un)" -o APT::Architecture="$debian_architecture" \
        -o APT::Architectures="$debian_architecture" -o Dpkg::Use-Pty=0 -o Acquire::Languages=none "$@"
}

# Gets the lists, checked by the distribution's keyring. What is fetched is checked by them.
debian_list() {
    local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ "$debian_listed" = no ] || return 0
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        echo "No Debian mirror is set up here: set FRAMEGATE_DEBIAN_MIRROR to one and install debian-archive-keyring." >&2
        return 1
    fi
    mkdir -p "$debian_folder"/{lists,cache/archives}/partial
    : >"$debian_folder/status"
    echo "deb [signed-by=$keyring] $mirror $debian_suite main" >"$debian_folder/sources.list"
    debian_apt apt-get update || return
    debian_listed=yes
}

# debian_fetch FOLDER PACKAGE…: downloads them into a new folder.
debian_fetch() {
    local folder=$1
    shift
    debian_list || return
    mkdir -p "$folder"
    (cd "$folder" && debian_apt apt-get download "$@")
}
