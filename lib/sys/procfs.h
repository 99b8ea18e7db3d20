/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes (procfs): who holds a vfio group open, and which network namespaces there
 * are. */
#ifndef SRIOV_SYS_PROCFS_H
#define SRIOV_SYS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sys/doors.h"

/* A process that has /dev/vfio/<group> or /dev/vfio/devices/vfio<device> open. */
struct sriov_vfio_holder {
	int group;  /* IOMMU group, -1 when it has the device itself */
	int device; /* number below the function's vfio-dev/, -1 when it has the group */
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

/*
 * Look through the descriptors of one process, and add to the array @holders of @n,
 * which the caller frees.  Returns 0 or -ENOMEM.
 */
int sriov_procfs_vfio_held(const struct sriov_doors *doors, pid_t pid,
			   struct sriov_vfio_holder **holders, size_t *n);

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
