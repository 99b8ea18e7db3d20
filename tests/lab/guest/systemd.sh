#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Process 1 of the emulated machine where systemd is wanted: makes a plain server of
# what is installed on the machine, at its first boot, and hands over to systemd.

exec </dev/null >/dev/kmsg 2>&1
guest=${0%/*}

# What the machine runs, mounts and sets is not the server's: this leaves what
# Debian's systemd has by itself.
forget_the_machine() {
	rm -rf /etc/systemd/{system,network}/* /etc/systemd/*.conf.d /etc/udev/rules.d/*
	rm -rf /etc/rc?.d /etc/init.d /etc/modprobe.d/* /etc/modules-load.d/*
	rm -rf /etc/sriovctl /usr/local/lib/{systemd,udev} /var/log/journal
	rm -f /etc/fstab /etc/crypttab /.dockerenv
	rm -f /lib/systemd/system/{multi-user,timers,sockets}.target.wants/*
}

# What is tested, or the scenario, may lie in /tmp.
keep_tmp() {
	mkdir -p /etc/tmpfiles.d
	ln -sfn /dev/null /etc/tmpfiles.d/tmp.conf
	ln -sfn /dev/null /etc/systemd/system/tmp.mount
}

# As its installation would have done it.
add_user() {
	getent passwd "$1" >/dev/null ||
		echo "$1:x:$2:$2::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
	getent group "$1" >/dev/null || echo "$1:x:$2:" >>/etc/group
}

# Name $1 for the interface at the address $2.
name_port() {
	cat >"/etc/systemd/network/10-$1.link" <<-END
		[Match]
		Path=pci-0000:$2

		[Link]
		Name=$1
	END
}

add_service() {
	mkdir -p /etc/systemd/system/multi-user.target.wants
	cat >/etc/systemd/system/lab.service <<-END
		[Unit]
		Description=The lab's scenario
		After=multi-user.target

		[Service]
		Type=exec
		ExecStart=/bin/bash $guest/service.sh
		StandardOutput=kmsg
		KillMode=process
	END
	ln -s ../lab.service /etc/systemd/system/multi-user.target.wants/lab.service
	ln -sfn /lib/systemd/system/multi-user.target /etc/systemd/system/default.target
}

install_server() {
	forget_the_machine
	keep_tmp
	echo lab >/etc/hostname
	tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	add_user messagebus 990
	add_user systemd-network 998
	name_port em1 01:00.0
	name_port em2 02:00.0
	name_port em3 05:00.0
	add_service
}

[[ -e /etc/systemd/system/lab.service ]] || install_server
exec /lib/systemd/systemd --show-status=no
