#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A run is killed at each of its writes to sysfs, which a child makes, and at its first
# requests to the network; the same command again brings about what was wanted, and
# nothing is left behind.

# lab: deadline 500
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"
# shellcheck source=../wanted.sh
. "$LAB_DIR/wanted.sh"

cat >$file <<-END
	version: 1
	pfs:
	  - pf: em1
	    vfs: 2
	    all: {mac: 52:54:00:a1:00:00+, vlan: 5, trust: on, spoofchk: off}
	    vf:
	      0: {driver: vfio-pci}
END

# Sanitizers cannot look for leaks under ptrace, and a killed run has none.
under_strace() {
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 strace -qq -o "$scratch/calls" "$@"
}

start_over() {
	echo 0 >"$(pf em1)/sriov_numvfs"
	ip link set em1 up
}

# Kill the run at its first call of $1, at its second, until it has none so late; at $2
# calls at most.
kill_at_each() {
	local nth code

	for ((nth = 1; nth <= $2; nth++)); do
		start_over
		code=0
		under_strace -e "trace=$1" -e "inject=$1:signal=KILL:when=$nth" \
			sriovctl apply >"$scratch/out" 2>&1 || code=$?
		((code)) || return 0
		same "at its ${nth}th call of $1 it is killed" 137 "$code"
		expect 0 sriovctl apply --yes
		same "the same command again makes it so" "$undisturbed" "$(facts)"
		same "nothing is left behind" "" "$(leftovers)"
		kills=$((kills + 1))
	done
}

start_over
expect 0 sriovctl apply
undisturbed=$(facts)
same "two VFs are there" 2 "$(vfs_by_files em1)"
kills=0
kill_at_each clone 30
check "it was killed at the writes to sysfs" test $kills -ge 5
kill_at_each sendto 8
check "and at those to the network, a dozen in all" test $kills -ge 12
end
