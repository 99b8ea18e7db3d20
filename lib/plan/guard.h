/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between a step and whoever it would cut off. */
#ifndef SRIOV_PLAN_GUARD_H
#define SRIOV_PLAN_GUARD_H

#include "plan/plan.h"

/* Set the guard of every step from the users that the host has. */
void sriov_plan_set_guards(struct sriov_plan *plan);

#endif
