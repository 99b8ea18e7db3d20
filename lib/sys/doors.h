/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the library touches outside itself, in one place, so that a test can bring its
 * own. */
#ifndef SRIOV_SYS_DOORS_H
#define SRIOV_SYS_DOORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct nlmsghdr;
struct sriov_doors;
struct sriov_write;

/*
 * Called for each message that comes back.  A return below 0 ends the exchange with
 * that value.
 */
typedef int sriov_netlink_reply_fn(const struct nlmsghdr *msg, void *arg);

/* What events_wait returns beside 0. */
enum {
	SRIOV_EVENTS_CAME = 1,
	SRIOV_EVENTS_LOST = 2, /* there were more than the kernel keeps for a listener */
};

/* Every operation gets the doors it belongs to; @data is the implementation's. */
struct sriov_door_ops {
	/*
	 * Send @n requests that lie one behind the other in @requests (each with
	 * NLM_F_ACK or NLM_F_DUMP and a sequence number of its own), and hand each
	 * message that comes back to @on_reply until every request has been ended by
	 * an NLMSG_ERROR or NLMSG_DONE.  A request with neither flag stands alone and
	 * is ended by its answer, which alone may be of any size: behind a large one the
	 * kernel drops an acknowledgement.  Returns 0 or -errno of the transport.
	 */
	int (*netlink)(struct sriov_doors *doors, int protocol, const void *requests,
		       size_t size, unsigned n, sriov_netlink_reply_fn *on_reply,
		       void *arg);
	/* See sys/child.h. */
	void (*write_within)(struct sriov_doors *doors, struct sriov_write *writes,
			     size_t n, uint64_t timeout_ms);
	/* Listen for device and link events, from now until events_close. */
	int (*events_open)(struct sriov_doors *doors);
	/*
	 * Wait for one: SRIOV_EVENTS_CAME or _LOST when something happened, 0 when
	 * @timeout_ms passed, -EINTR, -errno.
	 */
	int (*events_wait)(struct sriov_doors *doors, uint64_t timeout_ms);
	void (*events_close)(struct sriov_doors *doors);
	/* Load a kernel module by name or alias, 0 when it is there already. */
	int (*load_module)(struct sriov_doors *doors, const char *name);
	/* Whether there is such a module: see sriov_module_find().  -ENODATA: none was
	 * captured. */
	int (*find_module)(struct sriov_doors *doors, const char *name);
	/* The vfio driver for a device alias: see sriov_module_vfio_variant(). */
	int (*vfio_variant)(struct sriov_doors *doors, const char *modalias, char *buf,
			    size_t size);
	/* See sys/journal.h. */
	void (*journal)(struct sriov_doors *doors, const char *const *fields, size_t n);
	/* Whether the caller may administer the network and sysfs. */
	bool (*privileged)(struct sriov_doors *doors);
	/* Milliseconds of a clock that never goes back. */
	uint64_t (*now_ms)(struct sriov_doors *doors);
	/* Let @ms pass where no event tells when to look again; a signal ends it early.
	 */
	void (*pause_ms)(struct sriov_doors *doors, uint64_t ms);
	/* Fill @buf with @size (at most 256) random bytes.  Returns 0 or -errno. */
	int (*random)(struct sriov_doors *doors, void *buf, size_t size);
	/* Free @data. */
	void (*close)(struct sriov_doors *doors);
};

struct sriov_doors {
	int sys; /* folders, as O_PATH descriptors; -1 where the folder is missing */
	int proc;
	int run;
	int etc;
	int dev;
	int modules;	  /* /lib/modules */
	const char *root; /* "" on the running host, else the captured tree's folder */
	const struct sriov_door_ops *ops;
	void *data;
};

/*
 * Open the doors of the running host (@root NULL) or of a tree captured under @root,
 * which can be looked at and never changed.  The caller closes them.
 * Errors: SRIOV_NOT_FOUND when @root or its sys/ is not there.
 */
int sriov_doors_open(struct sriov_doors *ret, const char *root, struct sriov_error *err);

/* Open the folders below @root and leave ops and data to the caller (tests). */
int sriov_doors_open_folders(struct sriov_doors *ret, const char *root,
			     struct sriov_error *err);

void sriov_doors_close(struct sriov_doors *doors);

#endif
