/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pools of VFs: those that a domain takes from, and a network by itself. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "check/domain_checkup.h"
#include "want/attr.h"

static const struct sriov_pf *pf_called(const struct sriov_domain_checkup *c,
					const char *netdev)
{
	const struct sriov_host *host = c->up.host;

	for (size_t i = 0; i < host->n_pfs; i++)
		if (netdev[0] && strcmp(host->pf[i].fn.netdev, netdev) == 0)
			return &host->pf[i];
	return NULL;
}

static void check_pf(struct sriov_domain_checkup *c, const char *object,
		     const char *netdev)
{
	const struct sriov_pf *pf = pf_called(c, netdev);

	if (!pf) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
				  "there is no PF %s: the pool cannot start", netdev);
		sriov_finding_fix(&c->up,
				  "sriovctl list        has the PFs of this host");
	} else if (pf->n_vfs == 0) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
				  "%s has no VFs: the pool has nothing to hand out",
				  pf->name);
		sriov_finding_fix(&c->up, "sriovctl enable %s N", pf->name);
	}
}

static void check_member(struct sriov_domain_checkup *c, const char *object,
			 const struct sriov_bdf *bdf)
{
	char address[SRIOV_BDF_LEN];
	const struct sriov_vf *vf;

	sriov_domain_find_vf(c, bdf, &vf);
	if (vf)
		return;
	sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, object,
			  "%s is no VF of this host: the pool cannot hand it out",
			  sriov_bdf_format(bdf, address));
	sriov_finding_fix(&c->up, "sriovctl xml network SEL... --name %s",
			  object ? object : "NAME");
}

/* A pool is checked once, however many cards take from it. */
static bool is_seen(const struct sriov_domain_checkup *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (c->nic[k].pool == c->nic[i].pool)
			return true;
	return false;
}

static bool has_vlan(const struct sriov_domain_checkup *c,
		     const struct sriov_domain_nic *nic)
{
	return sriov_interface_vlan(c->xml, nic->element) != 0 ||
	       sriov_domain_child_value(c, nic->element, "source", "portgroup");
}

/* libvirt clears the VLAN of the VF that it takes, when none is said. */
static void check_vlans(struct sriov_domain_checkup *c,
			const struct sriov_domain_nic *nic)
{
	const struct sriov_host *host = c->up.host;

	if (has_vlan(c, nic))
		return;
	for (size_t i = 0; i < host->n_pfs; i++)
		for (size_t k = 0; k < host->pf[i].n_vfs; k++) {
			const struct sriov_vf *vf = &host->pf[i].vf[k];
			char name[SRIOV_NAME_LEN], word[SRIOV_USER_LEN * 4 + 3];

			if (!sriov_pool_has(nic->pool, &vf->fn.bdf,
					    host->pf[i].fn.netdev) ||
			    vf->saved.has_vlan ||
			    sriov_vf_value(vf, SRIOV_ATTR_VLAN).number == 0)
				continue;
			sriov_finding_add(
				&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
				"takes from the pool %s without a VLAN, and %s of it is "
				"set to VLAN %u: libvirt clears that",
				nic->pool->name,
				sriov_vf_name(&host->pf[i], vf->index, name),
				(unsigned)sriov_vf_value(vf, SRIOV_ATTR_VLAN).number);
			sriov_finding_fix(
				&c->up,
				"sriovctl xml network %s --name %s --portgroup "
				"NAME:VLAN        and say portgroup='NAME' in "
				"<source>",
				host->pf[i].name,
				sriov_text_shell(nic->pool->name, word, sizeof(word)));
			return;
		}
}

void sriov_check_pool_members(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_pool *pool = c->nic[i].pool;

		if (!pool)
			continue;
		check_vlans(c, &c->nic[i]);
		if (is_seen(c, i))
			continue;
		if (pool->pf[0])
			check_pf(c, pool->name, pool->pf);
		for (size_t k = 0; k < pool->n_members; k++)
			check_member(c, pool->name, &pool->member[k]);
	}
}

static size_t count(const struct sriov_domain_checkup *c, size_t parent, const char *name)
{
	size_t i = parent, n = 0;

	while ((i = sriov_xml_child(c->xml, parent, i, name)) != 0)
		n++;
	return n;
}

static void check_sources(struct sriov_domain_checkup *c, size_t forward)
{
	size_t pfs = count(c, forward, "pf"), vfs = count(c, forward, "address");

	if (pfs > 1)
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, NULL,
				  "%zu PFs in one pool: libvirt takes one", pfs);
	else if (pfs && vfs)
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, NULL,
				  "a PF and VFs in one pool: libvirt drops the PF "
				  "without a word");
	else if (!pfs && !vfs)
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, NULL,
				  "neither a PF nor VFs: there is nothing to hand out");
	else
		return;
	sriov_finding_fix(&c->up, "sriovctl xml network em1 em2 --name NAME        lists "
				  "the VFs of all PFs that are named");
}

void sriov_check_pool_document(struct sriov_domain_checkup *c)
{
	size_t forward = sriov_domain_child(c, 0, "forward"), i = forward;
	const char *pf;

	if (forward == 0 || !sriov_xml_is(c->xml, forward, "mode", "hostdev"))
		return;
	check_sources(c, forward);
	pf = sriov_domain_child_value(c, forward, "pf", "dev");
	if (pf)
		check_pf(c, NULL, pf);
	while ((i = sriov_xml_child(c->xml, forward, i, "address")) != 0) {
		struct sriov_bdf bdf;

		if (sriov_hostdev_address(c->xml, i, &bdf) == 0)
			check_member(c, NULL, &bdf);
	}
}
