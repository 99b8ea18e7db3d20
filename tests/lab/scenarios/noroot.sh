#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Without privilege: one can look, is told what could not be seen, and changes nothing.

. "$LAB_DIR/inside.sh"
# shellcheck source=../state.sh
. "$LAB_DIR/state.sh"

# The command is refused for want of privilege.
refused() {
	expect 4 as_nobody sriovctl "$@"
	err_has "needs root"
}

expect 0 sriovctl enable em1 7
expect 0 sriovctl vf set em1/3 vlan 100
rm -rf /run/sriovctl
before=$(state)
expect 0 as_nobody sriovctl list
out_has "0000:01:00.0"
out_has "7/7"
err_has "not root"
expect 0 as_nobody sriovctl list em1
same "the VFs' settings are readable" 100 \
	"$(awk '$1 == "em1/3" {print $6}' <<<"$out")"
err_has "not root"
expect 0 as_nobody sriovctl --json list em1
out_json '.pfs[0].vf|length' 7
out_json '.pfs[0].vf[3]|[.vlan,.spoofchk,.driver]' '[100,true,"igbvf"]'
expect 0 as_nobody sriovctl show em1
out_has "limits: hardware ?, driver 7"
out_has "can be read by root only"
expect 0 as_nobody sriovctl show em1/3
out_has 100
expect 0 as_nobody sriovctl --json show em1
out_json '.pfs[0].limits' '{"hardware":null,"driver":7,"msix":null}'
expect 5 as_nobody sriovctl list em9

# What guests that are shut off are given root alone may see, and nothing is guessed.
mkdir -p /etc/libvirt/qemu
chmod 700 /etc/libvirt/qemu
expect 4 as_nobody sriovctl pick 1
out_is ""
err_has "root alone may see"
expect 0 sriovctl pick 1
out_is em1/0

refused enable em1 3
refused enable em2 3
refused enable em1 7
refused --force disable em1
refused vf set spoofchk off
refused vf reset em1/3
refused bind em1/0
refused unbind em1/0
refused --json disable em1
err_json .code 4
expect 2 as_nobody sriovctl vf set em1/0 vlan 4095
expect 0 as_nobody sriovctl --dry-run disable em1
out_has "7 → 0"
expect 0 as_nobody sriovctl --dry-run vf set em1/3 vlan 101
out_has "100 → 101"
check_not "no lock was taken" test -e /run/sriovctl
expect 4 setpriv --bounding-set=-net_admin --inh-caps=-net_admin \
	setpriv --ambient-caps=-all sriovctl enable em2 1
unchanged "none of these changed anything" "$before"
expect 0 sriovctl enable em2 1
same "root could have" 1 "$(vfs_by_files em2)"
end
