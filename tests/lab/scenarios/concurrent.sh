#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Many runs at once, on the same ports and on others, with udev and ip beside them: what
# each of them wants is there in the end, and none waits for ever.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

file=/etc/sriovctl/host.yaml

# Runs each argument as a command line at once; fails when one of them does.
at_once() {
	local line worker workers=() code=0

	for line in "$@"; do
		# shellcheck disable=SC2086 # words
		timeout 100 $line >"$scratch/out.${#workers[@]}" 2>&1 &
		workers+=($!)
	done
	for worker in "${workers[@]}"; do
		wait "$worker" || code=1
	done
	((!code)) || cat "$scratch"/out.*
	return "$code"
}

# The VLANs of all VFs of port $1.
vlans() {
	each_vf "$1" '.vlan_list[0].vlan // 0' | tr -d '[]'
}

# ip changes spoofchk of every VF of em1, for ever.
disturb() {
	local vf

	while :; do
		for vf in 0 1 2 3 4 5 6; do
			ip link set em1 vf "$vf" spoofchk off
			ip link set em1 vf "$vf" spoofchk on
		done
	done
}

start_udev
check "two runs that name two ports in opposite order both end" at_once \
	"sriovctl enable em1 7 em2 7" "sriovctl enable em2 7 em1 7"
same "em1 has its VFs" 7 "$(vfs_by_files em1)"
same "em2 has its VFs" 7 "$(vfs_by_files em2)"

disturb &
disturber=$!
lines=()
for vf in 0 1 2 3; do
	lines+=("sriovctl vf set em1/$vf vlan 10$vf" "sriovctl vf set em2/$vf vlan 20$vf")
done
check "eight runs at once, with ip beside them" at_once "${lines[@]}"
kill "$disturber"
wait "$disturber" || true
same "each VLAN of em1 is there" 100,101,102,103,0,0,0 "$(vlans em1)"
same "and of em2" 200,201,202,203,0,0,0 "$(vlans em2)"

lines=()
for vf in 0 1 2 3 4 5 6; do
	lines+=("sriovctl vf set em1/$vf vlan 30$vf --save")
done
check "seven runs at once that save what they change" at_once "${lines[@]}"
same "each has come true" 300,301,302,303,304,305,306 "$(vlans em1)"
for vf in 0 1 2 3 4 5 6; do
	check "the file has the VLAN of em1/$vf" grep -q "^ *$vf: {vlan: 30$vf}$" "$file"
done
expect 0 sriovctl plan
out_is unchanged

ip link set em1 vf 3 vlan 77
expect 10 sriovctl plan --exit-code
out_has "em1/3  vlan         77 → 303"
check "two runs that apply at once both end" at_once "sriovctl apply" "sriovctl apply"
same "the drift is mended" 300,301,302,303,304,305,306 "$(vlans em1)"

sriovctl --timeout 60 disable em1 em2 &
victim=$!
wait_for 10 test -s /run/sriovctl/lock/pci-0000:01:00.0
kill -KILL "$victim"
wait "$victim" || true
expect 0 takes 0 20000 sriovctl apply --yes
same "the lock of a run that was killed blocks nobody" 7 "$(vfs_by_files em1)"
expect 0 sriovctl apply
out_is unchanged
end
