#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# packages_test.sh FOLDER: packaging/lib/packages.sh against stand-ins of dpkg-query, apt-cache and apt-get.
set -euo pipefail

folder=${1:?scratch folder}
library=$(dirname "$(readlink -f "$0")")/../../packaging/lib/packages.sh
rm -rf "$folder"
mkdir -p "$folder/bin"

stand_in() {
    printf '#!/bin/sh\n%s\n' "$2" >"$folder/bin/$1"
    chmod +x "$folder/bin/$1"
}
# Installed: here, other-name. Known: those, and missing-b, missing-c.
# shellcheck disable=SC2016 # expanded by the stand-ins
{
    stand_in dpkg-query 'case "$3" in here | other-name) printf installed ;; *) exit 1 ;; esac'
    stand_in apt-cache 'case "$2" in missing-b | missing-c) printf "x:\n  Candidate: 1\n" ;; *) printf "x:\n  Candidate: (none)\n" ;; esac'
    stand_in apt-get "echo \"\$*\" | sed 's/.*Use-Pty=0 //' >>'$folder/apt.log'"
    stand_in id 'echo 0'
}
printf 'ID=debian\nVERSION_ID="12"\n' >"$folder/debian-12"
printf 'ID=other\nVERSION_ID="1"\n' >"$folder/other"

# install RELEASE NAME…: what apt-get was asked for, then the status.
install() {
    local release=$1 status=0
    shift
    : >"$folder/apt.log"
    PATH=$folder/bin:$PATH FRAMEGATE_OS_RELEASE=$folder/$release \
        bash -c 'source "$0"; packages_install "$@"' "$library" "$@" >"$folder/output" 2>&1 || status=$?
    tr '\n' ';' <"$folder/apt.log"
    echo "$status"
}

expect() {
    if [ "$2" != "$3" ]; then
        echo "$1: expected \"$2\", got \"$3\""
        cat "$folder/output"
        exit 1
    fi
}

expect "nothing missing asks for nothing" "0" "$(install debian-12 here 'first-name|other-name')"
expect "only what is missing" "update;install --no-install-recommends missing-b;0" "$(install debian-12 here missing-b)"
expect "the first known alternative" "update;install --no-install-recommends missing-c;0" \
    "$(install debian-12 'unknown|missing-c|missing-b')"
expect "no such package" "update;1" "$(install debian-12 unknown)"
expect "another distribution" "1" "$(install other here missing-b)"
grep -q '^  missing-b$' "$folder/output" || expect "lists what to install" "  missing-b" "$(cat "$folder/output")"
expect "another distribution with everything there" "0" "$(install other here)"
