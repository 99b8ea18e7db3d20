/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A libvirt domain as it is written, and the host's PCI functions in it. */
#ifndef SRIOV_LIBVIRT_DOMAIN_H
#define SRIOV_LIBVIRT_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/splice.h"
#include "host/hostdev.h"
#include "libvirt/fragment.h"
#include "sys/xml.h"

struct sriov_domain {
	const char *text; /* the caller's */
	size_t size;
	struct sriov_xml *xml;		   /* element 0 is <domain> */
	size_t devices;			   /* the first <devices>; 0: there is none */
	struct sriov_domain_device *found; /* in document order */
	size_t n_found;
};

/*
 * Read a domain; @text must live as long as the result, which the caller clears.
 * Fails as sriov_xml_read() does, and with SRIOV_BAD_FILE, -EINVAL when the document
 * is no <domain>.
 */
int sriov_domain_read(const char *text, size_t size, struct sriov_domain *ret,
		      struct sriov_error *err);

void sriov_domain_clear(struct sriov_domain *domain);

#define _cleanup_domain_ _cleanup_(sriov_domain_clear)

/* Where the white space that ends before byte @pos begins. */
size_t sriov_domain_space_before(const struct sriov_domain *domain, size_t pos);

/*
 * The layout of a line that begins with the tag at byte @pos, inside the element whose
 * tag begins at byte @outer: all empty when no line begins there.
 */
struct sriov_layout sriov_domain_layout(const struct sriov_domain *domain, size_t outer,
					size_t pos);

/*
 * The layout of the children of @element, of which @child is one: lines, one blank
 * between them, or nothing.
 */
struct sriov_layout sriov_domain_layout_inside(const struct sriov_domain *domain,
					       size_t element, size_t child);

/*
 * Note in @splices that the attribute @name of @element becomes @value, in which
 * nothing needs to be escaped.  Returns 0 or -ENOMEM.
 */
int sriov_domain_set_attribute(const struct sriov_domain *domain, size_t element,
			       const char *name, const char *value,
			       struct sriov_splices *splices);

/* Whether the alias, which may be NULL, is one that sriovctl has written. */
bool sriov_alias_is_own(const char *alias);

/* How many aliases in the domain are. */
size_t sriov_domain_count_own(const struct sriov_domain *domain);

/* The device of the domain that has this alias, 0 when there is none. */
size_t sriov_domain_find_alias(const struct sriov_domain *domain, const char *alias);

#endif
