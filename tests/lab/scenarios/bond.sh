#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A guest's bond: pick names two VFs that nobody has, of two ports, and the guest boots
# with both. What is wrong with a definition is mended by the commands that xml check
# prints, as they stand.

# lab: deadline 400
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

mac1=52:54:00:a1:00:01
mac2=52:54:00:a2:00:00
raise em1
raise em2
expect 0 sriovctl enable em1 4 em2 4
expect 0 sriovctl vf set em1 mac 52:54:00:a1:00:00+
expect 0 sriovctl vf set em2 mac 52:54:00:a2:00:00+
check "udevd starts" start_udev
check "libvirtd answers" start_libvirt
check "guests can be prepared" prepare_nested

define() {
	virsh -q define /dev/stdin
}
expect 0 define <<<"$(sriovctl xml domain --name other --memory 256 em1/0)"
expect 0 define <<<"$(nested_domain vm1)"

# The user's own words.
expect 0 sriovctl pick 2 --spread em1,em2
out_is $'em1/1\nem2/0'
add_two() {
	virsh dumpxml --inactive vm1 >vm1.xml
	# shellcheck disable=SC2046 # words of a command line
	sriovctl xml add $(sriovctl pick 2 --spread em1,em2) -f vm1.xml | define
}
expect 0 add_two
err_has "em1/1 added"
err_has "em2/0 added"
expect 0 sriovctl pick 2 --spread em1,em2
out_is $'em1/2\nem2/1'
expect 0 virsh start vm1
check "the guest has the one" wait_for 200 nested_says vm1 "has nic .* $mac1 igbvf"
check "and the other" wait_for 60 nested_says vm1 "has nic .* $mac2 igbvf"
checked() {
	virsh dumpxml --inactive "$1" | sriovctl xml check
}
expect 0 checked vm1
err_has "nothing is wrong"
expect 0 sriovctl pick 5
out_is $'em1/2\nem1/3\nem2/1\nem2/2\nem2/3'
expect 5 sriovctl pick 6
out_is ""
err_has "5 free"

# A definition goes through the same pipe once more.
again() {
	virsh dumpxml --inactive vm1 | sriovctl xml add em1/1 em2/0 | sriovctl xml add em1/1 em2/0 |
		define
}
expect 0 again
err_has "em1/1 there already"
same "the guest has two VFs" 2 "$(virsh -q dumpxml --inactive vm1 | grep -c '<hostdev')"

# libvirt's names, both ways.
expect 0 sriovctl pick 1 -o nodedev
name=$out
expect 0 virsh -q nodedev-dumpxml "$name"
out_has "<name>$name</name>"
expect 0 sriovctl list "$name" --no-headings -o vf
out_is em1/2
expect 0 virsh -q nodedev-detach "$name"
expect 0 sriovctl list "$name" --no-headings -o driver
out_is vfio-pci
expect 0 sriovctl unbind "$name"
same "the host has it again" igbvf "$(driver_of "$(vf em1 2)")"
add_by_name() {
	virsh dumpxml --inactive other | sriovctl xml add "$name" | define
}
expect 0 add_by_name
err_has "em1/2 added"

# What xml check says is wrong, its own commands mend. Remarks follow eight blanks.
mend() {
	local fix

	virsh dumpxml --inactive "$1" | sriovctl --json xml check >found.json
	jq -r '.findings[].fix' found.json >fixes
	while read -r fix; do
		echo "$fix"
		bash -c "set -o pipefail; ${fix%%        *}" </dev/null || return
	done <fixes
}
mended() {
	expect 0 mend "$1"
	expect 0 checked "$1"
	err_has "nothing is wrong"
}

# A VF that a running guest has.
virsh -q dumpxml --inactive other | sriovctl xml remove em1/0 em1/2 | sriovctl xml add em1/1 |
	define
expect 10 checked other
out_has "FAIL  em1/1: given to the guest vm1 too, which has it now: this one cannot start"
check_not "nor can it" virsh start other
mended other
same "now it has one that nobody has" "$(basename "$(vf em1 0)")" \
	"$(sriovctl list guest:other -o address --no-headings)"

# Devices that are not there: of another machine, and of a larger number of VFs.
virsh -q dumpxml --inactive other |
	sed "s|</devices>|<hostdev mode='subsystem' type='pci' managed='yes'><source><address bus='0x77'/></source></hostdev>&|" |
	define
expect 10 checked other
out_has "FAIL  0000:77:00.0: no such device"
mended other
virsh -q dumpxml --inactive other | sriovctl xml add em2/3 | define
expect 0 virsh destroy vm1
expect 0 sriovctl enable em2 2 --yes
expect 0 sriovctl vf set em2 mac 52:54:00:a2:00:00+
expect 10 checked other
out_has "it would be em2/3, but em2 has 2 VFs"
remove_gone() {
	virsh dumpxml --inactive other | sriovctl xml remove em2/3 | define
}
expect 0 remove_gone
err_has "em2/3 removed"
expect 0 checked other

# A VLAN that libvirt would clear, a MAC of its own, on a port that is down.
expect 0 sriovctl vf set em1/0 vlan 7
virsh -q dumpxml --inactive other | sriovctl xml add em1/0 --as interface |
	sed "/<vlan>/,/<\/vlan>/d" | define
expect 10 checked other
out_has "set to VLAN 7, and libvirt clears it when the guest starts"
ip link set em1 down
expect 10 checked other
out_has "FAIL  em1/0: em1 is down: libvirt refuses to start the guest"
check_not "it does" virsh start other
mended other
same "the definition has the VLAN" 1 "$(virsh -q dumpxml --inactive other | grep -c "<tag id='7'/>")"
check "em1 is up again" wait_for 20 carrier em1

# A name that a shell would take apart, and a macvtap on a VF that is given away.
odd="two words & 'more'"
card=$(vf_netdev em1 3)
nested_domain odd | sed "s|<name>.*</name>|<name>two words \&amp; 'more'</name>|
	s|<memballoon|<interface type='direct'><mac address='52:54:00:b0:00:09'/><source dev='$card' mode='passthrough'/><model type='virtio'/></interface>&|" |
	define
expect 0 checked "$odd"
virsh -q dumpxml --inactive other | sriovctl xml add em1/3 | define
expect 0 checked "$odd"
out_has "the VF under this macvtap is given to the guest other too"
expect 0 checked other
out_has "em1/3: given to the guest $odd too (macvtap)"
mended other
expect 0 checked "$odd"
err_has "nothing is wrong"
virsh -q dumpxml --inactive "$odd" | sriovctl xml add em1/2 |
	sed "/<memballoon model='none'/d" | define
expect 0 checked "$odd"
out_has "virsh edit 'two words & '\\''more'\\'''"
end
