/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One lock a PF or function, so that two runs do not change it at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/lock.h"
#include "sys/procfs.h"

/* flock() has no time-out, and what lets go of a lock tells nobody: ask again so often.
 */
#define ASK_AGAIN_MS 50

/* What lies in a folder that others may write to is not believed. */
static int make_folder(int dir, const char *name)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (mkdirat(dir, name, 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return sriov_take_fd(&fd);
}

int sriov_run_folder(const struct sriov_doors *doors, const char *name)
{
	_cleanup_close_ int top = make_folder(doors->run, "sriovctl");

	return top < 0 ? top : make_folder(top, name);
}

static int held_by(const struct sriov_doors *doors, int fd, const char *object,
		   struct sriov_error *err)
{
	char text[32] = "", comm[64];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	uint64_t pid = 0;

	if (n > 0) {
		text[n] = '\0';
		text[strcspn(text, "\n")] = '\0';
	}
	sriov_parse_number(text, 10, INT32_MAX, &pid);
	sriov_error_set(
		err, SRIOV_FAILED, ETIME, "another change is under way: %s (pid %d)",
		sriov_procfs_comm(doors, (pid_t)pid, comm, sizeof(comm)), (int)pid);
	sriov_error_object(err, "%s", object);
	return sriov_error_hint(err, "wait for it, or give more time: --timeout SECONDS");
}

static int write_pid(int fd)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)len, 0) < 0)
		return -errno;
	return 0;
}

static int cannot(const char *object, const char *what, int r, struct sriov_error *err)
{
	sriov_error_set(err, SRIOV_FAILED, -r, "cannot be %s: %s", what, strerror(-r));
	return sriov_error_object(err, "%s", object);
}

/* Lock the file @name; @object is what it stands for. */
static int take(struct sriov_doors *doors, int dir, const char *name, const char *object,
		uint64_t deadline_ms, struct sriov_error *err)
{
	_cleanup_close_ int fd =
		openat(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return cannot(object, "locked", -errno, err);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return cannot(object, "locked", -errno, err);
		if (doors->ops->now_ms(doors) >= deadline_ms)
			return held_by(doors, fd, object, err);
		doors->ops->pause_ms(doors, ASK_AGAIN_MS);
	}
	/* only for the message above: a lock without a name is still a lock */
	write_pid(fd);
	return sriov_take_fd(&fd);
}

static int take_one(struct sriov_doors *doors, int dir, const char *address,
		    uint64_t deadline_ms, struct sriov_error *err)
{
	char name[64];

	snprintf(name, sizeof(name), "%s-%s", sriov_bus_of(address), address);
	return take(doors, dir, name, address, deadline_ms, err);
}

static int no_folder(int r, struct sriov_error *err)
{
	return cannot("/run/sriovctl/lock", "made", r, err);
}

int sriov_config_lock(struct sriov_doors *doors, uint64_t timeout_ms,
		      struct sriov_error *err)
{
	_cleanup_close_ int dir = sriov_run_folder(doors, "lock");

	if (dir < 0)
		return no_folder(dir, err);
	return take(doors, dir, "config", "the configuration",
		    doors->ops->now_ms(doors) + timeout_ms, err);
}

int sriov_locks_take(struct sriov_doors *doors, const char *const *addresses, size_t n,
		     uint64_t timeout_ms, struct sriov_locks *ret,
		     struct sriov_error *err)
{
	_cleanup_close_ int dir = sriov_run_folder(doors, "lock");
	uint64_t deadline_ms = doors->ops->now_ms(doors) + timeout_ms;
	struct sriov_locks locks = {0};

	if (dir < 0)
		return no_folder(dir, err);
	locks.address = calloc(n + 1, sizeof(*locks.address));
	locks.fd = calloc(n + 1, sizeof(*locks.fd));
	if (!locks.address || !locks.fd) {
		sriov_locks_free(&locks);
		return sriov_error_memory(err);
	}
	for (; locks.n < n; locks.n++) {
		int fd = take_one(doors, dir, addresses[locks.n], deadline_ms, err);

		if (fd < 0) {
			sriov_locks_free(&locks);
			return fd;
		}
		strcpy(locks.address[locks.n], addresses[locks.n]);
		locks.fd[locks.n] = fd;
	}
	*ret = locks;
	return 0;
}

int sriov_locks_fd(const struct sriov_locks *locks, const char *address)
{
	for (size_t i = 0; i < locks->n; i++)
		if (strcmp(locks->address[i], address) == 0)
			return locks->fd[i];
	return -1;
}

void sriov_locks_free(struct sriov_locks *locks)
{
	for (size_t i = 0; i < locks->n; i++)
		close(locks->fd[i]);
	free(locks->address);
	free(locks->fd);
	*locks = (struct sriov_locks){0};
}
