/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PFs that a plan foresees: what has become of them, and their end. */
#include <stdlib.h>

#include "plan/plan.h"

static void free_vfs(struct sriov_pf *pf)
{
	for (size_t i = 0; i < pf->n_vfs; i++)
		free(pf->vf[i].fn.users);
	free(pf->vf);
}

/* The VFs stay where the steps point to; what is known of them moves there. */
static void refresh(struct sriov_pf *pf, struct sriov_pf *now)
{
	for (size_t i = 0; i < pf->n_vfs; i++) {
		struct sriov_vf *found = sriov_pf_vf(now, pf->vf[i].index);

		if (!found)
			continue;
		free(pf->vf[i].fn.users);
		pf->vf[i] = *found;
		found->fn.users = NULL;
		found->fn.n_users = 0;
	}
	pf->settings_read = now->settings_read;
}

void sriov_plan_refresh(struct sriov_plan *plan, struct sriov_host *now)
{
	for (size_t i = 0; i < plan->n_futures; i++) {
		struct sriov_pf *pf = sriov_host_pf(now, plan->future[i]->fn.address);

		if (pf)
			refresh(plan->future[i], pf);
	}
}

void sriov_plan_free(struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		free(plan->step[i].error);
	for (size_t i = 0; i < plan->n_futures; i++) {
		free_vfs(plan->future[i]);
		free(plan->future[i]);
	}
	free(plan->future);
	free(plan->step);
	*plan = (struct sriov_plan){0};
}
