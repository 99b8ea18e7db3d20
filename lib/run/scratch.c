/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be put back after a kill: kept in run/sriovctl, which a boot empties. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/scratch.h"
#include "sys/child.h"
#include "sys/sysfs.h"

#define PUT_BACK_TIMEOUT_MS 5000
#define PROBE_TIMEOUT_MS 5000

/* Where a note lies and which file it is about. */
static const struct {
	const char *folder;
	const char *file;
} notes[] = {
	[SRIOV_SCRATCH_OVERRIDE] = {"override", "driver_override"},
	[SRIOV_SCRATCH_AUTOPROBE] = {"autoprobe", "sriov_drivers_autoprobe"},
	[SRIOV_SCRATCH_DRIVER] = {"driver", "driver"},
};

int sriov_scratch_note(const struct sriov_doors *doors, enum sriov_scratch what,
		       const char *address, const char *before)
{
	_cleanup_close_ int dir = sriov_run_folder(doors, notes[what].folder);
	_cleanup_close_ int fd = -1;

	if (dir < 0)
		return dir;
	fd = openat(dir, address, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0 && errno == EEXIST)
		return 1;
	if (fd < 0 || write(fd, before, strlen(before)) < 0)
		return -errno;
	return 0;
}

void sriov_scratch_forget(const struct sriov_doors *doors, enum sriov_scratch what,
			  const char *address)
{
	_cleanup_close_ int dir = sriov_run_folder(doors, notes[what].folder);

	if (dir >= 0)
		unlinkat(dir, address, 0);
}

/* A note about a function whose PF is not locked belongs to a run that is under way. */
static bool is_ours(const struct sriov_doors *doors, const struct sriov_locks *locks,
		    const char *address)
{
	char path[PATH_MAX], pf[SRIOV_DEVICE_LEN];

	if (sriov_locks_fd(locks, address) >= 0)
		return true;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/physfn", address);
	return sriov_sysfs_link_name(doors->sys, path, pf, sizeof(pf)) == 0 &&
	       sriov_locks_fd(locks, pf) >= 0;
}

/* A function that has none meanwhile gets a driver. */
static int probe_driverless(struct sriov_doors *doors, const char *address, int lock)
{
	struct sriov_write write = {
		.path = "bus/pci/drivers_probe", .data = address, .lock = lock};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "bus/pci/devices/%s/driver", address);
	if (sriov_sysfs_exists(doors->sys, path))
		return 0;
	return sriov_write_one(doors, &write, PROBE_TIMEOUT_MS);
}

int sriov_probe_driverless(struct sriov_doors *doors, const char *address, int lock)
{
	char path[PATH_MAX], vf[SRIOV_BDF_LEN];
	int r = 0;

	for (unsigned i = 0;; i++) {
		int this;

		snprintf(path, sizeof(path), "bus/pci/devices/%s/virtfn%u", address, i);
		if (sriov_sysfs_link_name(doors->sys, path, vf, sizeof(vf)) < 0)
			return r;
		this = probe_driverless(doors, vf, lock);
		if (r == 0)
			r = this;
	}
}

static int put_back(struct sriov_doors *doors, enum sriov_scratch what, int notes_dir,
		    const char *address)
{
	char path[PATH_MAX], before[SRIOV_DRIVER_LEN] = "";
	struct sriov_write write = {.path = path, .data = before, .lock = -1};
	int r = sriov_sysfs_read(notes_dir, address, before, sizeof(before));

	/* an override is cleared by an empty line */
	if (r < 0 || before[0] == '\0')
		strcpy(before, what == SRIOV_SCRATCH_OVERRIDE ? "\n" : "1");
	if (what == SRIOV_SCRATCH_DRIVER) {
		r = probe_driverless(doors, address, -1);
		return r == -ENODEV ? 0 : r;
	}
	snprintf(path, sizeof(path), "bus/pci/devices/%s/%s", address, notes[what].file);
	r = sriov_write_one(doors, &write, PUT_BACK_TIMEOUT_MS);
	if (r == 0 && what == SRIOV_SCRATCH_AUTOPROBE && strcmp(before, "1") == 0)
		r = sriov_probe_driverless(doors, address, -1);
	return r == -ENOENT ? 0 : r;
}

static int recover(struct sriov_doors *doors, const struct sriov_locks *locks,
		   enum sriov_scratch what, struct sriov_error *err)
{
	_cleanup_close_ int dir = sriov_run_folder(doors, notes[what].folder);
	_cleanup_closedir_ DIR *list = dir < 0 ? NULL : sriov_sysfs_list(dir, ".");
	const char *address;

	while (list && (address = sriov_sysfs_next(list))) {
		int r;

		if (!is_ours(doors, locks, address))
			continue;
		r = put_back(doors, what, dir, address);
		if (r < 0) {
			sriov_error_set(
				err, SRIOV_FAILED, -r,
				"cannot put back the %s that a killed run left: %s",
				notes[what].file, strerror(-r));
			return sriov_error_object(err, "%s", address);
		}
		unlinkat(dir, address, 0);
	}
	return 0;
}

int sriov_run_recover(struct sriov_doors *doors, const struct sriov_locks *locks,
		      struct sriov_error *err)
{
	int r = recover(doors, locks, SRIOV_SCRATCH_OVERRIDE, err);

	if (r == 0)
		r = recover(doors, locks, SRIOV_SCRATCH_AUTOPROBE, err);
	return r < 0 ? r : recover(doors, locks, SRIOV_SCRATCH_DRIVER, err);
}
