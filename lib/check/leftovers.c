/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier change left behind on PFs and VFs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

#define PCI_DEVICES "bus/pci/devices"

/* The PF that the function @address is, or is a VF of; NULL when it is not in scope. */
static const struct sriov_pf *pf_of(const struct sriov_checkup *checkup,
				    const char *address)
{
	char path[96], pf[SRIOV_BDF_LEN];

	snprintf(path, sizeof(path), PCI_DEVICES "/%.32s/physfn", address);
	if (sriov_sysfs_link_name(checkup->doors->sys, path, pf, sizeof(pf)) < 0)
		snprintf(pf, sizeof(pf), "%.16s", address);
	for (size_t i = 0; i < checkup->n_pfs; i++)
		if (strcmp(checkup->pf[i]->fn.address, pf) == 0)
			return checkup->pf[i];
	return NULL;
}

static void say_note(struct sriov_checkup *checkup, const struct sriov_pf *pf,
		     const char *address, const char *file)
{
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
			  "a killed run of sriovctl left the %s of %s changed", file,
			  address);
	sriov_finding_fix(checkup,
			  "sriovctl repair %s        (any change of %s puts it back "
			  "first)",
			  pf->name, pf->name);
}

/* The note @address, about the file @arg of that function. */
static void check_note(struct sriov_checkup *checkup, const char *address, void *arg)
{
	const struct sriov_pf *pf = pf_of(checkup, address);

	if (pf && !sriov_pf_is_locked(checkup->doors, pf))
		say_note(checkup, pf, address, arg);
}

/* Notes of what is to be put back (run/scratch.c); those of a run under way are none. */
void sriov_check_runs(struct sriov_checkup *checkup)
{
	static char override[] = "driver_override",
		    autoprobe[] = "sriov_drivers_autoprobe", driver[] = "driver";
	const int run = checkup->doors->run;

	if (sriov_checkup_each(checkup, run, "sriovctl/override", check_note, override) ==
	    -EACCES) {
		sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, NULL,
				  "needs root: whether a killed run of sriovctl left "
				  "something behind");
		return;
	}
	sriov_checkup_each(checkup, run, "sriovctl/autoprobe", check_note, autoprobe);
	sriov_checkup_each(checkup, run, "sriovctl/driver", check_note, driver);
}

void sriov_checkup_find_broken(struct sriov_checkup *checkup)
{
	const struct sriov_config_pf *entry = NULL;
	const struct sriov_pf *last = NULL;
	bool locked = false;

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		struct sriov_checked_vf *vf = &checkup->vfs.vf[i];

		if (vf->pf != last) {
			locked = sriov_pf_is_locked(checkup->doors, vf->pf);
			entry = sriov_config_of(checkup->config, checkup->host, vf->pf);
		}
		last = vf->pf;
		vf->is_driverless = sriov_config_is_driverless(entry, vf->vf->index);
		if (!locked)
			vf->broken =
				sriov_vf_broken(checkup->doors, vf->pf, vf->vf, entry);
	}
}

void sriov_check_autoprobe(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->n_pfs; i++) {
		const struct sriov_pf *pf = checkup->pf[i];
		const struct sriov_config_pf *entry =
			sriov_config_of(checkup->config, checkup->host, pf);

		if (!(sriov_pf_broken(checkup->doors, pf, entry) &
		      SRIOV_BROKEN_AUTOPROBE) ||
		    sriov_pf_is_locked(checkup->doors, pf))
			continue;
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
				  "sriov_drivers_autoprobe is 0: new VFs get no driver");
		sriov_finding_fix(checkup, "sriovctl repair %s", pf->name);
	}
}

static void say_override(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
			 const char *driver)
{
	_cleanup_free_ char *names = NULL, *selectors = NULL;

	if (set->n == 0)
		return;
	names = sriov_vf_set_names(checkup, set, ", ");
	selectors = sriov_vf_set_selectors(checkup, set);
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
			  "driver_override still reserves it for %s, which does not "
			  "have it: no other driver will get it",
			  driver);
	sriov_finding_fix(checkup, "sriovctl repair %s", selectors);
}

/* The VFs of @pf in scope that are reserved for a driver other than theirs. */
static void check_override(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	char first[SRIOV_DRIVER_LEN] = "", driver[SRIOV_DRIVER_LEN];
	struct sriov_vf_set set = {0};

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		const struct sriov_vf *vf = checkup->vfs.vf[i].vf;

		if (checkup->vfs.vf[i].pf != pf ||
		    !(checkup->vfs.vf[i].broken & SRIOV_BROKEN_OVERRIDE) ||
		    !sriov_function_override(checkup->doors, &vf->fn, driver))
			continue;
		if (set.n && strcmp(first, driver) != 0) {
			say_override(checkup, &set, first);
			sriov_vf_set_free(&set);
		}
		snprintf(first, sizeof(first), "%s", driver);
		sriov_vf_set_add(checkup, &set, pf, vf);
	}
	say_override(checkup, &set, first);
	sriov_vf_set_free(&set);
}

void sriov_check_override(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->n_pfs; i++) {
		const struct sriov_pf *pf = checkup->pf[i];

		if (sriov_pf_is_locked(checkup->doors, pf))
			sriov_finding_add(checkup, SRIOV_LEVEL_UNKNOWN, pf->name,
					  "sriovctl is changing it right now: what is "
					  "left behind will be seen later");
		else
			check_override(checkup, pf);
	}
}

static bool has_vf_at(const struct sriov_pf *pf, const char *address)
{
	for (size_t i = 0; i < pf->n_vfs; i++)
		if (strcmp(pf->vf[i].fn.address, address) == 0)
			return true;
	return false;
}

/* VFs that the driver of @pf left to themselves when it was unbound. */
static void check_left_vfs(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	_cleanup_free_ char *names = NULL;
	struct sriov_vf_set set = {0};

	for (size_t i = 0; i < pf->n_vfs; i++)
		sriov_vf_set_add(checkup, &set, pf, &pf->vf[i]);
	names = sriov_vf_set_names(checkup, &set, ", ");
	sriov_vf_set_free(&set);
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
			  "orphans: their PF has no driver any more");
	sriov_finding_fix(checkup, "sriovctl repair %s", pf->name);
}

/* Whether the device @address says that it is a VF, which its PF does not know. */
static void check_orphan(struct sriov_checkup *checkup, const char *address, void *arg)
{
	const struct sriov_pf *pf;
	char path[96];

	(void)arg;
	snprintf(path, sizeof(path), PCI_DEVICES "/%.32s/physfn", address);
	if (!sriov_sysfs_exists(checkup->doors->sys, path))
		return;
	pf = pf_of(checkup, address);
	if (!pf || has_vf_at(pf, address) || sriov_pf_is_locked(checkup->doors, pf))
		return;
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, address,
			  "an orphan: says it is a VF of %s, which does not know it",
			  pf->name);
	sriov_finding_fix(checkup,
			  "sriovctl disable %s        (a VF goes only with all VFs of "
			  "its PF)",
			  pf->name);
}

void sriov_check_orphans(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->n_pfs; i++)
		if (checkup->pf[i]->n_vfs && !checkup->pf[i]->fn.driver[0])
			check_left_vfs(checkup, checkup->pf[i]);
	sriov_checkup_each(checkup, checkup->doors->sys, PCI_DEVICES, check_orphan, NULL);
}

static bool is_broken_driver(const struct sriov_checked_vf *vf)
{
	return vf->broken & SRIOV_BROKEN_DRIVER;
}

static bool is_broken_netdev(const struct sriov_checked_vf *vf)
{
	return vf->broken & SRIOV_BROKEN_NETDEV;
}

/* Such as an NVMe VF: its driver turns it down until it has been given queues. */
static bool lacks_driver(const struct sriov_checked_vf *vf)
{
	return !vf->vf->fn.driver[0] && !vf->is_driverless && !is_broken_driver(vf);
}

static bool is_driverless(const struct sriov_checked_vf *vf)
{
	return !vf->vf->fn.driver[0] && vf->is_driverless;
}

/* The VFs in scope for which @test is true. */
static struct sriov_vf_set collect(struct sriov_checkup *checkup,
				   bool (*test)(const struct sriov_checked_vf *vf))
{
	const struct sriov_pf *last = NULL;
	struct sriov_vf_set set = {0};
	bool locked = false;

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		const struct sriov_checked_vf *vf = &checkup->vfs.vf[i];

		if (vf->pf != last)
			locked = sriov_pf_is_locked(checkup->doors, vf->pf);
		last = vf->pf;
		if (!locked && test(vf))
			sriov_vf_set_add(checkup, &set, vf->pf, vf->vf);
	}
	return set;
}

/*
 * One finding for all VFs of @test: @message, and @fix with their selectors and @remark;
 * @fix may be NULL.  Returns how many VFs there are.
 */
static size_t say_all(struct sriov_checkup *checkup,
		      bool (*test)(const struct sriov_checked_vf *vf),
		      enum sriov_level level, const char *message, const char *fix,
		      const char *remark)
{
	struct sriov_vf_set set = collect(checkup, test);
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, &set, ", ");
	_cleanup_free_ char *selectors = sriov_vf_set_selectors(checkup, &set);
	size_t n = set.n;

	sriov_vf_set_free(&set);
	if (n == 0)
		return 0;
	sriov_finding_add(checkup, level, names, "%s", message);
	if (fix)
		sriov_finding_fix(checkup, "%s %s%s", fix, selectors, remark);
	return n;
}

void sriov_check_drivers(struct sriov_checkup *checkup)
{
	static const char message[] = "no driver: the host cannot use it";
	size_t n = say_all(checkup, is_driverless, SRIOV_LEVEL_OK,
			   "no driver, as the configuration says", NULL, NULL);

	n += say_all(checkup, is_broken_driver, SRIOV_LEVEL_WARN, message,
		     "sriovctl repair", "        for the host, or bind for a guest");
	n += say_all(checkup, lacks_driver, SRIOV_LEVEL_WARN, message, "sriovctl unbind",
		     "        for the host, or bind for a guest");
	if (checkup->vfs.n && !n)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "every VF has a driver");
}

void sriov_check_netdevs(struct sriov_checkup *checkup)
{
	struct sriov_vf_set set = collect(checkup, is_broken_netdev);
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, &set, ", ");
	_cleanup_free_ char *selectors = sriov_vf_set_selectors(checkup, &set);

	if (set.n) {
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
				  "its driver %s has made no network interface",
				  set.vf[0].vf->fn.driver);
		sriov_finding_fix(checkup,
				  "sriovctl repair %s        starts the driver again",
				  selectors);
	}
	sriov_vf_set_free(&set);
}
