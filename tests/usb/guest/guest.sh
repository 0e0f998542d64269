#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs in the guest, as its first process: udev with the project's rules, then the programs of results/programs.
# Leaves results/log and, at the end, results/status. Nothing but /run can be written here.
guest=$(dirname "$0")
project=$guest/../../..
results=/run/results
export TMPDIR=/run/tmp HOME=/run/tmp XDG_RUNTIME_DIR=/run/tmp LANG=C.UTF-8
mkdir -m 1777 /run/tmp

mkdir -p /run/udev/rules.d
cp "$project"/packaging/udev/*.rules /run/udev/rules.d/
/lib/systemd/systemd-udevd --daemon || echo "udev did not start"

echo "ready after $(cut -d' ' -f1 /proc/uptime) s" >>$results/log
status=0
while read -r program; do
    timeout -k 5 "$(cat $results/limit)" "$program" --gtest_color=no >>$results/log 2>&1
    ended=$?
    [ $ended = 0 ] || status=$ended
    [ $ended != 124 ] || echo "${program##*/} was ended: it took too long" >>$results/log
done <$results/programs
echo "done after $(cut -d' ' -f1 /proc/uptime) s" >>$results/log
echo $status >$results/status
sync
echo o >/proc/sysrq-trigger
while :; do sleep 60; done
