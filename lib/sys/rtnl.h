/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rtnetlink (libnl): the VF settings of a port, its addresses and routes. */
#ifndef SRIOV_SYS_RTNL_H
#define SRIOV_SYS_RTNL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sys/doors.h"
#include "sys/vfinfo.h"

/* One attribute of an IFLA_VF_INFO nest; what shares one is set together. */
enum sriov_vf_message {
	SRIOV_VF_MESSAGE_MAC,
	SRIOV_VF_MESSAGE_VLAN, /* vlan, qos, proto */
	SRIOV_VF_MESSAGE_SPOOFCHK,
	SRIOV_VF_MESSAGE_TRUST,
	SRIOV_VF_MESSAGE_STATE,
	SRIOV_VF_MESSAGE_QUERY_RSS,
	SRIOV_VF_MESSAGE_RATE, /* min and max */
	/* a message each: the kernel looks no further when it has found the first */
	SRIOV_VF_MESSAGE_NODE_GUID,
	SRIOV_VF_MESSAGE_PORT_GUID,
};

struct sriov_vf_change {
	unsigned vf;
	enum sriov_vf_message message;
	uint64_t value[SRIOV_N_SETTINGS]; /* those that the message carries are read */
	int result;			  /* out: 0 or the kernel's -errno */
	char reason[128];		  /* out: the kernel's words (extack) or "" */
};

/*
 * Read the settings of the VFs of the link @ifindex into @settings[0 .. @n-1].  One
 * request for one link, without counters.  Returns how many VFs the kernel says there
 * are, or -errno with @err filled (-ENODEV: no such link).
 */
int sriov_rtnl_vf_read(struct sriov_doors *doors, unsigned ifindex,
		       struct sriov_vf_settings *settings, size_t n,
		       struct sriov_error *err);

/*
 * As sriov_rtnl_vf_read(), with what the card counts; @settings begin as zeros.  The
 * kernel gives zeros for a driver that counts nothing (rtnl_fill_vfinfo() of
 * net/core/rtnetlink.c): returns 0, -ENODATA (all are 0: the driver counts nothing, or
 * there was no traffic), or -errno.
 */
int sriov_rtnl_vf_counters(struct sriov_doors *doors, unsigned ifindex,
			   struct sriov_vf_settings *settings, size_t n);

/*
 * Make @n changes in their order, one attribute a message, so that each has an answer
 * of its own in result and reason.  Returns 0 when all have an answer, or -errno of the
 * transport with @err filled.
 */
int sriov_rtnl_vf_change(struct sriov_doors *doors, unsigned ifindex,
			 struct sriov_vf_change *changes, size_t n,
			 struct sriov_error *err);

#define SRIOV_ADDRESS_LEN 64

/* An address of a link, or the destination of a route over it, in text. */
struct sriov_link_use {
	unsigned ifindex;
	bool route;
	bool link_local; /* fe80::/64: every link that is up has one */
	char text[SRIOV_ADDRESS_LEN];
};

/*
 * All addresses and unicast routes of this network namespace, in an array that the
 * caller frees.  Routes that only follow from an address are left out.
 */
int sriov_rtnl_uses(struct sriov_doors *doors, struct sriov_link_use **ret, size_t *ret_n,
		    struct sriov_error *err);

/*
 * Set the link @ifindex up or down.  Returns 0, or -errno with @err filled.
 */
int sriov_rtnl_link_set(struct sriov_doors *doors, unsigned ifindex, bool up,
			struct sriov_error *err);

/*
 * The permanent MAC address of the link @ifindex (48 bits), which neither the
 * administrator nor a bond changes.  Errors: SRIOV_UNSUPPORTED when it has none.
 */
int sriov_rtnl_permanent_mac(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			     struct sriov_error *err);

/*
 * The GUID of the InfiniBand port that the link @ifindex is of, from the end of its
 * permanent address (RFC 4391, 9.1.1).  Errors: SRIOV_UNSUPPORTED when it is of none.
 */
int sriov_rtnl_permanent_guid(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			      struct sriov_error *err);

/* A link and the bus device behind it. */
struct sriov_link_parent {
	char ifname[16];
	char parent[32]; /* IFLA_PARENT_DEV_NAME: "0000:01:10.0" */
};

/* The links of this network namespace that have a parent; the caller frees the array. */
int sriov_rtnl_links(struct sriov_doors *doors, struct sriov_link_parent **ret,
		     size_t *ret_n, struct sriov_error *err);

#endif
