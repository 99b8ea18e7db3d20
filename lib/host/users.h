/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses the functions of a host. */
#ifndef SRIOV_HOST_USERS_H
#define SRIOV_HOST_USERS_H

#include "host/host.h"

/*
 * Fill in the users of the VFs (SRIOV_LOOK_USERS in @what) and of the PFs
 * (SRIOV_LOOK_PF_USERS).  Processes are looked through only when a vfio device is open,
 * network namespaces only when a netdev is missing here.  Fails when what tells of them
 * cannot be looked at: a VF whose users are not known is not to be taken for unused.
 */
int sriov_host_find_users(struct sriov_host *host, unsigned what,
			  struct sriov_error *err);

/* The same for one function that was looked at later. */
int sriov_function_find_users(struct sriov_doors *doors, struct sriov_function *fn,
			      struct sriov_error *err);

#endif
