/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes to a text, collected by place and made in one go. */
#ifndef SRIOV_BASE_SPLICE_H
#define SRIOV_BASE_SPLICE_H

#include <stddef.h>

#include "base/cleanup.h"

/* Bytes [begin, end) become @text. */
struct sriov_splice {
	size_t begin;
	size_t end;
	char *text;
};

struct sriov_splices {
	struct sriov_splice *list; /* ordered by @begin, @end and age */
	size_t n;
};

/*
 * Note a change.  Takes @text over, freeing it even on failure; NULL is a failure of
 * the caller's to make it.  No two changes may overlap; what is inserted where another
 * begins comes before it.  Returns 0 or -ENOMEM.
 */
int sriov_splices_add(struct sriov_splices *splices, size_t begin, size_t end,
		      char *text);

/*
 * Make the changes to @text of @size bytes.  The caller frees *@ret, behind whose
 * *@ret_size bytes a NUL stands.  Returns 0 or -ENOMEM.
 */
int sriov_splices_apply(const struct sriov_splices *splices, const char *text,
			size_t size, char **ret, size_t *ret_size);

void sriov_splices_clear(struct sriov_splices *splices);

#define _cleanup_splices_ _cleanup_(sriov_splices_clear)

#endif
