/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that do the same to several VFs, told as one. */
#ifndef SRIOV_PLAN_ROWS_H
#define SRIOV_PLAN_ROWS_H

#include "base/cleanup.h"
#include "plan/plan.h"

/* Steps of one PF that do the same to several VFs and ended alike. */
struct sriov_step_row {
	const struct sriov_step *step;	     /* the first of them */
	const struct sriov_step *const *all; /* each of the n */
	size_t n;
	char *object; /* "em1/0-3,6"; NULL before sriov_step_rows_name() */
};

struct sriov_step_rows {
	struct sriov_step_row *row;
	size_t n;
	const struct sriov_step **step; /* what the rows' `all` points into */
};

/*
 * Bring the steps of @plan together into rows, in the order of the PFs, the kinds and the
 * attributes.  The rows point into the plan.  Returns 0 or -ENOMEM, with @ret empty.
 */
int sriov_step_rows(const struct sriov_plan *plan, struct sriov_step_rows *ret);

/* Give the rows their names, for output.  Returns 0 or -ENOMEM. */
int sriov_step_rows_name(struct sriov_step_rows *rows);

void sriov_step_rows_free(struct sriov_step_rows *rows);

#define _cleanup_step_rows_ _cleanup_(sriov_step_rows_free)

#endif
