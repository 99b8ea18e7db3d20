/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libraries that are opened when they are needed, and that may be missing. */
#include <errno.h>
#include <math.h>

#include "base/array.h"
#include "sys/late.h"
#include "unit.h"

static __typeof__(&floor) late_floor;
static void *late_no_such_function;

START_TEST(a_function_of_an_opened_library_can_be_called)
{
	static const struct sriov_late functions[] = {SRIOV_LATE(floor)};

	ck_assert_int_eq(
		sriov_late_open("libm.so.6", functions, SRIOV_ARRAY_SIZE(functions)), 0);
	ck_assert_double_eq(late_floor(3.5), 3);
	/* once more: as it was */
	ck_assert_int_eq(
		sriov_late_open("libm.so.6", functions, SRIOV_ARRAY_SIZE(functions)), 0);
	ck_assert_double_eq(late_floor(2.5), 2);
}
END_TEST

START_TEST(a_missing_library_leaves_the_pointers_alone)
{
	static const struct sriov_late functions[] = {SRIOV_LATE(floor)};

	late_floor = NULL;
	ck_assert_int_eq(
		sriov_late_open("libnosuch.so.9", functions, SRIOV_ARRAY_SIZE(functions)),
		-ELIBACC);
	ck_assert_ptr_null(late_floor);
}
END_TEST

START_TEST(a_library_that_lacks_a_function_is_as_good_as_missing)
{
	static const struct sriov_late functions[] = {SRIOV_LATE(floor),
						      SRIOV_LATE(no_such_function)};

	late_floor = NULL;
	ck_assert_int_eq(
		sriov_late_open("libm.so.6", functions, SRIOV_ARRAY_SIZE(functions)),
		-ELIBACC);
	ck_assert_ptr_null(late_floor);
	ck_assert_ptr_null(late_no_such_function);
}
END_TEST

UNIT_MAIN("sys/late", a_function_of_an_opened_library_can_be_called,
	  a_missing_library_leaves_the_pointers_alone,
	  a_library_that_lacks_a_function_is_as_good_as_missing)
