/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a port reports of its VFs: IFLA_VFINFO_LIST of rtnetlink, at any length. */
#ifndef SRIOV_SYS_VFINFO_H
#define SRIOV_SYS_VFINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The settings of a VF that rtnetlink carries (linux/if_link.h, IFLA_VF_*). */
enum sriov_setting {
	SRIOV_SETTING_MAC,	 /* 48 bits, first byte highest; 0: none */
	SRIOV_SETTING_VLAN,	 /* 0: none, 1-4094 */
	SRIOV_SETTING_QOS,	 /* 0-7 */
	SRIOV_SETTING_PROTO,	 /* ETH_P_8021Q or ETH_P_8021AD, host order */
	SRIOV_SETTING_SPOOFCHK,	 /* 0 off, 1 on */
	SRIOV_SETTING_TRUST,	 /* 0 off, 1 on */
	SRIOV_SETTING_STATE,	 /* IFLA_VF_LINK_STATE_AUTO, _ENABLE, _DISABLE */
	SRIOV_SETTING_MIN_RATE,	 /* Mbit/s, 0: none */
	SRIOV_SETTING_MAX_RATE,	 /* Mbit/s, 0: none */
	SRIOV_SETTING_QUERY_RSS, /* 0 off, 1 on */
	SRIOV_SETTING_NODE_GUID, /* 64 bits, first byte highest; 0: none */
	SRIOV_SETTING_PORT_GUID,
	SRIOV_N_SETTINGS,
};

/* What is counted of a VF: rx is what was on its way to it, tx what came from it. */
enum sriov_counter {
	SRIOV_COUNTER_RX_PACKETS,
	SRIOV_COUNTER_RX_BYTES,
	SRIOV_COUNTER_RX_DROPPED, /* packets */
	SRIOV_COUNTER_TX_PACKETS,
	SRIOV_COUNTER_TX_BYTES,
	SRIOV_COUNTER_TX_DROPPED, /* packets */
	SRIOV_N_COUNTERS,
};

/* What the card counts of a VF (linux/if_link.h, IFLA_VF_STATS_*). */
struct sriov_vf_counters {
	uint64_t value[SRIOV_N_COUNTERS];
};

struct sriov_vf_settings {
	bool found;	/* the port reported this VF */
	uint32_t known; /* bit 1 << setting: the driver reports it */
	uint64_t value[SRIOV_N_SETTINGS];
	struct sriov_vf_counters counters; /* all 0 where they are not reported */
};

/*
 * Read the attributes of one RTM_NEWLINK message (@attrs, @len bytes after struct
 * ifinfomsg) into @settings[0 .. @n-1], by VF number.  nla_len has 16 bits and wraps
 * from 222 VFs on, so the list is walked entry by entry until IFLA_NUM_VF entries have
 * been seen.  Entries past @n are passed over.  Nothing outside @attrs is read.
 * Returns the number of VFs that the message says there are (IFLA_NUM_VF), or -EBADMSG.
 */
int sriov_vfinfo_parse(const void *attrs, size_t len, struct sriov_vf_settings *settings,
		       size_t n);

/*
 * How many of the @len bytes at @entries, behind the header of an IFLA_VFINFO_LIST, the
 * entries of at most @num_vfs VFs take up, whatever that header says.
 */
size_t sriov_vfinfo_length(const void *entries, size_t len, uint32_t num_vfs);

#endif
