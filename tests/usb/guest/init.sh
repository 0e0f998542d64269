#!/bin/busybox sh
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=dash
#
# The guest's first program, from its initial RAM file system: loads the modules, then has the host's files for a
# root, read-only. /script names what goes on from there, with its arguments, one a line.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
while read -r module; do
    insmod "/modules/$module.ko" || echo "module $module: not loaded"
done </modules/order

mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose host /host || echo "no root"
mount -t devtmpfs dev /host/dev
mount -t proc proc /host/proc
mount -t sysfs sys /host/sys
mount -t tmpfs run /host/run
mkdir /host/run/results
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144 results /host/run/results || echo "no results"
exec switch_root /host /bin/sh "$(cat /script)" <dev/console >/dev/console 2>&1
