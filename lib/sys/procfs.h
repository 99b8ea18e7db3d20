/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes (procfs): who holds a vfio group open, and which network namespaces there
 * are. */
#ifndef SRIOV_SYS_PROCFS_H
#define SRIOV_SYS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sys/doors.h"

/* A process that has /dev/vfio/<group> open. */
struct sriov_vfio_holder {
	int group;
	pid_t pid;
	bool guest; /* name is the guest's, out of QEMU's -name; else the program's */
	char name[64];
};

/*
 * Look through the descriptors of all processes that the caller may look into.  The
 * caller frees the array.  Returns 0, or -errno when proc/ itself cannot be read.
 */
int sriov_procfs_vfio_holders(const struct sriov_doors *doors,
			      struct sriov_vfio_holder **ret, size_t *ret_n);

/* A network namespace other than the caller's. */
struct sriov_netns {
	unsigned long long inode;
	pid_t pid;     /* of a process in it, 0 when it is only named */
	char name[64]; /* of the file below run/netns, or of the process */
	char path[96]; /* to open it by, below the root */
};

/* Each namespace once; named ones by their names.  The caller frees the array. */
int sriov_procfs_netns(const struct sriov_doors *doors, struct sriov_netns **ret,
		       size_t *ret_n);

/* The program's name (comm) of @pid into @buf, "?" when it is gone.  Returns @buf. */
const char *sriov_procfs_comm(const struct sriov_doors *doors, pid_t pid, char *buf,
			      size_t size);

#endif
