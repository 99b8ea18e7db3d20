/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a text, and where: lines, columns, the mark below them. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/problem.h"
#include "unit.h"

#define BOM "\xef\xbb\xbf"
#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static struct sriov_source source_of(const char *text)
{
	return (struct sriov_source){"file", text, strlen(text)};
}

START_TEST(a_place_has_its_line_column_and_mark)
{
	static const struct {
		const char *text;
		size_t offset;
		unsigned line;
		unsigned column;
		const char *shown;
		unsigned caret;
	} cases[] = {
		{"abc", 0, 1, 1, "abc", 0},
		{"abc", 2, 1, 3, "abc", 2},
		{"", 0, 1, 1, "", 0},
		{"abc\n", 4, 2, 1, "", 0},
		{"abc\ndef\nghi", 5, 2, 2, "def", 1},
		{"abc\r\ndef\r\n", 6, 2, 2, "def", 1},
		{"\n\n\nx", 3, 4, 1, "x", 0},
		/* characters count, not bytes */
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7x", 9, 1, 4,
		 "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa7x", 3},
		/* a byte order mark is none, and shown it would shift the line */
		{BOM "abc", 4, 1, 2, "abc", 1},
		/* what moves a terminal's cursor becomes one character */
		{"\ta\tb", 3, 1, 4, " a b", 3},
		{"\033[31mx", 5, 1, 6, "?[31mx", 5},
		{"a\xff\xfe"
		 "b",
		 3, 1, 4, "a??b", 3},
		/* a long line is shown round the place */
		{FIFTY FIFTY FIFTY "X" FIFTY FIFTY, 150, 1, 151,
		 FIFTY FIFTY "X" FIFTY "012345678", 100},
		{FIFTY FIFTY "X" FIFTY FIFTY, 100, 1, 101,
		 FIFTY FIFTY "X" FIFTY "012345678", 100},
		{"\n" FIFTY FIFTY "01X", 103, 2, 103,
		 "23456789" TEN TEN TEN TEN FIFTY "01X", 100},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		const struct sriov_source source = source_of(cases[i].text);
		const struct sriov_place place = {&source, cases[i].offset};
		struct sriov_problems problems = {0};
		const struct sriov_problem *found;

		ck_assert_int_eq(sriov_problem_say(&problems, &place, "bad"), -EINVAL);
		ck_assert_uint_eq(problems.n, 1);
		found = &problems.problem[0];
		ck_assert_str_eq(found->file, "file");
		ck_assert_str_eq(found->error.msg, "bad");
		ck_assert_int_eq(found->error.code, SRIOV_BAD_FILE);
		ck_assert_msg(found->line == cases[i].line &&
				      found->column == cases[i].column,
			      "case %zu: %u:%u", i, found->line, found->column);
		ck_assert_str_eq(found->line_text, cases[i].shown);
		ck_assert_uint_eq(found->caret, cases[i].caret);
		sriov_problems_free(&problems);
	}
}
END_TEST

START_TEST(an_error_keeps_its_words_and_becomes_a_bad_file)
{
	const struct sriov_source source = source_of("x");
	const struct sriov_place place = {&source, 0};
	struct sriov_problems problems = {0};
	struct sriov_error err = {0};

	sriov_error_set(&err, SRIOV_USAGE, ERANGE, "too much");
	sriov_error_hint(&err, "less");
	ck_assert_int_eq(sriov_problem_add(&problems, &place, &err), -EINVAL);
	ck_assert_int_eq(problems.problem[0].error.code, SRIOV_BAD_FILE);
	ck_assert_int_eq(problems.problem[0].error.errnum, ERANGE);
	ck_assert_str_eq(problems.problem[0].error.msg, "too much");
	ck_assert_str_eq(problems.problem[0].error.hint, "less");
	sriov_problem_hint(&problems, "%d", 7);
	ck_assert_str_eq(problems.problem[0].error.hint, "7");
	sriov_problems_free(&problems);
	ck_assert_uint_eq(problems.n, 0);
}
END_TEST

START_TEST(there_is_an_end_to_problems)
{
	const struct sriov_source source = source_of("x");
	const struct sriov_place place = {&source, 0};
	struct sriov_problems problems = {0};

	sriov_problem_hint(&problems, "of nothing");
	for (unsigned i = 0; i < SRIOV_PROBLEMS_MAX + 3; i++) {
		sriov_problem_say(&problems, &place, "%u", i);
		sriov_problem_hint(&problems, "hint %u", i);
	}
	ck_assert_uint_eq(problems.n, SRIOV_PROBLEMS_MAX);
	ck_assert_uint_eq(problems.more, 3);
	ck_assert_str_eq(problems.problem[SRIOV_PROBLEMS_MAX - 1].error.msg, "99");
	/* the hint of one that was dropped is not given to another */
	ck_assert_str_eq(problems.problem[SRIOV_PROBLEMS_MAX - 1].error.hint, "hint 99");
	sriov_problems_free(&problems);
}
END_TEST

UNIT_MAIN("problem", a_place_has_its_line_column_and_mark,
	  an_error_keeps_its_words_and_becomes_a_bad_file, there_is_an_end_to_problems)
