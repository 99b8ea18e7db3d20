#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The printed arguments at work: QEMU without libvirt, with a VF and with functions that
# know no SR-IOV, and a DPDK program that forwards packets between two VFs.

# lab: deadline 300
. "$LAB_DIR/inside.sh"
. "$LAB_DIR/nested.sh"

mac0=52:54:00:a1:00:00
mac1=52:54:00:a1:00:01
nvme=0000:04:00.0
e1000e=0000:05:00.0
raise em1
expect 0 sriovctl enable em1 4
expect 0 sriovctl vf set em1/0 mac $mac0
expect 0 sriovctl vf set em1/1 mac $mac1
modprobe kvm_amd
check "guests can be prepared" prepare_nested

# Any PCI function: an NVMe drive and a card without SR-IOV, unless the host needs it.
modprobe vfio-pci
expect 0 sriovctl args qemu $nvme
err_has "$nvme is bound to nvme; first: sriovctl bind $nvme"
expect 0 sriovctl bind em1/1 $nvme $e1000e
for function in "$nvme" "$e1000e" "$(basename "$(vf em1 1)")"; do
	same "$function is bound to vfio-pci" vfio-pci "$(driver_of "$pci/$function")"
done
expect 0 sriovctl args qemu em1/1 $nvme $e1000e
err_lacks "first:"

mkfifo monitor
exec {monitor}<>monitor
# shellcheck disable=SC2086 # words of a command line
qemu-system-x86_64 -nodefaults -display none -M q35 -accel kvm -cpu host -m 256 \
	-kernel "$nested/image" -initrd "$nested_run/initrd" -append "$nested_line" \
	-device pcie-root-port,id=mine,chassis=1,slot=1 -monitor stdio \
	-serial "file:$nested_run/direct.serial" $out <monitor >qemu.out 2>qemu.err &
qemu=$!
check "the guest has the VF, with the MAC set on the host" \
	wait_for 120 nested_says direct "has nic .* $mac1 igbvf"
check "it has the drive" wait_for 60 nested_says direct "has nvme nvme0"
expect 0 sriovctl --json list em1/1
out_has "\"kind\":\"process\""
expect 6 sriovctl unbind em1/1
err_has "in use by"
expect 6 sriovctl unbind $nvme
echo "device_del pci_0000_01_10_2" >&"$monitor"
check "the VF can be taken from the running guest" \
	wait_for 60 nested_says direct "lost nic .* $mac1 igbvf"
nobody_has_it() {
	sriovctl list em1/1 --no-headings -o used_by | grep -qx -- -
}
check "then nobody has it" wait_for 20 nobody_has_it
expect 0 sriovctl unbind em1/1
same "and the host has it again" igbvf "$(driver_of "$(vf em1 1)")"
kill $qemu
wait $qemu || true
cat qemu.err
expect 0 sriovctl unbind $nvme $e1000e
same "the drive is the host's again" nvme "$(driver_of $pci/$nvme)"
same "and so is the card" e1000e "$(driver_of $pci/$e1000e)"

# A function that the host needs stays: a card with an address, a drive with a file
# system that is mounted. It leaves a domain, where somebody has put it into one.
stays() {
	local command

	for command in "bind $1" "xml hostdev $1" "xml add $1 -f with.xml" "args qemu $1" \
		"args dpdk $1"; do
		# shellcheck disable=SC2086 # words of a command line
		expect 6 sriovctl $command
		err_has "$2"
		out_is ""
	done
	same "$1 keeps its driver" "$3" "$(driver_of "$pci/$1")"
	expect 0 sriovctl xml remove "$1" -f with.xml
	out_lacks "hostdev"
	expect 0 sriovctl xml hostdev "$1" --force
	out_has "<address domain='0x0000' bus='0x${1:5:2}' slot='0x00' function='0x0'/>"
}
with_function() {
	printf '<domain type="kvm"><uuid/><devices>%s</devices></domain>\n' \
		"$(sriovctl xml hostdev "$1")" >with.xml
}
with_function $e1000e
card=$(basename $pci/$e1000e/net/*)
ip link set "$card" up
ip address add 198.51.100.1/24 dev "$card"
stays $e1000e "address 198.51.100.1/24" e1000e
ip address flush dev "$card"
expect 0 sriovctl xml hostdev $e1000e

with_function $nvme
# with its paths joined by the kernel, the drive is no child of the function
subsystem=$(dirname /sys/class/nvme-subsystem/*/"$(basename $pci/$nvme/nvme/*)")
check "the drive is there" wait_for 20 test -e "$subsystem"/nvme*n1
drive=/dev/$(basename "$subsystem"/nvme*n1)
mke2fs -q -F -t ext4 "$drive"
mkdir mounted
mount "$drive" mounted
stays $nvme "mount $PWD/mounted" nvme
umount mounted
expect 0 sriovctl xml hostdev $nvme

# DPDK
sysctl -q vm.nr_hugepages=128
expect 0 sriovctl bind em1/0-1
expect 0 sriovctl args dpdk em1/0-1
arguments=$out
same "dpdk-devbind.py sees both, as the drivers are" 2 \
	"$(dpdk-devbind.py --status | grep -cE "^0000:01:1.\..*drv=vfio-pci")"
# shellcheck disable=SC2086 # words of a command line
dpdk-testpmd -l 0,1 --in-memory $arguments -- --total-num-mbufs=4096 --forward-mode=mac \
	--eth-peer=0,$mac1 --eth-peer=1,$mac0 --tx-first --stats-period 1 \
	>testpmd.log 2>&1 </dev/null &
testpmd=$!
# RX-packets of both ports, as they were printed last
received() {
	grep -oE 'RX-packets: [0-9]+' testpmd.log | tail -n 2 | cut -d ' ' -f 2
}
forwards() {
	local n count=0

	for n in $(received); do
		((n > 1000)) && count=$((count + 1))
	done
	((count == 2))
}
check "packets go both ways" wait_for 60 forwards
report "received by the ports: $(received | xargs)"
grep -E "^Port [01]:|driver" testpmd.log | head -n 4
expect 6 sriovctl unbind em1/0
kill $testpmd
wait $testpmd || true
expect 0 sriovctl unbind em1/0-1
end
