/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that the sweep disturbs. */
#include "scenario.h"
#include "base/array.h"

#define EM1 "0000:01:00.0"
#define EM2 "0000:01:00.1"
#define P1 "0000:19:00.0"
#define NS1 "0000:1a:00.0"
#define IB1 "0000:5e:00.0"

#define HOST_YAML                                                                        \
	"version: 1\\npfs:\\n"                                                           \
	"  - pf: em2\\n    link: up\\n    vfs: 2\\n"                                     \
	"    all: {vlan: 5, mac: auto, trust: on}\\n    vf: {1: {driver: vfio-pci}}\\n"  \
	"  - pf: em1\\n    all: {spoofchk: off, vlan: 7, driver: vfio-pci}\\n"

static const char recount_yaml[] =
	"file.yaml := version: 1\\npfs:\\n"
	"  - pf: em1\\n    vfs: 3\\n    all: {vlan: 5}\\n    vf: {0: {driver: igbvf}}\\n"
	"  - pf: ns1\\n    all: {state: enable, min_tx_rate: 10, max_tx_rate: 90}\\n";

/* A guest that runs and holds em1/0. */
#define GUEST                                                                            \
	"driver vfio-pci", "vfs " EM1 " 2", "bind 0000:01:10.0 vfio-pci",                \
		"sys/bus/pci/devices/0000:01:10.0/enable = 1",                           \
		"proc/2211/comm = qemu-system-x86", "proc/2211/fd/23 -> /dev/vfio/41"

#define DISK "sys/devices/pci0000:00/0000:06:00.0/nvme/nvme0/nvme0n1"

static const struct scenario table[] = {
	{
		.name = "enable",
		.command = "enable em1 3 --yes",
		.fresh = {"vfs " EM1 " 3"},
	},
	{
		.name = "enable-two",
		.command = "enable em1 2 p1 2 --yes",
		.fresh = {"vfs " EM1 " 2", "vfs " P1 " 2"},
	},
	{
		.name = "enable-save",
		.command = "enable em1 2 --yes --save",
		.fresh = {"vfs " EM1 " 2"},
	},
	{
		.name = "enable-other",
		.command = "enable em1 3 --yes",
		.before = {"vfs " EM1 " 2", "vf " EM1 " 0 vlan 9"},
		.fresh = {"vfs " EM1 " 0", "vfs " EM1 " 3"},
		.destroys = true,
	},
	{
		.name = "disable",
		.command = "disable em1 em2 --yes",
		.before = {"vfs " EM1 " 2", "vfs " EM2 " 2", "vf " EM1 " 0 vlan 9"},
		.destroys = true,
	},
	{
		.name = "set-mac",
		.command = "vf set em1 mac 52:54:00:a1:00:00+ --yes",
		.before = {"vfs " EM1 " 2"},
	},
	{
		.name = "set-vlan",
		.command = "vf set em1 vlan 5 qos 3 --yes",
		.before = {"vfs " EM1 " 2"},
	},
	{
		.name = "set-qos",
		.command = "vf set em1 qos 3 --yes",
		.before = {"vfs " EM1 " 2", "vf " EM1 " 0 vlan 9", "vf " EM1 " 1 vlan 9"},
	},
	{
		.name = "set-max_tx_rate",
		.command = "vf set ns1 max_tx_rate 90",
		.before = {"vfs " NS1 " 2", "vf " NS1 " 0 min_tx_rate 9"},
	},
	{
		.name = "set-proto",
		.command = "vf set ns1 proto 802.1ad --yes",
		.before = {"vfs " NS1 " 2", "vf " NS1 " 0 vlan 9", "vf " NS1 " 1 vlan 9"},
	},
	{
		.name = "set-spoofchk",
		.command = "vf set em1 p1 spoofchk off",
		.before = {"vfs " EM1 " 2", "vfs " P1 " 1"},
	},
	{
		.name = "set-trust",
		.command = "vf set em1 trust on --yes",
		.before = {"vfs " EM1 " 2"},
	},
	{
		.name = "set-state",
		.command = "vf set p1 state enable",
		.before = {"vfs " P1 " 2"},
	},
	{
		.name = "set-rates",
		.command = "vf set ns1 min_tx_rate 10 max_tx_rate 90",
		.before = {"vfs " NS1 " 2"},
	},
	{
		.name = "set-rate-carrier",
		.command = "vf set p1 max_tx_rate 90",
		.before = {"vfs " P1 " 2"},
	},
	{
		.name = "set-query_rss",
		.command = "vf set p1 query_rss on",
		.before = {"vfs " P1 " 2"},
	},
	{
		.name = "set-guid",
		.command = "vf set ib1 node_guid auto port_guid auto",
		.before = {"driver mlx5_core",
			   "pci " IB1 " id 15b3:101b class 020700 driver mlx5_core",
			   "sriov " IB1 " hardware 2 limit 2 offset 1 stride 1 "
			   "vf-id 101c vf-driver mlx5_core",
			   "netdev ib1 " IB1 " mac b8:ce:f6:00:00:20 "
			   "guid b8:ce:f6:03:00:00:00:20",
			   "vfs " IB1 " 2"},
	},
	{
		.name = "set-msix",
		.command = "vf set em1 msix 4 vlan 5",
		.before = {"sys/bus/pci/devices/" EM1 "/sriov_vf_total_msix = 40",
			   "vfs " EM1 " 2"},
	},
	{
		.name = "set-many",
		.command = "vf set em1 vlan 5 mac auto spoofchk off trust on --yes",
		.before = {"vfs " EM1 " 2"},
	},
	{
		.name = "reset",
		.command = "vf reset em1 mac vlan qos trust spoofchk --yes",
		.before = {"vfs " EM1 " 2",
			   "vf " EM1 " 0 mac 52:54:00:a1:00:00 vlan 9 qos 3 trust on",
			   "vf " EM1 " 1 spoofchk off", "unbind 0000:01:10.0",
			   "bind 0000:01:10.0 igbvf"},
	},
	{
		.name = "bind",
		.command = "bind em1/0-1",
		.before = {"vfs " EM1 " 2"},
	},
	{
		.name = "bind-driver",
		.command = "bind em1 --driver igbvf",
		.before = {"vfs " EM1 " 2", "unbind 0000:01:10.0"},
	},
	{
		.name = "bind-kept-off",
		.command = "bind em1 --driver igbvf",
		.before = {"vfs " EM1 " 2", "unbind 0000:01:10.0", "unbind 0000:01:10.4",
			   "sys/bus/pci/devices/" EM1 "/sriov_drivers_autoprobe = 0"},
	},
	{
		.name = "bind-function",
		.command = "bind 0000:05:00.0",
	},
	{
		.name = "unbind",
		.command = "unbind em1",
		.before = {"driver vfio-pci", "vfs " EM1 " 2",
			   "bind 0000:01:10.0 vfio-pci", "bind 0000:01:10.4 vfio-pci"},
	},
	{
		.name = "apply",
		.command = "apply --yes",
		.before = {"vfs " EM1 " 2", "etc/sriovctl/host.yaml := " HOST_YAML},
		.fresh = {"vfs " EM2 " 2"},
		.strict = true,
	},
	{
		.name = "apply-keep-going",
		.command = "apply -f file.yaml --yes --keep-going",
		.before = {"vfs " EM1 " 2", "file.yaml := " HOST_YAML},
		.fresh = {"vfs " EM2 " 2"},
	},
	{
		.name = "apply-other",
		.command = "apply -f file.yaml --yes",
		.before = {"vfs " EM1 " 2", "vfs " NS1 " 2", recount_yaml},
		.fresh = {"vfs " EM1 " 0", "vfs " EM1 " 3"},
		.destroys = true,
		.strict = true,
	},
	{
		.name = "guard-guest",
		.command = "disable em1 --force",
		.before = {GUEST},
		.guarded = true,
	},
	{
		.name = "guard-guest-unbind",
		.command = "unbind em1/0 --force",
		.before = {GUEST},
		.guarded = true,
	},
	{
		.name = "guard-guest-apply",
		.command = "apply -f file.yaml --yes",
		.before = {GUEST, "file.yaml := version: 1\\npfs:\\n"
				  "  - pf: em1\\n    vfs: 4\\n"},
		.guarded = true,
	},
	{
		.name = "guard-address",
		.command = "enable em1 3 --yes",
		.before = {"vfs " EM1 " 2", "link em1v1 up",
			   "kernel/addresses := em1v1 198.51.100.7/24\\n"},
		.guarded = true,
	},
	{
		.name = "guard-master",
		.command = "bind em1/1 --yes",
		.before = {"vfs " EM1 " 2", "link em1v1 up",
			   "sys/class/net/em1v1/master -> ../../bond0"},
		.guarded = true,
	},
	{
		.name = "guard-defined",
		.command = "disable em1",
		.before =
			{"vfs " EM1 " 2",
			 "etc/libvirt/qemu/vm3.xml = <domain type='kvm'>"
			 "<name>vm3</name><devices><interface type='hostdev'><source>"
			 "<address type='pci' domain='0' bus='1' slot='16' function='4'/>"
			 "</source></interface></devices></domain>"},
		.guarded = true,
	},
	{
		.name = "guard-mount",
		.command = "bind 0000:06:00.0 --yes",
		.before = {"driver nvme",
			   "pci 0000:06:00.0 id 144d:a808 class 010802 driver nvme",
			   DISK "/dev = 259:0",
			   "sys/class/block/nvme0n1 -> "
			   "../../devices/pci0000:00/0000:06:00.0/nvme/nvme0/nvme0n1",
			   "sys/devices/virtual/block/dm-0/dev = 253:0",
			   "sys/class/block/dm-0 -> ../../devices/virtual/block/dm-0",
			   "sys/class/block/nvme0n1/holders/dm-0 -> ../../dm-0",
			   "proc/self/mountinfo = 22 1 253:0 / / rw - ext4 /dev/dm-0 rw"},
		.guarded = true,
	},
};

const struct scenario *scenarios(size_t *ret_n)
{
	*ret_n = SRIOV_ARRAY_SIZE(table);
	return table;
}
