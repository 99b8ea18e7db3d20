/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a text that users wrote, and where. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/problem.h"
#include "base/text.h"

#define BOM "\xef\xbb\xbf"

/* What fits a wide terminal; JSON in one line has a million characters. */
#define LINE_SHOWN_MAX 160
#define BEFORE_MAX 100

size_t sriov_source_start(const struct sriov_source *source)
{
	return strncmp(source->text, BOM, strlen(BOM)) == 0 ? strlen(BOM) : 0;
}

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static void find_place(struct sriov_problem *problem, const struct sriov_place *place)
{
	const char *text = place->source->text;

	problem->line = problem->column = 1;
	for (size_t i = sriov_source_start(place->source); i < place->offset; i++) {
		if (text[i] == '\n') {
			problem->line++;
			problem->column = 1;
		} else if (begins_character(text[i])) {
			problem->column++;
		}
	}
}

/* A tab would push the caret aside. */
static char *line_at(const struct sriov_place *place, unsigned *ret_before)
{
	const char *text = place->source->text;
	size_t start = sriov_source_start(place->source), first = place->offset, len;
	unsigned before = 0;
	char *raw, *shown;

	while (first > start && text[first - 1] != '\n' && before < BEFORE_MAX)
		before += begins_character(text[--first]);
	*ret_before = before;
	len = strcspn(text + first, "\r\n");
	raw = strndup(text + first, len < LINE_SHOWN_MAX ? len : LINE_SHOWN_MAX);
	if (!raw)
		return NULL;
	for (char *c = raw; *c; c++)
		if (*c == '\t')
			*c = ' ';
	shown = malloc(strlen(raw) + 1);
	if (shown)
		sriov_text_printable(raw, shown, strlen(raw) + 1);
	free(raw);
	return shown;
}

int sriov_problem_add(struct sriov_problems *problems, const struct sriov_place *place,
		      const struct sriov_error *err)
{
	struct sriov_problem problem = {.error = *err};

	if (problems->n >= SRIOV_PROBLEMS_MAX ||
	    SRIOV_ARRAY_ROOM(problems->problem, problems->n) < 0) {
		problems->more++;
		return -EINVAL;
	}
	problem.error.code = SRIOV_BAD_FILE;
	find_place(&problem, place);
	problem.line_text = line_at(place, &problem.caret);
	problem.file = place->source->name;
	problems->problem[problems->n++] = problem;
	return -EINVAL;
}

int sriov_problem_say(struct sriov_problems *problems, const struct sriov_place *place,
		      const char *fmt, ...)
{
	struct sriov_error err = {.errnum = EINVAL};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	return sriov_problem_add(problems, place, &err);
}

int sriov_problem_hint(struct sriov_problems *problems, const char *fmt, ...)
{
	va_list ap;

	if (problems->n && !problems->more) {
		struct sriov_error *err = &problems->problem[problems->n - 1].error;

		va_start(ap, fmt);
		vsnprintf(err->hint, sizeof(err->hint), fmt, ap);
		va_end(ap);
	}
	return -EINVAL;
}

void sriov_problems_free(struct sriov_problems *problems)
{
	for (size_t i = 0; i < problems->n; i++)
		free(problems->problem[i].line_text);
	free(problems->problem);
	*problems = (struct sriov_problems){0};
}
