/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps that mend what is broken of a PF and its VFs. */
#include <stdio.h>

#include "plan/guard.h"

int sriov_plan_autoprobe(struct sriov_plan *plan, const struct sriov_pf_want *want,
			 struct sriov_error *err)
{
	const struct sriov_step step = {
		.kind = SRIOV_STEP_AUTOPROBE,
		.pf = want->pf,
		.function = &want->pf->fn,
		.from = {.known = true, .number = 0},
		.to = {.known = true, .number = 1},
	};

	if (!want->autoprobe || want->pf->autoprobe)
		return 0;
	return sriov_plan_add(plan, &step, err);
}

static int plan_override(struct sriov_plan *plan, const struct sriov_step *template,
			 struct sriov_error *err)
{
	struct sriov_step step = *template;

	step.kind = SRIOV_STEP_OVERRIDE;
	step.from.known = step.to.known = true;
	if (!sriov_function_override(plan->doors, step.function, step.from.text) ||
	    !step.from.text[0])
		return 0;
	return sriov_plan_add(plan, &step, err);
}

/* The driver stays and starts again. */
static int plan_start(struct sriov_plan *plan, const struct sriov_step *template,
		      struct sriov_error *err)
{
	struct sriov_step step = *template;

	step.kind = SRIOV_STEP_RESTART;
	step.restart_for = SRIOV_ATTR_DRIVER;
	step.from.known = step.to.known = true;
	snprintf(step.from.text, sizeof(step.from.text), "%s", step.function->driver);
	snprintf(step.to.text, sizeof(step.to.text), "%s", step.function->driver);
	return sriov_plan_add(plan, &step, err);
}

int sriov_plan_mend(struct sriov_plan *plan, const struct sriov_pf *pf,
		    const struct sriov_vf *vf, const struct sriov_vf_want *want,
		    struct sriov_error *err)
{
	const struct sriov_step step = {
		.pf = pf,
		.function = &vf->fn,
		.vf = vf->index,
		.attr = SRIOV_ATTR_DRIVER,
	};
	int r = 0;

	if (want->clear_override)
		r = plan_override(plan, &step, err);
	if (r == 0 && want->start_driver && vf->fn.driver[0])
		r = plan_start(plan, &step, err);
	return r;
}
