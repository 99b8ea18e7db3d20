/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where new devices go in a domain, and how that is undone. */
#ifndef SRIOV_LIBVIRT_GAP_H
#define SRIOV_LIBVIRT_GAP_H

#include <stdbool.h>
#include <stddef.h>

#include "libvirt/domain.h"
#include "libvirt/fragment.h"
#include "base/splice.h"

/* Where new devices go. */
struct sriov_gap {
	size_t begin; /* the bytes that give way to them */
	size_t end;
	const char *head; /* what comes first in their stead, "" for nothing */
	bool head_is_line;
	const char *tail; /* the line that comes last, NULL for none */
	struct sriov_layout layout;
	unsigned depth; /* of the devices */
};

/* Find the place; the domain must not be empty. */
struct sriov_gap sriov_gap_find(const struct sriov_domain *domain);

/* Write what comes before and behind the devices, on a writer of the gap's layout. */
void sriov_gap_begin(const struct sriov_gap *gap, struct sriov_writer *writer);
void sriov_gap_end(const struct sriov_gap *gap, struct sriov_writer *writer);

/*
 * Whether a <devices> in which nothing would be left was opened or made for the
 * devices in it, the first of which begins at byte @first.
 */
bool sriov_gap_is_ours(const struct sriov_domain *domain, size_t devices, size_t first);

/* Note in @splices to close or take out such a <devices>.  Returns 0 or -ENOMEM. */
int sriov_gap_undo(const struct sriov_domain *domain, size_t devices,
		   struct sriov_splices *splices);

#endif
