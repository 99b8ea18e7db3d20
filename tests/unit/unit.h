/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests share: running a suite, and trees in a folder that goes away. */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "netlink.h"
#include "sys/doors.h"
#include "tree.h"

/* Run the tests of one file of lib/ and return what main() returns. */
static inline int unit_run(const char *file, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(file);
	TCase *all = tcase_create(file);
	SRunner *runner;
	int failed;

	tcase_set_timeout(all, 120);
	for (size_t i = 0; i < n; i++)
		tcase_add_test(all, tests[i]);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(file, ...)                                                             \
	int main(void)                                                                   \
	{                                                                                \
		const TTest *const tests[] = {__VA_ARGS__};                              \
		return unit_run(file, tests, sizeof(tests) / sizeof(tests[0]));          \
	}

/* A new folder below the system's temporary one; end with unit_folder_remove(). */
static inline struct fake unit_folder(void)
{
	char path[] = "/tmp/sriov-unit-XXXXXX";
	struct fake fake;

	ck_assert_ptr_nonnull(mkdtemp(path));
	fake_open(&fake, path);
	return fake;
}

static inline void unit_folder_remove(struct fake *fake)
{
	char path[PATH_MAX];

	strcpy(path, fake->path);
	fake_remove(fake, "../%s", strrchr(path, '/') + 1);
	fake_close(fake);
}

/* The tree tests/roots/<name>.tree in such a folder. */
static inline struct fake unit_tree(const char *name)
{
	struct fake fake = unit_folder();
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.tree", TREES, name);
	fake_tree_unpack(&fake, path);
	fake_netlink_capture(&fake);
	return fake;
}

#endif
