/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the planner share. */
#ifndef SRIOV_PLAN_PLANNER_H
#define SRIOV_PLAN_PLANNER_H

#include "plan/guard.h"

struct planner {
	struct sriov_plan plan;
	struct sriov_host *host;
	const struct sriov_want *want;
	const struct sriov_policy *policy;
};

/*
 * Plan what is wanted of the port itself: its link, whether the kernel binds
 * its new VFs, their number and the mode of its switch.
 * @ret_pf gets the PF that the later steps are about: as it will be, or, where its VFs
 * must not be destroyed, as it is.  @ret_held: drivers are to be kept off its new VFs.
 */
int sriov_planner_port(struct planner *planner, const struct sriov_pf_want *want,
		       const struct sriov_pf **ret_pf, bool *ret_held,
		       struct sriov_error *err);

#endif
