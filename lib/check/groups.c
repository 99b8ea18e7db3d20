/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a VF can go to a guest as far as its IOMMU group is concerned. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "check/checkup.h"
#include "sys/sysfs.h"

/* Drivers beside which vfio takes a group (drivers/vfio, vfio_dev_viable()). */
static bool is_harmless(const char *driver)
{
	return sriov_driver_is_vfio(driver) || strcmp(driver, "pci-stub") == 0 ||
	       strcmp(driver, "pcieport") == 0;
}

/* Another device of a group, whose driver bars the group's devices from guests. */
struct obstacle {
	char address[SRIOV_NAME_LEN];
	char driver[SRIOV_DRIVER_LEN];
};

static bool find_obstacle(const struct sriov_checkup *checkup,
			  const struct sriov_function *fn, struct obstacle *ret)
{
	_cleanup_closedir_ DIR *list = NULL;
	char path[96];
	const char *name;

	snprintf(path, sizeof(path), "kernel/iommu_groups/%d/devices", fn->group);
	list = sriov_sysfs_list(checkup->doors->sys, path);
	while (list && (name = sriov_sysfs_next(list))) {
		if (strcmp(name, fn->address) == 0)
			continue;
		snprintf(path, sizeof(path), "bus/pci/devices/%.32s/driver", name);
		if (sriov_sysfs_link_name(checkup->doors->sys, path, ret->driver,
					  sizeof(ret->driver)) < 0 ||
		    is_harmless(ret->driver))
			continue;
		snprintf(ret->address, sizeof(ret->address), "%s", name);
		return true;
	}
	return false;
}

/* The VFs of @set, all of one group, have the same obstacle. */
static void say_obstacle(struct sriov_checkup *checkup, const struct sriov_vf_set *set,
			 const struct obstacle *obstacle)
{
	_cleanup_free_ char *names = sriov_vf_set_names(checkup, set, ", ");

	sriov_finding_add(checkup, SRIOV_LEVEL_WARN, names,
			  "IOMMU group %d has %s too, with the %s driver: while it has, "
			  "none of the group can be handed to a guest",
			  set->vf[0].vf->fn.group, obstacle->address, obstacle->driver);
	if (strcmp(obstacle->address, set->vf[0].pf->fn.address) == 0)
		sriov_finding_fix(checkup, "turn ACS on in the firmware's set-up, or put "
					   "the card into a slot with a root port of its "
					   "own");
	else
		sriov_finding_fix(checkup,
				  "sriovctl bind %s        (hands it to vfio "
				  "with them; in a slot with ACS they would be "
				  "apart)",
				  obstacle->address);
}

/* Take the VFs from the one at @first on that share its group.  Returns how many. */
static size_t take_group(struct sriov_checkup *checkup, size_t first, bool *good)
{
	const struct sriov_checked_vf *vf = &checkup->vfs.vf[first];
	struct sriov_vf_set barred = {0};
	struct obstacle obstacle = {0}, found;
	size_t n = 0;

	for (; first + n < checkup->vfs.n && vf[n].vf->fn.group == vf->vf->fn.group; n++)
		if (find_obstacle(checkup, &vf[n].vf->fn, &found)) {
			obstacle = found;
			sriov_vf_set_add(checkup, &barred, vf[n].pf, vf[n].vf);
		}
	if (barred.n)
		say_obstacle(checkup, &barred, &obstacle);
	*good &= barred.n == 0;
	sriov_vf_set_free(&barred);
	return n;
}

void sriov_check_groups(struct sriov_checkup *checkup)
{
	bool seen = false, good = true;

	for (size_t i = 0; i < checkup->vfs.n;) {
		if (checkup->vfs.vf[i].vf->fn.group < 0) {
			i++;
			continue;
		}
		seen = true;
		i += take_group(checkup, i, &good);
	}
	if (seen && good)
		sriov_finding_add(checkup, SRIOV_LEVEL_OK, NULL,
				  "every VF can go to a guest by its IOMMU group");
}
