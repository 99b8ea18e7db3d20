# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154,SC2086,SC2120
#
# A configuration of both ports and the NVMe controller, and what it means. Source it
# after inside.sh and state.sh.
#
#	configure [SETTINGS]	writes $file; SETTINGS are added to those of em2's VFs,
#				and em2 gets $vfs VFs (4)
#	facts			what there is of it, by ip and sysfs
#	is_wanted SENTENCE	that is what the file without SETTINGS says
#	go_cold			no VFs, ports down
#	leftovers		what nobody may find after a command: overrides, probing
#				that is off, notes

file=/etc/sriovctl/host.yaml
mkdir -p /etc/sriovctl

configure() {
	cat >$file <<-END
		version: 1
		pfs:
		  - pf: em1
		    pci: 0000:01:00.0
		    vfs: 7
		    link: up
		    all: {driver: vfio-pci, mac: 52:54:00:a1:00:00+, trust: on}
		    vf:
		      0-3: {vlan: 100}
		      6: {vlan: 200, qos: 3, max_tx_rate: 500}
		  - pf: em2
		    vfs: ${vfs:-4}
		    link: up
		    all: {spoofchk: off${1:+, $1}}
		  - pci: 0000:03:00.0
		    vfs: 2
		    all: {driver: vfio-pci}
	END
}

# Processes are slow in an emulated machine, so that there are few.
facts() {
	find "$(pf em1)"/virtfn*/driver "$(pf em2)"/virtfn*/driver \
		"$(pf nvme0)"/virtfn*/driver -printf '%h %l\n' 2>/dev/null |
		sed 's:.*/devices/\(.*\)/virtfn[0-9]* .*/:\1 :' | sort | uniq -c
	ip -json -details link show | jq -c '.[] | select(.ifname == ("em1", "em2")) |
		[.ifname, any(.flags[]; . == "UP")], (.ifname as $pf | .vfinfo_list[]? |
		[if $pf == "em1" then .address else $pf end, .vlan_list[0].vlan,
			.vlan_list[0].qos, .trust, .spoofchk, .rate.max_tx])'
}

wanted() {
	cat <<-END
		      7 0000:01:00.0 vfio-pci
		      4 0000:02:00.0 igbvf
		      2 0000:03:00.0 vfio-pci
		["em1",true]
		["52:54:00:a1:00:00",100,null,true,true,0]
		["52:54:00:a1:00:01",100,null,true,true,0]
		["52:54:00:a1:00:02",100,null,true,true,0]
		["52:54:00:a1:00:03",100,null,true,true,0]
		["52:54:00:a1:00:04",null,null,true,true,0]
		["52:54:00:a1:00:05",null,null,true,true,0]
		["52:54:00:a1:00:06",200,3,true,true,500]
		["em2",true]
		["em2",null,null,false,false,0]
		["em2",null,null,false,false,0]
		["em2",null,null,false,false,0]
		["em2",null,null,false,false,0]
	END
}

is_wanted() {
	check "$1" diff <(wanted) <(facts)
}

go_cold() {
	local port

	for port in em1 em2 nvme0; do
		echo 0 >"$(pf $port)/sriov_numvfs"
	done
	ip link set em1 down
	ip link set em2 down
}

leftovers() {
	grep -vxF '(null)' $pci/*/driver_override || true
	grep -Hvx 1 $pci/*/sriov_drivers_autoprobe || true
	find /run/sriovctl/override /run/sriovctl/autoprobe -type f 2>/dev/null || true
}
