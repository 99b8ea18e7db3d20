/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps about a port itself: its link, its VFs and the mode of its switch. */
#include <stdlib.h>

#include "base/array.h"
#include "plan/planner.h"

/* The PF as it is to be with @n VFs, of which nothing is known yet. */
static struct sriov_pf *foresee(struct sriov_plan *plan, const struct sriov_pf *pf,
				unsigned n)
{
	struct sriov_pf *future;

	if (SRIOV_ARRAY_ROOM(plan->future, plan->n_futures) < 0)
		return NULL;
	future = malloc(sizeof(*future));
	if (!future)
		return NULL;
	*future = *pf;
	future->n_vfs = n;
	future->vf = calloc(n + 1, sizeof(*future->vf));
	if (!future->vf) {
		free(future);
		return NULL;
	}
	for (unsigned i = 0; i < n; i++) {
		future->vf[i].index = i;
		future->vf[i].fn.bus = pf->fn.bus;
		future->vf[i].fn.class = pf->fn.class;
		future->vf[i].fn.group = -1;
	}
	plan->future[plan->n_futures++] = future;
	return future;
}

static int plan_link(struct sriov_plan *plan, const struct sriov_pf_want *want,
		     struct sriov_error *err)
{
	struct sriov_step step = {
		.kind = SRIOV_STEP_LINK,
		.pf = want->pf,
		.before = want->pf,
		.function = &want->pf->fn,
		.from = {.known = true, .number = want->pf->fn.link_up},
		.to = {.known = true, .number = (uint64_t)want->link},
	};

	if (want->link < 0 || (want->link == 1) == want->pf->fn.link_up)
		return 0;
	return sriov_plan_add(plan, &step, err);
}

static bool changes_eswitch(const struct sriov_pf_want *want)
{
	return want->eswitch >= 0 && want->pf->eswitch.mode != want->eswitch;
}

/* VFs that are wanted no more are removed before it all the same. */
static bool is_early(const struct sriov_pf_want *want)
{
	return changes_eswitch(want) && want->vfs != 0 &&
	       sriov_eswitch_when(want->pf->fn.driver) == SRIOV_ESWITCH_WITHOUT_VFS;
}

/* Whether VFs have to go for the mode to be changed. */
static bool clears_vfs(const struct sriov_pf_want *want)
{
	return is_early(want) && want->pf->n_vfs;
}

/* New VFs are kept from their drivers until they are set, or the switch is. */
static bool holds_vfs(const struct sriov_pf_want *want, unsigned vfs)
{
	const struct sriov_pf *pf = want->pf;
	bool unbound = changes_eswitch(want) &&
		       sriov_eswitch_when(pf->fn.driver) == SRIOV_ESWITCH_UNBOUND;

	return vfs > 0 && (want->n_vfs > 0 || unbound) && pf->autoprobe &&
	       sriov_function_is_pci(&pf->fn);
}

static int plan_vfs(struct planner *planner, const struct sriov_pf_want *want,
		    const struct sriov_pf **ret_pf, bool *ret_held,
		    struct sriov_error *err)
{
	const struct sriov_pf *pf = want->pf;
	unsigned vfs = want->vfs < 0 ? (unsigned)pf->n_vfs : (unsigned)want->vfs;
	struct sriov_step step = {
		.kind = SRIOV_STEP_VFS,
		.pf = pf,
		.before = pf,
		.function = &pf->fn,
		.from = {.known = true, .number = pf->n_vfs},
		.to = {.known = true, .number = vfs},
		.hold = holds_vfs(want, vfs),
		.cleared = clears_vfs(want),
	};

	*ret_pf = pf;
	if (vfs == pf->n_vfs && !clears_vfs(want))
		return 0;
	if (planner->policy->piecemeal &&
	    !sriov_policy_lets(planner->policy, sriov_step_guard(&step))) {
		/* neither must what comes before it be done */
		step.cleared = false;
		return vfs == pf->n_vfs ? 0 : sriov_plan_add(&planner->plan, &step, err);
	}
	step.pf = foresee(&planner->plan, pf, vfs);
	if (!step.pf)
		return sriov_error_memory(err);
	*ret_pf = step.pf;
	*ret_held = step.hold;
	return sriov_plan_add(&planner->plan, &step, err);
}

/* Another number of VFs comes by way of none. */
static bool may_be_lost(const struct sriov_pf_want *want, const struct sriov_pf *after)
{
	return want->eswitch == SRIOV_ESWITCH_SWITCHDEV && after != want->pf &&
	       want->pf->n_vfs && after->n_vfs &&
	       sriov_eswitch_forgets(want->pf->fn.driver);
}

/* @after: the PF as it is when the VFs that are wanted have been made. */
static int plan_eswitch(struct planner *planner, const struct sriov_pf_want *want,
			const struct sriov_pf *after, struct sriov_error *err)
{
	const struct sriov_pf *pf = want->pf;
	bool early = is_early(want);
	struct sriov_step step = {
		.kind = SRIOV_STEP_ESWITCH,
		.pf = pf,
		.before = early ? pf : after,
		.function = &pf->fn,
		.from = {.known = true, .number = (uint64_t)pf->eswitch.mode},
		.to = {.known = true, .number = (uint64_t)want->eswitch},
		.early = early,
		.clears = clears_vfs(want),
	};

	if (!changes_eswitch(want) && !may_be_lost(want, after))
		return 0;
	return sriov_plan_add(&planner->plan, &step, err);
}

int sriov_planner_port(struct planner *planner, const struct sriov_pf_want *want,
		       const struct sriov_pf **ret_pf, bool *ret_held,
		       struct sriov_error *err)
{
	int r = plan_link(&planner->plan, want, err);

	*ret_pf = want->pf;
	*ret_held = false;
	if (r == 0)
		r = sriov_plan_autoprobe(&planner->plan, want, err);
	if (r == 0)
		r = plan_vfs(planner, want, ret_pf, ret_held, err);
	return r == 0 ? plan_eswitch(planner, want, *ret_pf, err) : r;
}
