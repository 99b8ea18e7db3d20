/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that a domain has already, brought up to date where it stands. */
#ifndef SRIOV_LIBVIRT_UPDATE_H
#define SRIOV_LIBVIRT_UPDATE_H

#include "base/splice.h"
#include "libvirt/domain.h"

/* Add @what to the names in @changed of @size bytes. */
void sriov_changed_note(char *changed, size_t size, const char *what);

/*
 * Note in @splices what makes @found what @form and @device say: form, managed,
 * address, and for an interface MAC and VLAN as far as @device knows them.  All other
 * children stay, but for those that a <hostdev> cannot have when it becomes one.
 * With @partner it also becomes the transient half of a failover pair, whose other
 * half has this alias.
 * Writes the names of what changes, "" for nothing, into @changed of @size bytes.
 * Fails as sriov_device_check() does, and with -ENOMEM.
 */
int sriov_domain_update(const struct sriov_domain *domain,
			const struct sriov_domain_device *found,
			enum sriov_guest_form form,
			const struct sriov_guest_device *device, const char *partner,
			struct sriov_splices *splices, char *changed, size_t size,
			struct sriov_error *err);

#endif
