/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network devices that live in other network namespaces. */
#ifndef SRIOV_SYS_NETNS_H
#define SRIOV_SYS_NETNS_H

#include <stddef.h>

#include "sys/doors.h"
#include "sys/procfs.h"
#include "sys/links.h"

struct sriov_netns_link {
	struct sriov_netns netns;
	struct sriov_link_parent link; /* "" when lower is set */
	unsigned lower; /* ifindex of the link of this namespace that it stands on, 0 none
			 */
};

/*
 * List, of every other network namespace, the links with a parent device, and those that
 * stand on a link of this one: a macvlan or VLAN that was moved there.  Each is entered
 * by a child of its own.  Namespaces that are gone, or not the caller's to enter, are
 * left out.  The caller frees the array.  Returns 0 or -errno, also when a namespace that
 * was entered could not be listed.  Of a captured tree, what was found when it was made.
 */
int sriov_netns_links(struct sriov_doors *doors, struct sriov_netns_link **ret,
		      size_t *ret_n);

#endif
