/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Device events (libudev). */
#ifndef SRIOV_SYS_UEVENT_H
#define SRIOV_SYS_UEVENT_H

#include <stdbool.h>

/*
 * Listens from the time it is opened: to udevd, whose events come after it has
 * renamed a netdev, or to the kernel where no udevd runs.
 */
struct sriov_uevent;

/* Returns 0 or -errno. */
int sriov_uevent_open(struct sriov_uevent **ret);
int sriov_uevent_fd(const struct sriov_uevent *uevent);
/* Throw away what has come in.  Returns whether some of it was lost before that. */
bool sriov_uevent_drain(struct sriov_uevent *uevent);
void sriov_uevent_close(struct sriov_uevent *uevent);

#endif
