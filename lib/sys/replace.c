/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that must not be lost: replaced as a whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/replace.h"

#define NEW_FILE_MODE 0644
#define TRIES 16

/* Where the file really is: the folder, opened, and its name there. */
struct place {
	int dir;
	char name[NAME_MAX + 1];
	bool exists;
	struct stat st;
};

/* The kernel itself tells where a descriptor leads to, whatever links lie on the way. */
static int follow(int fd, struct place *ret)
{
	char link[64], path[PATH_MAX], *slash;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash || strlen(slash + 1) > NAME_MAX)
		return -ENAMETOOLONG;
	strcpy(ret->name, slash + 1);
	slash[slash == path] = '\0';
	ret->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return ret->dir < 0 ? -errno : 0;
}

static int find_place(int dir, const char *name, struct place *ret)
{
	_cleanup_close_ int fd = openat(dir, name, O_PATH | O_CLOEXEC);
	const char *slash = strrchr(name, '/');
	char folder[PATH_MAX] = ".";

	if (fd >= 0) {
		if (fstat(fd, &ret->st) < 0)
			return -errno;
		if (!S_ISREG(ret->st.st_mode))
			return -EINVAL;
		ret->exists = true;
		return follow(fd, ret);
	}
	if (errno != ENOENT)
		return -errno;
	if (slash)
		snprintf(folder, sizeof(folder), "%.*s",
			 slash == name ? 1 : (int)(slash - name), name);
	if (strlen(slash ? slash + 1 : name) > NAME_MAX)
		return -ENAMETOOLONG;
	strcpy(ret->name, slash ? slash + 1 : name);
	ret->dir = openat(dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return ret->dir < 0 ? -errno : 0;
}

/* A name that begins with a dot is read by nobody, even where it is left by a kill. */
static int create_beside(const struct place *place, char *temporary, size_t size)
{
	for (unsigned i = 0; i < TRIES; i++) {
		int fd;

		snprintf(temporary, size, ".%.200s.%d.%u", place->name, (int)getpid(), i);
		fd = openat(place->dir, temporary,
			    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd < 0 ? -errno : fd;
	}
	return -EEXIST;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

static int fill(const struct place *place, int fd, const char *text, size_t size)
{
	int r = write_all(fd, text, size);

	if (r < 0)
		return r;
	if (place->exists && fchown(fd, place->st.st_uid, place->st.st_gid) < 0)
		return -errno;
	if (fchmod(fd, place->exists ? place->st.st_mode & 07777 : NEW_FILE_MODE) < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

int sriov_file_replace(int dir, const char *name, const char *text, size_t size)
{
	struct place place = {.dir = -1};
	char temporary[NAME_MAX + 1];
	int r = find_place(dir, name, &place);
	_cleanup_close_ int folder = place.dir;
	_cleanup_close_ int fd = -1;

	if (r < 0)
		return r;
	fd = create_beside(&place, temporary, sizeof(temporary));
	if (fd < 0)
		return fd;
	r = fill(&place, fd, text, size);
	if (r == 0 && renameat(folder, temporary, folder, place.name) < 0)
		r = -errno;
	if (r < 0) {
		unlinkat(folder, temporary, 0);
		return r;
	}
	return fsync(folder) < 0 ? -errno : 0;
}
