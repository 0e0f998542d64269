# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Fetches what the tests on a real kernel's USB need (tests/usb/guest): Debian 13's kernel for an emulated machine,
# and its picotool with the libraries that this runs on. Sourced by test.sh, after debian_packages.sh. They are
# unpacked under build/.

usb_guest_kernel=linux-image-amd64
usb_guest_picotool=(picotool libusb-1.0-0 libudev1 libcap2 libc6 libstdc++6 libgcc-s1)
usb_guest_modules=(drivers/usb/common drivers/usb/core drivers/usb/usbip drivers/virtio fs/9p fs/netfs net/9p)
usb_guest_root=$PWD/build/usb-guest

# usb_guest_unpack_kernel PACKAGE FOLDER: the kernel and those of its modules; all of them would be 400 MB.
usb_guest_unpack_kernel() {
    local patterns=('./boot/vmlinuz-*') folder
    for folder in "${usb_guest_modules[@]}"; do patterns+=("./*lib/modules/*/kernel/$folder/*"); done
    mkdir -p "$2"
    dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --wildcards "${patterns[@]}"
}

usb_guest_unpack() {
    local package
    mkdir -p "$1/root"
    for package in "$1"/packages/*.deb; do
        case ${package##*/} in
            linux-image-*) usb_guest_unpack_kernel "$package" "$1/root/kernel" ;;
            *) dpkg-deb -x "$package" "$1/root/picotool" ;;
        esac || return
    done
}

usb_guest_install() {
    local work kernel contents="$usb_guest_kernel ${usb_guest_picotool[*]} ${usb_guest_modules[*]}"
    if [ "$(cat "$usb_guest_root/contents" 2>/dev/null)" = "$contents" ]; then
        echo "The kernel and picotool are there."
        return
    fi
    work=$usb_guest_root.new
    rm -rf "$work"
    debian_list || return
    kernel=$(debian_apt apt-cache depends "$usb_guest_kernel" | awk '$1 == "Depends:" && !found++ { print $2 }')
    debian_fetch "$work/packages" "${kernel:-$usb_guest_kernel}" "${usb_guest_picotool[@]}" || return
    usb_guest_unpack "$work" || return
    echo "$contents" >"$work/root/contents"
    rm -rf "$usb_guest_root"
    mv "$work/root" "$usb_guest_root" # whole, or not at all
    rm -rf "$work"
}
