/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VFs that nobody has, for whoever needs some. */
#ifndef SRIOV_HOST_PICK_H
#define SRIOV_HOST_PICK_H

#include <stddef.h>

#include "host/host.h"

struct sriov_pick_request {
	size_t n; /* how many VFs, > 0 */
	int numa; /* node of their PF; -1: any */
	/* take them from these PFs in turn; NULL: from any network card, one after the
	 * other, those whose link is up first */
	const struct sriov_pf *const *spread;
	size_t n_spread;
};

struct sriov_picked {
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
};

/*
 * Find VFs of @host, which was looked at with SRIOV_LOOK_USERS, that are not used and
 * that neither a guest's definition nor a pool names.  Sets *@ret to @request->n of
 * them, which the caller frees.  Nothing is reserved: who asks twice gets the same.
 * Errors: SRIOV_NOT_FOUND, -ENOENT (not enough of them, or no PF on that node; says how
 * many there are); SRIOV_PRIVILEGE, -EACCES (the caller may not see what libvirt's
 * guests are given); -ENOMEM.
 */
int sriov_pick(const struct sriov_host *host, const struct sriov_pick_request *request,
	       struct sriov_picked **ret, struct sriov_error *err);

#endif
