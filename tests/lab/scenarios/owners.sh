#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One owner at a time: what libvirt sets while a guest has a VF, and puts back, is read
# with ip before, during and after; and the file of the host's settings stays satisfied.

# lab: deadline 400
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

mac0=52:54:00:a1:00:00
mac1=52:54:00:a1:00:01
mac2=52:54:00:a1:00:02
other=52:54:00:b0:00:01
third=52:54:00:b0:00:02
nvme=0000:04:00.0
raise em1
expect 0 sriovctl enable em1 3
expect 0 sriovctl vf set em1/0 mac $mac0 vlan 7 spoofchk off
expect 0 sriovctl vf set em1/1 mac $mac1 vlan 8
expect 0 sriovctl vf set em1/2 mac $mac2
expect 0 sriovctl save

# MAC, VLAN, spoofchk and trust of a VF, as ip reads them.
settings() {
	vf_says em1 "$1" '"\(.address) \(.vlan_list[0].vlan // 0) \(.spoofchk) \(.trust)"'
}
# Neither the plan nor what is saved anew differs from the file.
is_satisfied() {
	expect 0 sriovctl plan --exit-code
	expect 0 sriovctl apply
	out_is unchanged
	expect 0 sriovctl save --dry-run
	out_lacks "$other"
	out_lacks "$third"
}
before0=$(settings 0) before1=$(settings 1) before2=$(settings 2)
same "VF 0 is set" "$mac0 7 false false" "$before0"
is_satisfied

check "udevd starts" start_udev
check "libvirtd answers" start_libvirt
check "guests can be prepared" prepare_nested

# em1/0 plain: sriovctl owns its settings. em1/1 by interface, with another MAC and no
# VLAN: libvirt owns them while the guest runs, and xml check says so before.
nested_domain vm1 >vm1.xml
sriovctl xml add em1/0 -f vm1.xml 2>/dev/null | sriovctl xml add em1/1 --as interface \
	2>/dev/null | sed "s/$mac1/$other/; /<vlan>/,/<\/vlan>/d" >with.xml
expect 0 virsh define with.xml
checked() {
	virsh dumpxml --inactive vm1 | sriovctl xml check
}
expect 10 checked
out_has "VF by hostdev"
out_has "FAIL  em1/1: set to VLAN 8, and libvirt clears it when the guest starts"
expect 0 virsh start vm1
check "the guest has both" wait_for 200 nested_says vm1 "has nic .* $other igbvf"
check "the plain one with the MAC set on the host" nested_says vm1 "has nic .* $mac0 igbvf"
same "nobody has touched the plain VF" "$before0" "$(settings 0)"
same "libvirt has set the other" "$other 0 true false" "$(settings 1)"
is_satisfied
expect 0 sriovctl show em1/1
out_has "$mac1"
stop_if_failed

# Live and for the next boot, a VF and a drive that knows no SR-IOV.
attach() {
	sriovctl xml hostdev "$1" | virsh attach-device vm1 /dev/stdin "$2"
}
detach() {
	sriovctl xml hostdev "$1" | virsh detach-device vm1 /dev/stdin "$2"
}
expect 0 attach em1/2 --live
check "the guest has a third" wait_for 60 nested_says vm1 "has nic .* $mac2 igbvf"
expect 0 attach em1/2 --config
expect 0 attach $nvme --live
check "and the drive" wait_for 60 nested_says vm1 "has nvme nvme0"
expect 5 sriovctl pick 1
err_has "0 free"
expect 0 detach em1/2 --live
check "the guest loses it" wait_for 60 nested_says vm1 "lost nic .* $mac2 igbvf"
same "its settings are as before" "$before2" "$(settings 2)"
expect 0 detach em1/2 --config
same "now one is free" em1/2 "$(sriovctl pick 1)"

# A pool that leaves out what the guest has, for a card that comes and goes.
pool() {
	sriovctl xml network em1 --portgroup red:42 | tee pool.xml | virsh net-define /dev/stdin
}
expect 0 pool
err_has "em1/0 left out: guest vm1"
same "the pool has the third VF only" 1 "$(grep -c '<address' pool.xml)"
check "virt-xml-validate takes it" virt-xml-validate pool.xml network
expect 0 virsh net-start em1-pool
cat >card.xml <<-EOF
	<interface type='network'>
	  <mac address='$third'/>
	  <source network='em1-pool' portgroup='red'/>
	</interface>
EOF
expect 0 virsh attach-device vm1 card.xml --live
check "the guest has a VF of the pool" wait_for 60 nested_says vm1 "has nic .* $third igbvf"
same "with the port group's VLAN" "$third 42 true false" "$(settings 2)"
is_satisfied
expect 0 virsh detach-device vm1 card.xml --live
check "which goes again" wait_for 60 nested_says vm1 "lost nic .* $third igbvf"
same "as it came" "$before2" "$(settings 2)"

expect 0 virsh destroy vm1
same "VF 0 is as it was" "$before0" "$(settings 0)"
same "VF 1 is as it was" "$before1" "$(settings 1)"
same "the drive is the host's again" nvme "$(driver_of $pci/$nvme)"
is_satisfied
end
