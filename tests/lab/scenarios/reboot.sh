#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The server boots with systemd, and each time its VFs are what its files say: at once,
# with a port that has another name now, without a card that is gone, and with cards
# that come later.

# lab: systemd
# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

unit=sriovctl-apply.service

# The unit that the driver of the port $1 pulls in.
unit_of() {
	echo "sriovctl-apply@$(basename "$(pf "$1")").service"
}

# The property $2 of unit $1. An instance that has ended has none any more.
property() {
	systemctl show --value -p "$2" "$1"
}

# What the journal has of unit $1 since this boot or the last forget_journal.
since=(--boot)
said() {
	journalctl --output cat "${since[@]}" --unit "$1"
}

forget_journal() {
	since=(--since "@$EPOCHREALTIME")
}

# Whether it has a line like $2.
has_said() {
	said "$1" | grep -E "$2"
}

# What the journal has of the last change of attribute $2 at address $1 in this boot.
record() {
	journalctl --boot --lines 1 --output json "_SYSTEMD_UNIT=$unit" \
		"SRIOVCTL_PCI=$1" "SRIOVCTL_ATTRIBUTE=$2" |
		jq -r '[.SRIOVCTL_ATTRIBUTE, .SRIOVCTL_TO, .SRIOVCTL_OUTCOME]|join(" ")'
}

# All VFs with their drivers, and with the settings that independent readers see.
table() {
	local port netdev link

	for port in em1 em2 nvme0; do
		for link in "$(pf $port)"/virtfn*; do
			echo "${link##*/} of $port: $(readlink "$link") $(driver_of "$link")"
		done
	done
	for port in em1 em2; do
		netdev=$(ls "$(pf $port)/net")
		each_vf "$netdev" '[.vf, .address, .vlan_list, .spoofchk, .trust, .rate]'
	done
}

as_applied() {
	diff /root/applied <(table)
}

install_server() {
	check "process 1 is systemd" test "$(readlink /proc/1/exe)" -ef /lib/systemd/systemd
	check "the build is installed" cmake --install "$LAB_BUILD"
	# sanitizers look for leaks with ptrace, which the unit forbids
	mkdir -p /etc/systemd/system/sriovctl-.service.d
	cat >/etc/systemd/system/sriovctl-.service.d/lab.conf <<-END
		[Service]
		Environment=ASAN_OPTIONS=detect_leaks=0:exitcode=98
	END
	cat >/etc/systemd/network/20-em1.network <<-END
		[Match]
		Path=pci-0000:01:00.0

		[Network]
		Address=192.0.2.1/24
	END
}

write_configuration() {
	mkdir -p /etc/sriovctl
	cat >/etc/sriovctl/host.yaml <<-END
		version: 1
		pfs:
		  - pf: em1
		    pci: 0000:01:00.0
		    vfs: 7
		    link: up
		    all: {mac: auto, trust: on}
		    vf:
		      0-1: {driver: vfio-pci}
		      2: {vlan: 100, qos: 3}
		      3: {mac: 52:54:00:a1:00:03, spoofchk: off}
		      5: {max_tx_rate: 500}
		  - pf: em2
		    pci: 0000:02:00.0
		    vfs: 4
		    link: up
		    all: {driver: vfio-pci, mac: auto, vlan: 200}
	END
	cat >/etc/sriovctl/storage.yaml <<-END
		version: 1
		pfs:
		  - pci: 0000:03:00.0
		    vfs: 2
	END
}

first_boot() {
	install_server
	write_configuration
	expect 0 sriovctl apply
	table >/root/applied
	check "the unit is enabled" systemctl enable $unit systemd-networkd.service
}

check_vfs() {
	local netdev=$1 vf

	check "all VFs are as they were before" as_applied
	same "VFs of em1" 7 "$(vfs_by_files em1)"
	same "VFs of em2" 4 "$(vfs_by_files em2)"
	same "VFs of nvme0" 2 "$(vfs_by_files nvme0)"
	for vf in "em1 0" "em1 1" "em2 0" "em2 3"; do
		# shellcheck disable=SC2086 # two words
		same "driver of VF $vf" vfio-pci "$(driver_of "$(vf $vf)")"
	done
	same "driver of VF em1 2" igbvf "$(driver_of "$(vf em1 2)")"
	same "the MAC that was given" 52:54:00:a1:00:03 "$(vf_says "$netdev" 3 .address)"
	same "spoofchk" false "$(vf_says "$netdev" 3 '.spoofchk|tostring')"
	same "a VLAN" "100 3" "$(vf_says "$netdev" 2 '.vlan_list[0]|"\(.vlan) \(.qos)"')"
	same "a VLAN of em2" 200 "$(vf_says em2 1 '.vlan_list[0].vlan')"
	same "a rate" 500 "$(vf_says "$netdev" 5 .rate.max_tx)"
	same "link of em2" up "$(cat /sys/class/net/em2/operstate)"
}

check_order() {
	check "it ended before systemd-networkd began" test \
		"$(property $unit ExecMainExitTimestampMonotonic)" -lt \
		"$(property systemd-networkd ExecMainStartTimestampMonotonic)"
	check "systemd-networkd runs" systemctl is-active systemd-networkd
}

# Whatever had its driver before it was found done by the instances.
second_boot() {
	local port

	same "how $unit ended" "success active" \
		"$(property $unit Result) $(property $unit ActiveState)"
	check "its journal tells what it did" has_said $unit '^[0-9]+ changed, [0-9]+ verified$'
	same "the record of a change" "vlan 100 verified" \
		"$(record "$(basename "$(vf em1 2)")" vlan)"
	check_order
	check_vfs em1
	for port in em1 em2 nvme0; do
		check "the unit of $port ended well" \
			wait_for 60 has_said "$(unit_of $port)" '^Finished'
		check "it found nothing to do" has_said "$(unit_of $port)" '^unchanged$'
	done
	same "units that failed" "" "$(systemctl --failed --no-legend)"
}

late_drivers() {
	local port

	forget_journal
	rmmod igb
	same "VFs without a driver of the ports" "0 0" "$(vfs_by_files em1) $(vfs_by_files em2)"
	modprobe igb
	for port in em1 em2; do
		check "$port's new driver starts its unit, which ends well" \
			wait_for 60 has_said "$(unit_of $port)" '^Finished'
	done
	check "all VFs are as they were" as_applied
}

late_card() {
	forget_journal
	echo 1 >"$(pf em2)/remove"
	check_not "em2 is unplugged" test -e "$(pf em2)"
	echo 1 >/sys/bus/pci/rescan
	check "a card that is plugged in starts its unit, which ends well" \
		wait_for 60 has_said "$(unit_of em2)" '^Finished'
	check "all VFs are as they were" as_applied
}

# Where the administrator did not ask for VFs at boot, no driver makes them come.
not_enabled() {
	local address

	address=$(basename "$(pf em2)")
	forget_journal
	mv /run/sriovctl/boot /run/sriovctl/away
	echo "$address" >/sys/bus/pci/drivers/igb/unbind
	echo "$address" >/sys/bus/pci/drivers/igb/bind
	check "without $unit, em2's driver starts nothing" \
		wait_for 60 has_said "$(unit_of em2)" 'skipped.*ConditionPathIsDirectory'
	same "VFs of em2" 0 "$(vfs_by_files em2)"
	mv /run/sriovctl/away /run/sriovctl/boot
	expect 0 systemctl start "$(unit_of em2)"
	check "all VFs are as they were" as_applied
}

has_address() {
	ip -brief address show "$1" | grep -F "$2"
}

# Network managers may be quicker, and nobody is there to say yes.
port_in_use() {
	expect 0 sriovctl --yes disable em1
	check "em1 has an address" wait_for 30 has_address em1 192.0.2.1/24
	expect 0 systemctl restart $unit
	check "all VFs are as they were" as_applied
}

# Confined as it is, it sees who uses a VF: another user's program, a namespace.
sees_users() {
	local program=/usr/local/bin/holder held

	gcc -o $program "$LAB_DIR/holder.c"
	chmod 666 "/dev/vfio/$(group_of "$(vf em1 0)")"
	setpriv --reuid 65534 --clear-groups $program "$(basename "$(vf em1 0)")" 300 \
		>"$scratch/held" &
	held=$!
	check "a program of another user holds em1/0" wait_for 10 grep -q holding "$scratch/held"
	into_namespace em1 4 red 192.0.2.40/24
	sed 's/vfs: 7/vfs: 6/' -i /etc/sriovctl/host.yaml
	forget_journal
	expect 1 systemctl restart $unit
	same "how it ended" 6 "$(property $unit ExecMainStatus)"
	check "it names the program" wait_for 10 has_said $unit "process holder \\(pid $held\\)"
	check "it names the namespace" wait_for 10 has_said $unit "namespace red"
	kill $held
	wait $held || true
	ip netns delete red
	sed 's/vfs: 6/vfs: 7/' -i /etc/sriovctl/host.yaml
	expect 0 systemctl restart $unit
	check "all VFs are as they were" wait_for 10 as_applied
}

prepare_third_boot() {
	sed 's/^Name=em1$/Name=lan7/' -i /etc/systemd/network/10-em1.link
	cat >/etc/sriovctl/gone.yaml <<-END
		version: 1
		pfs:
		  - pci: 0000:09:00.0
		    vfs: 2
	END
}

# Microseconds that the unit took.
duration() {
	echo $(($(property $unit ExecMainExitTimestampMonotonic) -
		$(property $unit ExecMainStartTimestampMonotonic)))
}

third_boot() {
	check "em1 is lan7 now" test -e /sys/class/net/lan7
	same "how $unit ended" "exit-code 7" \
		"$(property $unit Result) $(property $unit ExecMainStatus)"
	check "it tells of the other name" \
		has_said $unit 'warning: the PF at 0000:01:00.0 is called lan7 now, not em1'
	check "it tells of the card that is gone" \
		has_said $unit '^sriovctl: 0000:09:00.0: was waited for and has not come'
	check "it waited for that one" test "$(duration)" -ge 30000000
	check_order
	check_vfs lan7
}

case $LAB_BOOT in
1)
	first_boot
	reboot
	;;
2)
	second_boot
	stop_if_failed
	late_drivers
	late_card
	not_enabled
	port_in_use
	sees_users
	prepare_third_boot
	reboot
	;;
3)
	third_boot
	;;
esac
end
