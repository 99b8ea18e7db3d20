#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lab itself: libvirt and a nested guest with a VF, made with nothing but ip,
# virsh and XML by hand.

# lab: deadline 300
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

raise em1
echo 7 >"$(pf em1)/sriov_numvfs"
ip link set em1 vf 3 mac 52:54:00:a1:00:03

check "udevd starts" start_udev
same "udevd leaves the names of the ports alone" "em1 em2 em3" \
	"$(cd /sys/class/net && echo em*)"
check "libvirtd answers" start_libvirt
expect 0 virsh -q nodedev-dumpxml pci_0000_01_00_0
out_has "maxCount='7'"
check "guests can be prepared" prepare_nested

nested_domain vm1 192.0.2.3/24 >vm1.xml
check "virt-xml-validate takes the domain" virt-xml-validate vm1.xml domain
expect 0 virsh -q define vm1.xml
vf_hostdev em1 3 >hostdev.xml
expect 0 virsh -q attach-device vm1 hostdev.xml --config
expect 0 virsh -q start vm1
stop_if_failed
same "em1/3 is on" vfio-pci "$(driver_of "$(vf em1 3)")"
check "the guest has VF em1/3 with the MAC set outside" \
	wait_for 200 nested_says vm1 "has nic .* 52:54:00:a1:00:03 igbvf"

ip address add 192.0.2.1/24 dev em1
check "the guest answers" wait_for 20 ping -c 1 -w 2 192.0.2.3
expect 0 virsh -q shutdown vm1
vm1_is_off() {
	[[ $(virsh -q domstate vm1) == "shut off" ]]
}
check "the guest shuts down" wait_for 30 vm1_is_off
same "em1/3 is given back to" igbvf "$(driver_of "$(vf em1 3)")"
nested_log vm1
end
