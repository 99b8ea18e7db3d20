#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program that never answers holds a VF. With its guards sriovctl writes nothing; a
# build without them shows that the deadline of the write holds too.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

lock=/run/sriovctl/lock/pci-0000:01:00.0
unguarded=$LAB_BUILD/tests/lab/sriovctl-unguarded

write_yaml() {
	printf 'version: 1\npfs:\n  - pf: em1\n    %s\n' "$1" >"$scratch/host.yaml"
}

# Arguments: a change that would end the program's use of em1/0.
refused_at_once() {
	expect 6 takes 0 $calm traced sriovctl "$@"
	err_has "process holder (pid $holder)"
	same "'$*' wrote nothing" "" "$(asked)"
}

# A reader of the output that waits for its end, as a script or a pipe does.
read_to_the_end() {
	"$unguarded" --timeout 3 "$@" 2>&1 | cat >"$scratch/read"
	return "${PIPESTATUS[0]}"
}

is_locked() {
	! flock --nonblock "$lock" true
}

check "em1 gets a link" raise em1
expect 0 sriovctl enable em1 4 em2 2
expect 0 sriovctl bind em1/0
check "a program takes em1/0" hold em1 0
set_calm traced sriovctl list

before=$(state)
for force in "" --force; do
	# shellcheck disable=SC2086 # words of a command line
	{
		refused_at_once disable em1 --yes $force
		refused_at_once unbind em1/0 --yes $force
		refused_at_once enable em1 2 --yes $force
		refused_at_once bind em1/0 --driver igbvf --yes $force
		write_yaml "vfs: 2"
		refused_at_once apply -f "$scratch/host.yaml" --yes $force
		# the driver of a VF that is held is no difference: sriovctl-apply(8)
		write_yaml "vf: {0: {driver: igbvf}}"
		expect 0 takes 0 $calm traced sriovctl apply -f "$scratch/host.yaml" --yes $force
		out_is unchanged
	}
done
unchanged "none of these changed anything" "$before"

expect 1 takes 2500 12000 read_to_the_end unbind em1/0
check "a write that does not end is given up" grep -q "has not completed" "$scratch/read"
check "the PF stays locked as long as the write" is_locked
expect 1 takes 900 4000 sriovctl --timeout 1 enable em1 2 --yes
err_has "em1: another change is under way"
expect 0 takes 0 $calm sriovctl list em2
out_has "em2/1"
expect 0 takes 0 $calm sriovctl list
expect 0 takes 0 10000 sriovctl vf set em2/0 vlan 5
let_go
check "it ends when the program does" wait_for 20 eval '! is_locked'
expect 0 sriovctl bind em1/0
same "and em1/0 can be had again" vfio-pci "$(driver_of "$(vf em1 0)")"

check "a program takes em1/0" hold em1 0
expect 1 takes 2500 12000 read_to_the_end disable em1
check "so is one to sriov_numvfs" grep -q "has not completed" "$scratch/read"
check "the PF stays locked" is_locked
expect 0 takes 0 $calm sriovctl list em2
expect 0 takes 0 $calm sriovctl list
let_go
check "it ends when the program does" wait_for 20 eval '! is_locked'
same "the VFs are gone then" 0 "$(vfs_by_files em1)"
expect 0 sriovctl enable em1 3
same "and can be made anew" 3 "$(vfs_by_files em1)"
end
