#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# source_rules.sh RULE FOLDER: checks one rule of the house on the project's files.
# Exit status: 0 kept, 1 broken (each place is printed), 2 called wrongly, 77 left out.
# shellcheck disable=SC2317 # the rules are called by name
set -euo pipefail

rule=${1:?which rule}
cd "${2:?which folder}"

# The project's files: what git knows and what it would add, or, outside a checkout, all but build/.
files() {
    if [ -e .git ] && git ls-files >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@" | while read -r file; do
            if [ -f "$file" ]; then echo "$file"; fi
        done
    else
        local pattern names=()
        for pattern in "$@"; do names+=(-o -name "${pattern}"); done
        [ $# -gt 0 ] || names=(-o -name '*')
        find . -path ./build -prune -o -path ./.git -prune -o -type f \( "${names[@]:1}" \) -print | sed 's|^\./||'
    fi
}

broken=0
report() {
    echo "$*"
    broken=1
}

# Every source file says its licence in its first lines: MIT in firmware/ and the boot ROM, GPL-3.0-or-later elsewhere.
licences() {
    local file expected
    while read -r file; do
        case $file in
            firmware/* | tests/firmware/bootrom/*) expected=MIT ;;
            *) expected=GPL-3.0-or-later ;;
        esac
        head -n 2 "$file" | grep -qE "^(//|#) SPDX-License-Identifier: ${expected}\$" ||
            report "$file: the first lines lack \"SPDX-License-Identifier: ${expected}\""
    done < <(files '*.cpp' '*.h' '*.c' '*.cmake' 'CMakeLists.txt' '*/CMakeLists.txt' '*.sh')
}

guards() {
    local file
    while read -r file; do
        head -n 40 "$file" | grep -q '^#pragma once$' || report "$file: no #pragma once"
    done < <(files '*.h')
}

# Nothing may name the machine it was written on, or a registry's host.
machine_paths() {
    local folders='(^|[^[:alnum:]_.-])/(home|root|work|workspace|farm|mnt|Users)/[[:alnum:].]'
    local hosts='deb\.debian\.org|archive\.ubuntu\.com|registry\.npmjs|pypi\.org|crates\.io|proxy\.golang\.org'
    local found
    found=$(files | tr '\n' '\0' | xargs -0 -r grep -nIE "$folders|$hosts" -- /dev/null) || true
    [ -z "$found" ] || report "$found"
}

# firmware/ stands alone: it includes itself, the standard library and, in sim/, the JPEG encoder.
firmware_alone() {
    local found
    found=$(files '*.h' '*.cpp' | grep '^firmware/' | tr '\n' '\0' |
        xargs -0 -r grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' -- /dev/null |
        grep -vE 'include[[:space:]]*"(protocol|core|driver|sim|pico|examples)/') || true
    [ -z "$found" ] || report "$found"
    found=$(files '*.h' '*.cpp' 'CMakeLists.txt' '*/CMakeLists.txt' | grep '^firmware/' | tr '\n' '\0' |
        xargs -0 -r grep -nE '(\.\./)+app/|<(base|domain|usb|bench|camera|config)/' -- /dev/null) || true
    [ -z "$found" ] || report "$found"
}

# No source file over 600 lines; no function over 60.
lengths() {
    local file count
    while read -r file; do
        count=$(wc -l <"$file")
        [ "$count" -le 600 ] || report "$file: $count lines, at most 600"
    done < <(files '*.cpp' '*.h' '*.sh' '*.cmake')
    if ! ctags --version 2>/dev/null | grep -q Universal; then
        [ "$broken" = 1 ] || echo "functions' lengths were left out: universal-ctags is not installed"
        [ "$broken" = 1 ] || exit 77
        return
    fi
    local long
    long=$(files '*.cpp' '*.h' |
        ctags --languages=C,C++ --langmap=C++:+.h --kinds-C=f --kinds-C++=f --fields=+ne -f - -L - 2>/dev/null |
        awk -F'\t' '{
            first = last = 0
            for (i = 4; i <= NF; i++) {
                if ($i ~ /^line:/) first = substr($i, 6)
                if ($i ~ /^end:/) last = substr($i, 5)
            }
            if (last - first + 1 > 60) printf "%s:%d: %s has %d lines, at most 60\n", $2, first, $1, last - first + 1
        }')
    [ -z "$long" ] || report "$long"
}

# Every relative link of a document leads somewhere.
links() {
    local file target
    while read -r file; do
        while read -r target; do
            [ -e "$(dirname "$file")/$target" ] || report "$file: links $target, which is not there"
        done < <(grep -oE "\]\([^)#: ]+" "$file" | cut -c3-)
    done < <(files "*.md")
}

case $rule in
    licences | guards | machine_paths | firmware_alone | lengths | links) "$rule" ;;
    *)
        echo "no such rule: $rule" >&2
        exit 2
        ;;
esac
exit "$broken"
