#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A capture of the real kernel's host shows elsewhere what the host shows, and has
# nothing in it that tells whose it is.

# lab: deadline 400
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

machine_id=0123456789abcdef0123456789abcdef
echo $machine_id >/etc/machine-id
echo bighost >/proc/sys/kernel/hostname
raise em1
raise em2
expect 0 sriovctl enable em1 7 em2 4

# VFs of every kind: auto and given MACs, VLANs, handed over, held, in a namespace,
# under a macvtap, and one whose interface is called after its MAC.
expect 0 sriovctl vf set em1/0-2 mac auto
expect 0 sriovctl vf set em1/3 mac 52:54:00:a1:00:03 vlan 100
expect 0 sriovctl vf set em2/0 trust on
expect 0 sriovctl bind em1/0
expect 0 sriovctl bind em1/3
hold em1 0
into_namespace em1 4 customer-ns 192.0.2.1/24
ip link add link "$(vf_netdev em1 5)" name tap1 type macvtap mode bridge
named=enx$(cat "$(vf em1 6)"/net/*/address)
ip link set "$(vf_netdev em1 6)" down
ip link set "$(vf_netdev em1 6)" name "${named//:/}"
ip address add 198.51.100.7/24 dev "$(vf_netdev em2 1)"
ip link set "$(vf_netdev em2 1)" up
expect 0 sriovctl save
sed -i 's/^version: 1$/version: 1   # for customer-a/' /etc/sriovctl/host.yaml
expect 0 sriovctl vf set em1/3 vlan 200

# guests of libvirt, one with secrets; another program that makes VFs; a disk in use
mkdir -p /etc/libvirt/qemu /etc/NetworkManager/system-connections
chmod 700 /etc/libvirt/qemu
cat >/etc/libvirt/qemu/customer-a.xml <<END
<domain type='kvm'>
  <name>customer-a</name>
  <uuid>11111111-2222-3333-4444-555555555555</uuid>
  <title>web of customer-a</title>
  <devices>
    <graphics type='vnc' passwd='topsecret'/>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:a1:00:03'/>
      <source>
        <address type='pci' domain='0' bus='1' slot='16' function='6'/>
      </source>
    </interface>
  </devices>
</domain>
END
cat >/etc/NetworkManager/system-connections/customer.nmconnection <<END
[connection]
id=customer-a
interface-name=em1
[wifi-security]
psk=topsecret
[sriov]
total-vfs=2
END

# What must be nowhere: every MAC of the host, in any form.
ip -details -json link | tr -d '\n' | grep -oiE '([0-9a-f]{2}:){5}[0-9a-f]{2}' |
	grep -vxE '(00:){5}00|(ff:){5}ff' | sort -u >macs
check "there are MACs to be looked for" test "$(wc -l <macs)" -gt 10
sed -e 'p; s/:/-/gp; s/-//g' macs >forms
bytes=$(sed -e 's/^/\\x/; s/:/\\x/g' macs | paste -sd '|')
found_macs() {
	grep -rliFf forms "$1" || true
	find "$1" -type f -exec perl -0777 -ne "print \"\$ARGV\n\" if /$bytes/" {} +
	find "$1" -printf '%P %l\n' | grep -iFf forms || true
}
found_words() {
	grep -rliE -e 'bighost|customer|topsecret|11111111-2222|192\.0\.2\.|198\.51' \
		-e $machine_id "$1" || true
	find "$1" -printf '%P %l\n' | grep -E 'customer|bighost' || true
}

# What list, show, doctor and plan say, without what is replaced; a plan of MACs has
# none, because they are all explained.
shown() {
	local where=$1 command

	for command in list "list em1 em2" "show em1 em2" "doctor" "doctor em1 em2" plan; do
		# shellcheck disable=SC2086 # words
		sriovctl $where --json $command || true
	done | sed -E -e 's/([0-9a-f]{2}:){5}[0-9a-f]{2}/MAC/g' -e 's/enx[0-9a-f]{12}/enxMAC/g' \
		-e 's/customer-a|guest[0-9]+/GUEST/g' -e 's/customer-ns|namespace[0-9]+/SPACE/g' \
		-e 's/customer.nm|connection[0-9]+.nm/FILE.nm/g' -e 's/[0-9.]+\/24/IP/g' -e 's/fe80:[0-9a-f:]+/IP/g'
}

cp -r /etc/sriovctl before
expect 0 sriovctl capture report
out_has "3 PFs, 11 VFs"
err_has "look at it before you give it away"
same "nothing of the host was changed" "" "$(diff -r /etc/sriovctl before)"
same "nobody else can look into it" 700 "$(stat -c %a report)"
same "no MAC is in it" "" "$(found_macs report)"
same "no name is in it" "" "$(found_words report)"
check "in the host's own files they are found" test -n "$(found_macs /etc/sriovctl)"
printf '%b' "$(sed -n -e 's/^/\\x/; s/:/\\x/g; 1p' macs)" >first
same "and as bytes" first "$(found_macs first)"
same "no file waits for a change" "" "$(find report -name sriov_numvfs)"
shown "" >host
shown "--root report" >captured
check "the host says something" test "$(wc -c <host)" -gt 5000
check "a plan of it says something" grep -q '"attribute":"vlan"' host
same "others see what the host shows" "" "$(diff host captured)"

# Elsewhere, and once more.
expect 0 tar cf report.tar report
mkdir elsewhere
expect 0 tar xf report.tar -C elsewhere
shown "--root elsewhere/report" >captured
same "it reads back anywhere" "" "$(diff host captured)"
expect 0 sriovctl --root report capture again
shown "--root again" >captured
same "a capture of a capture is one" "" "$(diff host captured)"
expect 0 sriovctl capture other
check "two captures have no MAC in common" \
	test "$(cat report/sys/class/net/em1/address)" != "$(cat other/sys/class/net/em1/address)"
expect 1 sriovctl capture report
err_has "report is not empty"

# Without root there is less in it, and it says so.
chmod 711 "$scratch" "$scratch/work"
mkdir -m 777 open
expect 0 as_nobody sriovctl capture "$scratch/work/open/report"
err_has "root sees all"
check "it names what is missing" grep -q 'libvirt/qemu: Permission denied' open/report/capture.txt
let_go
end
