/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An edit of a domain under way: its devices, and what each one named is in it. */
#ifndef SRIOV_LIBVIRT_WORK_H
#define SRIOV_LIBVIRT_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/splice.h"
#include "libvirt/domain.h"
#include "libvirt/edit.h"

/* What a device to add or to remove is in the domain. */
struct sriov_match {
	const struct sriov_domain_device *found; /* NULL: nothing */
};

struct sriov_work {
	struct sriov_domain domain;
	struct sriov_splices splices;
	struct sriov_edit *edit;
	bool *claimed; /* one for each that the domain has: some device means it */
	struct sriov_match *matches; /* one for each device */
	bool *doomed;		     /* one for each element: it is to go */
};

/* Begin an edit that @n devices are named for; fails as sriov_domain_read() does. */
int sriov_work_begin(struct sriov_work *work, const char *text, size_t size, size_t n,
		     struct sriov_error *err);

/* Make the splices, and hand the edit over. */
int sriov_work_end(struct sriov_work *work, struct sriov_edit **ret,
		   struct sriov_error *err);

void sriov_work_clear(struct sriov_work *work);

#define _cleanup_work_ _cleanup_(sriov_work_clear)

/* Add the warning, which is a constant, unless it is there. */
void sriov_work_warn(struct sriov_work *work, const struct sriov_edit_warning *warning);

/* Add an outcome; there is room for one a device named or in the domain, and for each
 * alias of ours. */
struct sriov_edit_outcome *sriov_work_outcome(struct sriov_work *work,
					      const struct sriov_guest_device *device,
					      enum sriov_edit_status status);

/* The place in the list at which device @i is named first. */
size_t sriov_work_first_mention(const struct sriov_guest_device *devices, size_t i);

/* Find what each device is in the domain: by address, and failing that by alias. */
void sriov_work_match(struct sriov_work *work, const struct sriov_guest_device *devices,
		      size_t n);

/* Claim what else has the address of a device, should the domain name it twice. */
void sriov_work_match_others(struct sriov_work *work,
			     const struct sriov_guest_device *device);

#endif
