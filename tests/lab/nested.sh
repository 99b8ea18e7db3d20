# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Sourced by scenarios after inside.sh: guests inside of the emulated server. They
# run the server's kernel and guest/nested-init, which says on the console what the
# guest sees. QEMU emulates AMD's virtualisation, so KVM works in there, and a guest
# is up after about 10 seconds; with <domain type='qemu'> it would be 100.
#
#	prepare_nested			once, before the others
#	nested_domain NAME [ADDRESS]	prints a domain document without a VF; spare
#					root ports; the guest gives ADDRESS (with
#					/prefix) to its first interface
#	boot_nested NAME [ADDRESS [PEER]]	changes the defined domain NAME, whoever
#					wrote it: this kernel, the console in a file;
#					the guest sends a ping a second to PEER
#	nested_says NAME REGEX		the guest has said so: "running",
#					"has nic eth0 52:54:00:a1:00:03 igbvf",
#					"lost nic ...", "has nvme nvme0",
#					"address 192.0.2.9/24 on eth0"
#	nested_log NAME			all that it has said
#	vf_hostdev PF N			prints a plain <hostdev> of VF N, made by hand
#
# E.g.	wait_for 120 nested_says vm1 "has nic .* 52:54:00:a1:00:03 igbvf"

nested=/usr/lib/sriovctl-lab
nested_run=/run/nested

nested_line="console=ttyS0 quiet panic=-1 mitigations=off nokaslr no_timer_check"
nested_line+=" rcupdate.rcu_expedited=1 random.trust_cpu=on"

prepare_nested() {
	mkdir -p $nested_run/init
	cp "$LAB_DIR/guest/nested-init" $nested_run/init/init
	{
		(cd $nested/root && find . | ./bin/busybox cpio -o -H newc)
		(cd $nested_run/init && echo init | $nested/root/bin/busybox cpio -o -H newc)
	} >$nested_run/initrd 2>/dev/null
}

nested_os() {
	cat <<-EOF
		<os>
		  <type arch='x86_64' machine='q35'>hvm</type>
		  <kernel>$nested/image</kernel>
		  <initrd>$nested_run/initrd</initrd>
		  <cmdline>$nested_line${1:+ lab.address=$1}${2:+ lab.peer=$2}</cmdline>
		</os>
	EOF
}

nested_console() {
	cat <<-EOF
		<serial type='file'>
		  <source path='$nested_run/$1.serial'/>
		  <target type='isa-serial' port='0'/>
		</serial>
	EOF
}

nested_domain() {
	cat <<-EOF
		<domain type='kvm'>
		<name>$1</name>
		<memory unit='MiB'>256</memory>
		<vcpu>1</vcpu>
		$(nested_os "${2:-}")
		<features><acpi/><vmport state='off'/></features>
		<cpu mode='host-passthrough'/>
		<clock offset='utc'><timer name='hpet' present='no'/></clock>
		<devices>
		  <emulator>$(command -v qemu-system-x86_64)</emulator>
		  <controller type='pci' model='pcie-root'/>
		  <controller type='pci' model='pcie-root-port'/>
		  <controller type='pci' model='pcie-root-port'/>
		  <controller type='pci' model='pcie-root-port'/>
		  <controller type='pci' model='pcie-root-port'/>
		  <controller type='usb' model='none'/>
		  $(nested_console "$1")
		  <memballoon model='none'/>
		</devices>
		</domain>
	EOF
}

# virsh prints one element a line, whatever the document looked like.
boot_nested() {
	virsh -q dumpxml --inactive "$1" | awk \
		-v os="$(nested_os "${2:-}" "${3:-}")" -v console="$(nested_console "$1")" '
		/^  <os>/ { print os; skip = "</os>" }
		/^    <(serial|console) / { skip = /<serial/ ? "</serial>" : "</console>" }
		/^  <\/devices>/ { print console }
		!skip { print }
		skip && index($0, skip) { skip = "" }
	' >$nested_run/"$1".xml
	virsh -q define $nested_run/"$1".xml
}

nested_log() {
	tr -d '\r' <"$nested_run/$1.serial" | sed -n 's/^guest: //p'
}

nested_says() {
	nested_log "$1" | grep -qE "^$2"
}

vf_hostdev() {
	local address

	address=$(basename "$(vf "$1" "$2")")
	cat <<-EOF
		<hostdev mode='subsystem' type='pci' managed='yes'>
		  <source>
		    <address domain='0x${address:0:4}' bus='0x${address:5:2}' slot='0x${address:8:2}' function='0x${address:11:1}'/>
		  </source>
		</hostdev>
	EOF
}
