#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# enable and disable: VFs are made, counted by others, kept, and taken away.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

autoprobe() {
	cat "$(pf em1)/sriov_drivers_autoprobe" "$(pf em2)/sriov_drivers_autoprobe"
}

# The kernel numbers controllers as they get ready.
nvme=$(basename "$(pf nvme0)"/nvme/*)

same "there is no VF at first" 0 "$(vfs_by_files em1)"
expect 0 traced sriovctl enable em1 7
out_has "0 → 7"
check "the trace shows what it writes" grep -q 0000:01:00.0/sriov_numvfs <(asked)
same "em1 has 7 VFs by its links" 7 "$(vfs_by_files em1)"
same "em1 has 7 VFs by ip" 7 "$(vfs_by_ip em1)"
same "all have their driver when it returns" "7 igbvf" "$(vf_drivers em1)"
same "and their network interface" 7 "$(ifindexes em1 | wc -l)"
same "em2 has none" 0 "$(vfs_by_files em2)"
same "the automatic probing is as before" $'1\n1' "$(autoprobe)"

before=$(ifindexes em1)
expect 0 traced sriovctl enable em1 7
out_is unchanged
same "the kernel was asked for nothing" "" "$(asked)"
same "the VFs' interfaces are the same ones" "$before" "$(ifindexes em1)"

before=$(state)
expect 1 traced sriovctl enable em1 8
err_has "igb driver allows 7"
err_has "the card itself 8"
err_has "hint: sriovctl enable em1 7"
same "the kernel was asked for nothing" "" "$(asked)"
expect 5 sriovctl enable em9 3
err_has em9
err_has "em1, em2, $nvme"
expect 2 sriovctl enable em1 0
err_has "hint: sriovctl disable em1"
expect 2 sriovctl enable em1 seven
expect 2 sriovctl enable em1 65536
expect 2 sriovctl enable em1 -1
expect 2 sriovctl enable em1 +7
expect 2 sriovctl enable em1
expect 2 sriovctl enable em1 7 em2
expect 2 sriovctl enable em1/3 7
expect 5 sriovctl enable em3 1
expect 1 sriovctl enable em2 4 em1 8
expect 5 sriovctl enable em2 4 em9 4
expect 2 sriovctl enable ../em1 7
expect 5 sriovctl enable .. 7
expect 5 sriovctl disable em9
expect 2 sriovctl disable
expect 0 traced sriovctl --dry-run disable em1
out_has "7 → 0"
out_has "destroys em1/0-6"
same "a dry run asks the kernel for nothing" "" "$(asked)"
expect 0 sriovctl --dry-run enable em2 4
out_has "0 → 4"
expect 0 sriovctl --json -n enable em2 4
out_json .changed false
out_json '.steps[0]|[.object,.attribute,.from,.to,.status]' '["em2","vfs",0,4,"planned"]'
unchanged "none of these changed anything" "$before"

expect 5 sriovctl --json enable em9 3
err_json '[.code, (.message|contains("em9")), (.hint|contains("em1"))]' '[5,true,true]'
expect 0 sriovctl --json enable em2 4
out_json 'del(.steps[0].users)' '{"version":1,"changed":true,"steps":[{"object":"em2","attribute":"vfs","from":0,"to":4,"status":"verified","error":null}]}'
same "em2 has 4 VFs by its links" 4 "$(vfs_by_files em2)"
expect 0 sriovctl --json enable em2 4
out_json .changed false

expect 0 sriovctl disable em1
same "em1 has no VF by its links" 0 "$(vfs_by_files em1)"
same "em1 has no VF by ip" 0 "$(vfs_by_ip em1)"
same "em2 keeps its own" 4 "$(vfs_by_files em2)"
expect 0 sriovctl disable em1
out_is unchanged
expect 0 sriovctl disable all
same "nobody has a VF" "0 0 0" "$(vfs_by_files em1) $(vfs_by_files em2) $(vfs_by_files nvme0)"

expect 0 sriovctl enable em1 7 em2 4
same "two PFs get theirs with one command" "7 4" "$(vfs_by_ip em1) $(vfs_by_ip em2)"
expect 0 sriovctl disable em1 em2

echo 0 >"$(pf em1)/sriov_drivers_autoprobe"
expect 0 takes 0 5000 sriovctl enable em1 2
same "the VFs are there" 2 "$(vfs_by_files em1)"
same "without automatic probing none gets a driver" "" "$(vf_drivers em1)"
same "automatic probing stays off" $'0\n1' "$(autoprobe)"
echo 1 >"$(pf em1)/sriov_drivers_autoprobe"
expect 0 sriovctl disable em1

expect 0 sriovctl enable all max
err_has "$nvme left out"
same "all ports have 7 VFs" "7 7" "$(vfs_by_ip em1) $(vfs_by_ip em2)"
same "the NVMe controller has none" 0 "$(vfs_by_files nvme0)"
same "the automatic probing is as before" $'1\n1' "$(autoprobe)"
end
