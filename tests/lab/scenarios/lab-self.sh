#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab itself: that the emulated server is what the other scenarios take it for.

# lab: deadline 120
. "$LAB_DIR/inside.sh"

has_vfs() {
	[[ $(echo "$(pf "$1")"/virtfn*) == *virtfn$(($2 - 1)) ]] && [[ -e $(vf "$1" 0) ]]
}

all_netdevs() {
	local i

	for i in 0 1 2 3 4 5 6; do
		vf_netdev "$1" "$i" || return 1
	done
}

own_group() {
	local folder

	folder=$(vf "$1" "$2") || return 1
	[[ $(ls "$folder/iommu_group/devices") == "${folder##*/}" ]]
}

for port in em1 em2; do
	check "$port is a port of igb" test -e "$(pf $port)/net/$port"
	same "the driver of $port" igb "$(driver_of "$(pf $port)")"
	same "$port allows 7 VFs" 7 "$(<"$(pf $port)/sriov_totalvfs")"
	same "$port has no VF" 0 "$(<"$(pf $port)/sriov_numvfs")"
	same "$port is down" down "$(<"/sys/class/net/$port/operstate")"
done
check_not "em3 has no SR-IOV" test -e "$(pf em3)/sriov_totalvfs"

check "em1 gets a link" raise em1
check "em2 gets a link" raise em2
for port in em1 em2; do
	echo 7 >"$(pf $port)/sriov_numvfs"
	check "$port has 7 VFs" has_vfs $port 7
	check "they have network interfaces" wait_for 10 all_netdevs $port
	same "the driver of $port/3" igbvf "$(driver_of "$(vf $port 3)")"
	check "$port/3 has an IOMMU group of its own" own_group $port 3
done
same "the address of em1/3" 0000:01:10.6 "$(basename "$(vf em1 3)")"

ip link set em1 vf 3 mac 52:54:00:a1:00:03
same "an independent reader's MAC of em1/3" 52:54:00:a1:00:03 "$(vf_says em1 3 .address)"
same "an independent reader's spoofchk of em1/3" true "$(vf_says em1 3 .spoofchk)"

check "em1/0 goes into a namespace" into_namespace em1 0 red 192.0.2.1/24
check "em1/1 goes into another" into_namespace em1 1 blue 192.0.2.2/24
check "em2/0 goes into a third" into_namespace em2 0 green 192.0.2.3/24
check "two VFs of one port reach one another" pings red 192.0.2.2
check "VFs of two ports reach one another over the cable" pings red 192.0.2.3
check "the witness saw that on the cable" \
	grep -q "192.0.2.1 > 192.0.2.3: ICMP echo request" <(witness icmp)

echo 4 >"$(pf nvme0)/sriov_numvfs"
check "the NVMe controller has 4 VFs" has_vfs nvme0 4
check "its VF 2 has an IOMMU group of its own" own_group nvme0 2
check_not "the other one has no SR-IOV" test -e "$(pf nvme1)/sriov_totalvfs"
modprobe vfio-pci
echo vfio-pci >"$(vf nvme0 1)/driver_override"
basename "$(vf nvme0 1)" >/sys/bus/pci/drivers_probe
same "the driver of the NVMe VF 1" vfio-pci "$(driver_of "$(vf nvme0 1)")"
check "it has a VFIO group" test -c "/dev/vfio/$(basename "$(realpath "$(vf nvme0 1)/iommu_group")")"

netdevsim_port 1 300
check "a port of netdevsim makes 300 VFs" sh -c "echo 300 >/sys/class/net/sim1/device/sriov_numvfs"
check "each of them can be set" ip link set sim1 vf 299 spoofchk on
check_not "and there is none more" ip link set sim1 vf 300 spoofchk on
end
