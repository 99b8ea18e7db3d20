/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest's definition gives it for networking, and what is wrong with that. */
#ifndef SRIOV_CHECK_DOMAIN_H
#define SRIOV_CHECK_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check.h"

enum sriov_scheme {
	SRIOV_SCHEME_EMULATED,	   /* a card that QEMU imitates */
	SRIOV_SCHEME_VIRTIO,	   /* virtio, served by QEMU */
	SRIOV_SCHEME_VHOST,	   /* virtio, served by the host's kernel */
	SRIOV_SCHEME_MACVTAP,	   /* either of them on a macvtap */
	SRIOV_SCHEME_VHOST_USER,   /* virtio, served by another program (a DPDK switch) */
	SRIOV_SCHEME_VF_HOSTDEV,   /* a VF by plain <hostdev> */
	SRIOV_SCHEME_VF_INTERFACE, /* a VF by <interface type='hostdev'> */
	SRIOV_SCHEME_VF_POOL,	   /* a VF that libvirt takes from a pool */
	SRIOV_SCHEME_FUNCTION,	   /* another PCI function of the host */
	SRIOV_SCHEME_OTHER,	   /* what <interface> can be besides (vdpa, server...) */
};

#define SRIOV_NIC_NAME_LEN 64
#define SRIOV_NIC_LAYERS_MAX 6

struct sriov_nic {
	enum sriov_scheme scheme;
	char name[SRIOV_NIC_NAME_LEN];	 /* its MAC, else its alias, else "nic 2" */
	char source[SRIOV_NIC_NAME_LEN]; /* "em1/3", "br0", a pool; "" unknown */
	char model[SRIOV_NIC_NAME_LEN];	 /* "virtio", "e1000e"; "" not said */
	unsigned queues;		 /* pairs; 0: not virtio */
	bool failover;			 /* it is a half of a failover pair */
	bool migrates;			 /* the guest can migrate with it */
	/* the software between the guest's driver and the card, in order; constants */
	const char *layers[SRIOV_NIC_LAYERS_MAX];
	size_t n_layers;
};

struct sriov_domain_report {
	char *guest;	       /* its name; NULL where the document is a pool */
	bool migrates;	       /* all that it is given can */
	struct sriov_nic *nic; /* in document order */
	size_t n;
	struct sriov_findings findings; /* none is of SRIOV_LEVEL_OK */
};

/* What sriov_check_domain() needs to be looked at, as sriov_host_look() takes it. */
#define SRIOV_DOMAIN_LOOK (SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS | SRIOV_LOOK_USERS)

/*
 * Read the domain of @size bytes at @text, or a network that is a pool, and check it
 * against @host, which was looked at with SRIOV_DOMAIN_LOOK.  Nothing is written.  The
 * caller clears *@ret.
 * Errors: SRIOV_BAD_FILE as sriov_xml_read() has them, and -EINVAL for what is neither
 * a <domain> nor a <network>; -ENOMEM.
 * Sources: libvirt's formatdomain.html and formatnetwork.html, and what
 * src/conf/domain_validate.c, domain_postparse.c and src/hypervisor/virhostdev.c of
 * libvirt 9.0 do with it.
 */
int sriov_check_domain(struct sriov_host *host, const char *text, size_t size,
		       struct sriov_domain_report *ret, struct sriov_error *err);

/* The word for @scheme in JSON: "vhost-net", "vf-hostdev", … */
const char *sriov_scheme_name(enum sriov_scheme scheme);

void sriov_domain_report_clear(struct sriov_domain_report *report);

#endif
