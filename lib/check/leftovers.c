/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an earlier change left behind on PFs and VFs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

#define PCI_DEVICES "bus/pci/devices"

/* Whether a run of sriovctl changes the PF right now (run/lock.c). */
static bool is_locked(const struct sriov_checkup *checkup, const char *address)
{
	_cleanup_close_ int fd = -1;
	char path[64];

	snprintf(path, sizeof(path), "sriovctl/lock/pci-%s", address);
	fd = openat(checkup->doors->run, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

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
	if (pf->n_vfs)
		sriov_finding_fix(checkup,
				  "sriovctl enable %s %zu        (any change of %s puts "
				  "it back first)",
				  pf->name, pf->n_vfs, pf->name);
	else
		sriov_finding_fix(checkup,
				  "sriovctl disable %s        (any change of it puts it "
				  "back first)",
				  pf->name);
}

/* The note @address, about the file @arg of that function. */
static void check_note(struct sriov_checkup *checkup, const char *address, void *arg)
{
	const struct sriov_pf *pf = pf_of(checkup, address);

	if (pf && !is_locked(checkup, pf->fn.address))
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

static bool is_noted(const struct sriov_checkup *checkup, const char *folder,
		     const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), "sriovctl/%s/%s", folder, address);
	return sriov_sysfs_exists(checkup->doors->run, path);
}

void sriov_check_autoprobe(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->n_pfs; i++) {
		const struct sriov_pf *pf = checkup->pf[i];

		if (pf->autoprobe || is_noted(checkup, "autoprobe", pf->fn.address) ||
		    is_locked(checkup, pf->fn.address))
			continue;
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, pf->name,
				  "sriov_drivers_autoprobe is 0: new VFs get no driver");
		sriov_finding_fix(checkup,
				  "echo 1 > /sys/" PCI_DEVICES
				  "/%s/sriov_drivers_autoprobe",
				  pf->fn.address);
	}
}

/*
 * Before 6.2 reading driver_override takes the device's lock, which an unbind that waits
 * for a guest holds; such a device has no driver any more.
 */
static bool may_read_override(const struct sriov_checkup *checkup,
			      const struct sriov_function *fn)
{
	char release[64];
	unsigned major = 0, minor = 0;

	/* a captured tree may lack it, a running host has it */
	if (fn->driver[0] ||
	    sriov_sysfs_read(checkup->doors->proc, "sys/kernel/osrelease", release,
			     sizeof(release)) < 0)
		return true;
	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 2));
}

/* The driver that the function is reserved for, "" none.  Returns @buf. */
static const char *read_override(const struct sriov_checkup *checkup,
				 const struct sriov_function *fn, char *buf, size_t size)
{
	char path[64];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/driver_override", fn->address);
	if (!may_read_override(checkup, fn) ||
	    sriov_sysfs_read(checkup->doors->sys, path, buf, size) < 0 ||
	    strcmp(buf, "(null)") == 0)
		buf[0] = '\0';
	return buf;
}

/* "{0,3}" or "3" for the VFs of @set, which are of one PF. */
static char *braces(struct sriov_checkup *checkup, const struct sriov_vf_set *set)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	for (size_t i = 0; to && i < set->n; i++)
		fprintf(to, "%s%u",
			i	     ? ","
			: set->n > 1 ? "{"
				     : "",
			set->vf[i].vf->index);
	if (to && set->n > 1)
		fputc('}', to);
	if (to && fclose(to) == 0)
		return text;
	checkup->no_memory = true;
	return NULL;
}

static void say_override(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
			 const char *driver)
{
	_cleanup_free_ char *names = NULL, *numbers = NULL;

	if (set->n == 0)
		return;
	names = sriov_vf_set_names(checkup, set, ", ");
	numbers = braces(checkup, set);
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
			  "driver_override still reserves it for %s, which does not "
			  "have it: no other driver will get it",
			  driver);
	sriov_finding_fix(checkup,
			  "echo | tee /sys/" PCI_DEVICES "/%s/virtfn%s/driver_override",
			  set->vf[0].pf->fn.address, numbers);
}

/* The VFs of @pf in scope that are reserved for a driver other than theirs. */
static void check_override(struct sriov_checkup *checkup, const struct sriov_pf *pf)
{
	char first[SRIOV_DRIVER_LEN] = "", driver[SRIOV_DRIVER_LEN];
	struct sriov_vf_set set = {0};

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		const struct sriov_vf *vf = checkup->vfs.vf[i].vf;

		if (checkup->vfs.vf[i].pf != pf ||
		    is_noted(checkup, "override", vf->fn.address) ||
		    !read_override(checkup, &vf->fn, driver, sizeof(driver))[0] ||
		    strcmp(driver, vf->fn.driver) == 0)
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

		if (is_locked(checkup, pf->fn.address))
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
	sriov_finding_fix(checkup, "echo %s > /sys/bus/pci/drivers_probe",
			  pf->fn.address);
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
	if (!pf || has_vf_at(pf, address) || is_locked(checkup, pf->fn.address))
		return;
	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, address,
			  "an orphan: says it is a VF of %s, which does not know it",
			  pf->name);
	sriov_finding_fix(checkup, "echo 1 > /sys/" PCI_DEVICES "/%s/remove", address);
}

void sriov_check_orphans(struct sriov_checkup *checkup)
{
	for (size_t i = 0; i < checkup->n_pfs; i++)
		if (checkup->pf[i]->n_vfs && !checkup->pf[i]->fn.driver[0])
			check_left_vfs(checkup, checkup->pf[i]);
	sriov_checkup_each(checkup, checkup->doors->sys, PCI_DEVICES, check_orphan, NULL);
}

static bool lacks_driver(const struct sriov_vf *vf)
{
	return !vf->fn.driver[0];
}

/* Its driver makes netdevs, and there is none, here or in another namespace. */
static bool lacks_netdev(const struct sriov_vf *vf)
{
	return vf->fn.driver[0] && !sriov_driver_is_vfio(vf->fn.driver) &&
	       sriov_function_is_net(&vf->fn) && !vf->fn.netdev[0] &&
	       !sriov_function_in_use(&vf->fn);
}

/* The VFs in scope for which @test is true. */
static struct sriov_vf_set collect(struct sriov_checkup *checkup,
				   bool (*test)(const struct sriov_vf *vf))
{
	const struct sriov_pf *last = NULL;
	struct sriov_vf_set set = {0};
	bool locked = false;

	for (size_t i = 0; i < checkup->vfs.n; i++) {
		const struct sriov_checked_vf *vf = &checkup->vfs.vf[i];

		if (vf->pf != last)
			locked = is_locked(checkup, vf->pf->fn.address);
		last = vf->pf;
		if (!locked && test(vf->vf))
			sriov_vf_set_add(checkup, &set, vf->pf, vf->vf);
	}
	return set;
}

void sriov_check_drivers(struct sriov_checkup *checkup)
{
	struct sriov_vf_set set = collect(checkup, lacks_driver);
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, &set, ", ");
	_cleanup_free_ char *selectors = sriov_vf_set_selectors(checkup, &set);

	if (checkup->vfs.n && !set.n)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL, "every VF has a driver");
	if (set.n) {
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
				  "no driver: the host cannot use it");
		sriov_finding_fix(checkup,
				  "sriovctl unbind %s        for the host, or bind for a "
				  "guest",
				  selectors);
	}
	sriov_vf_set_free(&set);
}

void sriov_check_netdevs(struct sriov_checkup *checkup)
{
	struct sriov_vf_set set = collect(checkup, lacks_netdev);
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, &set, ", ");
	_cleanup_free_ char *selectors = sriov_vf_set_selectors(checkup, &set);

	if (set.n) {
		sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
				  "its driver %s has made no network interface",
				  set.vf[0].vf->fn.driver);
		sriov_finding_fix(
			checkup,
			"sriovctl bind %s --driver none && sriovctl unbind %s        starts "
			"the driver again",
			selectors, selectors);
	}
	sriov_vf_set_free(&set);
}
