/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with a text that users wrote, and where: all of it, not the first only.
 */
#ifndef SRIOV_BASE_PROBLEM_H
#define SRIOV_BASE_PROBLEM_H

#include <stddef.h>

#include "base/error.h"

/* A text that is read; both strings are the caller's and outlive what points here. */
struct sriov_source {
	const char *name; /* as users know it: "/etc/sriovctl/host.yaml" */
	const char *text; /* ends in a NUL that size does not count */
	size_t size;
};

/* Where its text begins: behind a byte order mark, which is no part of line 1. */
size_t sriov_source_start(const struct sriov_source *source);

/* A place in it. */
struct sriov_place {
	const struct sriov_source *source;
	size_t offset; /* bytes from its beginning */
};

struct sriov_problem {
	const char *file; /* the source's name */
	unsigned line;	  /* as editors count: from 1 */
	unsigned column;  /* in characters, from 1 */
	char *line_text;  /* the line, or what is near the place; fit for a terminal */
	unsigned caret;	  /* how many characters of line_text are before the place */
	struct sriov_error error;
};

struct sriov_problems {
	struct sriov_problem *problem;
	size_t n;
	size_t more; /* beyond SRIOV_PROBLEMS_MAX, or for want of memory */
};

#define SRIOV_PROBLEMS_MAX 100

/*
 * Add @err, found at @place.  Its code is made SRIOV_BAD_FILE.  Always returns
 * -EINVAL, so that a failing call is one line.
 */
int sriov_problem_add(struct sriov_problems *problems, const struct sriov_place *place,
		      const struct sriov_error *err);

/* The same with a message of one's own; a hint may follow. */
int sriov_problem_say(struct sriov_problems *problems, const struct sriov_place *place,
		      const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Add the hint to the problem that was added last. */
int sriov_problem_hint(struct sriov_problems *problems, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void sriov_problems_free(struct sriov_problems *problems);

#endif
