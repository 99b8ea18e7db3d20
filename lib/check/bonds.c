/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a bond inside a guest keeps its traffic when it fails over. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "want/attr.h"

/* These refuse a guest's own MAC once the VF was given one, unless it is trusted. */
static const char *const strict_drivers[] = {"igb", "ixgbe", "i40e", "ice"};

/* Trust may be needed where nobody knows whose the MAC is, the administrator's or a
 * former guest's. */
enum cure { CURE_NONE, CURE_SPOOFCHK, CURE_TRUST, CURE_MAYBE_TRUST };

static bool is_strict(const char *driver)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(strict_drivers); i++)
		if (strcmp(strict_drivers[i], driver) == 0)
			return true;
	return false;
}

/* The guest that has the VF, or is given it when it starts; NULL: none by name. */
static const struct sriov_user *guest_of(const struct sriov_function *fn)
{
	for (size_t i = 0; i < fn->n_users; i++)
		if (fn->users[i].kind == SRIOV_USER_GUEST ||
		    fn->users[i].kind == SRIOV_USER_DEFINED)
			return &fn->users[i];
	return NULL;
}

/* Whether the guest called @name has, or is given, more VFs than one. */
static bool has_several(const struct sriov_host *host, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < host->n_pfs; i++)
		for (size_t j = 0; j < host->pf[i].n_vfs; j++) {
			const struct sriov_user *user = guest_of(&host->pf[i].vf[j].fn);

			n += user && strcmp(user->name, name) == 0;
		}
	return n > 1;
}

/* Whether the VF may become a slave of a bond in a guest. */
static bool is_for_a_bond(const struct sriov_checkup *checkup, const struct sriov_vf *vf)
{
	const struct sriov_user *user = guest_of(&vf->fn);

	if (user)
		return has_several(checkup->host, user->name);
	return sriov_driver_is_vfio(vf->fn.driver) ||
	       (vf->fn.n_users && vf->fn.users[0].kind == SRIOV_USER_POOL);
}

/* A MAC that the VF's own driver made up does not bind the card. */
static bool has_mac(const struct sriov_checkup *checkup, const struct sriov_vf *vf,
		    uint64_t mac)
{
	if (sriov_vf_made_up(vf, mac))
		mac = 0;
	return mac != 0 || sriov_libvirt_sets_mac(checkup, vf);
}

/*
 * A bond in mode active-backup gives all its slaves one MAC.  With no MAC set from
 * outside the card takes it, and only spoofchk may drop frames; with one, trust decides.
 */
static enum cure cure_of(const struct sriov_checkup *checkup,
			 const struct sriov_checked_vf *vf)
{
	struct sriov_value mac = sriov_vf_value(vf->vf, SRIOV_ATTR_MAC);
	struct sriov_value spoofchk = sriov_vf_value(vf->vf, SRIOV_ATTR_SPOOFCHK);
	struct sriov_value trust = sriov_vf_value(vf->vf, SRIOV_ATTR_TRUST);

	if (!mac.known || (trust.known && trust.number))
		return CURE_NONE;
	if (has_mac(checkup, vf->vf, mac.number) && trust.known &&
	    is_strict(vf->pf->fn.driver))
		return !spoofchk.known || spoofchk.number ||
				       sriov_libvirt_sets_mac(checkup, vf->vf)
			       ? CURE_TRUST
			       : CURE_MAYBE_TRUST;
	return spoofchk.known && spoofchk.number ? CURE_SPOOFCHK : CURE_NONE;
}

static void say_cure(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
		     enum cure cure, const char *driver)
{
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, set, ", ");
	_cleanup_free_ char *selectors = sriov_vf_set_selectors(checkup, set);

	if (cure == CURE_MAYBE_TRUST)
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
				  "a bond inside a guest may lose its traffic at "
				  "failover: if the MAC was set from outside, the %s "
				  "driver refuses the guest's MAC change (trust off)",
				  driver);
	else if (cure == CURE_TRUST)
		sriov_finding_add(
			checkup, SRIOV_LEVEL_WARN, names,
			"a bond inside a guest will lose its traffic at "
			"failover: the %s driver refuses the guest's MAC change "
			"(MAC set, trust off)",
			driver);
	else
		sriov_finding_add(
			checkup, SRIOV_LEVEL_WARN, names,
			"a bond inside a guest will lose its traffic at "
			"failover: the card drops frames with the bond's MAC as "
			"spoofed (spoofchk on)");
	sriov_finding_fix(checkup,
			  "sriovctl vf set %s %s        or fail_over_mac=active in the "
			  "guests' bonds",
			  selectors, cure == CURE_SPOOFCHK ? "spoofchk off" : "trust on");
}

/* Whether a PF before the one at @index has its driver. */
static bool driver_is_done(const struct sriov_checkup *checkup, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(checkup->pf[i]->fn.driver, checkup->pf[index]->fn.driver) == 0)
			return true;
	return false;
}

/* One finding for all VFs of @driver's PFs that need @cure. */
static void check_cure(struct sriov_checkup *checkup, enum cure cure, const char *driver,
		       const enum cure *needed)
{
	struct sriov_vf_set set = {0};

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		const struct sriov_checked_vf *vf = &checkup->vfs.vf[i];

		if (needed[i] == cure && strcmp(vf->pf->fn.driver, driver) == 0)
			sriov_vf_set_add(checkup, &set, vf->pf, vf->vf);
	}
	if (set.n)
		say_cure(checkup, &set, cure, driver);
	sriov_vf_set_free(&set);
}

void sriov_check_bonds(struct sriov_checkup *checkup)
{
	_cleanup_free_ enum cure *needed = calloc(checkup->vfs.n + 1, sizeof(*needed));

	if (!needed) {
		checkup->no_memory = true;
		return;
	}
	for (size_t i = 0; i < checkup->vfs.n; i++)
		if (sriov_function_is_net(&checkup->vfs.vf[i].vf->fn) &&
		    is_for_a_bond(checkup, checkup->vfs.vf[i].vf))
			needed[i] = cure_of(checkup, &checkup->vfs.vf[i]);
	for (size_t i = 0; i < checkup->n_pfs; i++) {
		if (driver_is_done(checkup, i))
			continue;
		check_cure(checkup, CURE_TRUST, checkup->pf[i]->fn.driver, needed);
		check_cure(checkup, CURE_MAYBE_TRUST, checkup->pf[i]->fn.driver, needed);
		check_cure(checkup, CURE_SPOOFCHK, checkup->pf[i]->fn.driver, needed);
	}
}
