#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vf set and vf reset: what ip and the VFs themselves see of it.

# lab: deadline 240
. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# Seven times $1, as each_vf prints it.
seven() {
	echo "[$1,$1,$1,$1,$1,$1,$1]"
}

vf_mac() {
	cat "/sys/class/net/$(vf_netdev "$1" "$2")/address"
}

all_macs() {
	each_vf em1 .address | jq -r '.[]'
	each_vf em2 .address | jq -r '.[]'
}

expect 0 sriovctl enable em1 7 em2 7
same "spoofchk is on at first" "$(seven true) $(seven true)" \
	"$(each_vf em1 .spoofchk) $(each_vf em2 .spoofchk)"
expect 0 traced sriovctl vf set spoofchk off
out_has "14 VFs of em1, em2"
out_has "14 changed, 14 verified"
same "all 14 VFs have it off by ip" "$(seven false) $(seven false)" \
	"$(each_vf em1 .spoofchk) $(each_vf em2 .spoofchk)"
same "the kernel was asked for 14 changes" 14 "$(asked | grep -o RTM_SETLINK | wc -l)"
expect 0 traced sriovctl vf set spoofchk off
out_has unchanged
same "the second time the kernel is asked for nothing" "" "$(asked)"

expect 1 takes 1000 4000 sriovctl --timeout 1 vf set em1/0 max_tx_rate 100
err_has "em1/0: the igb driver"
err_has carrier
err_has "hint: ip link set em1 up"
same "the rate was not set" 0 "$(vf_says em1 0 .rate.max_tx)"
expect 7 sriovctl --timeout 1 vf set em1/1 vlan 7 max_tx_rate 100
same "the VLAN beside it was" "7 0" \
	"$(vf_says em1 1 '"\(.vlan_list[0].vlan) \(.rate.max_tx)"')"
sriovctl -v --timeout 60 vf set em1/0 max_tx_rate 100 >"$scratch/waiting" 2>&1 &
worker=$!
check "another run waits for carrier" wait_for 10 grep -q carrier "$scratch/waiting"
ip link set em1 up
check "it ends well when em1 gets it" wait "$worker"
same "the rate is set then" 100 "$(vf_says em1 0 .rate.max_tx)"
check "em2 gets a link" raise em2
expect 0 sriovctl vf set em1/0 max_tx_rate 200
same "with carrier it is set at once" 200 "$(vf_says em1 0 .rate.max_tx)"
expect 1 sriovctl vf set em1/0 max_tx_rate 4000000000
err_has "em1/0: the igb driver refuses max_tx_rate"

expect 0 sriovctl vf set em1/0 vlan 100 qos 3
expect 0 sriovctl vf set em1/0 vlan 200
same "a new VLAN keeps qos and rate" '[200,3,200]' \
	"$(vf_says em1 0 '[.vlan_list[0].vlan, .vlan_list[0].qos, .rate.max_tx]' | jq -c .)"
expect 0 sriovctl vf set em1/0 qos 5
same "a new qos keeps the VLAN" '[200,5]' \
	"$(vf_says em1 0 '[.vlan_list[0].vlan, .vlan_list[0].qos]' | jq -c .)"
same "the VLAN of em1/2 is none of theirs" null "$(each_vf em1 .vlan_list[0].vlan | jq '.[2]')"

expect 0 sriovctl vf set em1 vf 3 mac 52:54:00:a1:00:03
out_has "none → 52:54:00:a1:00:03"
out_has restarted
same "the port has the MAC for em1/3" 52:54:00:a1:00:03 "$(vf_says em1 3 .address)"
same "its own interface has it too" 52:54:00:a1:00:03 "$(vf_mac em1 3)"
same "its driver is the same" igbvf "$(driver_of "$(vf em1 3)")"
expect 0 traced sriovctl vf set em1/3 mac 52:54:00:A1:00:03
out_has unchanged
same "the second time the kernel is asked for nothing" "" "$(asked)"

expect 0 sriovctl vf set em1/0-1,4 em2/6 mac 52:54:00:b0:00:fe+
same "a MAC counts up over the VFs in their order" \
	'["52:54:00:b0:00:fe","52:54:00:b0:00:ff","52:54:00:b0:01:00"] 52:54:00:b0:01:01' \
	"$(each_vf em1 .address | jq -c '[.[0,1,4]]') $(vf_says em2 6 .address)"

mv /etc/machine-id machine-id 2>/dev/null || true
expect 1 sriovctl vf set mac auto
err_has "mac auto needs /etc/machine-id"
echo 8f2c1d4b6a3e4f5d9c7b0123456789ab >/etc/machine-id
expect 0 sriovctl vf set mac auto
macs=$(all_macs)
same "14 VFs get MACs that all differ" 14 "$(sort -u <<<"$macs" | wc -l)"
same "all are unicast and locally administered" 14 "$(grep -c '^.[26ae]:' <<<"$macs")"
same "em1/5 uses its own" "$(vf_says em1 5 .address)" "$(vf_mac em1 5)"
expect 0 sriovctl disable em1 em2
expect 0 sriovctl enable em1 7 em2 7
check_not "they are gone with the VFs" [ "$macs" = "$(all_macs)" ]
expect 0 sriovctl vf set em2 mac auto
expect 0 sriovctl vf set em1 mac auto
same "made anew the VFs get the same ones" "$macs" "$(all_macs)"

expect 0 sriovctl vf set em1/6 trust on vlan 30 spoofchk off
same "trust is on by ip" true "$(vf_says em1 6 .trust)"
expect 0 sriovctl --json vf set em1/6 trust off qos 2
out_json '[.changed, (.steps[]|[.object,.attribute,.from,.to,.status,.error])]' \
	'[true,["em1/6","qos",0,2,"verified",null],["em1/6","trust",true,false,"verified",null]]'
expect 0 sriovctl -n vf set em1/6 trust on
same "a dry run leaves trust off" false "$(each_vf em1 .trust | jq '.[6]')"

expect 3 sriovctl vf set em1/6 state enable
err_has "em1/6: the igb driver refuses state"
expect 3 sriovctl vf set em1/6 query_rss on
err_has "em1/6: the igb driver refuses query_rss"
expect 3 sriovctl vf set em1/6 node_guid 00:02:c9:03:00:21:6e:70
err_has "em1/6: the igb driver refuses node_guid: operation not supported"
expect 3 sriovctl vf set em1/6 port_guid 00:02:c9:03:00:21:6e:78
err_has "em1/6: the igb driver refuses port_guid: operation not supported"
expect 3 sriovctl vf set em1 node_guid auto
err_has "em1: is no InfiniBand port"
expect 3 sriovctl vf set em1/6 msix 4
err_has "em1: the igb driver deals out no MSI-X vectors"
same "the VF keeps its driver" igbvf \
	"$(basename "$(readlink /sys/class/net/em1/device/virtfn6/driver)")"
expect 0 sriovctl --json show em1/6
out_json '[.pfs[0].limits.msix, .pfs[0].vf[0].msix]' '[null,null]'
expect 3 sriovctl vf set em1/6 vlan 300 proto 802.1ad
err_has "em1/6: the igb driver refuses proto 802.1ad"
same "the VLAN stays as it was" '[30,2]' \
	"$(vf_says em1 6 '[.vlan_list[0].vlan, .vlan_list[0].qos]' | jq -c .)"
expect 7 sriovctl vf set em1/6 vlan 31 state disable query_rss on
err_has "em1/6: the igb driver refuses state"
err_has "em1/6: the igb driver refuses query_rss"
same "beside them the VLAN is set" 31 "$(vf_says em1 6 '.vlan_list[0].vlan')"
expect 7 sriovctl --json vf set em1/6 vlan 32 state disable
out_json '[.steps[]|[.attribute,.status,.error != null]]' \
	'[["vlan","verified",false],["state","refused",true]]'

expect 2 sriovctl vf reset
expect 0 sriovctl vf set em1/6 trust on max_tx_rate 50
expect 0 sriovctl vf reset em1/6
same "a reset VF is as a new one" '[null,null,true,false,0]' "$(vf_says em1 6 \
	'[.vlan_list[0].vlan, .vlan_list[0].qos, .spoofchk, .trust, .rate.max_tx]' | jq -c .)"
check_not "its MAC is another" grep -q "$(vf_says em1 6 .address)" <<<"$macs"
expect 0 sriovctl vf set em1/4 vlan 44 qos 4
expect 0 sriovctl vf reset em1/4 vlan
same "a reset of one attribute keeps the others" '[null,4]' \
	"$(vf_says em1 4 '[.vlan_list[0].vlan, .vlan_list[0].qos]' | jq -c .)"
end
