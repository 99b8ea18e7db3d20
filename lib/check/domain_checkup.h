/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks of a domain have in common. */
#ifndef SRIOV_CHECK_DOMAIN_CHECKUP_H
#define SRIOV_CHECK_DOMAIN_CHECKUP_H

#include "check/checkup.h"
#include "check/domain.h"
#include "libvirt/domain.h"

/* A network card of the domain, or another PCI function that it is given. */
struct sriov_domain_nic {
	struct sriov_nic nic;
	size_t element;
	const struct sriov_domain_device *device; /* NULL: given by no address */
	const struct sriov_pf *pf;     /* of the VF; or the PF that is given itself */
	const struct sriov_vf *vf;     /* NULL: no VF that is there */
	const struct sriov_pool *pool; /* NULL: takes from none */
	size_t partner;		       /* the other half of its pair; 0: none */
	uint64_t mac;		       /* in the XML; 0: none */
};

struct sriov_domain_checkup {
	struct sriov_checkup up; /* its scope is empty */
	struct sriov_domain domain;
	const struct sriov_xml *xml;
	char guest[SRIOV_USER_LEN];		 /* printable */
	char guest_word[SRIOV_USER_LEN * 4 + 3]; /* and as commands take it */
	struct sriov_domain_nic *nic;
	size_t n;
};

typedef void sriov_domain_check_fn(struct sriov_domain_checkup *c);

/* The child @name of @parent, 0 when there is none. */
size_t sriov_domain_child(const struct sriov_domain_checkup *c, size_t parent,
			  const char *name);

/* The attribute @name of the child @child of @parent, NULL when there is none. */
const char *sriov_domain_child_value(const struct sriov_domain_checkup *c, size_t parent,
				     const char *child, const char *name);

/* domain_nics.c: find the network cards.  Returns 0 or -ENOMEM. */
int sriov_domain_find_nics(struct sriov_domain_checkup *c);

/* The VF at @bdf and its PF, or the PF at @bdf alone, or NULL. */
const struct sriov_pf *sriov_domain_find_vf(const struct sriov_domain_checkup *c,
					    const struct sriov_bdf *bdf,
					    const struct sriov_vf **ret_vf);

/* Whether the domain gives a PCI function of the host, whose DMA pins its memory. */
bool sriov_domain_pins_memory(const struct sriov_domain_checkup *c);

/* What messages call a device of the host: "em1/3" or its address. */
const char *sriov_domain_device_name(const struct sriov_domain_nic *nic,
				     char buf[static SRIOV_NAME_LEN]);

/*
 * Say that the finding added last is mended by this filter of the domain ("sriovctl xml
 * add em1/3"), in a pipe from libvirt and back.
 */
void sriov_domain_fix_edit(struct sriov_domain_checkup *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The network device of the host that its macvtap stands on; NULL: it is no macvtap. */
const char *sriov_domain_netdev_under(const struct sriov_domain_checkup *c,
				      const struct sriov_domain_nic *nic);

/* domain_devices.c: what is given by an address */
sriov_domain_check_fn sriov_check_numbers;
sriov_domain_check_fn sriov_check_presence;
sriov_domain_check_fn sriov_check_needed;
sriov_domain_check_fn sriov_check_managed;

/* domain_shared.c */
sriov_domain_check_fn sriov_check_shared;

/* domain_settings.c: MAC, VLAN and link */
sriov_domain_check_fn sriov_check_dropped;
sriov_domain_check_fn sriov_check_no_mac;
sriov_domain_check_fn sriov_check_vlan;
sriov_domain_check_fn sriov_check_trunk;
sriov_domain_check_fn sriov_check_bandwidth;
sriov_domain_check_fn sriov_check_pf_link;

/* domain_guest.c: the guest as a whole, and its pairs */
sriov_domain_check_fn sriov_check_pairs;
sriov_domain_check_fn sriov_check_balloon;
sriov_domain_check_fn sriov_check_memory_limit;
sriov_domain_check_fn sriov_check_boot_order;
sriov_domain_check_fn sriov_check_schemes;

/* domain_pool.c: pools, those that guests take from and one by itself */
sriov_domain_check_fn sriov_check_pool_members;
void sriov_check_pool_document(struct sriov_domain_checkup *c);

#endif
