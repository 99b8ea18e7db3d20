/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes (procfs): who holds a vfio group open, and which network namespaces there
 * are. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/parse.h"
#include "base/text.h"
#include "sys/procfs.h"
#include "sys/sysfs.h"

/* QEMU's command line on a large guest is some 10 KiB. */
#define CMDLINE_MAX (64 * 1024)

const char *sriov_procfs_comm(const struct sriov_doors *doors, pid_t pid, char *buf,
			      size_t size)
{
	char path[64], comm[64];

	snprintf(path, sizeof(path), "%d/comm", (int)pid);
	if (sriov_sysfs_read(doors->proc, path, comm, sizeof(comm)) < 0)
		strcpy(comm, "?");
	return sriov_text_printable(comm, buf, size);
}

/* Cut the name out of the value of QEMU's -name: "vm1,debug-threads=on", "guest=vm1,…".
 */
static void guest_name_of(const char *value, char *buf, size_t size)
{
	char name[64];
	size_t len;

	if (strncmp(value, "guest=", 6) == 0)
		value += 6;
	len = strcspn(value, ",");
	snprintf(name, sizeof(name), "%.*s", (int)len, value);
	sriov_text_printable(name, buf, size);
}

/* Whether the process is a QEMU that was given a -name, and which. */
static bool guest_name(const struct sriov_doors *doors, pid_t pid, char *buf, size_t size)
{
	_cleanup_free_ char *line = malloc(CMDLINE_MAX + 1);
	_cleanup_close_ int fd = -1;
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "%d/cmdline", (int)pid);
	fd = openat(doors->proc, path, O_RDONLY | O_CLOEXEC);
	if (!line || fd < 0)
		return false;
	n = read(fd, line, CMDLINE_MAX);
	if (n <= 0)
		return false;
	line[n] = '\0';
	for (const char *arg = line; arg < line + n; arg += strlen(arg) + 1) {
		const char *value = arg + strlen(arg) + 1;

		if (strcmp(arg, "-name") == 0 && value < line + n) {
			guest_name_of(value, buf, size);
			return true;
		}
	}
	return false;
}

/* The number in @target behind @prefix, else -1. */
static int number_behind(const char *prefix, const char *target)
{
	size_t len = strlen(prefix);
	uint64_t number;

	if (strncmp(target, prefix, len) != 0 ||
	    sriov_parse_number(target + len, 10, INT_MAX, &number) < 0)
		return -1;
	return (int)number;
}

/* Read what a descriptor leads to; false when that is no vfio device. */
static bool read_target(const char *target, struct sriov_vfio_holder *ret)
{
	int group;

	if (strncmp(target, "/dev/vfio/", strlen("/dev/vfio/")) != 0)
		return false;
	group = number_behind("/dev/vfio/", target);
	*ret = (struct sriov_vfio_holder){
		/* where there is no IOMMU, vfio may be told to do without */
		.group = group < 0 ? number_behind("/dev/vfio/noiommu-", target) : group,
		.device = number_behind("/dev/vfio/devices/vfio", target),
	};
	return ret->group >= 0 || ret->device >= 0;
}

struct holders {
	struct sriov_vfio_holder *holder;
	size_t n;
};

static int add_holder(const struct sriov_doors *doors, struct holders *holders,
		      const struct sriov_vfio_holder *found, pid_t pid)
{
	struct sriov_vfio_holder *holder;

	for (size_t i = 0; i < holders->n; i++) {
		holder = &holders->holder[i];
		if (holder->group == found->group && holder->device == found->device &&
		    holder->pid == pid)
			return 0;
	}
	if (SRIOV_ARRAY_ROOM(holders->holder, holders->n) < 0)
		return -ENOMEM;
	holder = &holders->holder[holders->n++];
	*holder = *found;
	holder->pid = pid;
	holder->guest = guest_name(doors, pid, holder->name, sizeof(holder->name));
	if (!holder->guest)
		sriov_procfs_comm(doors, pid, holder->name, sizeof(holder->name));
	return 0;
}

static int scan_process(const struct sriov_doors *doors, pid_t pid,
			struct holders *holders)
{
	_cleanup_closedir_ DIR *fds = NULL;
	char path[64];
	const char *name;

	snprintf(path, sizeof(path), "%d/fd", (int)pid);
	fds = sriov_sysfs_list(doors->proc, path);
	if (!fds)
		return 0;
	while ((name = sriov_sysfs_next(fds))) {
		char target[PATH_MAX];
		ssize_t n = readlinkat(dirfd(fds), name, target, sizeof(target) - 1);
		struct sriov_vfio_holder found;
		int r;

		if (n < 0)
			continue;
		target[n] = '\0';
		if (!read_target(target, &found))
			continue;
		r = add_holder(doors, holders, &found, pid);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The process that an entry of proc/ stands for, or 0. */
static pid_t pid_of(const char *name)
{
	uint64_t pid;

	if (!isdigit((unsigned char)name[0]) ||
	    sriov_parse_number(name, 10, INT_MAX, &pid) < 0)
		return 0;
	return (pid_t)pid;
}

int sriov_procfs_vfio_held(const struct sriov_doors *doors, pid_t pid,
			   struct sriov_vfio_holder **holders, size_t *n)
{
	struct holders list = {*holders, *n};
	int r = scan_process(doors, pid, &list);

	*holders = list.holder;
	*n = list.n;
	return r;
}

int sriov_procfs_vfio_holders(const struct sriov_doors *doors,
			      struct sriov_vfio_holder **ret, size_t *ret_n)
{
	_cleanup_closedir_ DIR *proc = sriov_sysfs_list(doors->proc, ".");
	struct holders holders = {0};
	const char *name;

	if (!proc)
		return -errno;
	while ((name = sriov_sysfs_next(proc))) {
		pid_t pid = pid_of(name);
		int r = pid ? scan_process(doors, pid, &holders) : 0;

		if (r < 0) {
			free(holders.holder);
			return r;
		}
	}
	*ret = holders.holder;
	*ret_n = holders.n;
	return 0;
}

struct spaces {
	struct sriov_netns *netns;
	size_t n;
	unsigned long long own;
};

/* Add the namespace behind @path unless it is known.  NULL when there is nothing to add.
 */
static struct sriov_netns *add_netns(struct spaces *spaces, int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0) < 0 || st.st_ino == spaces->own)
		return NULL;
	for (size_t i = 0; i < spaces->n; i++)
		if (spaces->netns[i].inode == st.st_ino)
			return NULL;
	if (SRIOV_ARRAY_ROOM(spaces->netns, spaces->n) < 0)
		return NULL;
	spaces->netns[spaces->n] = (struct sriov_netns){.inode = st.st_ino};
	return &spaces->netns[spaces->n++];
}

static void scan_named(const struct sriov_doors *doors, struct spaces *spaces)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(doors->run, "netns");
	const char *name;

	while (list && (name = sriov_sysfs_next(list))) {
		struct sriov_netns *netns = add_netns(spaces, dirfd(list), name);

		if (!netns)
			continue;
		sriov_text_printable(name, netns->name, sizeof(netns->name));
		snprintf(netns->path, sizeof(netns->path), "/run/netns/%.80s", name);
	}
}

static void scan_processes(const struct sriov_doors *doors, struct spaces *spaces)
{
	_cleanup_closedir_ DIR *proc = sriov_sysfs_list(doors->proc, ".");
	const char *name;

	while (proc && (name = sriov_sysfs_next(proc))) {
		struct sriov_netns *netns;
		pid_t pid = pid_of(name);
		char path[64];

		if (!pid)
			continue;
		snprintf(path, sizeof(path), "%d/ns/net", (int)pid);
		netns = add_netns(spaces, dirfd(proc), path);
		if (!netns)
			continue;
		netns->pid = pid;
		sriov_procfs_comm(doors, pid, netns->name, sizeof(netns->name));
		snprintf(netns->path, sizeof(netns->path), "/proc/%s", path);
	}
}

int sriov_procfs_netns(const struct sriov_doors *doors, struct sriov_netns **ret,
		       size_t *ret_n)
{
	struct spaces spaces = {0};
	struct stat st;

	if (fstatat(doors->proc, "self/ns/net", &st, 0) < 0)
		return -errno;
	spaces.own = st.st_ino;
	scan_named(doors, &spaces);
	scan_processes(doors, &spaces);
	*ret = spaces.netns;
	*ret_n = spaces.n;
	return 0;
}
