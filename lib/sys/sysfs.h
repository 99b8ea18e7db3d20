/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading of small kernel files relative to a folder. */
#ifndef SRIOV_SYS_SYSFS_H
#define SRIOV_SYS_SYSFS_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Returns @r, the result of a call below, where it says that the host could not be looked
 * at (no descriptors or memory left, no permission, a device that does not answer); 0
 * where it says that there is no such thing, or one without a value, or where it is no
 * error.  What is not known is not to be taken for what is not there.
 */
int sriov_sysfs_failed(int r);

/* Open a folder for the calls below.  Returns the descriptor or -errno. */
int sriov_sysfs_open(int dir, const char *path);

/*
 * Read the whole file @path below @dir, without its last newline.  Returns its
 * length, -errno, or -EFBIG when it does not fit into @buf.
 */
int sriov_sysfs_read(int dir, const char *path, char *buf, size_t size);

/*
 * Read the text file @path below @dir, or its first @max bytes, into a string that the
 * caller frees.  Returns 0, -errno, -EINVAL (it has a NUL byte) or -ENOMEM.
 */
int sriov_sysfs_text(int dir, const char *path, size_t max, char **ret);

/*
 * Open a file to be read line by line.  What would be waited for (dev/kmsg, which has no
 * end) is its end.  Returns NULL with errno set.
 */
FILE *sriov_sysfs_stream(int dir, const char *path);

/*
 * Read a number of @base (10, 16 or 0) that is at most @max.  Returns 0, -errno,
 * -EINVAL (no number) or -ERANGE.
 */
int sriov_sysfs_number(int dir, const char *path, int base, uint64_t max, uint64_t *ret);

/*
 * Read the last part of the path that the symbolic link @path points to ("igb" for
 * a driver link).  Returns 0, -errno, or -ENAMETOOLONG.
 */
int sriov_sysfs_link_name(int dir, const char *path, char *buf, size_t size);

/* Whether @path exists below @dir; if not, errno says why. */
bool sriov_sysfs_exists(int dir, const char *path);

/* List the folder @path below @dir for readdir().  Returns NULL with errno set. */
DIR *sriov_sysfs_list(int dir, const char *path);

/* The next entry that does not start with a dot, or NULL. */
const char *sriov_sysfs_next(DIR *list);

/*
 * Write @data into the existing file @path below @dir.  Only for files that cannot
 * block: for the others there is sriov_write_within().  Returns 0 or -errno.
 */
int sriov_sysfs_write(int dir, const char *path, const char *data);

#endif
