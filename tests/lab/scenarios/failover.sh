#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The pair for live migration: a guest has virtio and a VF with one MAC, and Linux in it
# makes one interface of them. The VF is taken away while traffic runs, and comes back.

# lab: deadline 300
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

mac=52:54:00:a1:00:01
raise em1
expect 0 sriovctl enable em1 2
expect 0 sriovctl vf set em1/1 mac $mac

# The bridge has the PF's MAC: the card finds the host there, and not on the wire.
# udev would give it another one later.
check "udevd starts" start_udev
ip link add br0 address "$(cat /sys/class/net/em1/address)" type bridge
ip link set em1 master br0
ip link set br0 up
ip address add 192.0.2.1/24 dev br0
modprobe vhost_net
check "libvirtd answers" start_libvirt
check "guests can be prepared" prepare_nested

define_vm1() {
	sriovctl xml domain --name vm1 --memory 256 |
		sriovctl xml add em1/1 --failover --bridge br0 --queues 2 | tee pair.xml |
		virsh define /dev/stdin
}
expect 0 define_vm1
err_has "em1/1 added (with a standby)"
check "virt-xml-validate takes it" virt-xml-validate pair.xml domain
virsh -q dumpxml --inactive vm1 >dumped.xml
for element in "<teaming type='persistent'/>" "<driver name='vhost' queues='2'/>" \
	"<teaming type='transient' persistent='ua-sriovctl-em1-1-standby'/>"; do
	check "libvirt keeps $element" grep -qF "$element" dumped.xml
done
same "both halves have the MAC" 2 "$(grep -c "<mac address='$mac'/>" dumped.xml)"

add_again() {
	sriovctl xml add em1/1 --failover --bridge br0 --queues 2 -f dumped.xml | cmp - dumped.xml
}
expect 0 add_again
err_has "em1/1 there already"
remove() {
	sriovctl xml remove em1/1 -f dumped.xml | grep -c "$mac\|teaming"
}
expect 1 remove
out_is 0
stop_if_failed

check "the guest gets its kernel" boot_nested vm1 192.0.2.9/24 192.0.2.1
expect 0 virsh start vm1
check "the guest has made one interface of the pair" \
	wait_for 200 nested_says vm1 "address 192.0.2.9/24 on"
check "the VF is one half" wait_for 60 nested_says vm1 "has nic .* $mac igbvf"
check "virtio is the other" nested_says vm1 "has nic .* $mac virtio_net"
pid=$(pgrep -f guest=vm1 | head -n 1)
same "vhost moves the frames of its queues" 2 \
	"$(find "/proc/$pid/fd" -lname /dev/vhost-net | wc -l)"
tap=$(virsh -q domiflist vm1 | awk '$2 == "bridge" { print $1 }')
answers() {
	ping -q -c 1 -w 3 192.0.2.9
}
check "it answers" wait_for 60 answers
stop_if_failed

# What the tap has seen of 20 pings: none when they go over the VF.
seen_by_tap() {
	local before

	before=$(cat "/sys/class/net/$tap/statistics/rx_packets")
	ping -q -c 20 -i 0.1 -W 2 192.0.2.9 >/dev/null
	echo $(($(cat "/sys/class/net/$tap/statistics/rx_packets") - before))
}
by_vf() {
	(($(seen_by_tap) < 10))
}
by_virtio() {
	(($(seen_by_tap) >= 10))
}
check "traffic goes over the VF" wait_for 30 by_vf

ping -i 0.1 192.0.2.9 >pings &
pinging=$!
detach() {
	sriovctl xml interface em1/1 --failover | virsh detach-device vm1 /dev/stdin --live
}
expect 0 detach
check "the guest loses the VF" wait_for 30 nested_says vm1 "lost nic .* $mac igbvf"
check "traffic goes on over virtio" wait_for 30 by_virtio
check_not "libvirt has taken it away" grep -q transient <(virsh -q dumpxml vm1)

attach() {
	sriovctl xml interface em1/1 --failover | virsh attach-device vm1 /dev/stdin --live
}
expect 0 attach
comes_back() {
	(($(nested_log vm1 | grep -cE "^has nic .* $mac igbvf") == 2))
}
check "the guest has the VF again" wait_for 60 comes_back
check "traffic goes over the VF again" wait_for 60 by_vf

kill -INT $pinging
wait $pinging || true
# lost in a row, ten of them a second
worst=$(sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' pings |
	awk '{ if ($1 - last > most) most = $1 - last; last = $1 } END { print most - 1 }')
report "the longest interruption was $worst pings"
check "no interruption was longer than 10 seconds" test "$worst" -lt 100

expect 0 virsh destroy vm1
same "the admin MAC is as before" $mac "$(vf_says em1 1 .address)"
end
