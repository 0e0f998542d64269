#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# source_rules_test.sh RULE FOLDER: makes a small tree in FOLDER that keeps every rule, expects RULE to pass,
# then breaks RULE in one place and expects it to be found there.
set -euo pipefail

rule=${1:?which rule}
folder=${2:?which folder}
rules=$(dirname "$(readlink -f "$0")")/source_rules.sh

rm -rf "$folder"
mkdir -p "$folder/app/base" "$folder/firmware/core"
printf '// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\n' >"$folder/app/base/good.h"
printf '// SPDX-License-Identifier: MIT\n#pragma once\n#include "core/good.h"\n' >"$folder/firmware/core/good.h"

status=0
bash "$rules" "$rule" "$folder" || status=$?
[ "$status" = 77 ] && exit 77
if [ "$status" != 0 ]; then
    echo "$rule: refuses a tree that keeps it"
    exit 1
fi

bad=$folder/firmware/core/bad.h
head='// SPDX-License-Identifier: MIT'
case $rule in
    licences) printf '// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\n' >"$bad" ;;
    guards) printf '%s\n' "$head" >"$bad" ;;
    machine_paths) printf '%s\n#pragma once\n// see /%s/somebody/notes\n' "$head" home >"$bad" ;;
    firmware_alone) printf '%s\n#pragma once\n#include "base/result.h"\n' "$head" >"$bad" ;;
    links)
        bad=$folder/firmware/core/bad.h.md
        printf "See [this](../core/good.h) and [that](nowhere.md).\n" >"$bad"
        ;;
    lengths)
        {
            printf '%s\n#pragma once\ninline int longFunction(int value) {\n' "$head"
            for ((i = 0; i < 60; i++)); do printf '    value += %d;\n' "$i"; done
            printf '    return value;\n}\n'
        } >"$bad"
        ;;
esac

status=0
output=$(bash "$rules" "$rule" "$folder") || status=$?
if [ "$status" != 1 ] || ! grep -q '^firmware/core/bad\.h' <<<"$output"; then
    echo "$rule: a broken rule was not reported (status $status): $output"
    exit 1
fi
