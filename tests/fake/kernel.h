/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doors of a fake kernel: sysfs writes, netlink, events and time on a folder. */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "sys/doors.h"

/*
 * Open the doors of the fake kernel on the tree unpacked in @path (fake_tree_unpack()).
 * The caller closes them.  Ends the program when there is no such tree.
 *
 * The kernel's own memory is below @path/kernel, the log and the plan of faults are
 * @path/log and @path/faults (faults.h).  Where kernel/unprivileged is, the caller may
 * change nothing.
 */
void fake_doors_open(struct sriov_doors *ret, const char *path);

#endif
