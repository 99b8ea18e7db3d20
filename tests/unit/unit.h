/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every test program has: its main() and the reading of fixtures. */
#ifndef SRIOV_UNIT_H
#define SRIOV_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"

/* Run @suite and return what main() is to return. */
static inline int unit_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Read the fixture at @path below tests/unit; the caller frees it. */
static inline char *unit_read(const char *path, size_t *ret_size)
{
	_cleanup_fclose_ FILE *file = NULL;
	char full[4096], *text;
	long size;

	snprintf(full, sizeof(full), "%s/%s", UNIT_DIR, path);
	file = fopen(full, "rb");
	ck_assert_msg(file != NULL, "no fixture %s", full);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = malloc((size_t)size + 1);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(fread(text, 1, (size_t)size, file), (size_t)size);
	text[size] = '\0';
	*ret_size = (size_t)size;
	return text;
}

#endif
