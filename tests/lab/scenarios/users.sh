#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whoever uses a VF is named, and so is whoever will: guests that run and guests that
# are shut off, pools, programs, namespaces, and what stands on the VF's interface.

# lab: deadline 500
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# USED BY of VF $2 of PF $1.
used_by() {
	sriovctl list "$1/$2" -o used_by --no-headings
}

is_used_by() {
	same "$1/$2 is used by $3" "$3" "$(used_by "$1" "$2")"
}

in_use() {
	sriovctl list -o pf,in_use --no-headings | sed -n "s/^$1  *//p"
}

# Refused with 6 by a message that has $1.
refused() {
	local text=$1
	shift

	expect 6 sriovctl "$@"
	err_has "$text"
	err_has "nothing was changed"
}

define() {
	virsh -q define /dev/stdin
}

raise em1
raise em2
expect 0 sriovctl enable em1 7 em2 4
check "libvirtd answers" start_libvirt
check "guests can be prepared" prepare_nested

# A guest that has never run: the VF is spoken for, and not in use.
expect 0 define <<<"$(sriovctl xml domain --name vm3 --memory 256 em1/2)"
is_used_by em1 2 "guest vm3 (shut off)"
same "no VF is in use" 0 "$(in_use em1)"
expect 0 sriovctl --json list em1/2
out_json '.pfs[0].vf[0].users' '[{"kind":"defined","name":"vm3","pid":null,"type":null}]'
expect 0 sriovctl list guest:vm3 -o vf --no-headings
out_is em1/2
expect 0 sriovctl vf set em1/2 vlan 100
expect 0 sriovctl bind em1/2
refused "em1/2: meant for guest vm3 (shut off)" unbind em1/2
same "em1/2 is where it was" vfio-pci "$(driver_of "$(vf em1 2)")"
refused "em1/2 is meant for guest vm3 (shut off)" disable em1
refused "em1/2 is meant for guest vm3 (shut off)" enable em1 3
same "the VFs are still there" 7 "$(vfs_by_files em1)"

# A pool, first without a guest, then with one that takes a VF when it starts.
sriovctl xml network em2 | virsh -q net-define /dev/stdin
is_used_by em2 0 "pool em2-pool"
virsh -q net-start em2-pool
nested_domain vm4 | sed "s|<memballoon|<interface type='network'><source network='em2-pool'/></interface>&|" |
	define
is_used_by em2 3 "pool em2-pool (for vm4)"
same "a pool uses nothing" 0 "$(in_use em2)"
expect 0 sriovctl bind em2
expect 0 sriovctl unbind em2
refused "takes VFs from pool em2-pool (for vm4)" disable em2

# Guests that run.  Libvirt sets MAC and VLAN of the one, and puts them back.
expect 0 sriovctl vf set em1/3 mac 52:54:00:a1:00:03 vlan 7
nested_domain vm1 | sed "s|<memballoon|<interface type='hostdev' managed='yes'><mac address='52:54:00:b1:00:03'/><source><address type='pci' domain='0' bus='1' slot='16' function='6'/></source></interface>&|" |
	define
is_used_by em1 3 "guest vm1 (shut off)"
expect 0 virsh start vm1
vm1=$(pgrep -f guest=vm1 | head -n 1)
is_used_by em1 3 "guest vm1 (pid $vm1)"
expect 0 sriovctl show em1/3
same "libvirt has set the MAC" 52:54:00:b1:00:03 "$(vf_says em1 3 .address)"
out_has "libvirt restores mac 52:54:00:a1:00:03"
out_has "vlan 7"
expect 0 sriovctl --json list em1/3
out_json '.pfs[0].vf[0].saved' '{"mac":"52:54:00:a1:00:03","vlan":7}'
vf_hostdev em1 4 >next.xml
expect 0 virsh attach-device vm1 next.xml --config
is_used_by em1 4 "guest vm1 (from its next start on)"
expect 0 sriovctl list guest:vm1 -o vf --no-headings
out_is $'em1/3\nem1/4'
expect 0 virsh start vm4
vm4=$(pgrep -f guest=vm4 | head -n 1)
is_used_by em2 0 "guest vm4 (pid $vm4), pool em2-pool (for vm4)"
is_used_by em2 1 "pool em2-pool (for vm4)"
same "one of the pool is in use" 1 "$(in_use em2)"

# A guest with a macvtap on the VF's interface.
nested_domain vm6 | sed "s|<memballoon|<interface type='direct'><source dev='$(vf_netdev em2 3)' mode='passthrough'/></interface>&|" |
	define
is_used_by em2 3 "guest vm6 (shut off, macvtap), pool em2-pool (for vm4)"
refused "em2/3: meant for guest vm6 (shut off, macvtap)" bind em2/3
expect 0 virsh start vm6
is_used_by em2 3 "macvtap macvtap0, pool em2-pool (for vm4)"
expect 0 virsh destroy vm6
expect 0 virsh undefine vm6
is_used_by em2 3 "pool em2-pool (for vm4)"

# Libvirt is not asked.
virtual=$(pidof libvirtd)
kill -STOP "$virtual"
is_used_by em1 3 "guest vm1 (pid $vm1)"
is_used_by em1 2 "guest vm3 (shut off)"
kill -CONT "$virtual"

# Everybody else.
netdev() {
	vf_netdev em1 "$1"
}
use_others() {
	expect 0 sriovctl bind em1/0
	expect 0 sriovctl unbind em1/2 --yes
	hold em1 0
	ip link add link "$(netdev 1)" name tap1 type macvtap mode bridge
	ip link add bond1 type bond
	ip link set "$(netdev 4)" master bond1
	ip link add br1 type bridge
	ip link set "$(netdev 5)" master br1
	ip link add link "$(netdev 6)" name tag6 type vlan id 6
	into_namespace em2 1 red 192.0.2.1/24
	unshare --net sleep 200 &
	sleeper=$!
	wait_for 10 test "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$sleeper/ns/net")"
	ip link set "$(vf_netdev em2 2)" netns "$sleeper"
	ip link set "$(netdev 2)" up
	ip link add link "$(netdev 2)" name mv2 type macvlan
	ip link set mv2 netns "$sleeper"
	ip link add veth1 type veth peer name veth2 netns red
	ip address add 192.0.2.3/24 dev "$(vf_netdev em2 3)"
	ip link set "$(vf_netdev em2 3)" up
}
check "the other VFs are taken into use" use_others
is_used_by em1 0 "process holder (pid $holder)"
is_used_by em1 1 "macvtap tap1"
is_used_by em1 2 "namespace sleep (pid $sleeper), guest vm3 (shut off)"
is_used_by em1 4 "bond bond1, guest vm1 (from its next start on)"
is_used_by em1 5 "bridge br1"
is_used_by em1 6 "vlan tag6"
is_used_by em2 1 "namespace red, pool em2-pool (for vm4)"
is_used_by em2 2 "namespace sleep (pid $sleeper), pool em2-pool (for vm4)"
is_used_by em2 3 "address 192.0.2.3/24, pool em2-pool (for vm4)"
same "all of em1 are in use" 7 "$(in_use em1)"
refused "em1/0: in use by process holder (pid $holder), em1/1 by macvtap tap1, em1/2 by namespace sleep (pid $sleeper), em1/3 by guest vm1 (pid $vm1) and 3 VFs more" \
	disable em1
refused "em1/0: in use by process holder (pid $holder), em1/3 by guest vm1 (pid $vm1);" \
	disable em1 --force
refused "em2/0: in use by guest vm4 (pid $vm4), em2/1 by namespace red" disable em2
refused "em1/5: in use by bridge br1" bind em1/5

# The guests go: what libvirt said it would put back is there.
expect 0 virsh destroy vm1
same "the MAC is back" 52:54:00:a1:00:03 "$(vf_says em1 3 .address)"
same "the VLAN too" 7 "$(vf_says em1 3 '.vlan_list[0].vlan')"
is_used_by em1 3 "guest vm1 (shut off)"
expect 0 sriovctl --json list em1/3
out_json '.pfs[0].vf[0].saved' null
expect 0 virsh undefine vm1
is_used_by em1 3 -
is_used_by em1 4 "bond bond1"

# What needs no users looks for none.
traced_files() {
	strace -f -qq -e trace=openat -o "$scratch/opened" "$@" >/dev/null
	grep -cE '"libvirt/(qemu|network)|"[0-9]+/fd"' "$scratch/opened" || true
}
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
same "xml hostdev looks for no users" 0 "$(traced_files sriovctl xml hostdev em1/3)"
check "list looks through libvirt's files" test "$(traced_files sriovctl list em1)" -gt 0
let_go
kill "$sleeper"
end
