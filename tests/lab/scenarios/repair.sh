#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# repair: each breakage is made by hand, found by doctor, and mended by the command that
# doctor prints; nothing else is written.

# lab: deadline 480

. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# doctor says $2 of $1, and that "sriovctl repair $3" mends it, which then it does.
broken() {
	expect 0 sriovctl doctor -q em1
	out_has "warn  $1: $2"
	out_has "fix: sriovctl repair $3"
	before=$(state)
	expect 0 sriovctl --dry-run repair "$3"
	out_has "1 to change; nothing was changed"
	unchanged "a dry run of it changes nothing" "$before"
	expect 0 traced sriovctl repair "$3"
	out_has "1 changed, 1 verified"
	expect 0 sriovctl doctor -q em1
	out_is ""
}

# The device addresses and files that the last traced command wrote, each once.
written() {
	asked | grep -oE '[0-9a-f:]+\.[0-7]/[a-z_]+|drivers/[a-z-]+/[a-z]+|drivers_probe' |
		sort -u | tr '\n' ' '
}

modprobe kvm_amd
check "em1 gets a link" raise em1
expect 0 sriovctl enable em1 4
expect 0 sriovctl doctor -q em1
out_is ""
before=$(state)
expect 0 traced sriovctl repair
out_is "nothing to repair"
same "what is sound is not written" "" "$(asked)"
unchanged "nor changed" "$before"

# driverless
vf2=$(basename "$(vf em1 2)")
echo "$vf2" >/sys/bus/pci/drivers/igbvf/unbind
broken em1/2 "no driver: the host cannot use it" "em1/2"
same "it has its driver" igbvf "$(driver_of "$(vf em1 2)")"
check "and its network interface" vf_netdev em1 2
same "only it was written" "$vf2/driver_override drivers_probe " "$(written)"

# a driver_override that somebody left
echo vfio-pci >"$(vf em1 2)/driver_override"
netdev=$(ifindexes em1)
broken em1/2 "driver_override still reserves it for vfio-pci" "em1/2"
same "it is reserved no more" "(null)" "$(<"$(vf em1 2)/driver_override")"
same "only that was written" "$vf2/driver_override " "$(written)"
same "no driver was started again" "$netdev" "$(ifindexes em1)"

# autoprobe left at 0
echo 0 >"$(pf em1)/sriov_drivers_autoprobe"
broken em1 "sriov_drivers_autoprobe is 0" "em1"
same "it is 1 again" 1 "$(<"$(pf em1)/sriov_drivers_autoprobe")"
same "only that was written" "0000:01:00.0/sriov_drivers_autoprobe " "$(written)"

# no network interface: igbvf makes it or fails, so that here it is only hidden
mount -t tmpfs none "$(vf em1 2)/net"
broken em1/2 "its driver igbvf has made no network interface" "em1/2"
check "it has one" vf_netdev em1 2
same "only it was written" "$vf2/driver_override drivers/igbvf/unbind drivers_probe " \
	"$(written)"
check "em1 has its link still" carrier em1

# one VF, and all that is wrong with it, though its PF keeps drivers off
echo 0 >"$(pf em1)/sriov_drivers_autoprobe"
echo vfio-pci >"$(vf em1 1)/driver_override"
for n in 1 2; do
	basename "$(vf em1 $n)" >/sys/bus/pci/drivers/igbvf/unbind
done
expect 0 sriovctl repair em1/1
same "em1/1 has its driver, em1/2 none" "3 igbvf" "$(vf_drivers em1)"
same "em1 keeps drivers off" 0 "$(<"$(pf em1)/sriov_drivers_autoprobe")"
expect 0 sriovctl repair
out_has "em1    autoprobe    off → on"
out_has "em1/2  driver       none → igbvf"
expect 0 sriovctl doctor -q em1
out_is ""

# on purpose: reserved for the driver that it has, and none by the configuration
echo vfio-pci >"$(vf em1 0)/driver_override"
basename "$(vf em1 0)" >/sys/bus/pci/drivers/igbvf/unbind
modprobe vfio-pci
basename "$(vf em1 0)" >/sys/bus/pci/drivers_probe
basename "$(vf em1 2)" >/sys/bus/pci/drivers/igbvf/unbind
mkdir -p /etc/sriovctl
printf 'version: 1\npfs:\n  - pf: em1\n    vf: {2: {driver: none}}\n' \
	>/etc/sriovctl/host.yaml
before=$(state)
expect 0 sriovctl repair
out_is "nothing to repair"
unchanged "what is so on purpose stays" "$before"
rm /etc/sriovctl/host.yaml
expect 0 sriovctl repair
out_has "em1/2  driver       none → igbvf"

# in use
ip address add 192.0.2.1/24 dev "$(vf_netdev em1 3)"
ip link set "$(vf_netdev em1 3)" up
echo vfio-pci >"$(vf em1 3)/driver_override"
check "a program takes em1/0" hold em1 0
echo igbvf >"$(vf em1 0)/driver_override"
before=$(state)
expect 6 traced sriovctl repair em1/3
err_has "em1/3: in use by address 192.0.2.1"
expect 6 sriovctl repair em1/0 --force
err_has "em1/0: in use by process holder (pid $holder)"
expect 0 traced sriovctl repair
out_is "nothing else to repair"
err_has "em1/3 left out: in use by address 192.0.2.1"
err_has "em1/0 left out: in use by process holder (pid $holder)"
same "nothing was written" "" "$(asked)"
unchanged "nor changed" "$before"
let_go
ip address flush dev "$(vf_netdev em1 3)"
expect 0 sriovctl repair em1
expect 0 sriovctl unbind em1/0

# a run that was killed
expect 137 env ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" strace -qq -o /dev/null \
	-e trace=unlinkat -e inject=unlinkat:signal=KILL sriovctl bind em1/2
expect 0 sriovctl doctor -q em1
out_has "fix: sriovctl repair em1 "
expect 0 sriovctl repair em1
err_has "what a killed run of sriovctl left changed is put back first"
expect 0 sriovctl unbind em1/2
expect 0 sriovctl doctor -q em1
out_is ""

# orphans: the driver of nvme goes and leaves its VFs; one comes to a driver meanwhile
nvme=$(basename "$(pf nvme0)")
expect 0 sriovctl enable "$nvme" 2
expect 0 sriovctl bind "$nvme/1"
check "a program takes one" hold nvme0 1
echo "$nvme" >/sys/bus/pci/drivers/nvme/unbind
same "the VFs are there still" 2 "$(vfs_by_files nvme0)"
expect 0 sriovctl doctor -q "$nvme"
out_has "warn  $nvme/0-1: orphans: their PF has no driver any more"
out_has "fix: sriovctl repair $nvme"
before=$(state)
expect 6 sriovctl repair "$nvme"
err_has "$nvme/1: in use by process holder (pid $holder)"
expect 0 sriovctl repair
err_has "$nvme left out: in use by process holder (pid $holder)"
unchanged "while one is in use the PF stays as it is" "$before"
let_go
expect 0 traced sriovctl repair "$nvme"
out_has "$nvme  driver       none → nvme"
same "only the PF was written" "$nvme/driver_override drivers_probe " "$(written)"
same "the VFs are its own again" 2 "$(vfs_by_files nvme0)"
same "with the driver that they had" "1 vfio-pci" "$(vf_drivers nvme0)"
expect 0 sriovctl doctor "$nvme"
out_lacks orphans
expect 0 sriovctl disable "$nvme"

# igb takes its VFs with it, so that nothing is left to mend but the ports
rmmod igb
same "no VF is left" 0 "$(vfs_by_files em1)"
expect 0 sriovctl doctor -q 0000:01:00.0
out_has "warn  0000:01:00.0: no driver is bound to it"
out_has "fix: sriovctl repair 0000:01:00.0"
expect 0 sriovctl repair 0000:01:00.0
out_has "0000:01:00.0  driver       none → igb"
check "it has a network interface" test -e "$(pf em1)/net"
expect 0 sriovctl repair
out_is "nothing to repair"
expect 0 sriovctl enable 0000:01:00.0 4
end
