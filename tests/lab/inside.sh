# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What scenarios are made of. A scenario is a bash script that runs as root in
# the emulated machine, straight after its boot:
#
#	# lab: deadline 60			seconds; 120 without this line
#	. "$LAB_DIR/inside.sh"
#
#	expect 0 sriovctl enable em1 7
#	out_has "7 VFs"
#	check "VF 3 is there" test -e "$(vf em1 3)"
#	end
#
# It passes when a check was made, none failed, and its last line, end, was
# reached. A command that fails outside of a check is a failure too (use "|| true"
# where it may), and so is the use of an unset variable. It begins in an empty
# folder, with the build folder first in PATH.
#
# Checks
#	check SENTENCE COMMAND...	COMMAND succeeds
#	check_not SENTENCE COMMAND...	COMMAND fails
#	expect STATUS COMMAND...	COMMAND exits so; $out, $err and $status after it
#	out_has TEXT, err_has TEXT	that command's stdout or stderr contains TEXT
#	out_lacks TEXT, err_lacks TEXT
#	out_is TEXT			stdout is TEXT, the last newline apart
#	same SENTENCE WANTED FOUND
#	stop_if_failed			ends the scenario, where going on would only take
#					time
# Waiting: no scenario sleeps
#	wait_for SECONDS COMMAND...	until COMMAND succeeds; fails when it never does
# The machine
#	pf NAME				sysfs folder of em1, em2, em3, nvme0 or nvme1
#	vf PF N				sysfs folder of VF N
#	vf_netdev PF N			name of its network interface
#	driver_of FOLDER		name of the driver it is bound to, if any
#	vf_says PF N KEY		one value of VF N from "ip -json link", for KEY
#					a jq path: .address .vlan_list[0].vlan .spoofchk
#	carrier NETDEV			it is up and has a link
#	raise NETDEV			up, and wait for its link
#	netdevsim_port N MAX		makes the port simN, which is no PCI device and can
#					have up to MAX VFs; there are none yet
# Namespaces
#	into_namespace PF N NAMESPACE ADDRESS	VF N's interface goes there, up
#	in_namespace NAMESPACE COMMAND...
#	pings NAMESPACE ADDRESS		one answer within 3 seconds
# The witness, outside of the kernel
#	witness FILTER...		frames seen on the cable so far, as tcpdump
#					prints them; em1's, and em2's too
# Services, none of which runs at first
#	start_udev
#	start_libvirt			with dbus and udev; virsh works afterwards
# Nested guests: see nested.sh
#
# A scenario with the line "# lab: packages NAME..." finds these Debian packages unpacked,
# which the others do without.
#
# A scenario with the line "# lab: systemd" is started by systemd, on a server whose
# files outlive a reboot, and begins anew after each
#	$LAB_BOOT			which boot it is, from 1
#	reboot				ends the scenario here when no check has failed; the
#					deadline is for each boot

set -uE
trap 'note_failed_command "$LINENO" "$BASH_COMMAND"' ERR
trap 'judge "$?"' EXIT

checks=0
failures=0
reached_end=""
out="" err="" status=""
pci=/sys/bus/pci/devices
scratch=$(mktemp -d)
mkdir "$scratch/work"
cd "$scratch/work" || exit 1
read -r started _ </proc/uptime
started=$((10#${started/./}))

# Every line tells the seconds since the scenario began.
report() {
	local now

	read -r now _ </proc/uptime
	now=$((10#${now/./} - started))
	printf '%3d.%d %s\n' $((now / 100)) $((now % 100 / 10)) "$1"
}

fail() {
	failures=$((failures + 1))
	report "FAILED - $1"
}

note_failed_command() {
	fail "line $1: a command failed outside of a check: $2"
}

judge() {
	local code=$1

	trap - EXIT ERR
	rm -rf "$scratch"
	[[ -n $reached_end ]] || fail "the scenario stopped before its end"
	((checks > 0)) || fail "the scenario checked nothing"
	report "$checks checks, $failures failures"
	((failures == 0)) || exit 1
	exit "$code"
}

end() {
	reached_end=yes
	exit 0
}

reboot() {
	((failures)) || : >"$LAB_AGAIN"
	end
}

stop_if_failed() {
	((failures == 0)) || end
}

# Reports the check $1 as passed or failed by status $2, with the file $3 of
# what there was to see.
verdict() {
	checks=$((checks + 1))
	if ((!$2)); then
		report "ok - $1"
		return
	fi
	fail "$1"
	sed 's/^/	/' "$3"
}

check() {
	local sentence=$1 code=0
	shift

	"$@" >"$scratch/seen" 2>&1 || code=$?
	((!code)) || echo "status $code from: $*" >>"$scratch/seen"
	verdict "$sentence" "$code" "$scratch/seen"
}

check_not() {
	local sentence=$1 code=0
	shift

	! "$@" >"$scratch/seen" 2>&1 || code=1
	((!code)) || echo "status 0 from: $*" >>"$scratch/seen"
	verdict "$sentence" "$code" "$scratch/seen"
}

expect() {
	local wanted=$1
	shift

	status=0
	"$@" >"$scratch/out" 2>"$scratch/err" || status=$?
	out=$(<"$scratch/out") err=$(<"$scratch/err")
	printf 'status %s, wanted %s\n--- stdout\n%s\n--- stderr\n%s\n' \
		"$status" "$wanted" "$out" "$err" >"$scratch/seen"
	verdict "$* exits $wanted" $((status != wanted)) "$scratch/seen"
}

# $1 names the text $2, which contains $3, or, when $4 is "lacks", does not.
contains() {
	local found=lacks

	[[ $2 != *"$3"* ]] || found=has
	printf '%s was:\n%s\n' "$1" "$2" >"$scratch/seen"
	verdict "$1 $4 \"$3\"" "$([[ $found == "$4" ]] && echo 0 || echo 1)" "$scratch/seen"
}

out_has() {
	contains stdout "$out" "$1" has
}

out_lacks() {
	contains stdout "$out" "$1" lacks
}

err_has() {
	contains stderr "$err" "$1" has
}

err_lacks() {
	contains stderr "$err" "$1" lacks
}

same() {
	printf 'wanted: %s\nfound:  %s\n' "$2" "$3" >"$scratch/seen"
	verdict "$1" "$([[ $2 == "$3" ]] && echo 0 || echo 1)" "$scratch/seen"
}

out_is() {
	same "stdout is \"$1\"" "$1" "$out"
}

wait_for() {
	local deadline now
	read -r deadline _ </proc/uptime
	deadline=$((${deadline%.*} + $1 + 1))
	shift

	until "$@" >/dev/null 2>&1; do
		read -r now _ </proc/uptime
		((${now%.*} < deadline)) || return 1
		sleep 0.05
	done
}

pf() {
	case $1 in
	em1) echo $pci/0000:01:00.0 ;;
	em2) echo $pci/0000:02:00.0 ;;
	em3) echo $pci/0000:05:00.0 ;;
	nvme0) echo $pci/0000:03:00.0 ;;
	nvme1) echo $pci/0000:04:00.0 ;;
	*) return 1 ;;
	esac
}

vf() {
	realpath -e "$(pf "$1")/virtfn$2"
}

vf_netdev() {
	local folder

	folder=$(echo "$(vf "$1" "$2")"/net/*)
	[[ -e $folder ]] && echo "${folder##*/}"
}

driver_of() {
	[[ ! -e $1/driver ]] || basename "$(realpath "$1/driver")"
}

vf_says() {
	ip -json -details link show dev "$1" |
		jq -er ".[0].vfinfo_list[] | select(.vf == $2) | $3 | if . == null then empty else . end"
}

carrier() {
	[[ $(cat "/sys/class/net/$1/carrier" 2>/dev/null) == 1 ]]
}

netdevsim_port() {
	local bus=/sys/bus/netdevsim debugfs=/sys/kernel/debug netdev

	modprobe netdevsim
	mountpoint -q "$debugfs" || mount -t debugfs debugfs "$debugfs"
	echo "$1 1" >"$bus/new_device"
	echo "$2" >"$debugfs/netdevsim/netdevsim$1/max_vfs"
	netdev=$(echo "$bus/devices/netdevsim$1/net"/*)
	ip link set "${netdev##*/}" name "sim$1"
}

raise() {
	ip link set "$1" up
	wait_for 20 carrier "$1"
}

in_namespace() {
	ip netns exec "$@"
}

into_namespace() {
	local netdev

	netdev=$(vf_netdev "$1" "$2")
	ip netns list | grep -qw "$3" || ip netns add "$3"
	ip link set "$netdev" netns "$3"
	ip -n "$3" address add "$4" dev "$netdev"
	ip -n "$3" link set lo up
	ip -n "$3" link set "$netdev" up
	wait_for 20 in_namespace "$3" grep -q 1 "/sys/class/net/$netdev/carrier"
}

pings() {
	in_namespace "$1" ping -q -c 1 -w 3 "$2"
}

witness() {
	tcpdump -Z root -nn -e -r "$LAB_WITNESS" "$@" 2>/dev/null
}

start_udev() {
	local udevd

	for udevd in /lib/systemd/systemd-udevd /usr/lib/systemd/systemd-udevd; do
		[[ -x $udevd ]] && break
	done
	"$udevd" --daemon
	udevadm trigger --action=add
	udevadm settle --timeout 30
}

# Adds a user that a package's installation would have made.
need_user() {
	getent passwd "$1" >/dev/null ||
		echo "$1:x:$2:$2::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
	getent group "$1" >/dev/null || echo "$1:x:$2:" >>/etc/group
}

configure_libvirt() {
	cat >>/etc/libvirt/qemu.conf <<-EOF
		user = "root"
		group = "root"
		dynamic_ownership = 0
		security_driver = "none"
		cgroup_controllers = [ ]
		namespaces = [ ]
		remember_owner = 0
	EOF
	cat >>/etc/libvirt/libvirtd.conf <<-EOF
		auth_unix_ro = "none"
		auth_unix_rw = "none"
	EOF
}

start_dbus() {
	need_user messagebus 990
	mkdir -p /run/dbus
	dbus-daemon --system --fork --nopidfile
}

start_libvirt() {
	[[ -S /run/udev/control ]] || start_udev
	modprobe kvm_amd
	need_user libvirt-qemu 991
	configure_libvirt
	start_dbus
	virtlogd --daemon
	libvirtd --daemon
	wait_for 60 virsh -q uri
}
