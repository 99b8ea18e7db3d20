#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Another number of VFs than there is: who is asked, and what becomes of it.

# lab: deadline 180
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

counts() {
	echo "$(vfs_by_files em1) $(vfs_by_ip em1)"
}

expect 0 sriovctl enable em1 7
before=$(ifindexes em1)
expect 6 sriovctl enable em1 3
err_has "destroys em1/0-6"
err_has --yes
same "em1 has its 7 VFs still" "7 7" "$(counts)"
same "they are the same ones" "$before" "$(ifindexes em1)"
expect 6 sriovctl --json enable em1 3
err_json '[.code, .object]' '[6,"em1"]'
expect 0 sriovctl --yes enable em1 3
same "with --yes it has 3" "3 3" "$(counts)"

before=$(ifindexes em1)
expect 6 on_terminal n sriovctl enable em1 5
out_has "destroys em1/0-2"
out_has "[y/N]"
same "after no at the terminal it has 3" "3 3" "$(counts)"
same "they are the same ones" "$before" "$(ifindexes em1)"
expect 6 on_terminal "" sriovctl enable em1 5
same "an empty answer is no" "3 3" "$(counts)"
expect 0 on_terminal y sriovctl enable em1 5
same "after yes at the terminal it has 5" "5 5" "$(counts)"
expect 0 sriovctl disable em1

check "em1 gets a link" raise em1
check "and its link-local address" wait_for 10 grep -q '^fe80.* em1$' /proc/net/if_inet6
expect 0 sriovctl enable em1 1
same "a port that has that alone needs no yes" "1 1" "$(counts)"
expect 0 sriovctl disable em1

ip address add 192.0.2.10/24 dev em1
expect 6 sriovctl enable em1 2
err_has "interrupts em1"
err_has 192.0.2.10
same "a port with an address gets no VF without a yes" "0 0" "$(counts)"
expect 0 sriovctl enable -y em1 2
same "with it 2" "2 2" "$(counts)"
expect 6 sriovctl disable em1
err_has 192.0.2.10
same "nor does it lose them" "2 2" "$(counts)"
expect 0 sriovctl disable em1 --yes
same "the address is where it was" 192.0.2.10 \
	"$(ip -json -4 address show dev em1 | jq -r '.[0].addr_info[0].local')"

ip address flush dev em1
ip route add 198.51.100.0/24 dev em1
expect 6 sriovctl enable em1 2
err_has 198.51.100.0/24
ip route flush dev em1
ip link add br0 type bridge
ip link set em1 master br0
expect 6 sriovctl enable em1 2
err_has br0
same "a route or a master keeps it from changing too" "0 0" "$(counts)"
expect 0 sriovctl --yes enable em1 2
same "the master is where it was" br0 "$(ip -json link show dev em1 | jq -r '.[0].master')"
end
