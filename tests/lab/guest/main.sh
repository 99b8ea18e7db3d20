#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # the plan brings them
#
# Process 1 of the emulated machine: makes it look like the server of the users,
# runs what the plan says and switches off.

exec </dev/null >/dev/kmsg 2>&1
# shellcheck source=plan.sh
. "${0%/*}/plan.sh"
trap power_off EXIT

mount_rest() {
	local link

	mount -t tmpfs -o mode=755 run /run
	mkdir -p /dev/pts /dev/shm /run/lock
	mount -t devpts -o mode=620,ptmxmode=666 pts /dev/pts
	mount -t tmpfs shm /dev/shm
	ln -sfn /proc/self/fd /dev/fd
	for link in 0/stdin 1/stdout 2/stderr; do
		ln -sfn "/proc/self/fd/${link%/*}" "/dev/${link#*/}"
	done
}

name_port() {
	local netdev

	for netdev in "/sys/bus/pci/devices/$2"/net/*; do
		ip link set "${netdev##*/}" name "$1"
	done
}

# The nodes that a server has before their modules are loaded.
make_nodes() {
	local node

	mkdir -p /dev/vfio /dev/net
	for node in vfio/vfio:196 net/tun:200 vhost-net:238; do
		[[ -e /dev/${node%:*} ]] || mknod -m 666 "/dev/${node%:*}" c 10 "${node#*:}"
	done
}

# A server has these modules loaded, by udevd or at the first VF.
bring_up() {
	hostname lab
	ip link set lo up
	modprobe -a igb igbvf nvme e1000e
	name_port em1 0000:01:00.0
	name_port em2 0000:02:00.0
	name_port em3 0000:05:00.0
}

run_shell() {
	local rows columns

	read -r rows columns TERM <<<"$terminal"
	export TERM PS1='\[\e[1m\]lab:\w#\[\e[m\] '
	setsid -c bash -c "stty rows $rows cols $columns; exec bash --norc -i" \
		</dev/hvc0 >/dev/hvc0 2>&1
}

mount_rest
make_nodes
bring_up
# From here on the kernel's messages are the tested programs' doing.
dmesg -n 7
cd "$folder" || cd /
if [[ -n $scenario ]]; then
	run_scenario
else
	run_shell
fi
