#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rows of tests/bench/speed that need a kernel with SR-IOV, as a scenario of the lab.
# $LAB_LOGS/plan says how often and with how many VFs; $LAB_LOGS/times gets a line for
# each run: row, number of VFs, microseconds, KiB, exit status.

# lab: deadline 5400
# lab: packages network-manager
. "$LAB_DIR/inside.sh"
# shellcheck source=peers.sh
. "$LAB_DIR/../bench/peers.sh"

# A row whose first run takes so many seconds is not run again, nor with more VFs.
too_long=20

rounds=0 sizes=()
# shellcheck source=/dev/null
. "$LAB_LOGS/plan"
times=$LAB_LOGS/times
key=0
declare -A given_up=()

# The shared folders are slow: what is measured lies in memory.
mkdir -p /run/bench
cp "$LAB_LOGS"/{measure,floor} "$(command -v sriovctl)" "$(command -v ip)" /run/bench
PATH=/run/bench:$PATH

# Whether row $1 has turned out to take too long with $2 VFs or fewer.
is_given_up() {
	((${given_up[$1]:-$2 + 1} <= $2))
}

# measure_row ROW N COMMAND...: once, unless it is given up.
measure_row() {
	local row=$1 n=$2 begin=$SECONDS
	shift 2

	! is_given_up "$row" "$n" || return 0
	measure "$times" "$row $n" "$@" || fail "$row $n: status $? from: $*"
	((SECONDS - begin < too_long)) || [[ $times == /dev/null ]] ||
		given_up[$row]=$n
}

# Every contestant changes everything: the values are others each time.
next_key() {
	key=$((key + 1))
	hex=$(printf '%02x' $((key % 256)))
	vlan=$((key % 4094 + 1))
	spoofchk=$( ((key % 2)) && echo on || echo off)
}

mac_of() {
	printf '52:54:%s:00:%02x:%02x' "$hex" $(($1 / 256)) $(($1 % 256))
}

# The attributes of VF $2 of $1 as ip's words.
ip_words() {
	echo "link set dev $1 vf $2 mac $(mac_of "$2") vlan $vlan spoofchk $spoofchk"
}

write_ip_once() {
	local i

	for ((i = 0; i < $2; i++)); do
		echo "ip $(ip_words "$1" $i)"
	done >/run/bench/ip-once
}

write_ip_batch() {
	local i

	for ((i = 0; i < $2; i++)); do
		ip_words "$1" $i
	done >/run/bench/ip-batch
}

# Whoever has set something is asked by the floor's program whether it is so.
set_row() {
	local row=$1 port=$2 n=$3
	shift 3

	! is_given_up "$row" "$n" || return 0
	measure_row "$row" "$n" "$@"
	floor "$port" "$n" $key 0 || fail "$row $n has not set everything"
}

# a: MAC, VLAN and spoof check of $2 VFs of $1, each contestant once.
set_all() {
	next_key
	set_row set.floor "$1" "$2" floor "$1" "$2" $key
	next_key
	set_row set.sriovctl "$1" "$2" sriovctl vf set "$1" mac "52:54:$hex:00:00:00+" \
		vlan $vlan spoofchk "$spoofchk"
	next_key
	write_ip_batch "$1" "$2"
	set_row set.ip-batch "$1" "$2" ip -batch /run/bench/ip-batch
	next_key
	write_ip_once "$1" "$2"
	set_row set.ip "$1" "$2" bash /run/bench/ip-once
}

# c: all VFs of $1, $2 of them. How many each reader finds is counted outside the time.
read_all() {
	measure_row list.sriovctl "$2" sriovctl list "$1"
	measure_row list.ip "$2" ip -j link show dev "$1"
}

count_found() {
	echo "list.sriovctl $2 $(sriovctl list "$1" --no-headings -o vf | wc -l)"
	echo "list.ip $2 $(ip -j link show dev "$1" 2>/dev/null |
		jq '.[0].vfinfo_list | length' 2>/dev/null || echo 0)"
} >>"$LAB_LOGS/found"

write_configuration() {
	echo "version: 1"
	echo "pfs:"
	for word; do
		echo "  - pf: ${word%:*}"
		echo "    vfs: ${word#*:}"
		echo "    all: {mac: 52:54:aa:00:00:00+, vlan: 100, spoofchk: off}"
	done
}

# d: a host that is as its file says.
apply_again() {
	measure_row again.sriovctl "$1" sriovctl apply -f "/run/bench/host-$1.yaml"
}

# b: from no VF to 7 with MAC, VLAN and spoof check.
no_vfs() {
	local n

	for port in em1 em2; do
		read -r n <"$(pf $port)/sriov_numvfs"
		((n == 0)) || echo 0 >"$(pf $port)/sriov_numvfs"
	done
}

write_job_shell() {
	local i

	next_key
	{
		echo "echo 7 >$(pf em1)/sriov_numvfs"
		for ((i = 0; i < 7; i++)); do
			echo "ip $(ip_words em1 $i)"
		done
		echo "floor em1 7 $key 0"
	} >/run/bench/job.shell
}

write_job_sriovctl() {
	next_key
	cat >/run/bench/job.yaml <<-EOF
		version: 1
		pfs:
		  - pf: em1
		    vfs: 7
		    all: {mac: 52:54:$hex:00:00:00+, vlan: $vlan, spoofchk: $spoofchk}
	EOF
}

# $1 is whether drivers take the VFs, $2 the contestant. Everybody begins with a port
# that is up, has its link and no VFs.
job() {
	local probe=$1 row=$2
	shift 2

	! is_given_up "job-autoprobe-$probe.$row" 7 || return 0
	echo "$probe" >"$(pf em1)/sriov_drivers_autoprobe"
	raise em1 || fail "em1 has no link before $row"
	udevadm settle
	if [[ $row == floor ]]; then
		measure_row "job-autoprobe-$probe.$row" 7 "$@"
	else
		set_row "job-autoprobe-$probe.$row" em1 7 "$@"
	fi
	udevadm settle
	same_drivers "$probe" "$row"
}

n_bound() {
	find "$(pf em1)"/virtfn*/driver 2>/dev/null | wc -l
}

# shellcheck disable=SC2317 # wait_for calls it
has_bound() {
	(($(n_bound) == $1))
}

# Nobody has saved time by leaving something out.
same_drivers() {
	wait_for 5 has_bound $(($1 * 7)) ||
		fail "$2, autoprobe $1: $(n_bound) VFs have a driver"
}

do_job() {
	local probe=$1

	job "$probe" floor sh -c "echo 7 >$(pf em1)/sriov_numvfs"
	no_vfs
	write_job_shell
	job "$probe" ip bash -e /run/bench/job.shell
	no_vfs
	start_networkd
	next_key
	write_job_networkd
	job "$probe" networkd bash /run/bench/job.networkd
	stop_networkd
	no_vfs
	start_network_manager
	next_key
	write_job_network_manager "$probe"
	job "$probe" network-manager bash /run/bench/job.network-manager
	stop_network_manager
	no_vfs
	write_job_sriovctl
	job "$probe" sriovctl sriovctl apply -f /run/bench/job.yaml
	no_vfs
}

measure_job() {
	local probe round

	for ((round = 0; round < rounds; round++)); do
		for probe in 1 0; do
			do_job $probe
		done
	done
	echo 1 >"$(pf em1)/sriov_drivers_autoprobe"
}

measure_igb() {
	local round

	for port in em1 em2; do
		echo 0 >"$(pf $port)/sriov_drivers_autoprobe"
	done
	check "em1 and em2 have VFs" sriovctl enable em1 7 em2 7
	for ((round = 0; round < rounds; round++)); do
		set_all em1 7
		read_all em1 7
	done
	count_found em1 7
	write_configuration em1:7 em2:7 >/run/bench/host-14.yaml
	check "the ports are as their file says" sriovctl apply -f /run/bench/host-14.yaml
	for ((round = 0; round < rounds; round++)); do
		apply_again 14
	done
	no_vfs
	for port in em1 em2; do
		echo 1 >"$(pf $port)/sriov_drivers_autoprobe"
	done
}

measure_many() {
	local n round

	netdevsim_port 1 4096
	for n in "${sizes[@]}"; do
		check "sim1 has $n VFs" sriovctl --yes enable sim1 "$n"
		for ((round = 0; round < rounds; round++)); do
			set_all sim1 "$n"
			read_all sim1 "$n"
		done
		count_found sim1 "$n"
	done
	write_configuration "sim1:$n" >"/run/bench/host-$n.yaml"
	check "sim1 is as its file says" sriovctl apply -f "/run/bench/host-$n.yaml"
	for ((round = 0; round < rounds; round++)); do
		apply_again "$n"
	done
}

start_up() {
	local round

	for ((round = 0; round < rounds; round++)); do
		measure_row start.sriovctl 0 sriovctl version
		measure_row start.ip 0 ip link show lo
	done
}

# Everybody once, unmeasured: programs come from shared folders, which are slow.
warm_up() {
	local times=/dev/null

	write_configuration em1:7 >/run/bench/host-7.yaml
	check "em1 has VFs" sriovctl enable em1 7
	start_up
	set_all em1 7
	read_all em1 7
	check "em1 is as its file says" sriovctl apply -f /run/bench/host-7.yaml
	no_vfs
}

warm_up
start_up
measure_igb
measure_many
prepare_peers
times=/dev/null do_job 1
measure_job
end
