/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs and functions as the devices that a guest is given. */
#ifndef CMD_DEVICES_H
#define CMD_DEVICES_H

#include "app.h"

struct devices {
	struct sriov_host host;
	struct sriov_targets targets;
	struct sriov_guest_device *device; /* one a target; strings are the host's */
	size_t n;
};

enum devices_how {
	DEVICES_NETWORK = 1 << 0, /* only functions of network cards fit */
	DEVICES_USERS = 1 << 1,	  /* look who uses them, too */
	/* where libvirt has set MAC and VLAN for a guest that runs: what it puts back */
	DEVICES_SAVED = 1 << 2,
};

/*
 * Look for what the @n words select.  Functions that the host itself needs are refused
 * (SRIOV_IN_USE) without --force.  @how is a set of enum devices_how.
 */
int devices_select(const struct app *app, const char *const *words, size_t n,
		   unsigned how, struct devices *ret, struct sriov_error *err);

void devices_free(struct devices *devices);

#endif
