/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtio half of a failover pair.  A guest with such a pair sees one interface:
 * Linux's net_failover sends over the VF ("primary") while it is there, and over
 * virtio ("standby") when it was taken away, which live migration does.
 * libvirt calls the halves transient and persistent:
 * https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
 */
#ifndef SRIOV_LIBVIRT_STANDBY_H
#define SRIOV_LIBVIRT_STANDBY_H

#include "base/error.h"
#include "libvirt/domain.h"
#include "libvirt/fragment.h"

/*
 * Write the alias of the standby of @device, "ua-sriovctl-em1-3-standby", and return
 * @buf.  No device itself has such an alias, as those end in a number.
 */
const char *sriov_standby_alias(const struct sriov_guest_device *device,
				char buf[static SRIOV_ALIAS_LEN]);

/*
 * Whether @standby can be written: SRIOV_USAGE, -EINVAL for names that cannot be and
 * for queues out of range.  Sets *@ret_source to the escaped name, which the caller
 * frees.
 */
int sriov_standby_check(const struct sriov_standby *standby, char **ret_source,
			struct sriov_error *err);

/*
 * Whether @device can be in a pair: it must be a VF (SRIOV_UNSUPPORTED, -EOPNOTSUPP)
 * whose MAC is known (SRIOV_FAILED, -ENODATA), since both halves need the same.
 */
int sriov_standby_check_device(const struct sriov_guest_device *device,
			       struct sriov_error *err);

/* The whole <interface>; @source is sriov_standby_check()'s. */
void sriov_write_standby(struct sriov_writer *writer, unsigned depth,
			 const struct sriov_standby *standby, const char *source,
			 const struct sriov_guest_device *device);

/*
 * The <interface> in @domain that is the other half of @found, or, for NULL and for
 * one that is in no pair, what has the alias of @device's standby; 0 when there is none.
 */
size_t sriov_standby_find(const struct sriov_domain *domain,
			  const struct sriov_domain_device *found,
			  const struct sriov_guest_device *device);

/* The alias of the device @element, NULL when it has none. */
const char *sriov_domain_alias(const struct sriov_domain *domain, size_t element);

/*
 * Note in @splices what makes the <interface> @element the standby of @device; what
 * @standby does not say stays.  Adds the names of what changes to @changed.
 * Returns 0 or -ENOMEM.
 */
int sriov_standby_update(const struct sriov_domain *domain, size_t element,
			 const struct sriov_standby *standby, const char *source,
			 const struct sriov_guest_device *device,
			 struct sriov_splices *splices, char *changed, size_t size);

#endif
