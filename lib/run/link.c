/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Setting a PF up or down. */
#include "run/steps.h"
#include "sys/links.h"

int sriov_run_link(struct sriov_run *run, struct sriov_step *step)
{
	struct sriov_error err = {0};
	int r;

	sriov_run_progress(run, "%s: setting it %s", step->pf->name,
			   step->to.number ? "up" : "down");
	r = sriov_link_set(run->doors, step->pf->fn.ifindex, step->to.number != 0, &err);
	if (r == 0)
		return 0;
	sriov_error_object(&err, "%s", step->pf->name);
	sriov_step_fail(step, SRIOV_STATUS_REFUSED, &err);
	return r;
}
