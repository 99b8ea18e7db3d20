/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysfs files that the kernel may hold up, written or read by a child. */
#ifndef SRIOV_SYS_CHILD_H
#define SRIOV_SYS_CHILD_H

#include <stddef.h>
#include <stdint.h>

struct sriov_doors;

struct sriov_write {
	const char *path; /* below sys/ */
	const char *data;
	/*
	 * Device folders below sys/ whose `enable` is read once more just before the
	 * write: 1 in one of them (somebody opened its vfio device meanwhile) gives
	 * -ETXTBSY, which no such write gives, and nothing is written.
	 */
	const char *const *idle;
	size_t n_idle;
	int lock;   /* descriptor that the child keeps open as long as it lives, or -1 */
	int result; /* out: 0, the write's -errno, -ETXTBSY, or -ETIME */
};

/*
 * Make @n writes at once, each in a forked child that is a session of its own, has
 * nothing of the caller's but its lock, and is not killed at the deadline: a write to
 * sriov_numvfs, bind, unbind or drivers_probe that waits in the kernel would only be
 * left in D state.  Needs a single-threaded caller.
 * Signals do not end the waiting.  Each write has its result; with -ETIME the child
 * completes the write when the kernel lets it, and holds the lock until then.
 */
void sriov_write_within(struct sriov_doors *doors, struct sriov_write *writes, size_t n,
			uint64_t timeout_ms);

/* One write through the doors, whose result is returned. */
int sriov_write_one(struct sriov_doors *doors, struct sriov_write *write,
		    uint64_t timeout_ms);

/*
 * Read the decimal number in @path below sys/, which the kernel shows only when no write
 * to the device is running (device_lock() of drivers/base).  Returns 0, -errno, -EINVAL,
 * or -ETIME when it has not done so in @timeout_ms.
 */
int sriov_read_within(struct sriov_doors *doors, const char *path, uint64_t max,
		      uint64_t timeout_ms, uint64_t *ret);

#endif
