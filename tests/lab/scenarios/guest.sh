#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# From VF to guest: libvirt takes every document, a guest boots with a VF and shows the
# MAC that was set on the host, and nothing takes the VF away from it while it runs.

# lab: deadline 400
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"
. "$LAB_DIR/nested.sh"

mac=52:54:00:a1:00:03
raise em1
raise em2
expect 0 sriovctl enable em1 7 em2 7
expect 0 sriovctl vf set em1 em2 spoofchk off
expect 0 sriovctl vf set em1/3 mac $mac vlan 7
expect 0 sriovctl vf set em2/3 mac 52:54:00:a2:00:03

check "udevd starts" start_udev
check "libvirtd answers" start_libvirt
check "guests can be prepared" prepare_nested

# Prints what the command prints into the file $1 and lets libvirt's schema look at it.
document() {
	local file=$1 schema=$2

	shift 2
	expect 0 sriovctl xml "$@"
	printf '%s\n' "$out" >"$file"
	check "virt-xml-validate takes 'xml $*'" virt-xml-validate "$file" "$schema"
}

# A fragment is valid when a domain with it is.
fragment() {
	local file=$1

	expect 0 sriovctl xml "${@:2}"
	{
		printf '<domain type="kvm"><name>f</name><memory>1024</memory><os>'
		printf '<type>hvm</type></os><devices>%s</devices></domain>' "$out"
	} >"$file"
	check "virt-xml-validate takes 'xml ${*:2}'" virt-xml-validate "$file" domain
}

fragment hostdev.xml hostdev em1/3 em1/4
fragment interface.xml interface em1/3 em2/3
document network.xml network network em1 --portgroup red:42
document vfs.xml network network em1/0-1 em2/0 --name both
document domain.xml domain domain --name vm1 --memory 256 em1/3
document qemu.xml domain domain --name vm2 --type qemu em2/3 --as interface


expect 0 virsh net-define network.xml
expect 0 virsh net-start em1-pool
virsh -q net-dumpxml em1-pool >pool.xml
same "libvirt finds the 7 VFs of the pool" 7 "$(grep -c "<address type='pci'" pool.xml)"
expect 0 virsh net-destroy em1-pool
expect 0 virsh net-define vfs.xml
expect 0 virsh net-undefine both
expect 0 virsh net-undefine em1-pool

# The user's own words.
define_vm1() {
	sriovctl xml domain --name vm1 --memory 256 em1/3 | virsh define /dev/stdin
}
add_em2_3() {
	virsh dumpxml --inactive vm1 | sriovctl xml add em2/3 | virsh define /dev/stdin
}
remove_em2_3() {
	virsh dumpxml --inactive vm1 | sriovctl xml remove em2/3 | virsh define /dev/stdin
}
expect 0 define_vm1
virsh -q dumpxml --inactive vm1 >before.xml
expect 0 add_em2_3
err_has "em2/3 added"
same "the guest has two VFs" 2 "$(virsh -q dumpxml --inactive vm1 | grep -c '<hostdev')"
expect 0 add_em2_3
err_has "em2/3 there already"
expect 0 remove_em2_3
virsh -q dumpxml --inactive vm1 >after.xml
check "add and remove leave the guest as it was" cmp before.xml after.xml

broken_pipe() {
	virsh dumpxml --inactive vm1 | sriovctl xml add em1/99 2>/dev/null | virsh define /dev/stdin
}
expect 1 broken_pipe
virsh -q dumpxml --inactive vm1 >after.xml
check "an error leaves the guest's definition alone" cmp before.xml after.xml
stop_if_failed

check "the guest gets its kernel" boot_nested vm1
expect 0 virsh start vm1
check "the guest shows the MAC set on the host" \
	wait_for 200 nested_says vm1 "has nic .* $mac igbvf"
same "the VLAN set by sriovctl stays" 7 "$(vf_says em1 3 '.vlan_list[0].vlan')"
pid=$(pgrep -f 'guest=vm1' | head -n 1)
same "list names the guest" "guest vm1 (pid $pid)" \
	"$(sriovctl list em1/3 --no-headings -o used_by)"

# A guest as it is printed, with a kernel; and one with a disk.
define_vm2() {
	sriovctl xml domain --name vm2 --memory 256 --vcpus 1 --kernel "$nested/image" \
		--initrd "$nested_run/initrd" --cmdline "$nested_line" em2/3 --as interface |
		virsh define /dev/stdin
}
expect 0 define_vm2
expect 0 virsh start vm2 --paused
cat "$(virsh -q ttyconsole vm2)" >"$nested_run/vm2.serial" &
expect 0 virsh resume vm2
check "a guest boots just as it is printed" \
	wait_for 120 nested_says vm2 "has nic .* 52:54:00:a2:00:03 igbvf"
expect 0 virsh destroy vm2
truncate -s 1M disk.raw
define_vm3() {
	sriovctl xml domain --name vm3 --memory 64 --disk "$PWD/disk.raw" | virsh define /dev/stdin
}
expect 0 define_vm3
expect 0 virsh start vm3
expect 0 virsh domblklist vm3
out_has "$PWD/disk.raw"
expect 0 virsh destroy vm3

# Nothing takes a VF from a running guest, with or without --force.
numvfs=$(cat "$(pf em1)/sriov_numvfs")
set_calm sriovctl list
printf 'version: 1\npfs:\n  - pf: em1\n    vfs: 3\n' >three.yaml
for command in "disable em1" "enable em1 3 --yes" "unbind em1/3" "apply -f three.yaml --yes"; do
	for force in "" --force; do
		# shellcheck disable=SC2086 # words of a command line
		expect 6 takes 0 $calm sriovctl $command $force
		err_has "em1/3: in use by guest vm1 (pid $pid)"
	done
done
same "the count is as before" "$numvfs" "$(cat "$(pf em1)/sriov_numvfs")"
same "the guest keeps its driver" vfio-pci "$(driver_of "$(vf em1 3)")"
check_not "the guest has lost nothing" nested_says vm1 "lost nic"
expect 6 sriovctl vf set em1/3 vlan 9
err_has "guest vm1"
expect 0 sriovctl vf set em1/3 vlan 9 --yes
same "with a yes it is set" 9 "$(vf_says em1 3 '.vlan_list[0].vlan')"

expect 0 virsh destroy vm1
same "libvirt gives the VF back" igbvf "$(driver_of "$(vf em1 3)")"
expect 6 sriovctl disable em1
err_has "em1/3 is meant for guest vm1 (shut off)"
expect 0 sriovctl disable em1 --yes
same "and then the VFs can go" 0 "$(cat "$(pf em1)/sriov_numvfs")"
end
