#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh SCRATCH PROGRAM…: starts Debian's kernel on an emulated machine that has this machine's files (not to be
# written) and USB ports of its own, and runs the programs there, as root, one after another. Prints what they printed.
# Exit status: 0 when all of theirs are; 1 also where it cannot be done here, with the reason.
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
files=$(readlink -f "$here/../../..")/build/usb-guest
scratch=${1:?scratch folder}
shift
limit=${FRAMEGATE_GUEST_LIMIT:-800} # seconds for all; they take a tenth
guest_limit=300                     # seconds of the guest's time for each program; likewise

refuse() {
    echo "The tests on a real kernel's USB cannot run: $*" >&2
    exit 1
}

needs() {
    command -v "$1" >/dev/null || refuse "no $1 (packaging/test.sh --setup installs the package $2)"
}

check() {
    local program
    for program in "$@"; do
        [ -x "$program" ] || refuse "no $program (the preset asan makes guest_plug_test)"
    done
    [ "$(uname -m)" = x86_64 ] || refuse "the kernel they are run on is for x86-64"
    needs qemu-system-x86_64 qemu-system-x86
    needs busybox busybox-static
    needs udevadm udev
    needs python3 python3
    needs zstd zstd
    needs xz xz-utils
    [ -x /lib/systemd/systemd-udevd ] || refuse "no /lib/systemd/systemd-udevd (package udev)"
    [ -e "$files/contents" ] || refuse "no kernel in build/usb-guest (packaging/test.sh --setup fetches it)"
    ! ldd "$(command -v busybox)" >/dev/null 2>&1 || refuse "busybox is not the static one (package busybox-static)"
}

# In the order in which they need each other. What a kernel has built in is left out.
modules=(virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci
    netfs fscache 9pnet 9pnet_virtio 9p usb-common usbcore usbip-core vhci-hcd)

unpack_modules() {
    local module file
    for module in "${modules[@]}"; do
        file=$(find "$files/kernel" -name "$module.ko*" -print -quit)
        case $file in
            '') continue ;;
            *.xz) xz -dc "$file" >"$1/$module.ko" ;;
            *) cp "$file" "$1/$module.ko" ;;
        esac
        echo "$module" >>"$1/order"
    done
}

make_initial_files() {
    local folder=$scratch/initial
    mkdir -p "$folder"/{bin,proc,host,modules}
    cp "$(command -v busybox)" "$folder/bin/busybox"
    cp "$here/init.sh" "$folder/init"
    chmod +x "$folder/init"
    echo "$here/guest.sh" >"$folder/script"
    unpack_modules "$folder/modules"
    (cd "$folder" && find . | busybox cpio -o -H newc 2>/dev/null) >"$scratch/initial.cpio"
}

# Not KVM: where it is there it may hang. The guest's time is counted in instructions, so that no time limit in it
# depends on what else this machine does. Without mitigations and with one security module the emulated processor has
# half the work; a model without `rep movsb` copies memory several times as fast.
start() {
    exec timeout --foreground -k 5 "$limit" qemu-system-x86_64 -accel tcg -icount shift=0 -machine q35 -cpu Nehalem -smp 1 -m 2048 \
        -nodefaults -no-user-config -display none -no-reboot -serial "file:$scratch/console" \
        -kernel "$scratch/vmlinux" -initrd "$scratch/initial.cpio" \
        -append "console=ttyS0 quiet panic=-1 mitigations=off lsm=capability" \
        -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
        -device virtio-9p-pci,fsdev=host,mount_tag=host \
        -fsdev "local,id=results,path=$scratch/results,security_model=none" \
        -device virtio-9p-pci,fsdev=results,mount_tag=results </dev/null
}

# The emulator goes when this script is ended.
boot() {
    local emulator status=0
    start &
    emulator=$!
    trap 'kill "$emulator" 2>/dev/null' EXIT
    wait "$emulator" || status=$?
    trap - EXIT
    return "$status"
}

check "$@"
rm -rf "$scratch"
mkdir -p "$scratch/results"
printf '%s\n' "$@" >"$scratch/results/programs"
echo "$guest_limit" >"$scratch/results/limit"
python3 "$here/unpack_kernel.py" "$files"/kernel/boot/vmlinuz-* "$scratch/vmlinux"
make_initial_files
boot || echo "The emulator was ended after $limit s, or failed" >&2
rm -f "$scratch/vmlinux"
cat "$scratch/results/log" 2>/dev/null || true
status=$(cat "$scratch/results/status" 2>/dev/null || echo none)
if [ "$status" != 0 ]; then
    echo "The guest's status: $status. The end of its console:" >&2
    tail -n 60 "$scratch/console" >&2 || true
    exit 1
fi
