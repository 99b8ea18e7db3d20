/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's random numbers. */
#ifndef SRIOV_SYS_RANDOM_H
#define SRIOV_SYS_RANDOM_H

#include <errno.h>
#include <sys/random.h>

/* Fill @buf with @size bytes, at most 256: so many come whole (getrandom(2)). */
static inline int sriov_random(void *buf, size_t size)
{
	return getrandom(buf, size, 0) == (ssize_t)size ? 0 : -EIO;
}

#endif
