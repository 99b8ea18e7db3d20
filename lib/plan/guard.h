/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between a step and whoever it would cut off. */
#ifndef SRIOV_PLAN_GUARD_H
#define SRIOV_PLAN_GUARD_H

#include "plan/plan.h"

/* The guard of @step, from the users that the host has. */
enum sriov_guard sriov_step_guard(const struct sriov_step *step);

/* Put @step behind the others of @plan, with its guard.  Errors: -ENOMEM. */
int sriov_plan_add(struct sriov_plan *plan, const struct sriov_step *step,
		   struct sriov_error *err);

/* mend.c: what is wanted of a PF and of a VF that are broken. */
int sriov_plan_autoprobe(struct sriov_plan *plan, const struct sriov_pf_want *want,
			 struct sriov_error *err);
int sriov_plan_mend(struct sriov_plan *plan, const struct sriov_pf *pf,
		    const struct sriov_vf *vf, const struct sriov_vf_want *want,
		    struct sriov_error *err);

/* Whether @policy lets a step with @guard be done. */
bool sriov_policy_lets(const struct sriov_policy *policy, enum sriov_guard guard);

/* Append which VFs lose their driver while the mode is changed. */
void sriov_eswitch_effect(const struct sriov_step *step, char *buf, size_t size);

#endif
