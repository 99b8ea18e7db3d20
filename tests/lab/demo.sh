#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The main job in front of a reader: every command as it is typed, and what it prints.
# tests/demo boots the emulated server and plays this in it.

# lab: deadline 280
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

export LC_ALL=C.UTF-8

# A paragraph of explanation.
say() {
	printf '\n\033[1m# %s\033[0m\n' "$@"
}

# Type a command line that ends with this status, as it does on a terminal.
types() {
	local wanted=$1 line=$2 got=0

	printf '\033[32mroot@server:~#\033[0m %s\n' "$line"
	eval "$line" 2>&1 || got=$?
	same "exit status of: $line" "$wanted" "$got" >>"$LAB_LOGS/checks"
	if [[ $got != "$wanted" ]]; then
		printf '\033[31m(should have exited %s, and did %s)\033[0m\n' "$wanted" "$got"
	fi
}

start_services() {
	start_udev && start_libvirt && prepare_nested
} >"$LAB_LOGS/services" 2>&1

say "A server with two Intel 82576 ports, em1 and em2, and an NVMe drive."
types 0 "sriovctl list"
types 0 "sriovctl show em1"

say "VFs: as many as the driver allows, and why not one more."
types 1 "sriovctl enable em1 8"
types 0 "sriovctl enable em1 7 em2 7"
types 0 "sriovctl enable em1 7"

say "Settings: of every VF of every port, of some, of one. Each is read back."
raise em1 && raise em2
types 0 "sriovctl vf set spoofchk off"
types 0 "sriovctl vf set em1 mac 52:54:00:a1:00:00+ vlan 100"
types 7 "sriovctl vf set em1/6 vlan 200 qos 3 max_tx_rate 500 state enable"
types 0 "sriovctl bind em1/3"
types 0 "sriovctl list em1"

say "Guests: XML for libvirt, piped into virsh."
check "udevd, libvirtd and the guest's kernel are there" start_services >>"$LAB_LOGS/checks"
types 0 "sriovctl xml hostdev em1/3"
types 0 "sriovctl xml domain --name vm1 --memory 256 em1/3 | virsh define /dev/stdin"
types 0 "virsh dumpxml --inactive vm1 | sriovctl xml add em2/3 | virsh define /dev/stdin"
boot_nested vm1 >>"$LAB_LOGS/checks" 2>&1
types 0 "virsh start vm1"

say "The guest boots with the MAC that was set on the host:"
check "the guest has em1/3 with its MAC" \
	wait_for 200 nested_says vm1 "has nic .* 52:54:00:a1:00:03 igbvf" >>"$LAB_LOGS/checks"
nested_log vm1 | grep "has nic" | sed 's/^/vm1 says: /'

say "Nothing is taken away from a running guest, nor unasked from one that is shut off."
types 0 "sriovctl list em1/3"
types 6 "sriovctl disable em1"
types 0 "virsh destroy vm1"
types 6 "sriovctl disable em1 em2"
types 0 "virsh undefine vm1"
types 0 "sriovctl unbind em1/3"
types 0 "sriovctl disable em1 em2"
types 0 "sriovctl list"
end
