/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is broken of PFs and VFs, for doctor to find and repair to mend. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/sysfs.h"
#include "want/broken.h"

bool sriov_pf_is_locked(const struct sriov_doors *doors, const struct sriov_pf *pf)
{
	_cleanup_close_ int fd = -1;
	char path[64];

	snprintf(path, sizeof(path), "sriovctl/lock/%s-%s", sriov_bus_of(pf->fn.address),
		 pf->fn.address);
	fd = openat(doors->run, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* run/scratch.c */
static bool is_noted(const struct sriov_doors *doors, const char *folder,
		     const struct sriov_function *fn)
{
	char path[64];

	snprintf(path, sizeof(path), "sriovctl/%s/%.32s", folder, fn->address);
	return fn->address[0] && sriov_sysfs_exists(doors->run, path);
}

const struct sriov_config_pf *sriov_config_of(const struct sriov_config *config,
					      const struct sriov_host *host,
					      const struct sriov_pf *pf)
{
	for (size_t i = 0; i < config->n_pfs; i++)
		if (!config->pf[i].doubled &&
		    sriov_config_find(&config->pf[i], host) == pf)
			return &config->pf[i];
	return NULL;
}

static bool is_about(const struct sriov_config_entry *entry, unsigned vf)
{
	for (size_t i = 0; i < entry->n_ranges; i++)
		if (entry->range[i].first <= vf && vf <= entry->range[i].last)
			return true;
	return entry->n_ranges == 0;
}

/* The driver that the configuration says for the VF, "" nothing; the last word wins. */
static const char *configured_driver(const struct sriov_config_pf *pf, unsigned vf)
{
	const char *driver = "";

	for (size_t i = 0; pf && i < pf->n_entries; i++) {
		const struct sriov_config_entry *entry = &pf->entry[i];

		for (size_t j = 0; is_about(entry, vf) && j < entry->n_settings; j++) {
			const struct sriov_assignment *word =
				&entry->setting[j].assignment;

			if (word->attr == SRIOV_ATTR_DRIVER)
				driver = word->how == SRIOV_HOW_VALUE
						 ? word->value.text
						 : SRIOV_DRIVER_DEFAULT;
		}
	}
	return driver;
}

bool sriov_config_is_driverless(const struct sriov_config_pf *entry, unsigned vf)
{
	return strcmp(configured_driver(entry, vf), SRIOV_DRIVER_NONE) == 0;
}

/* Whether none of the VFs that the PF has, or is to have, is to have a driver. */
static bool is_meant_driverless(const struct sriov_config_pf *entry,
				const struct sriov_pf *pf)
{
	unsigned n = entry && entry->vfs > 0 ? (unsigned)entry->vfs : (unsigned)pf->n_vfs;

	for (unsigned i = 0; i < n; i++)
		if (!sriov_config_is_driverless(entry, i))
			return false;
	return n > 0;
}

unsigned sriov_pf_broken(const struct sriov_doors *doors, const struct sriov_pf *pf,
			 const struct sriov_config_pf *entry)
{
	unsigned broken = 0;

	if (!sriov_function_is_pci(&pf->fn))
		return 0;
	if (is_noted(doors, "autoprobe", &pf->fn) ||
	    is_noted(doors, "override", &pf->fn) || is_noted(doors, "driver", &pf->fn))
		broken |= SRIOV_BROKEN_NOTED;
	if (!pf->autoprobe && !is_noted(doors, "autoprobe", &pf->fn) &&
	    !is_meant_driverless(entry, pf))
		broken |= SRIOV_BROKEN_AUTOPROBE;
	/* without VFs only a network port is missed */
	if (!pf->fn.driver[0] && (pf->n_vfs || sriov_function_is_net(&pf->fn)))
		broken |= SRIOV_BROKEN_DRIVER;
	return broken;
}

static bool lacks_netdev(const struct sriov_function *fn)
{
	/* one that is not found here is looked for in the other namespaces */
	return fn->driver[0] && !sriov_driver_takes_any(fn->driver) &&
	       sriov_function_is_net(fn) && !fn->netdev[0] && !sriov_function_in_use(fn);
}

static bool has_stray_override(const struct sriov_doors *doors,
			       const struct sriov_function *fn)
{
	char driver[SRIOV_DRIVER_LEN];

	return sriov_function_override(doors, fn, driver) && driver[0] &&
	       strcmp(driver, fn->driver) != 0;
}

unsigned sriov_vf_broken(const struct sriov_doors *doors, const struct sriov_pf *pf,
			 const struct sriov_vf *vf, const struct sriov_config_pf *entry)
{
	const struct sriov_function *fn = &vf->fn;
	bool override_noted = is_noted(doors, "override", fn);
	bool driver_noted = is_noted(doors, "driver", fn);
	unsigned broken = override_noted || driver_noted ? SRIOV_BROKEN_NOTED : 0;

	if (!sriov_function_is_pci(fn))
		return 0;
	/* an override is one of the ways to keep every driver off */
	if (!fn->driver[0] && sriov_config_is_driverless(entry, vf->index))
		return broken;
	if (!override_noted && has_stray_override(doors, fn))
		broken |= SRIOV_BROKEN_OVERRIDE;
	/* until its PF has a driver none comes to the VF; others than network drivers
	 * need more than a device to come */
	if (!fn->driver[0] && pf->fn.driver[0] && sriov_function_is_net(fn) &&
	    !driver_noted)
		broken |= SRIOV_BROKEN_DRIVER;
	if (lacks_netdev(fn))
		broken |= SRIOV_BROKEN_NETDEV;
	return broken;
}

struct mender {
	struct sriov_want *want;
	struct sriov_host *host;
	const struct sriov_targets *targets;
	bool implied;
	struct sriov_mended *ret;
};

/* The notes of a run that is under way are its own. */
static void note(const struct mender *mender, const struct sriov_pf *pf, unsigned broken)
{
	if (broken & SRIOV_BROKEN_NOTED && !sriov_pf_is_locked(mender->host->doors, pf))
		mender->ret->noted = true;
}

static bool is_named(const struct mender *mender, const struct sriov_vf *vf)
{
	for (size_t i = 0; i < mender->targets->n; i++)
		if (mender->targets->target[i].vf == vf)
			return true;
	return false;
}

/* @name is left out because somebody uses @vf. */
static void leave_out(const struct mender *mender, const char *name,
		      const struct sriov_vf *vf)
{
	char user[160], *buf = mender->ret->left_out;

	sriov_user_format(&vf->fn.users[0], user, sizeof(user));
	sriov_text_append(buf, sizeof(mender->ret->left_out),
			  "%s%s left out: in use by %s", buf[0] ? "; " : "", name, user);
}

static int want_vf_mended(const struct mender *mender, struct sriov_pf *pf,
			  struct sriov_vf *vf, const struct sriov_config_pf *entry,
			  struct sriov_error *err)
{
	struct sriov_target target = {.pf = pf, .vf = vf};
	const struct sriov_targets one = {.target = &target, .n = 1};
	unsigned broken = sriov_vf_broken(mender->host->doors, pf, vf, entry);
	const char *driver = configured_driver(entry, vf->index);
	char name[SRIOV_NAME_LEN];
	struct sriov_vf_want *want;

	note(mender, pf, broken);
	if (!(broken & ~(unsigned)SRIOV_BROKEN_NOTED))
		return 0;
	if (sriov_function_in_use(&vf->fn) && !is_named(mender, vf)) {
		leave_out(mender, sriov_vf_name(pf, vf->index, name), vf);
		return 0;
	}
	want = sriov_want_vf(mender->want, &target);
	if (!want)
		return sriov_error_memory(err);
	want->clear_override = broken & SRIOV_BROKEN_OVERRIDE;
	want->start_driver = broken & SRIOV_BROKEN_NETDEV;
	want->must_bind = broken & SRIOV_BROKEN_DRIVER;
	if (!want->must_bind)
		return 0;
	return sriov_want_driver(mender->want, mender->host->doors, &one,
				 driver[0] ? driver : SRIOV_DRIVER_DEFAULT, err);
}

/* The first VF of the PF that somebody uses, or NULL. */
static const struct sriov_vf *used_vf(const struct sriov_pf *pf)
{
	for (size_t i = 0; i < pf->n_vfs; i++)
		if (sriov_function_in_use(&pf->vf[i].fn))
			return &pf->vf[i];
	return NULL;
}

static int want_pf_mended(const struct mender *mender, struct sriov_pf *pf,
			  const struct sriov_config_pf *entry, struct sriov_error *err)
{
	unsigned broken = sriov_pf_broken(mender->host->doors, pf, entry);
	int r = 0;

	note(mender, pf, broken);
	if (broken & SRIOV_BROKEN_DRIVER && mender->implied && used_vf(pf))
		leave_out(mender, pf->name, used_vf(pf));
	else if (broken & SRIOV_BROKEN_DRIVER)
		r = sriov_want_pf_driver(mender->want, pf, err);
	if (r == 0 && broken & SRIOV_BROKEN_AUTOPROBE) {
		struct sriov_pf_want *want = sriov_want_pf(mender->want, pf);

		if (!want)
			return sriov_error_memory(err);
		want->autoprobe = true;
	}
	for (size_t i = 0; r == 0 && i < pf->n_vfs; i++)
		r = want_vf_mended(mender, pf, &pf->vf[i], entry, err);
	return r;
}

int sriov_want_mended(struct sriov_want *want, struct sriov_host *host,
		      const struct sriov_targets *targets, bool implied,
		      const struct sriov_config *config, struct sriov_mended *ret,
		      struct sriov_error *err)
{
	const struct mender mender = {want, host, targets, implied, ret};
	const struct sriov_config_pf *entry = NULL;
	const struct sriov_pf *last = NULL, *whole = NULL;
	int r = 0;

	*ret = (struct sriov_mended){0};
	for (size_t i = 0; r == 0 && i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];

		if (!target->pf)
			continue;
		if (target->pf != last)
			entry = sriov_config_of(config, host, target->pf);
		last = target->pf;
		/* a PF comes before its VFs, which it means already */
		if (!target->vf) {
			whole = target->pf;
			r = want_pf_mended(&mender, target->pf, entry, err);
		} else if (whole != target->pf) {
			r = want_vf_mended(&mender, target->pf, target->vf, entry, err);
		}
	}
	return r;
}
