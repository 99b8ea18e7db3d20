#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bind and unbind: VFs, an NVMe controller's VFs, and functions that are neither.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# What nobody may find changed: overrides, and the probing of new VFs.
leftovers() {
	grep -vxF '(null)' $pci/*/driver_override || true
	grep -Hvx 1 $pci/*/sriov_drivers_autoprobe || true
	find /run/sriovctl/override -type f 2>/dev/null || true
}

devices_of_groups() {
	local i

	for i in "$@"; do
		[[ -c /dev/vfio/$(group_of "$(vf em1 "$i")") ]] || return 1
	done
}

expect 0 sriovctl enable em1 7
check_not "vfio-pci is not loaded" test -e /sys/bus/pci/drivers/vfio-pci
expect 0 traced sriovctl bind em1/0-3
check "the trace shows what it writes" grep -q 0000:01:10.6/driver_override <(asked)
out_has "em1/0-3"
out_has "igbvf → vfio-pci"
same "4 VFs have vfio-pci, the others their own" $'3 igbvf\n4 vfio-pci' "$(vf_drivers em1)"
same "em1/3 is one of them" vfio-pci "$(driver_of "$(vf em1 3)")"
check "their groups are in /dev/vfio" devices_of_groups 0 1 2 3
check_not "that of em1/4 is not" test -e "/dev/vfio/$(group_of "$(vf em1 4)")"
same "nothing is left behind" "" "$(leftovers)"
expect 0 sriovctl --json list em1
out_json '[.pfs[0].vf[]|.driver] | .[2:5]' '["vfio-pci","vfio-pci","igbvf"]'
out_json '.pfs[0].vf[3]|[.group,.netdev]' "[$(group_of "$(vf em1 3)"),null]"
expect 0 traced sriovctl bind em1/0-3
out_is unchanged
same "the second time the kernel is asked for nothing" "" "$(asked)"
expect 0 sriovctl vf set em1/3 vlan 100 mac 52:54:00:a1:00:03
same "a VF that is bound to it takes settings" '["52:54:00:a1:00:03",100]' \
	"$(vf_says em1 3 '[.address, .vlan_list[0].vlan]' | jq -c .)"

before=$(state)
expect 3 sriovctl bind em1/0 em1/5 --driver nosuch
err_has nosuch
expect 0 sriovctl -n unbind em1/0
unchanged "a driver that does not exist, or a dry run, changes nothing" "$before"

expect 0 sriovctl unbind em1/0-3
same "all have their own driver again" "7 igbvf" "$(vf_drivers em1)"
same "and a network interface" 7 "$(ifindexes em1 | wc -l)"
expect 1 sriovctl bind em1/0 --driver e1000e
err_has "the driver does not know the device"
same "a driver of another device is not forced on it" igbvf "$(driver_of "$(vf em1 0)")"
check_not "the group of em1/3 is gone from /dev/vfio" test -e "/dev/vfio/$(group_of "$(vf em1 3)")"
expect 0 traced sriovctl unbind em1/0-3
out_is unchanged
same "the second time the kernel is asked for nothing" "" "$(asked)"
same "nothing is left behind" "" "$(leftovers)"

echo 0 >"$(pf em1)/sriov_drivers_autoprobe"
expect 0 sriovctl bind em1/1
same "without automatic probing it is bound too" vfio-pci "$(driver_of "$(vf em1 1)")"
expect 0 sriovctl unbind em1/1
same "and unbound" igbvf "$(driver_of "$(vf em1 1)")"
same "automatic probing stays off" 0 "$(<"$(pf em1)/sriov_drivers_autoprobe")"
echo 1 >"$(pf em1)/sriov_drivers_autoprobe"

echo vfio-pci >"$(vf em1 2)/driver_override"
expect 0 sriovctl bind em1/2
expect 0 sriovctl unbind em1/2
same "a driver_override of somebody else does not keep it" igbvf "$(driver_of "$(vf em1 2)")"
basename "$(vf em1 4)" >/sys/bus/pci/drivers/igbvf/unbind
expect 0 sriovctl unbind em1/4
same "a VF without a driver gets its own" igbvf "$(driver_of "$(vf em1 4)")"
expect 0 sriovctl vf set em1/5 driver vfio-pci
same "vf set driver binds too" vfio-pci "$(driver_of "$(vf em1 5)")"
expect 0 sriovctl vf set em1/5 driver default

nvme=$(basename "$(pf nvme0)"/nvme/*)
expect 0 sriovctl enable "$nvme" 2
expect 0 sriovctl bind "$nvme"
same "both VFs of the NVMe controller have vfio-pci" "2 vfio-pci" "$(vf_drivers nvme0)"
expect 3 sriovctl vf set "$nvme/0" spoofchk off
err_has "$nvme: no network device"
expect 0 sriovctl show "$nvme/1"
out_has vfio-pci
expect 0 sriovctl disable "$nvme"
same "it has no VF any more" 0 "$(vfs_by_files nvme0)"

ip link set em3 up
ip route add default dev em3
expect 6 sriovctl bind 0000:05:00.0
err_has "route default"
same "em3, which has the default route, keeps its driver" e1000e "$(driver_of "$(pf em3)")"
ip link set em3 down
expect 0 sriovctl bind 0000:05:00.0
same "em3, which is no VF, has vfio-pci" vfio-pci "$(driver_of "$(pf em3)")"
expect 0 sriovctl unbind 0000:05:00.0
same "em3 has its own driver again" e1000e "$(driver_of "$(pf em3)")"
expect 0 sriovctl bind function:0000:04:00.0
same "so has the NVMe controller without VFs" vfio-pci "$(driver_of "$(pf nvme1)")"
expect 0 sriovctl unbind function:0000:04:00.0
same "it has its own driver again" nvme "$(driver_of "$(pf nvme1)")"
expect 6 sriovctl bind function:0000:01:00.0
err_has "hint: sriovctl disable em1"
expect 0 sriovctl bind function:0000:02:00.0
same "a PF without VFs can be bound" vfio-pci "$(driver_of "$(pf em2)")"
expect 0 sriovctl unbind function:0000:02:00.0
same "and unbound" igb "$(driver_of "$(pf em2)")"
same "nothing is left behind" "" "$(leftovers)"
end
