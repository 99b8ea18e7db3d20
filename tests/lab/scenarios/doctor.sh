#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# doctor on a real kernel: what is wrong is found, and the command that it prints mends it.

# lab: deadline 480

. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# Nothing is wrong.
sound() {
	expect 0 sriovctl doctor -q "$@"
	out_is ""
}

# Runs the commands that doctor has printed last; remarks stand behind blanks.
mend() {
	local fix

	fix=$(sed -n 's/^      fix: //p' <<<"$out" | sed 's/        .*//')
	check "it mends: $fix" bash -ec "$fix"
}

expect 10 sriovctl doctor -q
out_has "FAIL  CPU virtualization there (svm), but not KVM: /dev/kvm is missing"
mend
sound
expect 0 sriovctl doctor
out_has "ok    IOMMU on (intel, "
out_has "groups), interrupt remapping on"
out_has "ok    em1, em2: up to 7 VFs by the igb driver (8 by the card itself)"
out_has "ok    buses and ARI suffice"
expect 0 sriovctl --json doctor em1
out_json '[.version, (.findings|map(.level)|unique)]' '[1,["ok"]]'
out_json '.findings[]|select(.check=="capability").object' '"em1"'

# the PFs' links
expect 0 sriovctl enable em1 4 em2 2
expect 10 sriovctl doctor -q em1
out_has "FAIL  em1: link down"
mend
expect 10 sriovctl doctor -q em2
mend
check "em1 has carrier" wait_for 20 carrier em1
check "em2 has carrier" wait_for 20 carrier em2
sound
expect 0 traced sriovctl doctor
same "doctor writes nothing" "" "$(asked)"

# what is left behind
echo 0 >"$(pf em2)/sriov_drivers_autoprobe"
expect 0 sriovctl doctor -q
out_has "warn  em2: sriov_drivers_autoprobe is 0"
mend
sound
for n in 1 3; do
	echo vfio-pci >"$(vf em1 $n)/driver_override"
done
expect 0 sriovctl doctor -q
out_has "warn  em1/1,3: driver_override still reserves it for vfio-pci"
mend
sound
basename "$(vf em1 2)" >/sys/bus/pci/drivers/igbvf/unbind
expect 0 sriovctl doctor -q
out_has "warn  em1/2: no driver"
mend
sound
# killed when it is about to forget the override that it has cleared
expect 137 env ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -qq -o /dev/null \
	-e trace=unlinkat -e inject=unlinkat:signal=KILL sriovctl bind em1/2
expect 0 sriovctl doctor -q em1
out_has "warn  em1: a killed run of sriovctl left the driver_override of"
mend
sound

# who else makes VFs
mkdir -p /etc/NetworkManager/system-connections /etc/modprobe.d
printf '[connection]\ninterface-name=em1\n\n[sriov]\ntotal-vfs=2\n' \
	>/etc/NetworkManager/system-connections/em1.nmconnection
chmod 600 /etc/NetworkManager/system-connections/em1.nmconnection
echo 'options igb max_vfs=7' >/etc/modprobe.d/igb.conf
expect 0 sriovctl doctor -q em1
out_has "warn  em1: NetworkManager makes its 2 VFs too"
out_has "warn  em1: the igb driver makes VFs by itself"
expect 0 as_nobody sriovctl doctor
out_has "?     needs root: what the cards themselves allow"
out_has "?     needs root: whether a killed run"
out_has "?     needs root: whether NetworkManager makes VFs too"
out_has "warn  em1, em2: the igb driver makes VFs by itself"
out_lacks FAIL
rm /etc/NetworkManager/system-connections/em1.nmconnection /etc/modprobe.d/igb.conf
sound

# guests: their bonds, their MACs, what they are given
expect 0 sriovctl bind em1/0 em2/0
expect 0 sriovctl vf set em1/0 em2/0 mac 52:54:00:a1:00:00+
expect 0 sriovctl doctor -q
out_has "warn  em1/0, em2/0: a bond inside a guest will lose its traffic at failover"
mend
sound
expect 0 sriovctl vf set em1/1 mac 52:54:00:a1:00:00
expect 10 sriovctl doctor -q em1
out_has "FAIL  em1/0, em1/1: one MAC address for all of them"
mend
sound
guest() {
	echo "<domain><devices><interface type='hostdev'><source><address type='pci'
		bus='1' slot='0x10' function='0'/></source></interface></devices></domain>" \
		>"/etc/libvirt/qemu/$1.xml"
}
mkdir -p /etc/libvirt/qemu
guest vm1
guest vm2
expect 0 sriovctl vf set em1/0 vlan 100
expect 0 sriovctl doctor -q
out_has "warn  em1/0: given to the guests vm1 and vm2"
out_has "warn  em1/0: the guest vm1 has it by <interface> without <vlan>"
rm /etc/libvirt/qemu/vm[12].xml
sound

# why a VF has no traffic
netdev=$(vf_netdev em1 3)
expect 10 sriovctl doctor -q em1/3
out_has "FAIL  em1/3: its interface $netdev is down"
mend
check "$netdev has carrier" wait_for 20 carrier "$netdev"
sound em1/3
ip link set em1 vf 3 mac 52:54:00:a1:00:33 vlan 7
expect 10 sriovctl doctor em1/3
out_has "FAIL  em1/3: the card knows it by the MAC 52:54:00:a1:00:33, its driver sends"
out_has "ok    em1/3: in VLAN 7"
mend
ip link set "$(vf_netdev em1 3)" up
check "it has carrier again" wait_for 20 carrier "$(vf_netdev em1 3)"
sound em1/3
echo 'igb 0000:01:00.0: Spoof event(s) detected on VF 3' >/dev/kmsg
expect 0 sriovctl doctor -q em1/3
out_has "warn  em1/3: the kernel's log tells 1 time that spoofed frames of it were dropped"
expect 10 sriovctl doctor -q em1/0
out_has "FAIL  em1/0: bound to vfio-pci, and nobody has it open"

# an IOMMU that the kernel has, and was not told to use
mount -t tmpfs none /sys/kernel/iommu_groups
echo 'ro quiet' >cmdline
mount --bind cmdline /proc/cmdline
expect 10 sriovctl doctor -q
out_has "FAIL  IOMMU there, but not turned on"
out_has "add intel_iommu=on to GRUB_CMDLINE_LINUX_DEFAULT in /etc/default/grub"
umount /proc/cmdline /sys/kernel/iommu_groups
sound

# a write that waits for a guest: doctor does not wait with it
hold em1 0
echo 0 >"$(pf em1)/sriov_numvfs" &
writer=$!
check "the write waits" wait_for 10 test ! -e "$(pf em1)/virtfn0"
expect 0 takes 0 20000 timeout 30 sriovctl doctor
let_go
check "the write ends" wait "$writer"
end
