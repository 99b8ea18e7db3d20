/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt's guests and pools are given, and what libvirt does to it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check/checkup.h"
#include "sys/sysfs.h"
#include "want/attr.h"

/* Two guests, or a guest and a pool, may have one VF as long as one is shut off. */
static void check_vf(struct sriov_checkup *checkup, const struct sriov_checked_vf *vf)
{
	const struct sriov_guests *guests = &checkup->guests;
	const struct sriov_claim *first = NULL;
	char name[SRIOV_NAME_LEN];

	sriov_vf_name(vf->pf, vf->vf->index, name);
	for (size_t i = 0; i < guests->n_claims; i++) {
		const struct sriov_claim *claim = &guests->claim[i];

		if (sriov_bdf_compare(&claim->bdf, &vf->vf->fn.bdf) != 0)
			continue;
		if (first && strcmp(first->guest, claim->guest) != 0) {
			sriov_finding_add(
				checkup, SRIOV_LEVEL_WARN, name,
				"given to the guests %s and %s: while one runs, "
				"the other cannot start",
				first->guest, claim->guest);
			sriov_finding_fix(checkup,
					  "virsh edit %s        and give it a VF that "
					  "nobody has: sriovctl list %s",
					  claim->guest, vf->pf->name);
		}
		first = first ? first : claim;
	}
	for (size_t i = 0; first && i < guests->n_pools; i++) {
		const struct sriov_pool *pool = &guests->pool[i];

		if (!sriov_pool_has(pool, &vf->vf->fn.bdf, vf->pf->fn.netdev))
			continue;
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, name,
				  "given to the guest %s, and handed out by the pool %s "
				  "too: whoever comes second cannot start",
				  first->guest, pool->name);
		sriov_finding_fix(
			checkup,
			"virsh edit %s        and let it take a VF from the "
			"pool: <interface type='network'><source network='%s'/>",
			first->guest, pool->name);
	}
}

static void check_pools(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	const struct sriov_guests *guests = &checkup->guests;
	char names[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < guests->n_pools; i++)
		if (pf->fn.netdev[0] && strcmp(guests->pool[i].pf, pf->fn.netdev) == 0)
			sriov_text_append(names, sizeof(names), "%s%s", n++ ? ", " : "",
					  guests->pool[i].name);
	if (n < 2)
		return;
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
			  "several pools hand out its VFs: %s", names);
	sriov_finding_fix(checkup, "virsh net-undefine all of them but one; portgroups "
				   "of one pool can have VLANs of their own");
}

/* The PF whose VF would be at @bdf, with its number; NULL: none. */
static const struct sriov_pf *would_be(const struct sriov_checkup *checkup,
				       const struct sriov_bdf *bdf, unsigned *ret_index)
{
	for (size_t i = 0; i < checkup->host->n_pfs; i++)
		if (sriov_pf_index_at(checkup, &checkup->host->pf[i], bdf, ret_index))
			return &checkup->host->pf[i];
	return NULL;
}

/* A macvtap stands on a netdev, which may have come from anywhere. */
static void check_presence(struct sriov_checkup *checkup, const struct sriov_claim *claim)
{
	char address[SRIOV_BDF_LEN], path[64];
	const struct sriov_pf *pf;
	unsigned index;

	if (claim->netdev[0])
		return;
	snprintf(path, sizeof(path), "bus/pci/devices/%s",
		 sriov_bdf_format(&claim->bdf, address));
	if (sriov_sysfs_exists(checkup->doors->sys, path))
		return;
	pf = would_be(checkup, &claim->bdf, &index);
	if (!pf) {
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, address,
				  "given to the guest %s, and not there: the guest "
				  "cannot start",
				  claim->guest);
		sriov_finding_fix(checkup,
				  "virsh edit %s        sriovctl list all has the "
				  "addresses of the VFs",
				  claim->guest);
		return;
	}
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, address,
			  "given to the guest %s, and not there: it would be %s/%u, but "
			  "%s has %zu VFs",
			  claim->guest, pf->name, index, pf->name, pf->n_vfs);
	sriov_finding_fix(checkup, "sriovctl enable %s %u%s", pf->name, index + 1,
			  pf->n_vfs ? "        makes all of them anew" : "");
}

void sriov_check_claims(struct sriov_checkup *checkup)
{
	_cleanup_closedir_ DIR *list =
		sriov_sysfs_list(checkup->doors->etc, "libvirt/qemu");

	if (!list && errno == EACCES)
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "needs root: which VFs libvirt's guests are given");
	for (size_t i = 0; i < checkup->n_pfs; i++)
		check_pools(checkup, checkup->pf[i]);
	for (size_t i = 0; i < checkup->vfs.n; i++)
		check_vf(checkup, &checkup->vfs.vf[i]);
	for (size_t i = 0; i < checkup->guests.n_claims; i++)
		check_presence(checkup, &checkup->guests.claim[i]);
}

/* The VLAN that the administrator has set, also while libvirt has its own there. */
static unsigned vlan_set(const struct sriov_vf *vf)
{
	if (vf->saved.has_vlan)
		return vf->saved.vlan;
	return (unsigned)sriov_vf_value(vf, SRIOV_ATTR_VLAN).number;
}

/* An <interface> makes libvirt set VLAN and MAC, whatever the VF has. */
static void check_interface(struct sriov_checkup *checkup,
			    const struct sriov_checked_vf *vf,
			    const struct sriov_claim *claim)
{
	unsigned vlan = vlan_set(vf->vf);
	char name[SRIOV_NAME_LEN], becomes[16];

	if (vlan == 0 || claim->vlan == vlan)
		return;
	sriov_vf_name(vf->pf, vf->vf->index, name);
	snprintf(becomes, sizeof(becomes), "%u", claim->vlan);
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, name,
			  "the guest %s has it by <interface> %s%s: libvirt %s its VLAN "
			  "%u while the guest runs",
			  claim->guest, claim->vlan ? "with VLAN " : "without <vlan>",
			  claim->vlan ? becomes : "",
			  claim->vlan ? "puts that in place of" : "clears", vlan);
	sriov_finding_fix(checkup,
			  "virsh edit %s        and say <vlan><tag id='%u'/></vlan> "
			  "there, or hand it over by <hostdev>: sriovctl xml hostdev %s",
			  claim->guest, vlan, name);
}

void sriov_check_interfaces(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->guests.n_claims; i++) {
		const struct sriov_claim *claim = &checkup->guests.claim[i];

		for (size_t j = 0; claim->by_interface && j < checkup->vfs.n; j++)
			if (sriov_bdf_compare(&claim->bdf,
					      &checkup->vfs.vf[j].vf->fn.bdf) == 0)
				check_interface(checkup, &checkup->vfs.vf[j], claim);
	}
}
