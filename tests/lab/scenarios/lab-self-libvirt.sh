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

is_off() {
	[[ $(virsh -q domstate "$1") == "shut off" ]]
}

nested_domain vm1 192.0.2.3/24 >vm1.xml
check "virt-xml-validate takes the domain" virt-xml-validate vm1.xml domain
expect 0 virsh -q define vm1.xml
vf_hostdev em1 3 >hostdev.xml
expect 0 virsh -q attach-device vm1 hostdev.xml --config
expect 0 virsh -q start vm1
stop_if_failed
same "em1/3 is on" vfio-pci "$(driver_of "$(vf em1 3)")"
check "the guest has VF em1/3 with the MAC set outside" \
	wait_for 120 nested_says vm1 "has nic .* 52:54:00:a1:00:03 igbvf"

ip address add 192.0.2.1/24 dev em1
check "the guest answers" wait_for 20 ping -c 1 -w 2 192.0.2.3
expect 0 virsh -q shutdown vm1
check "the guest shuts down" wait_for 30 is_off vm1
same "em1/3 is given back to" igbvf "$(driver_of "$(vf em1 3)")"

cat >vm2.xml <<-EOF
	<domain type='kvm'>
	  <name>vm2</name>
	  <memory unit='GiB'>1</memory>
	  <vcpu>2</vcpu>
	  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
	  <features><acpi/></features>
	  <devices>
	    $(vf_hostdev em1 4)
	    <serial type='pty'/>
	  </devices>
	</domain>
EOF
ip link set em1 vf 4 mac 52:54:00:a1:00:04
expect 0 virsh -q define vm2.xml
check "a domain that was not written for the lab can be booted" boot_nested vm2
expect 0 virsh -q start vm2
stop_if_failed
check "that guest has VF em1/4" \
	wait_for 120 nested_says vm2 "has nic .* 52:54:00:a1:00:04 igbvf"
virsh -q destroy vm2
check "em1/4 is given back" test "$(driver_of "$(vf em1 4)")" = igbvf
end
