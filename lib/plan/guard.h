/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between a step and whoever it would cut off. */
#ifndef SRIOV_PLAN_GUARD_H
#define SRIOV_PLAN_GUARD_H

#include "plan/plan.h"

/* The guard of @step, from the users that the host has. */
enum sriov_guard sriov_step_guard(const struct sriov_step *step);

/* Whether @policy lets a step with @guard be done. */
bool sriov_policy_lets(const struct sriov_policy *policy, enum sriov_guard guard);

#endif
