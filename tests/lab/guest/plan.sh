# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # the plan brings them
#
# Sourced inside the emulated machine: what the plan says, as scenarios know it, and
# how one is run.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LANG=C.UTF-8
# shellcheck source=/dev/null
. /lab/.plan
export LAB_DIR=$lab_dir LAB_BUILD=$build LAB_LOGS=/lab LAB_WITNESS=/lab/$name.pcap
export LAB_BOOT=$boot LAB_AGAIN=/lab/$name.again
PATH=${build:+$build:}$PATH
# Statuses that no command of ours has, so that a report of theirs is not taken
# for an expected failure.
export ASAN_OPTIONS=exitcode=98:detect_leaks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:exitcode=98

# The kernel's own way out takes 2 s to quiet the devices; QEMU takes a reset for
# the end.
power_off() {
	echo b >/proc/sysrq-trigger
	sleep 10
}

# The status is written last: where there is one, the scenario came to its end.
run_scenario() {
	local status

	: >"/lab/$name.begun"
	setsid timeout -k 5 "$deadline" bash "$scenario" >>"/lab/$name.log" 2>&1
	status=$?
	((status != 124 && status != 137)) ||
		echo "ended after $deadline seconds, its deadline" >>"/lab/$name.log"
	echo "$status" >"/lab/$name.status"
}
