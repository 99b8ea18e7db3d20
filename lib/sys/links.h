/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Links, their addresses and their routes, by rtnetlink (libnl). */
#ifndef SRIOV_SYS_LINKS_H
#define SRIOV_SYS_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sys/doors.h"

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
int sriov_link_uses(struct sriov_doors *doors, struct sriov_link_use **ret, size_t *ret_n,
		    struct sriov_error *err);

/*
 * Set the link @ifindex up or down.  Returns 0, or -errno with @err filled.
 */
int sriov_link_set(struct sriov_doors *doors, unsigned ifindex, bool up,
		   struct sriov_error *err);

/*
 * The permanent MAC address of the link @ifindex (48 bits), which neither the
 * administrator nor a bond changes.  Errors: SRIOV_UNSUPPORTED when it has none.
 */
int sriov_link_permanent_mac(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			     struct sriov_error *err);

/*
 * The GUID of the InfiniBand port that the link @ifindex is of, from the end of its
 * permanent address (RFC 4391, 9.1.1).  Errors: SRIOV_UNSUPPORTED when it is of none.
 */
int sriov_link_permanent_guid(struct sriov_doors *doors, unsigned ifindex, uint64_t *ret,
			      struct sriov_error *err);

/* A link and the bus device behind it. */
struct sriov_link_parent {
	char ifname[16];
	char parent[32]; /* IFLA_PARENT_DEV_NAME: "0000:01:10.0" */
};

/* The links of this network namespace that have a parent; the caller frees the array. */
int sriov_links_read(struct sriov_doors *doors, struct sriov_link_parent **ret,
		     size_t *ret_n, struct sriov_error *err);

#endif
