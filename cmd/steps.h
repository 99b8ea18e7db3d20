/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of steps, printed as rows and as JSON. */
#ifndef CMD_STEPS_H
#define CMD_STEPS_H

#include "app.h"

/* Print what became of the rows: object, attribute, from and to, a remark. */
void steps_print(const struct app *app, const struct sriov_plan *plan,
		 const struct sriov_step_rows *rows);

/*
 * Print what the rows would do, as a difference: + for what is new, - for what goes, ~
 * for what changes and ! for what is blocked.
 */
void steps_print_plan(const struct app *app, const struct sriov_plan *plan,
		      const struct sriov_step_rows *rows);

/* Print {"version":1,"changed":...,"steps":[...]}. */
void steps_print_json(const struct sriov_plan *plan, bool changed);

#endif
