/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A library that only few commands need, and that brings others of its own, would make
 * every start slower by its relocations and constructors: libkmod with libcrypto takes
 * as long as all of `ip link show`.
 */
#include <dlfcn.h>
#include <errno.h>

#include "sys/late.h"

int sriov_late_open(const char *soname, const struct sriov_late *functions, size_t n)
{
	void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
	size_t found = 0;

	if (!library)
		return -ELIBACC;
	for (; found < n; found++) {
		*functions[found].pointer = dlsym(library, functions[found].name);
		if (!*functions[found].pointer)
			break;
	}
	if (found == n)
		return 0;
	for (size_t i = 0; i < found; i++)
		*functions[i].pointer = NULL;
	dlclose(library);
	return -ELIBACC;
}
