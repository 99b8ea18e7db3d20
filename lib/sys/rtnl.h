/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VFs of a link, by rtnetlink (libnl). */
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

#endif
