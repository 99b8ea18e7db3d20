/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole files that other programs keep. */
#ifndef SRIOV_SYS_FILE_H
#define SRIOV_SYS_FILE_H

#include <stddef.h>

/*
 * Read the regular file @name below @dir, at most @max bytes, into @ret, which the caller
 * frees; a NUL stands behind the @ret_size bytes.  A symbolic link is not followed, and
 * nothing that could block (a FIFO) is waited for.  Returns 0, -errno, -ELOOP (a link),
 * -EINVAL (no regular file) or -EFBIG.
 */
int sriov_file_read(int dir, const char *name, size_t max, char **ret, size_t *ret_size);

/* The same of the file that @fd has open, wherever it was found. */
int sriov_file_read_fd(int fd, size_t max, char **ret, size_t *ret_size);

#endif
