#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The guest's first program, from its initial RAM file system: loads the modules, then has the host's files for a
# root, read-only. /script names what goes on from there, with its arguments, one a line.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
while read -r module; do
    insmod "/modules/$module.ko" || echo "module $module: not loaded"
done </modules/order

mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose host /root || echo "no root"
mount -t devtmpfs dev /root/dev
mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t tmpfs run /root/run
mkdir /root/run/results
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 results /root/run/results || echo "no results"
exec switch_root /root /bin/sh "$(cat /script)" <dev/console >/dev/console 2>&1
