/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors: the lower room says what failed, the upper one of which object. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "unit.h"

START_TEST(a_failing_call_is_one_line)
{
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_error_set(&err, SRIOV_NOT_FOUND, ENODEV, "no %s", "em9"),
			 -ENODEV);
	ck_assert_int_eq(err.code, SRIOV_NOT_FOUND);
	ck_assert_int_eq(err.errnum, ENODEV);
	ck_assert_str_eq(err.msg, "no em9");
}
END_TEST

START_TEST(the_first_to_name_the_object_is_right)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_FAILED, EIO, "broken");
	ck_assert_int_eq(sriov_error_object(&err, "em1/%d", 3), -EIO);
	ck_assert_int_eq(sriov_error_object(&err, "em1"), -EIO);
	ck_assert_str_eq(err.object, "em1/3");
}
END_TEST

START_TEST(a_new_error_forgets_the_old_hint_and_object)
{
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_FAILED, EIO, "broken");
	sriov_error_object(&err, "em1");
	ck_assert_int_eq(sriov_error_hint(&err, "try %d", 7), -EIO);
	ck_assert_str_eq(err.hint, "try 7");
	sriov_error_set(&err, SRIOV_USAGE, EINVAL, "wrong");
	ck_assert_str_eq(err.hint, "");
	ck_assert_str_eq(err.object, "");
}
END_TEST

START_TEST(a_message_that_is_too_long_is_cut)
{
	struct sriov_error err = {0};
	char text[2 * SRIOV_MESSAGE_MAX];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	sriov_error_set(&err, SRIOV_FAILED, EIO, "%s", text);
	sriov_error_hint(&err, "%s", text);
	sriov_error_object(&err, "%s", text);
	ck_assert_uint_eq(strlen(err.msg), SRIOV_MESSAGE_MAX - 1);
	ck_assert_uint_eq(strlen(err.hint), SRIOV_MESSAGE_MAX - 1);
	ck_assert_uint_eq(strlen(err.object), SRIOV_OBJECT_MAX - 1);
}
END_TEST

UNIT_MAIN("base/error", a_failing_call_is_one_line, the_first_to_name_the_object_is_right,
	  a_new_error_forgets_the_old_hint_and_object, a_message_that_is_too_long_is_cut)
