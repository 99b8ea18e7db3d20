/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps as rows and as JSON. */
#ifndef CMD_STEPS_H
#define CMD_STEPS_H

#include "app.h"

/* A row: steps of one PF that do the same to several VFs and ended alike. */
struct step_row {
	const struct sriov_step *step; /* the first of them */
	size_t n;
	char object[256]; /* "em1/0-3,6" */
};

struct step_rows {
	struct step_row *row;
	size_t n;
};

/* Bring the steps of @plan together into rows; the caller frees row.  0 or -ENOMEM. */
int steps_rows(const struct sriov_plan *plan, struct step_rows *ret);

/* Print what became of the rows: object, attribute, from and to, a remark. */
void steps_print(const struct app *app, const struct sriov_plan *plan,
		 const struct step_rows *rows);

/*
 * Print what the rows would do, as a difference: + for what is new, - for what goes, ~
 * for what changes and ! for what is blocked.
 */
void steps_print_plan(const struct app *app, const struct sriov_plan *plan,
		      const struct step_rows *rows);

/* Print {"version":1,"changed":...,"steps":[...]}. */
void steps_print_json(const struct sriov_plan *plan, bool changed);

#endif
