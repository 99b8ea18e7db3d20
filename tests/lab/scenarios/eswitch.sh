#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The mode of a switch, both ways, with the kernel's own simulator: devlink is an
# independent reader of it, and the representors come and go with it.

# lab: deadline 120
. "$LAB_DIR/inside.sh"

# The mode of sim1 as iproute2 reads it.
mode() {
	devlink -j dev eswitch show netdevsim/netdevsim1 | jq -r '.dev[].mode'
}

# The netdev whose port is called $1, whatever its own name.
netdev_of_port() {
	local netdev

	for netdev in /sys/bus/netdevsim/devices/netdevsim1/net/*; do
		[ "$(cat "$netdev/phys_port_name")" != "$1" ] || basename "$netdev"
	done
}

netdevsim_port 1 16
expect 0 sriovctl show sim1
out_has "eswitch          legacy"
expect 0 sriovctl enable sim1 3
expect 0 sriovctl list sim1
out_lacks REPR

expect 0 sriovctl eswitch sim1 switchdev
out_has "legacy → switchdev"
same "devlink reads switchdev" switchdev "$(mode)"
expect 0 sriovctl eswitch sim1 switchdev
out_is unchanged
expect 0 sriovctl show sim1
out_has "eswitch          switchdev"
expect 0 sriovctl list sim1
out_has REPR
ip link set "$(netdev_of_port pf0vf1)" name uplink-of-vm1
expect 0 sriovctl list sim1 --no-headings -o vf,representor
out_is "sim1/0  $(netdev_of_port pf0vf0)
sim1/1  uplink-of-vm1
sim1/2  $(netdev_of_port pf0vf2)"
expect 0 sriovctl list
out_has "sim1   netdevsim1"
expect 0 sriovctl vf set sim1/1 vlan 100
out_has verified

expect 0 sriovctl eswitch sim1 legacy
same "devlink reads legacy" legacy "$(mode)"
check_not "the representors are gone" test -e /sys/class/net/uplink-of-vm1
expect 0 sriovctl list sim1 --no-headings -o vf,representor,vlan
out_is "sim1/0  -     -
sim1/1  -     100
sim1/2  -     -"

# who uses the port is asked about
ip address add 192.0.2.9/24 dev sim1
ip link set sim1 up
expect 6 sriovctl eswitch sim1 switchdev
err_has "interrupts sim1, which has address 192.0.2.9/24"
same "nothing was changed" legacy "$(mode)"
expect 0 sriovctl eswitch sim1 switchdev --yes
same "with a yes it was" switchdev "$(mode)"
ip link set sim1 down
ip address flush dev sim1

# with its last VF this driver leaves the mode: a file that has both gets both
cat >host.yaml <<-EOF
	version: 1
	pfs:
	  - {pf: sim1, vfs: 5, eswitch: switchdev}
EOF
expect 0 sriovctl apply -f host.yaml --yes
same "five VFs" 5 "$(<"/sys/class/net/sim1/device/sriov_numvfs")"
same "in switchdev mode" switchdev "$(mode)"
same "each has its representor" 5 "$(sriovctl list sim1 --no-headings -o representor | sort -u | grep -vc '^-$')"
expect 0 sriovctl apply -f host.yaml
out_is unchanged
expect 0 sriovctl save -f saved.yaml
check "the mode is saved" grep -q 'eswitch: switchdev' saved.yaml
devlink dev eswitch set netdevsim/netdevsim1 mode legacy
expect 10 sriovctl plan -f saved.yaml --exit-code
out_has "legacy → switchdev"

# a card without such a switch, and the words of the kernel that has none
expect 3 sriovctl eswitch em1 switchdev
err_has "the igb driver has no mode but legacy"
expect 0 sriovctl show em1
out_has "eswitch          none that can be set"
end
