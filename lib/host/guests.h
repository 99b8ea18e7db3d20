/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests and pools of VFs, out of libvirt's files: no daemon is asked. */
#ifndef SRIOV_HOST_GUESTS_H
#define SRIOV_HOST_GUESTS_H

#include "host/host.h"

/* A guest that libvirt runs: run/libvirt/qemu/<name>.xml. */
struct sriov_guest {
	pid_t pid; /* of its QEMU */
	char name[SRIOV_USER_LEN];
};

/*
 * A definition, etc/libvirt/qemu/<name>.xml, that hands a PCI function to its guest, or
 * puts a macvtap for it on the netdev of one.
 */
struct sriov_claim {
	struct sriov_bdf bdf;
	char netdev[SRIOV_NETDEV_LEN]; /* instead of bdf when it is not "" */
	char guest[SRIOV_USER_LEN];
	/* by <interface>: libvirt sets MAC and VLAN of the VF when the guest starts */
	bool by_interface;
	uint64_t mac;  /* 0: libvirt makes one up */
	unsigned vlan; /* 0: none, and what the VF has is cleared */
};

/* The MAC of an <interface> that gets a VF, by its address or from a pool. */
struct sriov_guest_mac {
	uint64_t mac;
	char guest[SRIOV_USER_LEN];
};

/* A network with forward mode hostdev: guests get one of its VFs when they start. */
struct sriov_pool {
	char name[SRIOV_USER_LEN];
	char pf[SRIOV_NETDEV_LEN]; /* all VFs of this netdev; "" none */
	struct sriov_bdf *member;  /* and these */
	size_t n_members;
	char guests[SRIOV_USER_LEN]; /* "vm1, vm2": whose definitions name it */
};

struct sriov_guests {
	struct sriov_guest *running;
	size_t n_running;
	struct sriov_claim *claim;
	size_t n_claims;
	struct sriov_pool *pool;
	size_t n_pools;
	struct sriov_guest_mac *mac;
	size_t n_macs;
};

/*
 * Read which guests run.  Their names are printable.  What is no XML, belongs to a
 * process that is gone, or is not for this user to read is left out.  Returns 0, or -errno
 * when what there is could not be looked at; the caller frees @guests, which begins
 * empty, either way.
 */
int sriov_guests_read_running(struct sriov_doors *doors, struct sriov_guests *guests);

/* Read the pools and what definitions name; likewise. */
int sriov_guests_read_defined(struct sriov_doors *doors, struct sriov_guests *guests);

/* The pool of libvirt's network @network, as its document spells that; or NULL. */
struct sriov_pool *sriov_guests_pool(const struct sriov_guests *guests,
				     const char *network);

/* Whether @pool hands out the VF @bdf of the PF whose netdev is @pf ("" none). */
bool sriov_pool_has(const struct sriov_pool *pool, const struct sriov_bdf *bdf,
		    const char *pf);

/* The guest that the process @pid is, or NULL. */
const struct sriov_guest *sriov_guests_running(const struct sriov_guests *guests,
					       pid_t pid);

/* The process of the guest @name, 0 when it is shut off. */
pid_t sriov_guests_pid(const struct sriov_guests *guests, const char *name);

void sriov_guests_free(struct sriov_guests *guests);

#endif
