/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host devices put into and taken out of a libvirt domain, byte by byte. */
#ifndef SRIOV_LIBVIRT_EDIT_H
#define SRIOV_LIBVIRT_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "libvirt/device.h"

enum sriov_edit_status {
	SRIOV_EDIT_ADDED,
	SRIOV_EDIT_UPDATED,
	SRIOV_EDIT_UNCHANGED, /* was there as wanted */
	SRIOV_EDIT_REMOVED,
	SRIOV_EDIT_ABSENT, /* to be removed, and not there */
};

struct sriov_edit_outcome {
	enum sriov_edit_status status;
	struct sriov_bdf bdf;
	char name[SRIOV_DEVICE_NAME_LEN]; /* as sriov_device_name(); see _remove_all() */
	char changed[128]; /* what, such as "managed, mac", or what came along; or "" */
};

/* Something the user should know before the document goes to virsh define. */
struct sriov_edit_warning {
	const char *msg;
	const char *hint; /* a command that helps, NULL when there is none */
};

struct sriov_edit {
	char *text;  /* the new document; equal to the old where nothing changed */
	size_t size; /* in bytes; a NUL follows and is not counted */
	struct sriov_edit_outcome *outcomes;
	size_t n_outcomes;
	const struct sriov_edit_warning *warnings[4];
	size_t n_warnings;
};

void sriov_edit_free(struct sriov_edit *edit);

SRIOV_DEFINE_CLEANUP(sriov_cleanup_edit, struct sriov_edit *, sriov_edit_free)
#define _cleanup_edit_ _cleanup_(sriov_cleanup_edit)

/*
 * The calls below edit the domain of @size bytes at @text (what virsh dumpxml prints)
 * into a new one that the caller frees, with one outcome a device in the order given.
 * Only bytes of the devices named change.  They fail with SRIOV_BAD_FILE as
 * sriov_xml_read() does, and for a document that is no <domain>; or -ENOMEM.
 *
 * A device is in the domain already when a PCI <hostdev> or an <interface
 * type='hostdev'> has its address, compared as numbers read as libvirt does (base 0);
 * failing that, when one has its alias.
 */

/*
 * Add @n devices in the @form given.  One that is there stays where it is with all
 * that sriovctl does not write (guest address, boot order, ROM, ...); its form,
 * managed, address, MAC and VLAN are brought up to date.  A MAC or VLAN that @devices
 * does not know is left as the domain has it.
 * Taking what was added out again with sriov_domain_remove() or _remove_all(), at
 * once or one by one in any order, gives back the document byte for byte.
 * Also fails for an interface that cannot be, as sriov_document_devices() does (a MAC
 * that the domain has is good enough), and with SRIOV_BAD_FILE for a <domain/> without
 * content (-EINVAL) or a result over SRIOV_XML_SIZE_MAX (-EFBIG).
 */
int sriov_domain_add(const char *text, size_t size, enum sriov_guest_form form,
		     const struct sriov_guest_device *devices, size_t n,
		     struct sriov_edit **ret, struct sriov_error *err);

/*
 * The same with failover pairs: each VF gets an <interface> of virtio beside it that
 * leads where @standby says.  A VF that is there becomes half of a pair, and a standby
 * that it has is brought up to date where it stands.  Taking the VF out again takes a
 * standby along that was added here.
 * Also fails as sriov_standby_check() and sriov_standby_check_device() do.
 */
int sriov_domain_add_pairs(const char *text, size_t size, enum sriov_guest_form form,
			   const struct sriov_standby *standby,
			   const struct sriov_guest_device *devices, size_t n,
			   struct sriov_edit **ret, struct sriov_error *err);

/* Remove @n devices, in whatever form they are there; who put them in is no matter. */
int sriov_domain_remove(const char *text, size_t size,
			const struct sriov_guest_device *devices, size_t n,
			struct sriov_edit **ret, struct sriov_error *err);

enum sriov_remove_scope {
	SRIOV_REMOVE_OWN, /* those whose alias begins with SRIOV_ALIAS_PREFIX; standbys
			     too, also those whose VF is gone */
	SRIOV_REMOVE_PCI, /* every PCI function of the host */
};

/*
 * Remove all devices in @scope.  The outcomes, possibly none, are those removed; their
 * names are PCI addresses, as the domain knows no others that are sure, and the alias
 * for a standby whose VF is gone.
 */
int sriov_domain_remove_all(const char *text, size_t size, enum sriov_remove_scope scope,
			    struct sriov_edit **ret, struct sriov_error *err);

#endif
