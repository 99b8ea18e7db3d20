# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Sourced by inside.sh: who else makes a server's VFs from a file. Each runs while it is
# measured only, so that none disturbs another, and has its file before that.

systemd=/lib/systemd
em1_connection=/etc/NetworkManager/system-connections/em1.nmconnection

prepare_peers() {
	# what the machine itself has there is not the server's
	rm -rf /etc/systemd/network/* /etc/NetworkManager
	mkdir -p /etc/systemd/network /run/systemd /var/lib/NetworkManager \
		/etc/NetworkManager/system-connections
	need_user systemd-network 998
	cat >/etc/systemd/network/10-em1.network <<-EOF
		[Match]
		Name=em1

		[Network]
		LinkLocalAddressing=no
		ConfigureWithoutCarrier=yes
	EOF
	cat >/etc/NetworkManager/NetworkManager.conf <<-EOF
		[main]
		plugins=keyfile
		no-auto-default=*
		auth-polkit=false

		[keyfile]
		unmanaged-devices=except:interface-name:em1
	EOF
	[[ -S /run/udev/control ]] || start_udev
	start_dbus
}

# The VFs' number is udevd's business, which reads .link files, their settings networkd's.
write_job_networkd() {
	local i

	mkdir -p /etc/systemd/network/10-em1.network.d
	cat >/etc/systemd/network/10-em1.link <<-EOF
		[Match]
		Path=pci-0000:01:00.0

		[Link]
		Name=em1
		SR-IOVVirtualFunctions=7
	EOF
	for ((i = 0; i < 7; i++)); do
		cat <<-EOF
			[SR-IOV]
			VirtualFunction=$i
			MACAddress=$(mac_of $i)
			VLANId=$vlan
			MACSpoofCheck=$spoofchk
		EOF
	done >/etc/systemd/network/10-em1.network.d/vfs.conf
	cat >/run/bench/job.networkd <<-EOF
		set -e
		udevadm control --reload
		udevadm trigger --action=add --settle /sys/class/net/em1
		networkctl reload
		networkctl reconfigure em1
		floor em1 7 $key 20
	EOF
}

start_networkd() {
	# without a file it has nothing to do yet
	rm -rf /etc/systemd/network/10-em1.{link,network.d}
	$systemd/systemd-networkd >/run/bench/networkd.log 2>&1 &
	networkd=$!
	wait_for 20 networkctl status em1
}

# VFs that others make are left alone again.
stop_networkd() {
	kill $networkd
	wait $networkd || true
	rm -rf /etc/systemd/network/10-em1.{link,network.d}
	udevadm control --reload
}

# $1 is whether drivers take the VFs.
write_job_network_manager() {
	local i checked=false

	[[ $spoofchk == off ]] || checked=true

	cat >$em1_connection <<-EOF
		[connection]
		id=em1
		type=ethernet
		interface-name=em1
		autoconnect=false

		[ipv4]
		method=disabled

		[ipv6]
		method=disabled

		[sriov]
		total-vfs=7
		autoprobe-drivers=$1
	EOF
	for ((i = 0; i < 7; i++)); do
		echo "vf.$i=mac=$(mac_of $i) spoof-check=$checked vlans=$vlan"
	done >>$em1_connection
	chmod 600 $em1_connection
	cat >/run/bench/job.network-manager <<-EOF
		set -e
		nmcli connection load $em1_connection
		nmcli --wait 0 connection up em1
		floor em1 7 $key 20
	EOF
}

start_network_manager() {
	rm -f $em1_connection
	NetworkManager --no-daemon >/run/bench/network-manager.log 2>&1 &
	network_manager=$!
	wait_for 30 sh -c 'nmcli -t -f device,state device | grep -q ^em1:disconnected'
}

stop_network_manager() {
	kill $network_manager
	wait $network_manager || true
}
