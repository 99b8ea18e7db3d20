#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two runs at once, and one that is interrupted.

. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

lock=/run/sriovctl/lock/pci-0000:01:00.0

# A bash process that holds em1's lock; it is $keeper.
keep_lock() {
	(
		exec 9<>"$lock"
		flock 9
		echo "$BASHPID" >"$lock"
		touch "$scratch/kept"
		exec sleep 60
	) &
	keeper=$!
	wait_for 10 test -e "$scratch/kept"
}

# A background process of a script has SIGINT ignored.
in_background() {
	env --default-signal=INT "$@" >"$scratch/background" 2>&1 &
	worker=$!
}

has_open() {
	find "/proc/$1/fd" -lname "$2" | grep -q .
}

# Checks that the background process ends with status $2.
ends_with() {
	local code=0

	wait "$worker" || code=$?
	same "$1" "$2" "$code"
}

expect 0 sriovctl enable em1 1
same "the folder of the locks is for root alone" 700 "$(stat -c %a /run/sriovctl/lock)"
expect 0 sriovctl disable em1

keep_lock
expect 1 takes 1000 3000 sriovctl --timeout 1 enable em1 3
err_has "sleep (pid $keeper)"
err_has "em1: another change is under way"
same "a PF that another run has locked is left alone" 0 "$(vfs_by_files em1)"
expect 1 sriovctl --timeout 1 enable em1 3 em2 3
same "so is one that would be changed with it" 0 "$(vfs_by_files em2)"
expect 0 sriovctl list em1
expect 0 sriovctl --dry-run enable em1 3
expect 0 sriovctl --timeout 20 enable em2 2
same "other PFs are not locked with it" 2 "$(vfs_by_files em2)"
in_background sriovctl --timeout 20 enable em1 3
check "a second run waits for the lock" wait_for 10 has_open "$worker" "$lock"
same "it makes no VF meanwhile" 0 "$(vfs_by_files em1)"
kill "$keeper"
ends_with "it goes on when it gets the lock" 0
same "and makes the VFs" 3 "$(vfs_by_files em1)"
wait "$keeper" || true

expect 0 sriovctl disable em1
in_background sriovctl enable em1 4
expect 0 sriovctl enable em1 4
ends_with "of two runs that want the same both succeed" 0
same "one makes the VFs, the other finds them" 1 \
	"$(cat "$scratch/out" "$scratch/background" | grep -cx unchanged)"
same "there are 4" 4 "$(vfs_by_files em1)"

rm "$scratch/kept"
keep_lock
in_background sriovctl enable em1 7 --yes
check "a run waits for the lock" wait_for 10 has_open "$worker" "$lock"
kill -INT "$worker"
ends_with "interrupted there it exits 130" 130
kill "$keeper"
wait "$keeper" || true

expect 0 sriovctl vf set em1/0 vlan 5
in_background sriovctl -v vf set em1/0 vlan 9 max_tx_rate 100
check "a run waits for carrier" wait_for 10 grep -q carrier "$scratch/background"
kill -INT "$worker"
ends_with "interrupted there it exits 130" 130
check "it says so" grep -q interrupted "$scratch/background"
check "and what it has put back" grep -q "vlan .* 9  put back" "$scratch/background"
same "the VLAN is as it was" 5 "$(vf_says em1 0 '.vlan_list[0].vlan')"
expect 0 sriovctl --timeout 5 vf set em1/0 vlan 6
end
