/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a VF as its card holds them. */
#ifndef FAKE_VF_H
#define FAKE_VF_H

#include <stdbool.h>
#include <stdint.h>

#include "disk.h"
#include "sys/rtnl.h"

/* What a driver leaves in a switch that it does not report. */
#define FAKE_NOT_REPORTED UINT32_MAX

struct fake_vf {
	uint64_t mac;	/* what the card reports */
	bool admin_mac; /* it was given by the administrator */
	uint32_t vlan;
	uint32_t qos;
	uint32_t proto; /* ETH_P_8021Q or ETH_P_8021AD */
	uint32_t spoofchk;
	uint32_t trust;
	uint32_t state;
	uint32_t min_rate;
	uint32_t max_rate;
	uint32_t query_rss;
	bool infiniband;    /* its port reports GUIDs */
	uint64_t node_guid; /* 0 none */
	uint64_t port_guid;
	struct sriov_vf_counters counters;
};

/* What a VF has when it is new on a card whose driver is @driver. */
struct fake_vf fake_vf_new(const char *driver, uint16_t device);

/* The VF @index of the PF @address, kept in kernel/<address>/vf/<index>. */
struct fake_vf fake_vf_get(const struct fake *fake, const char *address, unsigned index);
void fake_vf_put(const struct fake *fake, const char *address, unsigned index,
		 const struct fake_vf *vf);

/*
 * Change it as the driver of the PF would, which is in the folder of the PF's netdev
 * @netdev.  Returns 0 or -errno.
 */
int fake_vf_change(const struct fake *fake, const char *address,
		   const struct sriov_vf_change *change);

/* "vlan 100 qos 3 proto 802.1Q": what @change sets, into @buf, which is returned. */
const char *fake_vf_change_text(const struct sriov_vf_change *change, char *buf,
				size_t size);

/* Read one pair of words ("vlan" "100") into @vf; false when they mean nothing. */
bool fake_vf_word(struct fake_vf *vf, const char *name, const char *value);

#endif
