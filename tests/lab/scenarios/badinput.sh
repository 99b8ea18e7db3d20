#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is wrong with a command line is said before anything is written.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# The settings after "vf set em1/0 trust on" fail with status $1 and say $2.
refused() {
	local wanted=$1 text=$2
	shift 2

	expect "$wanted" sriovctl vf set em1/0 trust on "$@"
	err_has "$text"
}

# vf set does not take the selector $3: it exits $1 and says $2.
unselectable() {
	expect "$1" sriovctl vf set "$3" vlan 5
	err_has "$2"
}

# The kernel numbers controllers as they get ready.
nvme=$(basename "$(pf nvme0)"/nvme/*)

expect 0 sriovctl enable em1 7 "$nvme" 2
check "em1 gets a link" raise em1
expect 0 sriovctl vf set em1/0 max_tx_rate 200
before=$(state)

refused 2 "0-4094" vlan 4095
refused 2 "-1" vlan -1
refused 2 "vlan must be" vlan 0x64
refused 2 "vlan must be" vlan 99999999999999999999
refused 2 "vlan must be" vlan ""
refused 2 "vlan must be" vlan " 5"
refused 2 "qos must be" qos 8
refused 2 "multicast" mac 01:00:5e:00:00:01
refused 2 "multicast" mac ff:ff:ff:ff:ff:ff
refused 2 "all zero" mac 00:00:00:00:00:00
refused 2 "mac must be" mac 52:54:00:a1:00
refused 2 "mac must be" mac 52:54:00:a1:00:00:00
refused 2 "mac must be" mac 52:54:00:a1:00:0g
refused 2 "mac must" mac 52:54:00:a1:00+
refused 2 "min_tx_rate 200 is more than max_tx_rate 100" min_tx_rate 200 max_tx_rate 100
refused 2 "min_tx_rate 201 would be more than max_tx_rate 200" min_tx_rate 201
refused 2 "max_tx_rate must be" max_tx_rate 4294967296
refused 2 "proto must be" proto 802.1x
refused 2 "needs a vlan" proto 802.1ad
refused 2 "spoofchk must be on|off" spoofchk maybe
refused 2 "state must be" state up
refused 2 "twice" trust off
refused 2 "vlan needs a value" vlan
refused 2 "did you mean 'spoofchk'?" spoofcheck off
refused 2 "driver must be" driver ../../nvme

unselectable 5 "em1 has em1/0 to em1/6" em1/7
unselectable 5 "em1 has em1/0 to em1/6" em1/0-7
unselectable 2 "em1/" em1/
unselectable 2 "reversed" em1/3-1
unselectable 2 "range" em1/3-
unselectable 2 "range" em1/0,,1
unselectable 2 "range" em1/-1
unselectable 2 "range" em1/0x1
unselectable 2 "range" em1/99999999999
unselectable 5 "has no VFs" em2
unselectable 5 "no such VF" em2/0
unselectable 5 "no such device 'em9'" em9
unselectable 5 "no such device 'em9'" em9/0
unselectable 5 "no such device 'eth9*'" 'eth9*'
unselectable 5 "no such device" 0000:77:00.0
unselectable 5 "no VF is bound to driver" driver:vfio-pci
unselectable 5 "no VF is held by a guest" guest:vm1
unselectable 5 "no such device" ..
unselectable 2 "neither a device nor a VF" ../em1/0
unselectable 2 "neither a device nor a VF" ../0
unselectable 2 "neither a device nor a VF" em1/../0
unselectable 2 "neither a device nor a VF" /0
unselectable 5 "no such device" ""
unselectable 5 "no such device" dev:
unselectable 5 "em1?[31m" $'em1\e[31m'
unselectable 3 "$nvme: no network device" "$nvme"
unselectable 3 "no network device" "$nvme/1"
unselectable 3 "no network device" "$(basename "$(vf nvme0 1)")"
unselectable 3 "no network device" driver:none
unselectable 2 "longer than" "em1/$(printf '%05000d' 0)"
unselectable 2 "no device" "$(printf 'e%0400d' 0)"

expect 2 sriovctl vf set em1 mac 52:54:00:a1:00:00
err_has "mac 52:54:00:a1:00:00+"
expect 2 sriovctl vf set em1 mac 52:54:00:ff:ff:fe+
err_has "low 24 bits"
expect 5 sriovctl vf set em1/0-6,7 vlan 5
expect 5 sriovctl vf set em1/0 em9 vlan 5
expect 3 sriovctl vf set em1 "$nvme/0" vlan 5
expect 5 sriovctl vf reset em1/0 vlam
expect 2 sriovctl vf reset em1/0 vlan 7
expect 2 sriovctl vf set
expect 2 sriovctl vf set em1
expect 2 sriovctl vf get em1 vlan
expect 2 sriovctl bind
expect 2 sriovctl bind em1/0 --driver ../igb
expect 2 sriovctl bind function:em1
expect 5 sriovctl bind 0000:77:00.0
expect 6 sriovctl bind function:0000:01:00.0
err_has "hint: sriovctl disable em1"
expect 2 sriovctl --timeout 0 disable em1
expect 2 sriovctl --frobnicate disable em1
expect 2 sriovctl disable em1 --driver igb
expect 2 sriovctl enabel em1 7
err_has "did you mean 'enable'?"
unchanged "none of these changed anything" "$before"

expect 0 sriovctl vf set "em1/$(printf '%.0s0,1,2,3,4,5,6,' {1..60})0" vlan 5
same "a long list of VFs is taken" '[5,5,5,5,5,5,5]' "$(each_vf em1 '.vlan_list[0].vlan')"
end
