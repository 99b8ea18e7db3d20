/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host stores its own files on a PCI function. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "host/disks.h"
#include "sys/sysfs.h"

/* Disk, partition, RAID, encryption, volume: deeper stacks of holders are not built. */
#define HOLDERS_DEEP 8

/* A file that is read line by line. */
static int open_lines(const struct sriov_doors *doors, const char *path, FILE **ret)
{
	*ret = sriov_sysfs_stream(doors->proc, path);
	return *ret ? 0 : sriov_sysfs_failed(-errno);
}

/* The mount point of the device number @device ("259:1") in mountinfo (proc(5)). */
static int find_mount(const struct sriov_doors *doors, const char *device, char *buf,
		      size_t size)
{
	_cleanup_fclose_ FILE *file = NULL;
	int r = open_lines(doors, "self/mountinfo", &file);
	char line[PATH_MAX + 256];

	while (file && fgets(line, sizeof(line), file)) {
		char number[32], point[PATH_MAX];

		if (sscanf(line, "%*d %*d %31s %*s %4095s", number, point) == 2 &&
		    strcmp(number, device) == 0) {
			sriov_text_printable(point, buf, size);
			return 1;
		}
	}
	return r;
}

static int find_swap(const struct sriov_doors *doors, const char *name, char *buf,
		     size_t size)
{
	_cleanup_fclose_ FILE *file = NULL;
	int r = open_lines(doors, "swaps", &file);
	char line[PATH_MAX];

	while (file && fgets(line, sizeof(line), file)) {
		const char *slash;

		line[strcspn(line, " \t")] = '\0';
		slash = strrchr(line, '/');
		if (slash && strcmp(slash + 1, name) == 0) {
			snprintf(buf, size, "swap");
			return 1;
		}
	}
	return r;
}

static int is_mounted(const struct sriov_doors *doors, const char *name, char *buf,
		      size_t size)
{
	char path[300], device[32];
	int r;

	snprintf(path, sizeof(path), "class/block/%s/dev", name);
	r = sriov_sysfs_read(doors->sys, path, device, sizeof(device));
	if (r > 0)
		r = find_mount(doors, device, buf, size);
	if (r > 0 || sriov_sysfs_failed(r))
		return r;
	return find_swap(doors, name, buf, size);
}

/* @deep: how many devices lie below it. */
static int block_mounted(const struct sriov_doors *doors, const char *name, int deep,
			 char *buf, size_t size)
{
	_cleanup_closedir_ DIR *holders = NULL;
	const char *holder;
	char path[300];
	int r = is_mounted(doors, name, buf, size);

	if (r != 0 || deep == HOLDERS_DEEP)
		return r;
	snprintf(path, sizeof(path), "class/block/%s/holders", name);
	holders = sriov_sysfs_list(doors->sys, path);
	if (!holders)
		return sriov_sysfs_failed(-errno);
	while (r == 0 && (holder = sriov_sysfs_next(holders)))
		r = block_mounted(doors, holder, deep + 1, buf, size);
	return r;
}

/* An NVMe disk with several paths hangs below its subsystem: is one of the paths @fn? */
static int is_path_of_subsystem(const struct sriov_doors *doors, const char *target,
				const struct sriov_function *fn)
{
	const char *subsystem = strstr(target, "/nvme-subsystem/");
	_cleanup_closedir_ DIR *list = NULL;
	const char *name;
	char path[PATH_MAX];

	if (!subsystem)
		return 0;
	subsystem++;
	snprintf(path, sizeof(path), "class/%.*s",
		 (int)(strcspn(subsystem + strlen("nvme-subsystem/"), "/") +
		       strlen("nvme-subsystem/")),
		 subsystem);
	list = sriov_sysfs_list(doors->sys, path);
	if (!list)
		return sriov_sysfs_failed(-errno);
	while ((name = sriov_sysfs_next(list))) {
		char controller[64];

		if (snprintf(controller, sizeof(controller),
			     "bus/pci/devices/%s/nvme/%.20s", fn->address,
			     name) >= (int)sizeof(controller))
			continue;
		if (sriov_sysfs_exists(doors->sys, controller))
			return 1;
		if (sriov_sysfs_failed(-errno))
			return -errno;
	}
	return 0;
}

static int is_disk_of(const struct sriov_doors *doors, DIR *blocks, const char *name,
		      const struct sriov_function *fn)
{
	char target[PATH_MAX], part[SRIOV_DEVICE_LEN + 2];
	ssize_t n = readlinkat(dirfd(blocks), name, target, sizeof(target) - 1);

	if (n < 0)
		return sriov_sysfs_failed(-errno);
	target[n] = '\0';
	snprintf(part, sizeof(part), "/%s/", fn->address);
	return strstr(target, part) ? 1 : is_path_of_subsystem(doors, target, fn);
}

int sriov_function_mounted(const struct sriov_doors *doors,
			   const struct sriov_function *fn, char *buf, size_t size)
{
	_cleanup_closedir_ DIR *blocks = sriov_sysfs_list(doors->sys, "class/block");
	const char *name;
	int r = 0;

	if (!blocks)
		return sriov_sysfs_failed(-errno);
	while (r == 0 && (name = sriov_sysfs_next(blocks))) {
		r = is_disk_of(doors, blocks, name, fn);
		if (r > 0)
			r = block_mounted(doors, name, 0, buf, size);
	}
	return r;
}
