/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that sriovctl opens, links that it reads and names that it looks for: which
 * the library asks the kernel for itself, and not through a door. */
#ifndef SWEEP_READS_H
#define SWEEP_READS_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/doors.h"

/* Ready the counter that a process shares with its children.  Dies without memory. */
void reads_open(void);

/*
 * In the runs from now on let the @at-th of them fail with @errnum (and, with @for_good,
 * all that come after it); 0 none.
 */
void reads_fail(size_t at, int errnum, bool for_good);

/* In the child that becomes sriovctl: count from here, but nothing of the fake's own,
 * which are below the folders @root_a and @root_b. */
void reads_begin(const struct sriov_doors *doors, int root_a, int root_b);

/* How many there were in the last run. */
size_t reads_n(void);

/* Which path the one was about that failed first, "" none, and how it failed. */
const char *reads_failed(int *ret_errnum);

#endif
