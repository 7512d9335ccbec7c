#!/bin/sh
# Process 1 of a namespace: runs a command in a Debian below ROOT, and leaves in REPORT what the
# command has left running. Whatever that is, the kernel ends it with this process.
# usage: inside.sh ROOT REPORT USER COMMAND...
set -u
root=$1 report=$2 user=$3
shift 3

mount -t proc proc "$root/proc"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ip link set lo up 2>/dev/null           # not up yet where the network is this namespace's own

chroot --userspec="$user" "$root" "$@"
status=$?

sleep 1                                 # what is ending may end
for process in "$root"/proc/[0-9]*; do
    [ "${process##*/}" = 1 ] || tr '\0' ' ' <"$process/cmdline"
done >"$report" 2>/dev/null
exit "$status"
