/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Owners that release what they hold when they leave scope. */
#ifndef SRIOV_BASE_CLEANUP_H
#define SRIOV_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* Make a cleanup function `<type>_cleanup` out of one that frees a pointer. */
#define SRIOV_DEFINE_CLEANUP(name, type, free_fn)                                        \
	static inline void name(type *p)                                                 \
	{                                                                                \
		if (*p)                                                                  \
			free_fn(*p);                                                     \
	}

static inline void sriov_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void sriov_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

SRIOV_DEFINE_CLEANUP(sriov_cleanup_closedir, DIR *, closedir)
SRIOV_DEFINE_CLEANUP(sriov_cleanup_fclose, FILE *, fclose)

#define _cleanup_free_ _cleanup_(sriov_cleanup_free)
#define _cleanup_close_ _cleanup_(sriov_cleanup_close)
#define _cleanup_closedir_ _cleanup_(sriov_cleanup_closedir)
#define _cleanup_fclose_ _cleanup_(sriov_cleanup_fclose)

/* Hand an owned pointer or descriptor on: the owner forgets it. */
#define SRIOV_TAKE(p)                                                                    \
	({                                                                               \
		__typeof__(p) taken_ = (p);                                              \
		(p) = NULL;                                                              \
		taken_;                                                                  \
	})

static inline int sriov_take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
