/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One lock a PF or function, so that two runs do not change it at once. */
#ifndef SRIOV_RUN_LOCK_H
#define SRIOV_RUN_LOCK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "host/host.h"

struct sriov_locks {
	char (*address)[SRIOV_DEVICE_LEN];
	int *fd;
	size_t n;
};

/*
 * Take the locks of the @n devices @addresses (ascending as text, each once),
 * run/sriovctl/lock/<bus>-<address>, waiting at most @timeout_ms for all of them.  The
 * kernel lets go of them when the process and its children have ended. Errors:
 * SRIOV_FAILED with the holder's pid and program.
 */
int sriov_locks_take(struct sriov_doors *doors, const char *const *addresses, size_t n,
		     uint64_t timeout_ms, struct sriov_locks *ret,
		     struct sriov_error *err);

/* The descriptor of the lock of the device @address, or -1. */
int sriov_locks_fd(const struct sriov_locks *locks, const char *address);

void sriov_locks_free(struct sriov_locks *locks);

/*
 * Lock the configuration, for whoever reads it to write it again.  Returns a descriptor
 * that the caller closes to let go.  Errors: SRIOV_FAILED with the holder.
 */
int sriov_config_lock(struct sriov_doors *doors, uint64_t timeout_ms,
		      struct sriov_error *err);

/* Open (and make, root-only) run/sriovctl/<name>.  Returns the descriptor or -errno. */
int sriov_run_folder(const struct sriov_doors *doors, const char *name);

#endif
