/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the host stores its own files on a PCI function. */
#include <fcntl.h>
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

/* The mount point of the device number @device ("259:1") in mountinfo (proc(5)). */
static bool find_mount(const struct sriov_doors *doors, const char *device, char *buf,
		       size_t size)
{
	int fd = openat(doors->proc, "self/mountinfo", O_RDONLY | O_CLOEXEC);
	_cleanup_fclose_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char line[PATH_MAX + 256];

	while (file && fgets(line, sizeof(line), file)) {
		char number[32], point[PATH_MAX];

		if (sscanf(line, "%*d %*d %31s %*s %4095s", number, point) == 2 &&
		    strcmp(number, device) == 0) {
			sriov_text_printable(point, buf, size);
			return true;
		}
	}
	return false;
}

static bool is_swap(const struct sriov_doors *doors, const char *name)
{
	int fd = openat(doors->proc, "swaps", O_RDONLY | O_CLOEXEC);
	_cleanup_fclose_ FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char line[PATH_MAX];

	while (file && fgets(line, sizeof(line), file)) {
		const char *slash;

		line[strcspn(line, " \t")] = '\0';
		slash = strrchr(line, '/');
		if (slash && strcmp(slash + 1, name) == 0)
			return true;
	}
	return false;
}

static bool is_mounted(const struct sriov_doors *doors, const char *name, char *buf,
		       size_t size)
{
	char path[300], device[32];

	snprintf(path, sizeof(path), "class/block/%s/dev", name);
	if (sriov_sysfs_read(doors->sys, path, device, sizeof(device)) > 0 &&
	    find_mount(doors, device, buf, size))
		return true;
	if (!is_swap(doors, name))
		return false;
	snprintf(buf, size, "swap");
	return true;
}

/* @deep: how many devices lie below it. */
static bool block_mounted(const struct sriov_doors *doors, const char *name, int deep,
			  char *buf, size_t size)
{
	_cleanup_closedir_ DIR *holders = NULL;
	const char *holder;
	char path[300];

	if (is_mounted(doors, name, buf, size))
		return true;
	snprintf(path, sizeof(path), "class/block/%s/holders", name);
	holders = deep < HOLDERS_DEEP ? sriov_sysfs_list(doors->sys, path) : NULL;
	while (holders && (holder = sriov_sysfs_next(holders)))
		if (block_mounted(doors, holder, deep + 1, buf, size))
			return true;
	return false;
}

/* An NVMe disk with several paths hangs below its subsystem: is one of the paths @fn? */
static bool is_path_of_subsystem(const struct sriov_doors *doors, const char *target,
				 const struct sriov_function *fn)
{
	const char *subsystem = strstr(target, "/nvme-subsystem/");
	_cleanup_closedir_ DIR *list = NULL;
	const char *name;
	char path[PATH_MAX];

	if (!subsystem)
		return false;
	subsystem++;
	snprintf(path, sizeof(path), "class/%.*s",
		 (int)(strcspn(subsystem + strlen("nvme-subsystem/"), "/") +
		       strlen("nvme-subsystem/")),
		 subsystem);
	list = sriov_sysfs_list(doors->sys, path);
	while (list && (name = sriov_sysfs_next(list))) {
		char controller[64];

		if (snprintf(controller, sizeof(controller),
			     "bus/pci/devices/%s/nvme/%.20s", fn->address,
			     name) < (int)sizeof(controller) &&
		    sriov_sysfs_exists(doors->sys, controller))
			return true;
	}
	return false;
}

static bool is_disk_of(const struct sriov_doors *doors, DIR *blocks, const char *name,
		       const struct sriov_function *fn)
{
	char target[PATH_MAX], part[SRIOV_DEVICE_LEN + 2];
	ssize_t n = readlinkat(dirfd(blocks), name, target, sizeof(target) - 1);

	if (n < 0)
		return false;
	target[n] = '\0';
	snprintf(part, sizeof(part), "/%s/", fn->address);
	return strstr(target, part) || is_path_of_subsystem(doors, target, fn);
}

bool sriov_function_mounted(const struct sriov_doors *doors,
			    const struct sriov_function *fn, char *buf, size_t size)
{
	_cleanup_closedir_ DIR *blocks = sriov_sysfs_list(doors->sys, "class/block");
	const char *name;

	while (blocks && (name = sriov_sysfs_next(blocks)))
		if (is_disk_of(doors, blocks, name, fn) &&
		    block_mounted(doors, name, 0, buf, size))
			return true;
	return false;
}
