#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# plan and apply: a cold host becomes what one file says, and stays so.

# lab: deadline 600
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"
# shellcheck source=../wanted.sh
. "$LAB_DIR/wanted.sh"

expect 8 sriovctl plan
err_has "nothing is configured"

# from cold to wanted
configure
cold=$(state)
expect 10 traced sriovctl plan --exit-code
out_has "driver       vfio-pci"
same "a plan asks the kernel for nothing" "" "$(asked)"
unchanged "and changes nothing" "$cold"
expect 0 sriovctl apply
out_lacks "failed"
is_wanted "the cold host has what the file says"
same "nothing is left behind" "" "$(leftovers)"
check "a VF that stays with the host has a network interface" vf_netdev em2 0

# the second time
warm=$(state)
expect 0 traced sriovctl apply
out_is unchanged
same "the second apply asks the kernel for nothing" "" "$(asked)"
unchanged "and changes nothing" "$warm"
expect 0 sriovctl plan --exit-code
out_is unchanged
sriovctl --json show all >"$scratch/all.json"
expect 0 sriovctl plan --exit-code -f "$scratch/all.json"
out_is unchanged

# drift
ip link set em1 vf 2 vlan 7 trust off
ip link set em2 vf 1 spoofchk on
basename "$(vf em1 4)" >"$(vf em1 4)/driver/unbind"
ip link set em2 down
expect 10 sriovctl plan --exit-code
out_has "~ em1/2  vlan         7 → 100"
out_has "~ em1/2  trust        off → on"
out_has "~ em1/4  driver       none → vfio-pci"
out_has "~ em2    link         down → up"
out_has "~ em2/1  spoofchk     on → off"
out_has "5 to change"
expect 0 sriovctl apply
is_wanted "drift by ip and by unbinding is mended"
echo 0 >"$(pf em2)/sriov_numvfs"
echo 0 >"$(pf nvme0)/sriov_numvfs"
expect 10 sriovctl plan --exit-code
out_has "+ em2 "
out_lacks "em1"
expect 0 sriovctl apply
is_wanted "VFs that were removed are there again"
same "nothing is left behind" "" "$(leftovers)"

# a fault in the middle
ip link set em1 vf 0 vlan 9
configure "vlan: 30, state: enable"
expect 7 sriovctl apply
out_has "put back"
err_has "em2/0-3: the igb driver refuses state"
is_wanted "a setting that igb refuses leaves em2 as it was, and em1 is done"
expect 3 sriovctl --json apply
out_json '[.changed, ([.steps[].status] | unique)]' '[false,["refused","undone"]]'
is_wanted "when nothing else is to be done, nothing is changed"
expect 7 sriovctl --keep-going apply
same "with --keep-going the VLANs stay" "[30,30,30,30]" "$(each_vf em2 .vlan_list[0].vlan)"
configure "vlan: 0"
expect 0 sriovctl apply
is_wanted "a VLAN of 0 is none again"

# errors
configure "vlan: 5000"
sed -i 's/trust: on/turst: on/' $file
before=$(state)
expect 8 sriovctl apply
err_has "$file:7:54: unknown key 'turst'"
err_has "did you mean 'trust'?"
err_has "$file:14:32: vlan must be 0-4094, not '5000'"
err_has "2 errors"
unchanged "with errors in the file nothing is changed" "$before"

# somebody uses em2/1
configure
expect 0 sriovctl bind em2/1
check "a program holds em2/1" hold em2 1
vfs=6 configure
sed -i 's/qos: 3/qos: 4/' $file
expect 0 sriovctl plan
out_has "! em2    vfs          4 → 6  blocked: destroys em2/0-3; em2/1 is in use by process holder (pid $holder)"
out_has "1 to change, 1 blocked"
expect 7 sriovctl apply
err_has "em2/1: in use by process holder (pid $holder); this was left out"
out_has "1 changed, 1 verified, 1 blocked"
same "em2 keeps its VFs" 4 "$(vfs_by_files em2)"
same "em1/6 has its new qos" 4 "$(vf_says em1 6 '.vlan_list[0].qos')"
before=$(state)
expect 6 sriovctl apply
expect 6 sriovctl --force apply
unchanged "nor does --force take it away" "$before"
let_go
expect 6 sriovctl apply </dev/null
err_has "hint: do it: --yes"
expect 6 on_terminal n sriovctl apply
same "with a no they stay" 4 "$(vfs_by_files em2)"
expect 0 on_terminal y sriovctl apply
same "with a yes there are 6" 6 "$(vfs_by_files em2)"
configure
expect 0 sriovctl apply --yes
is_wanted "with --yes 4 again"
end
