/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files that other programs keep. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/file.h"

/* Read up to @size bytes; fewer when the file has become shorter meanwhile. */
static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t n = read(fd, buf + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

int sriov_file_read_fd(int fd, size_t max, char **ret, size_t *ret_size)
{
	_cleanup_free_ char *text = NULL;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((uintmax_t)st.st_size > max)
		return -EFBIG;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	n = read_all(fd, text, (size_t)st.st_size);
	if (n < 0)
		return (int)n;
	text[n] = '\0';
	*ret = SRIOV_TAKE(text);
	*ret_size = (size_t)n;
	return 0;
}

int sriov_file_read(int dir, const char *name, size_t max, char **ret, size_t *ret_size)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
	_cleanup_close_ int fd = openat(dir, name, flags);

	return fd < 0 ? -errno : sriov_file_read_fd(fd, max, ret, ret_size);
}
