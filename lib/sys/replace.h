/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that must not be lost: replaced as a whole or not at all. */
#ifndef SRIOV_SYS_REPLACE_H
#define SRIOV_SYS_REPLACE_H

#include <stddef.h>

/*
 * Make @text (@size bytes) the content of the file @name below the folder @dir: written
 * beside it, brought to the disk and renamed over it, so that at any moment either the
 * old or the new file is there.  Mode and owner stay as they were; a new file is 0644.
 * Where @name is a symbolic link, the file that it leads to is replaced.
 * Returns 0 or -errno (-ENOSPC, -EROFS, -EACCES ...), with the old file untouched.
 */
int sriov_file_replace(int dir, const char *name, const char *text, size_t size);

#endif
