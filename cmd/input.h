/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that a command line names. */
#ifndef CMD_INPUT_H
#define CMD_INPUT_H

#include <stddef.h>

#include "sriov.h"

/*
 * Read the file @path, or standard input for NULL and "-", into a text that the caller
 * frees and that ends in a NUL: at most one byte over @limit, so that the reader can
 * tell that it is too large.  Errors: SRIOV_BAD_FILE.
 */
int input_read(const char *path, size_t limit, char **ret, size_t *ret_size,
	       struct sriov_error *err);

#endif
