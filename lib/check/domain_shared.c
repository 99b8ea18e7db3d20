/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices of the host that a domain is given, and somebody else too. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "check/domain_checkup.h"

/* The VF that the card stands on: given itself, or under a macvtap; NULL: none. */
static const struct sriov_vf *vf_under(const struct sriov_domain_checkup *c,
				       const struct sriov_domain_nic *nic)
{
	const char *netdev = sriov_domain_netdev_under(c, nic);

	for (size_t i = 0; netdev && i < c->up.host->n_pfs; i++) {
		const struct sriov_pf *pf = &c->up.host->pf[i];

		for (size_t k = 0; k < pf->n_vfs; k++)
			if (strcmp(pf->vf[k].fn.netdev, netdev) == 0)
				return &pf->vf[k];
	}
	return nic->vf;
}

static bool is_passthrough(const struct sriov_domain_checkup *c,
			   const struct sriov_domain_nic *nic)
{
	const char *mode = sriov_domain_child_value(c, nic->element, "source", "mode");

	return mode && strcmp(mode, "passthrough") == 0;
}

/* Two cards of this guest that cannot be both. */
static bool is_same(const struct sriov_domain_checkup *c,
		    const struct sriov_domain_nic *nic,
		    const struct sriov_domain_nic *other)
{
	if (nic->device && other->device)
		return sriov_bdf_compare(&nic->device->bdf, &other->device->bdf) == 0;
	/* macvtaps on one device get along but in this mode */
	if (!nic->device && !other->device && !is_passthrough(c, nic) &&
	    !is_passthrough(c, other))
		return false;
	return vf_under(c, nic) && vf_under(c, nic) == vf_under(c, other);
}

static const struct sriov_domain_nic *named_before(const struct sriov_domain_checkup *c,
						   size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same(c, &c->nic[i], &c->nic[k]))
			return &c->nic[k];
	return NULL;
}

/* Whether another guest's definition claims what the card stands on. */
static bool is_claimed(const struct sriov_domain_checkup *c,
		       const struct sriov_domain_nic *nic,
		       const struct sriov_claim *claim)
{
	const struct sriov_vf *vf = vf_under(c, nic);

	if (strcmp(claim->guest, c->guest) == 0)
		return false;
	if (claim->netdev[0])
		return vf && strcmp(claim->netdev, vf->fn.netdev) == 0 &&
		       (nic->device || is_passthrough(c, nic));
	if (nic->device)
		return sriov_bdf_compare(&claim->bdf, &nic->device->bdf) == 0;
	return vf && sriov_bdf_compare(&claim->bdf, &vf->fn.bdf) == 0;
}

/* Whether the guest has the device now; of no VF it is not known. */
static bool is_held_by(const struct sriov_vf *vf, const char *guest)
{
	for (size_t i = 0; vf && i < vf->fn.n_users; i++)
		if (vf->fn.users[i].kind == SRIOV_USER_GUEST &&
		    strcmp(vf->fn.users[i].name, guest) == 0)
			return true;
	return false;
}

static void fix_sharing(struct sriov_domain_checkup *c,
			const struct sriov_domain_nic *nic, const char *name)
{
	if (nic->device)
		sriov_domain_fix_edit(
			c,
			"sriovctl xml remove %s | sriovctl xml add $(sriovctl pick "
			"1%s%s)%s",
			name, nic->vf ? " --spread " : "", nic->vf ? nic->pf->name : "",
			nic->device->form == SRIOV_AS_INTERFACE ? " --as interface" : "");
	else
		sriov_finding_fix(&c->up,
				  "virsh edit %s        and name another VF's: sriovctl "
				  "list all -o vf,netdev,used_by",
				  c->guest_word);
}

/* Another guest with the device: worse while it has it. */
static void check_other_guests(struct sriov_domain_checkup *c,
			       const struct sriov_domain_nic *nic, const char *name)
{
	const struct sriov_guests *guests = &c->up.guests;

	for (size_t i = 0; i < guests->n_claims; i++) {
		const struct sriov_claim *claim = &guests->claim[i];
		bool has_it = is_held_by(vf_under(c, nic), claim->guest);

		if (!is_claimed(c, nic, claim))
			continue;
		sriov_finding_add(&c->up, has_it ? SRIOV_LEVEL_FAIL : SRIOV_LEVEL_WARN,
				  name, "%sgiven to the guest %s too%s%s",
				  nic->device ? "" : "the VF under this macvtap is ",
				  claim->guest, claim->netdev[0] ? " (macvtap)" : "",
				  has_it ? ", which has it now: this one cannot start"
					 : ": while one runs, the other cannot start");
		fix_sharing(c, nic, name);
		return;
	}
}

static void check_pools(struct sriov_domain_checkup *c,
			const struct sriov_domain_nic *nic, const char *name)
{
	const struct sriov_guests *guests = &c->up.guests;
	char word[SRIOV_USER_LEN * 4 + 3];

	for (size_t i = 0; nic->vf && i < guests->n_pools; i++) {
		const struct sriov_pool *pool = &guests->pool[i];

		if (!sriov_pool_has(pool, &nic->vf->fn.bdf, nic->pf->fn.netdev))
			continue;
		sriov_finding_add(&c->up, SRIOV_LEVEL_WARN, name,
				  "the pool %s hands it out too: whoever comes second "
				  "cannot start",
				  pool->name);
		sriov_finding_fix(&c->up,
				  "sriovctl xml network %s --name %s        lists the "
				  "VFs that no guest names",
				  nic->pf->name,
				  sriov_text_shell(pool->name, word, sizeof(word)));
		return;
	}
}

/* One of this guest's cards twice. */
static void say_twice(struct sriov_domain_checkup *c, const struct sriov_domain_nic *nic,
		      const struct sriov_domain_nic *before, const char *name)
{
	if (nic->device && before->device) {
		sriov_finding_add(&c->up, SRIOV_LEVEL_FAIL, name,
				  "given twice to this guest: it cannot start");
		sriov_domain_fix_edit(c, "sriovctl xml remove %s | sriovctl xml add %s",
				      name, name);
		return;
	}
	if (nic->device)
		sriov_finding_add(
			&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
			"the macvtap %s stands on this VF, which is to be given "
			"away: the guest cannot start",
			before->nic.name);
	else
		sriov_finding_add(
			&c->up, SRIOV_LEVEL_FAIL, nic->nic.name,
			before->device ? "a macvtap on the VF that the guest is given "
					 "as %s: it cannot start"
				       : "a macvtap on the network device of %s, and in "
					 "passthrough mode each needs its own: the "
					 "guest cannot start",
			before->nic.name);
	fix_sharing(c, nic->device ? nic : before->device ? before : nic, name);
}

void sriov_check_shared(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct sriov_domain_nic *nic = &c->nic[i], *before;
		char name[SRIOV_NIC_NAME_LEN];

		if (nic->device)
			sriov_domain_device_name(nic, name);
		else if (sriov_domain_netdev_under(c, nic))
			snprintf(name, sizeof(name), "%s", nic->nic.name);
		else
			continue;
		before = named_before(c, i);
		if (before) {
			say_twice(c, nic, before, name);
			continue;
		}
		check_other_guests(c, nic, name);
		check_pools(c, nic, name);
	}
}
