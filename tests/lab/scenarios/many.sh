#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Thousands of VFs of one port: every one is seen, set and verified, where the length of
# the kernel's answer has long wrapped. The port is none of PCI.

# lab: deadline 240
. "$LAB_DIR/inside.sh"

vfs_listed() {
	sriovctl list "$1" --no-headings -o vf | wc -l
}

# What the VFs of sim1 have in column $1, each value once with how often.
tally() {
	sriovctl list sim1 --no-headings -o "$1" | sort | uniq -c | awk '{ print $2 ":" $1 }'
}

netdevsim_port 1 4096
expect 0 sriovctl list
out_has "netdevsim1"
out_has "0/?"
expect 0 sriovctl enable sim1 221
same "221 VFs, which still fit, are listed" 221 "$(vfs_listed sim1)"
expect 6 sriovctl enable sim1 4096
err_has "destroys sim1/0-220"
expect 0 sriovctl enable sim1 4096 --yes
out_has "221 → 4096"
same "the kernel has made 4096" 4096 "$(<"/sys/class/net/sim1/device/sriov_numvfs")"
same "all 4096 are listed" 4096 "$(vfs_listed sim1)"

expect 0 sriovctl vf set sim1 mac 52:54:00:00:00:00+ spoofchk on
out_has "8192 changed, 8192 verified"
same "spoofchk is on for all" on:4096 "$(tally spoofchk)"
same "each has a MAC of its own" 4096 "$(tally mac | grep -c ':1$')"
expect 0 sriovctl vf set sim1/4095 vlan 4094
expect 0 sriovctl list sim1/4095 --no-headings -o vf,mac,vlan
out_is "sim1/4095  52:54:00:00:0f:ff  4094"

cat >host.yaml <<-EOF
	version: 1
	pfs:
	  - pf: sim1
	    vfs: 300
	    all: {vlan: 7, trust: on}
EOF
expect 7 sriovctl apply -f host.yaml
err_has "destroys sim1/0-4095"
expect 0 sriovctl apply -f host.yaml --yes
out_has "601 changed, 601 verified"
same "an independent reader sees VF 0's VLAN" 7 "$(vf_says sim1 0 .vlan_list[0].vlan)"
expect 0 sriovctl apply -f host.yaml
out_is unchanged

expect 3 sriovctl bind sim1/0
err_has "no PCI device"
expect 3 sriovctl xml hostdev sim1/0
err_has "no PCI device"
expect 3 sriovctl unbind sim1/0
expect 3 sriovctl args dpdk sim1/0
expect 3 sriovctl pick 1 --spread sim1
err_has "no PCI device"
expect 5 sriovctl pick 1
expect 0 sriovctl disable sim1
same "none is left" 0 "$(<"/sys/class/net/sim1/device/sriov_numvfs")"
expect 0 sriovctl list sim1
end
