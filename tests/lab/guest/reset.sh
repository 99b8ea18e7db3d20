# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Sourced by main.sh: brings the machine back to how it was after boot, so that
# scenarios that share a boot do not see one another.

pci=/sys/bus/pci/devices

# name, PCI address and driver of the PFs and of the port without SR-IOV
machine_ports="em1 0000:01:00.0 igb
em2 0000:02:00.0 igb
em3 0000:05:00.0 e1000e
- 0000:03:00.0 nvme
- 0000:04:00.0 nvme"

name_ports() {
	local name address netdev

	while read -r name address _; do
		for netdev in "$pci/$address"/net/*; do
			[[ $name == - || ! -e $netdev || ${netdev##*/} == "$name" ]] ||
				ip link set "${netdev##*/}" name "$name"
		done
	done <<<"$machine_ports"
}

# $1 seconds for the rest to come true.
within() {
	local tries=$(($1 * 20))
	shift

	until "$@"; do
		((--tries > 0)) || return 1
		sleep 0.05
	done
}

no_other_process() {
	local status

	for status in /proc/[0-9]*/status; do
		# Kernel threads have no memory; a child of ours that is gone, neither.
		[[ $status == /proc/$$/status || $status == /proc/$BASHPID/status ]] ||
			! grep -q ^VmSize "$status" 2>/dev/null || return 1
	done
}

end_processes() {
	kill -9 -1 2>/dev/null
	within 10 no_other_process
}

remove_vfs() {
	local function

	for function in "$pci"/*/sriov_numvfs; do
		[[ $(<"$function") == 0 ]] || echo 0 >"$function" || return 1
		echo 1 >"${function%/*}/sriov_drivers_autoprobe"
	done
}

rebind_ports() {
	local name address driver bound

	while read -r name address driver; do
		echo >"$pci/$address/driver_override"
		bound=$(basename "$(readlink "$pci/$address/driver")")
		[[ $bound == "$driver" ]] && continue
		[[ -z $bound ]] || echo "$address" >"$pci/$address/driver/unbind"
		modprobe "$driver"
		echo "$address" >/sys/bus/pci/drivers_probe
	done <<<"$machine_ports"
	name_ports
}

only_ports_left() {
	[[ $(cd /sys/class/net && echo *) == "em1 em2 em3 lo" ]]
}

remove_links() {
	local link

	for link in /sys/class/net/*; do
		[[ -e $link/device || ${link##*/} == lo ]] ||
			ip link delete "${link##*/}" 2>/dev/null
	done
	for link in em1 em2 em3; do
		ip link set "$link" down nomaster
		ip address flush dev "$link"
	done
}

remove_files() {
	rm -rf /run/sriovctl /run/libvirt /var/lib/libvirt/qemu/* /etc/libvirt/qemu/*.xml \
		/etc/sriovctl* /run/dbus /run/udev
}

reset_machine() {
	end_processes || return 1
	ip -all netns delete
	timeout 30 bash -c ". '$LAB_DIR/guest/reset.sh'; remove_vfs" || return 1
	! grep -q ^vfio_pci /proc/modules || modprobe -r vfio-pci || return 1
	rebind_ports
	remove_links
	remove_files
	within 5 only_ports_left
}
