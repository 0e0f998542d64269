#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# build.sh OUTPUT.bin: builds the stand-in boot ROM. CC_ARM names another compiler than arm-none-eabi-gcc.
set -euo pipefail

output=${1:?where to write the boot ROM}
here=$(dirname "$(readlink -f "$0")")
cc=${CC_ARM:-arm-none-eabi-gcc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cc" -mcpu=cortex-m0plus -mthumb -Os -std=gnu11 -Wall -Wextra -ffreestanding -fno-builtin -nostdlib \
    -fno-tree-loop-distribute-patterns -T "$here/bootrom.ld" -Wl,--build-id=none \
    -o "$work/bootrom.elf" "$here/start.S" "$here/bootrom.c" -lgcc
"${cc%gcc}objcopy" -O binary "$work/bootrom.elf" "$output"
