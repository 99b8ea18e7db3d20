#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # the plan brings them
#
# Process 1 of the emulated machine: makes it look like the server of the users,
# runs what the plan says and switches off.

exec </dev/null >/dev/kmsg 2>&1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8 LAB_LOGS=/lab
unset mode lab_dir build scenarios deadlines terminal
# shellcheck source=/dev/null
. /lab/.plan
export LAB_DIR=${lab_dir:?} LAB_BUILD=$build
# Statuses that no command of ours has, so that a report of theirs is not taken
# for an expected failure.
export ASAN_OPTIONS=exitcode=98:detect_leaks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=98

# shellcheck source=guest/reset.sh
. "$LAB_DIR/guest/reset.sh"

power_off() {
	sync
	echo o >/proc/sysrq-trigger
	sleep 10
}
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

# A server has these loaded, by udevd or at the first VF.
bring_up() {
	hostname lab
	ip link set lo up
	modprobe -a igb igbvf nvme e1000e
	name_ports
}

elapsed() {
	local now

	read -r now _ </proc/uptime
	now=${now/./}
	printf '%d.%d' $(((now - $1) / 100)) $(((now - $1) / 10 % 10))
}

# Runs scenario $1 within $2 seconds, leaving its output, and its status last.
run_scenario() {
	local name start status verdict=ok

	name=$(basename "$1" .sh)
	read -r start _ </proc/uptime
	: >"/lab/$name.started"
	echo "lab: scenario $name begins"
	PATH=${LAB_BUILD:+$LAB_BUILD:}$PATH setsid timeout -k 5 "$2" bash "$1" \
		</dev/null >>"/lab/$name.log" 2>&1
	status=$?
	((status != 124 && status != 137)) ||
		echo "lab: ended after $2 seconds, its deadline" >>"/lab/$name.log"
	((status == 0)) || verdict=FAIL
	echo "$status" >"/lab/$name.status"
	echo "$verdict $name $(elapsed "${start/./}") s" >>/lab/.stream
	echo "lab: scenario $name ends with $status"
}

run_scenarios() {
	local i

	for i in "${!scenarios[@]}"; do
		if ((i > 0)) && ! reset_machine; then
			echo "lab: a scenario left more than can be mended; booting anew"
			return
		fi
		run_scenario "${scenarios[i]}" "${deadlines[i]}"
	done
}

run_shell() {
	local rows columns term

	read -r rows columns term <<<"$terminal"
	cd "$LAB_DIR/../.." || cd /
	stty -F /dev/hvc0 rows "$rows" cols "$columns"
	PATH=${LAB_BUILD:+$LAB_BUILD:}$PATH TERM=$term PS1='\[\e[1m\]lab:\w#\[\e[m\] ' \
		setsid -c bash --norc -i </dev/hvc0 >/dev/hvc0 2>&1
}

mount_rest
bring_up
# From here on the kernel's messages are the tested programs' doing.
dmesg -n 7
case $mode in
run) run_scenarios ;;
shell) run_shell ;;
esac
