/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command that changes something says in the end. */
#ifndef CMD_OUTCOME_H
#define CMD_OUTCOME_H

#include "change.h"

/*
 * Print what has become of the steps of @plan, and the errors.  @unsaved: say that the
 * next boot begins without them.  Returns what the process exits with.
 */
enum sriov_code outcome_print(const struct app *app, const struct sriov_plan *plan,
			      bool unsaved);

/* Print what would be done. */
enum sriov_code outcome_print_plan(const struct app *app, struct sriov_plan *plan,
				   const struct change *change);

/* Print that there is nothing to do. */
enum sriov_code outcome_print_unchanged(const struct app *app,
					const struct sriov_plan *plan,
					const struct change *change);

#endif
