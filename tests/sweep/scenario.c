/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that the sweep disturbs. */
#include "scenario.h"
#include "base/array.h"

#define EM1 "0000:01:00.0"
#define EM2 "0000:01:00.1"
#define P1 "0000:19:00.0"
#define NS1 "0000:1a:00.0"

static const char host_yaml[] =
	"file.yaml := version: 1\\npfs:\\n"
	"  - pf: em2\\n    link: up\\n    vfs: 2\\n"
	"    all: {vlan: 5, mac: auto, trust: on}\\n    vf: {1: {driver: vfio-pci}}\\n"
	"  - pf: em1\\n    all: {spoofchk: off, vlan: 7, driver: vfio-pci}\\n";

static const char recount_yaml[] =
	"file.yaml := version: 1\\npfs:\\n"
	"  - pf: em1\\n    vfs: 3\\n    all: {vlan: 5}\\n    vf: {0: {driver: igbvf}}\\n"
	"  - pf: ns1\\n    all: {state: enable, min_tx_rate: 10, max_tx_rate: 90}\\n";

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
		.command = "apply -f file.yaml --yes",
		.before = {"vfs " EM1 " 2", host_yaml},
		.fresh = {"vfs " EM2 " 2"},
		.strict = true,
	},
	{
		.name = "apply-keep-going",
		.command = "apply -f file.yaml --yes --keep-going",
		.before = {"vfs " EM1 " 2", host_yaml},
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
};

const struct scenario *scenarios(size_t *ret_n)
{
	*ret_n = SRIOV_ARRAY_SIZE(table);
	return table;
}
