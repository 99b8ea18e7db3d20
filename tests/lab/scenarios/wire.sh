#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the settings do on the wire: VLANs keep VFs apart, and the incident of a bond
# in a guest, whose MAC the card refuses until the VF is trusted.

. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

guest_mac=02:00:00:00:b0:0d

set_mac_inside() {
	ip -n red link set dev "$inside" address "$1"
}

check "em1 gets a link" raise em1
expect 0 sriovctl enable em1 2
expect 0 sriovctl vf set em1/0 mac 52:54:00:a1:00:00
inside=$(vf_netdev em1 0)
check "em1/0 goes into a namespace" into_namespace em1 0 red 192.0.2.1/24
check "em1/1 goes into another" into_namespace em1 1 blue 192.0.2.2/24
check "without VLANs they reach one another" pings red 192.0.2.2

expect 0 sriovctl --yes vf set em1/0 vlan 100
check_not "one in VLAN 100 does not reach one in none" pings red 192.0.2.2
expect 0 sriovctl --yes vf set em1/1 vlan 200
check_not "nor one in VLAN 200" pings red 192.0.2.2
expect 0 sriovctl --yes vf set em1/1 vlan 100
check "both in VLAN 100 do" wait_for 10 pings red 192.0.2.2
expect 0 sriovctl --yes vf set em1/0-1 vlan 0
check "both in none do again" wait_for 10 pings red 192.0.2.2

same "em1/0 is not trusted" false "$(each_vf em1 .trust | jq '.[0]')"
check_not "the guest's change of its MAC is refused" set_mac_inside $guest_mac
expect 0 sriovctl vf set em1/0 spoofchk off
check_not "with spoofchk off too" set_mac_inside $guest_mac
same "the port has the administrator's MAC still" 52:54:00:a1:00:00 "$(vf_says em1 0 .address)"
expect 6 sriovctl vf set em1/0 trust on
err_has "namespace red"
expect 0 sriovctl --yes vf set em1/0 spoofchk on
expect 0 sriovctl --yes vf set em1/0 profile bond-member
same "with a MAC of the administrator's a bond's slave is trusted" true,true \
	"$(vf_says em1 0 '"\(.trust),\(.spoofchk)"')"
check "trusted it may change its MAC" set_mac_inside $guest_mac
same "it has it" $guest_mac "$(in_namespace red cat "/sys/class/net/$inside/address")"
# A bond would announce the address itself.
ip -n blue neighbour flush all
check "frames reach it under that MAC" wait_for 10 pings blue 192.0.2.1
check "the neighbour knows it by that MAC" \
	grep -q "192.0.2.1 .*lladdr $guest_mac" <(ip -n blue neighbour show)

expect 0 sriovctl --yes vf set em1/0 profile strict vlan 100
same "a guest that is not trusted has neither, and a VLAN" false,true,100 \
	"$(vf_says em1 0 '"\(.trust),\(.spoofchk),\(.vlan_list[0].vlan)"')"
expect 0 sriovctl --yes vf reset em1/0
expect 0 sriovctl --yes vf set em1/0 profile bond-member
same "without one it is not, and nothing is checked" false,false \
	"$(vf_says em1 0 '"\(.trust),\(.spoofchk)"')"
check "it may change its MAC too" set_mac_inside 02:00:00:00:b0:0e
ip -n blue neighbour flush all
check "and frames reach it under that" wait_for 10 pings blue 192.0.2.1
end
