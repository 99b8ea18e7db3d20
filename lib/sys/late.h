/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared libraries that are opened when they are needed (dlopen). */
#ifndef SRIOV_SYS_LATE_H
#define SRIOV_SYS_LATE_H

#include <stddef.h>

/* A function of a library, and the pointer by which it is called. */
struct sriov_late {
	const char *name;
	void **pointer;
};

/* The row of @function, whose pointer is the variable late_<function>. */
#define SRIOV_LATE(function)                                                             \
	{                                                                                \
#function, (void **)&late_##function                                     \
	}

/*
 * Open the shared library @soname ("libkmod.so.2") and point each of the @n @functions
 * to its function; it stays open.  Returns 0, or -ELIBACC when there is no such library
 * or it lacks one of them: what cannot be done then is the caller's to say.
 */
int sriov_late_open(const char *soname, const struct sriov_late *functions, size_t n);

#endif
