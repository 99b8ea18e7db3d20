/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands that the sweep disturbs. */
#ifndef SWEEP_SCENARIO_H
#define SWEEP_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SCENARIO_LINES_MAX = 10,
};

/* Lines are those of a tree (tests/fake/tree.h). */
struct scenario {
	const char *name;
	const char *command; /* words set apart by blanks */
	const char *before[SCENARIO_LINES_MAX];
	/* What new VFs are like when nothing but their number has come true. */
	const char *fresh[SCENARIO_LINES_MAX];
	bool destroys; /* VFs go on the way to another number */
	bool strict;   /* a refused setting takes back the others of its PF */
	bool guarded;  /* it hits somebody: exit 6, and nothing is changed */
};

/* All of them; *ret_n is how many. */
const struct scenario *scenarios(size_t *ret_n);

#endif
