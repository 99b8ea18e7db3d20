/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a command line names. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

#define FIRST_ROOM ((size_t)64 * 1024)

static int read_all(FILE *from, const char *name, size_t limit, char **ret,
		    size_t *ret_size, struct sriov_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0, room = 0;
	int cause = EIO;

	for (;;) {
		size_t want = room ? room * 2 : FIRST_ROOM;
		char *grown;

		if (want > limit + 1)
			want = limit + 1;
		grown = realloc(text, want + 1);
		if (!grown)
			return sriov_error_memory(err);
		text = grown;
		room = want;
		errno = 0;
		size += fread(text + size, 1, room - size, from);
		cause = errno ? errno : EIO;
		if (size < room || room == limit + 1)
			break;
	}
	if (ferror(from))
		return sriov_error_set(err, SRIOV_BAD_FILE, cause,
				       "cannot read %.200s: %s", name, strerror(cause));
	text[size] = '\0';
	*ret_size = size;
	*ret = SRIOV_TAKE(text);
	return 0;
}

int input_read(const char *path, size_t limit, char **ret, size_t *ret_size,
	       struct sriov_error *err)
{
	_cleanup_fclose_ FILE *file = NULL;

	if (!path || strcmp(path, "-") == 0)
		return read_all(stdin, "standard input", limit, ret, ret_size, err);
	file = fopen(path, "re");
	if (!file)
		return sriov_error_set(err, SRIOV_BAD_FILE, errno, "%.200s: %s", path,
				       strerror(errno));
	return read_all(file, path, limit, ret, ret_size, err);
}
