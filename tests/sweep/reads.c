/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that sriovctl opens, by the linker's --wrap. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "reads.h"

#define FDS_MAX 1024

struct reads {
	size_t n;
	size_t at;
	int errnum;
	bool for_good;
	int given; /* errno of the one that failed first */
	char failed[128];
};

static struct reads *reads;
static bool counting;
static bool of_fake[FDS_MAX]; /* whether the fake kernel has opened the descriptor */

void reads_open(void)
{
	reads = mmap(NULL, sizeof(*reads), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (reads == MAP_FAILED)
		fake_die("out of memory");
}

void reads_fail(size_t at, int errnum, bool for_good)
{
	*reads = (struct reads){.at = at, .errnum = errnum, .for_good = for_good};
}

void reads_begin(const struct sriov_doors *doors, int root_a, int root_b)
{
	const int folders[] = {doors->sys, doors->proc, doors->run,
			       doors->etc, doors->dev,	doors->modules};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (folders[i] >= 0)
			of_fake[folders[i]] = false;
	of_fake[root_a] = true;
	of_fake[root_b] = true;
	reads->n = 0;
	counting = true;
}

size_t reads_n(void)
{
	return reads->n;
}

const char *reads_failed(int *ret_errnum)
{
	*ret_errnum = reads->given;
	return reads->failed;
}

static bool is_of_fake(int dir)
{
	return dir >= 0 && dir < FDS_MAX && of_fake[dir];
}

/* Which errno is likely, by @flags as of open(): only a file that is opened tells that
 * its device has gone, and only one that is made that the disk is full. */
static int likely(int errnum, int flags)
{
	if (errnum == ENODEV && flags & (O_DIRECTORY | O_CREAT))
		return EIO;
	return errnum == ENOSPC && !(flags & O_CREAT) ? EIO : errnum;
}

/* Whether this one is to fail, with errno set. */
static bool fails(int dir, const char *path, int flags)
{
	if (!counting || is_of_fake(dir))
		return false;
	reads->n++;
	if (reads->at == 0 || reads->n < reads->at ||
	    (reads->n > reads->at && !reads->for_good))
		return false;
	errno = likely(reads->errnum, flags);
	if (reads->n == reads->at) {
		snprintf(reads->failed, sizeof(reads->failed), "%s", path);
		reads->given = errno;
	}
	return true;
}

/* The linker's names for what the library calls and for what that was. */
int __real_openat(int dir, const char *path, int flags, ...);
int __wrap_openat(int dir, const char *path, int flags, ...);
ssize_t __real_readlinkat(int dir, const char *path, char *buf, size_t size);
ssize_t __wrap_readlinkat(int dir, const char *path, char *buf, size_t size);
int __real_faccessat(int dir, const char *path, int mode, int flags);
int __wrap_faccessat(int dir, const char *path, int mode, int flags);

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;
	int fd;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	if (fails(dir, path, flags))
		return -1;
	fd = __real_openat(dir, path, flags, mode);
	if (fd >= 0 && fd < FDS_MAX)
		of_fake[fd] = is_of_fake(dir);
	return fd;
}

ssize_t __wrap_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	return fails(dir, path, O_DIRECTORY) ? -1
					     : __real_readlinkat(dir, path, buf, size);
}

int __wrap_faccessat(int dir, const char *path, int mode, int flags)
{
	return fails(dir, path, O_DIRECTORY) ? -1
					     : __real_faccessat(dir, path, mode, flags);
}
