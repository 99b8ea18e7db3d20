# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2086
#
# What the scenarios of sriovctl's commands have in common: the state of the ports
# as other programs see it, and the ways to run sriovctl. Source it after inside.sh.
#
# What is there
#	vfs_by_files PF		number of links virtfn<N>
#	vfs_by_ip PF		number of VFs that "ip -json link" has
#	vf_drivers PF		how many of its VFs have which driver, as in "7 igbvf"
#	each_vf PF KEY		KEY of every VF from there, as in [true,false]
#	ifindexes PF		of its VFs' interfaces: others after they were made anew
#	group_of FOLDER		number of its IOMMU group
#	state			all that sriovctl could have changed
#	unchanged SENTENCE STATE	that is STATE still; says what differs
# Ways to run a command
#	traced COMMAND...	asked tells afterwards what it asked of the kernel
#	asked			its sysfs writes and changes over netlink, nothing if none
#	on_terminal ANSWER COMMAND...	with a terminal, where ANSWER is typed
#	as_nobody COMMAND...	without any privilege
#	takes LOW HIGH COMMAND...	fails too unless it takes so many milliseconds
#	set_calm COMMAND...	$calm: how many what waits for nothing may take, 2000
#				and what the machine takes for itself
# JSON
#	out_json FILTER VALUE	what jq -c makes of stdout is VALUE
#	err_json FILTER VALUE
# A VF in use
#	hold PF N		opens its vfio device; the process is $holder
#	let_go			ends that process

# Sanitizers cannot look for leaks under ptrace.
traced() {
	ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 strace -f --seccomp-bpf -qq -s 256 \
		-e trace=openat,sendto,sendmsg -o "$scratch/trace" "$@"
}

asked() {
	grep -E '"(/sys/|bus/|class/|devices/).*O_(WRONLY|RDWR)|RTM_(SET|NEW|DEL)' \
		"$scratch/trace" || true
}

on_terminal() {
	local answer=$1
	shift

	script --quiet --return --command "$*" /dev/null <<<"$answer"
}

# The folders above the build may be closed to others, so they get a copy.
as_nobody() {
	local program=/usr/local/bin/${1##*/}

	[[ -e $program ]] || cp "$(type -P "$1")" "$program"
	shift
	setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all \
		"$program" "$@"
}

milliseconds() {
	local now

	read -r now _ </proc/uptime
	echo "$((10#${now/./} * 10))"
}

set_calm() {
	local start

	start=$(milliseconds)
	"$@" >/dev/null
	calm=$((2000 + 2 * ($(milliseconds) - start)))
}

takes() {
	local low=$1 high=$2 start code=0 took
	shift 2

	start=$(milliseconds)
	"$@" || code=$?
	took=$(($(milliseconds) - start))
	((took >= low && took <= high)) && return "$code"
	echo "took $took ms, not $low to $high ms; status $code" >&2
	return 99
}

vfs_by_files() {
	find "$(pf "$1")/" -maxdepth 1 -name 'virtfn*' | wc -l
}

vfs_by_ip() {
	each_vf "$1" .vf | jq length
}

each_vf() {
	ip -json -details link show dev "$1" | jq -c "[.[0].vfinfo_list[]? | $2]"
}

ifindexes() {
	cat "$(pf "$1")"/virtfn*/net/*/ifindex
}

vf_drivers() {
	find "$(pf "$1")"/virtfn*/driver -printf '%l\n' 2>/dev/null | sort | uniq -c |
		sed 's: *\([0-9]*\).*/:\1 :' || true
}

group_of() {
	basename "$(realpath "$1/iommu_group")"
}

state() {
	ip -details link show
	ip -brief address show
	find $pci/*/driver -printf '%p %l\n'
	grep -H '' $pci/*/driver_override $pci/*/sriov_numvfs \
		$pci/*/sriov_drivers_autoprobe
	find /dev/vfio /run/sriovctl/override 2>/dev/null || true
}

unchanged() {
	check "$1" diff <(echo "$2") <(state)
}

json_is() {
	same "$1's $3 is $4" "$4" "$(jq -c "$3" <<<"$2" 2>&1)"
}

out_json() {
	json_is stdout "$out" "$1" "$2"
}

err_json() {
	json_is stderr "$err" "$1" "$2"
}

hold() {
	local program=${LAB_BUILD:-/nonexistent}/tests/lab/holder

	if [[ ! -x $program ]]; then
		program=$scratch/holder
		[[ -x $program ]] || gcc -o "$program" "$LAB_DIR/holder.c"
	fi
	rm -f "$scratch/held"
	"$program" "$(basename "$(vf "$1" "$2")")" 300 >"$scratch/held" &
	holder=$!
	wait_for 10 grep -q holding "$scratch/held"
}

let_go() {
	kill "$holder"
	wait "$holder" || true
}
