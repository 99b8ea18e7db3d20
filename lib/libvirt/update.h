/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that a domain has already, brought up to date where it stands. */
#ifndef SRIOV_LIBVIRT_UPDATE_H
#define SRIOV_LIBVIRT_UPDATE_H

#include "libvirt/domain.h"
#include "base/splice.h"

/*
 * Note in @splices what makes @found what @form and @device say: form, managed,
 * address, and for an interface MAC and VLAN as far as @device knows them.  All other
 * children stay, but for those that a <hostdev> cannot have when it becomes one.
 * Writes the names of what changes, "" for nothing, into @changed of @size bytes.
 * Fails as sriov_device_check() does, and with -ENOMEM.
 */
int sriov_domain_update(const struct sriov_domain *domain,
			const struct sriov_domain_device *found,
			enum sriov_guest_form form,
			const struct sriov_guest_device *device,
			struct sriov_splices *splices, char *changed, size_t size,
			struct sriov_error *err);

#endif
