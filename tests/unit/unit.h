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

/* Run @n tests of the file @what as a suite and return what main() is to return. */
static inline int unit_run_tests(const char *what, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(what);
	TCase *all = tcase_create(what);

	/* a sanitized test on a loaded machine takes its time */
	tcase_set_timeout(all, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(all, tests[i]);
	suite_add_tcase(suite, all);
	return unit_run(suite);
}

/* A main() that runs the tests named behind @what. */
#define UNIT_MAIN(what, ...)                                                             \
	int main(void)                                                                   \
	{                                                                                \
		const TTest *const tests[] = {__VA_ARGS__};                              \
		return unit_run_tests(what, tests, sizeof(tests) / sizeof(tests[0]));    \
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
