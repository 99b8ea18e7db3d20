#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# VFs that somebody uses are not taken away, and the refusal names him.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

set_calm sriovctl list

# Arguments after $1 are refused within 2 seconds, by a message with $1.
refused() {
	local text=$1
	shift

	expect 6 takes 0 $calm sriovctl "$@"
	err_has "$text"
	err_has "nothing was changed"
}

use_vfs() {
	local netdev

	hold em1 0
	netdev=$(vf_netdev em1 1)
	ip address add 192.0.2.1/24 dev "$netdev"
	ip link set "$netdev" up
	ip link add vrf0 type vrf table 10
	ip link set "$(vf_netdev em1 2)" master vrf0
	into_namespace em1 3 red 192.0.2.3/24
	ip link add link "$(vf_netdev em1 4)" name tap0 type macvtap mode bridge
	netdev=$(vf_netdev em1 5)
	ip link set "$netdev" up
	wait_for 10 grep -q "^fe80.* $netdev\$" /proc/net/if_inet6
}

# A run on a terminal, whose keyboard is $terminal.
ask_for_two() {
	mkfifo "$scratch/keys"
	script --quiet --return --command "sriovctl enable em1 2" /dev/null \
		<"$scratch/keys" >"$scratch/asked" &
	worker=$!
	exec {terminal}>"$scratch/keys"
}

ends_with_6() {
	local code=0

	wait "$worker" || code=$?
	same "$1" 6 "$code"
}

# USED BY of VF $1, from the last column on.
used_by() {
	sriovctl list em1 -o vf,used_by --no-headings | sed -n "s:^em1/$1  *::p"
}

check "em1 gets a link" raise em1
expect 0 sriovctl enable em1 7
expect 0 sriovctl bind em1/0
check "the VFs are taken into use" use_vfs
check "they have settled" wait_for 10 carrier "$(vf_netdev em1 5)"
same "em1/0 is used by the program" "process holder (pid $holder)" "$(used_by 0)"
same "em1/1 by its address" "address 192.0.2.1/24" "$(used_by 1)"
same "em1/2 by its master" "master vrf0" "$(used_by 2)"
same "em1/3 by its namespace" "namespace red" "$(used_by 3)"
same "em1/4 by its macvtap" "macvtap tap0" "$(used_by 4)"
same "em1/5, with its link-local address alone, by nobody" - "$(used_by 5)"
same "em1/6 by nobody" - "$(used_by 6)"
expect 0 sriovctl list -o pf,in_use --no-headings
out_has "em1    5"
same "without root the program is not known" "?" \
	"$(as_nobody sriovctl -q list em1/0 -o used_by --no-headings)"
same "nor is the namespace" "?" \
	"$(as_nobody sriovctl -q list em1/3 -o used_by --no-headings)"

before=$(state)
refused "em1/0: in use by process holder (pid $holder)" disable em1
refused "em1/0: in use by process holder (pid $holder)" --force disable em1
refused "em1/0: in use by process holder (pid $holder)" --force enable em1 3
refused "em1/0: in use by process holder (pid $holder)" --force unbind em1/0
refused "em1/0: in use by process holder (pid $holder)" --force vf set em1/0 driver igbvf
refused "em1/1: in use by address 192.0.2.1/24" bind em1/1
refused "em1/1: in use by address 192.0.2.1/24" --yes bind em1/1
refused "em1/2: in use by master vrf0" bind em1/2
refused "em1/3: in use by namespace red" bind em1/3
refused "em1/4: in use by macvtap tap0" bind em1/4
refused "em1/1: in use by" bind em1/6 em1/1
err_has "em1/6"
expect 6 sriovctl --json bind em1/1
err_json '[.code, .object, (.message|contains("192.0.2.1/24"))]' '[6,"em1/1",true]'
refused "192.0.2.1/24" vf set em1/1 vlan 100
refused "process holder (pid $holder)" vf set em1/0-1,6 vlan 100 spoofchk off
err_has "em1/6"
refused "namespace red" vf set em1/3 mac 52:54:00:a1:00:03
expect 0 sriovctl --dry-run disable em1
out_has holder
unchanged "none of these changed anything" "$before"

expect 0 sriovctl vf set em1/1 spoofchk off
same "spoofchk asks nobody" false "$(each_vf em1 .spoofchk | jq '.[1]')"
expect 0 sriovctl vf set --yes em1/1 vlan 100
same "with --yes the VLAN is set" 100 "$(vf_says em1 1 '.vlan_list[0].vlan')"
expect 0 sriovctl vf set --yes em1/1 mac 52:54:00:a1:00:01
out_has "in effect when"
same "so is the MAC" 52:54:00:a1:00:01 "$(vf_says em1 1 .address)"
check "its interface kept its address" grep -q 192.0.2.1 <(ip address show)
expect 0 sriovctl bind em1/5
same "em1/5 can be bound" vfio-pci "$(driver_of "$(vf em1 5)")"
expect 0 sriovctl --force bind em1/1
same "em1/1 with --force" vfio-pci "$(driver_of "$(vf em1 1)")"

let_go
same "the program is gone" - "$(used_by 0)"
refused "em1/2: in use by master vrf0" disable em1
same "the others are in the way still" 7 "$(vfs_by_files em1)"
expect 0 sriovctl --force enable em1 3
same "but not of --force" 3 "$(vfs_by_files em1)"
expect 0 sriovctl bind em1/0
ask_for_two
check "somebody is asked before the VFs are destroyed" \
	wait_for 10 grep -qF "[y/N]" "$scratch/asked"
check "em1/0 is taken into use before he answers" hold em1 0
echo y >&"$terminal"
ends_with_6 "his yes comes too late"
same "nothing was destroyed" 3 "$(vfs_by_files em1)"
refused "em1/0: in use by process holder (pid $holder)" --force disable em1
let_go
expect 0 sriovctl disable em1
same "no VF is left" 0 "$(vfs_by_files em1)"
end
