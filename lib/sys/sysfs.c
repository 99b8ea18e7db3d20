/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading of small kernel files relative to a folder. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "sys/sysfs.h"

int sriov_sysfs_failed(int r)
{
	switch (-r) {
	case EIO:
	case EACCES:
	case EPERM:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
		return r;
	default:
		return 0;
	}
}

int sriov_sysfs_open(int dir, const char *path)
{
	int fd = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int sriov_sysfs_read(int dir, const char *path, char *buf, size_t size)
{
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t used = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		ssize_t n = read(fd, buf + used, size - used);

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
		if (used == size)
			return -EFBIG;
		/* an attribute comes in one piece, and mostly ends its line */
		if (buf[used - 1] == '\n')
			break;
	}
	if (used > 0 && buf[used - 1] == '\n')
		used--;
	buf[used] = '\0';
	if (strlen(buf) != used)
		return -EINVAL;
	return (int)used;
}

FILE *sriov_sysfs_stream(int dir, const char *path)
{
	_cleanup_close_ int fd =
		openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	FILE *file;

	if (fd < 0)
		return NULL;
	file = fdopen(fd, "r");
	if (file)
		sriov_take_fd(&fd);
	return file;
}

int sriov_sysfs_text(int dir, const char *path, size_t max, char **ret)
{
	_cleanup_fclose_ FILE *file = sriov_sysfs_stream(dir, path);
	_cleanup_free_ char *text = malloc(max + 1);
	size_t n;

	if (!text)
		return -ENOMEM;
	if (!file)
		return -errno;
	n = fread(text, 1, max, file);
	if (ferror(file))
		return -errno;
	text[n] = '\0';
	if (strlen(text) != n)
		return -EINVAL;
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	*ret = SRIOV_TAKE(text);
	return 0;
}

int sriov_sysfs_number(int dir, const char *path, int base, uint64_t max, uint64_t *ret)
{
	char text[32];
	int r = sriov_sysfs_read(dir, path, text, sizeof(text));

	if (r == -EFBIG)
		return -EINVAL;
	if (r < 0)
		return r;
	return sriov_parse_number(text, base, max, ret);
}

int sriov_sysfs_link_name(int dir, const char *path, char *buf, size_t size)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, path, target, sizeof(target) - 1);
	const char *name;

	if (n < 0)
		return -errno;
	target[n] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if (strlen(name) >= size)
		return -ENAMETOOLONG;
	strcpy(buf, name);
	return 0;
}

bool sriov_sysfs_exists(int dir, const char *path)
{
	return faccessat(dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

DIR *sriov_sysfs_list(int dir, const char *path)
{
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list;

	if (fd < 0)
		return NULL;
	list = fdopendir(fd);
	if (list)
		sriov_take_fd(&fd);
	return list;
}

const char *sriov_sysfs_next(DIR *list)
{
	const struct dirent *entry;

	do
		entry = readdir(list);
	while (entry && entry->d_name[0] == '.');
	return entry ? entry->d_name : NULL;
}

int sriov_sysfs_write(int dir, const char *path, const char *data)
{
	_cleanup_close_ int fd = openat(dir, path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	size_t len = strlen(data);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, data, len);
	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}
