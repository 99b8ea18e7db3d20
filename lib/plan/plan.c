/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what is and what should be to steps. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "plan/limits.h"
#include "plan/planner.h"

static bool is_foreseen(const struct sriov_plan *plan, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < plan->n_futures; i++)
		if (plan->future[i] == pf)
			return true;
	return false;
}

/*
 * Whether the VF has already what is wanted.  Without an administrator's MAC the port
 * reports the one that the VF's driver made up: that is none.
 */
static bool has_already(const struct sriov_vf *vf, bool is_new, enum sriov_attr_id id,
			const struct sriov_value *now, const struct sriov_value *to)
{
	if (id == SRIOV_ATTR_MAC && to->number == 0 &&
	    ((is_new && !now->known) || sriov_vf_made_up(vf, now->number)))
		return true;
	return now->known && now->number == to->number;
}

/*
 * What a running guest has changed is no difference from a file: with trust on it may
 * have chosen another address, and libvirt puts MAC and VLAN back when it stops.
 */
static bool is_the_guests(const struct planner *planner, const struct sriov_vf *vf,
			  enum sriov_attr_id id)
{
	if (!planner->want->standing)
		return false;
	if (id == SRIOV_ATTR_MAC)
		return vf->saved.has_mac ||
		       (sriov_function_in_use(&vf->fn) &&
			sriov_vf_value(vf, SRIOV_ATTR_TRUST).number != 0);
	return id == SRIOV_ATTR_VLAN && vf->saved.has_vlan;
}

/*
 * The VF's driver asks the port for its MAC when it starts; a port that is down is mute.
 * GUIDs come from the firmware.
 */
static bool may_restart(const struct sriov_pf *pf, const struct sriov_vf *vf,
			enum sriov_attr_id what)
{
	return (pf->fn.link_up || what != SRIOV_ATTR_MAC) && vf->fn.netdev[0] &&
	       !sriov_function_in_use(&vf->fn);
}

/* Whether the VF's own netdev has (or, with trust, may have chosen) another MAC. */
static bool mac_not_in_effect(const struct sriov_vf *vf, uint64_t mac)
{
	return mac != 0 && vf->fn.netdev_mac != mac &&
	       sriov_vf_value(vf, SRIOV_ATTR_TRUST).number == 0;
}

/* In the order of facts: vlan, mac, spoofchk, trust, state, and rates last. */
static const enum sriov_attr_id setting_order[] = {
	SRIOV_ATTR_VLAN,      SRIOV_ATTR_QOS,	      SRIOV_ATTR_PROTO,
	SRIOV_ATTR_MAC,	      SRIOV_ATTR_SPOOFCHK,    SRIOV_ATTR_TRUST,
	SRIOV_ATTR_STATE,     SRIOV_ATTR_QUERY_RSS,   SRIOV_ATTR_NODE_GUID,
	SRIOV_ATTR_PORT_GUID, SRIOV_ATTR_MIN_TX_RATE, SRIOV_ATTR_MAX_TX_RATE,
};

static int plan_settings(struct planner *planner, const struct sriov_pf *pf,
			 const struct sriov_vf *vf, const struct sriov_vf_want *want,
			 struct sriov_error *err)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(setting_order); i++) {
		enum sriov_attr_id id = setting_order[i];
		struct sriov_step step;

		if (!sriov_vf_wants(want, id))
			continue;
		step = (struct sriov_step){
			.kind = SRIOV_STEP_SETTING,
			.pf = pf,
			.function = &vf->fn,
			.vf = vf->index,
			.attr = id,
			.from = sriov_vf_value(vf, id),
			.to = want->value[id],
		};
		if (has_already(vf, is_foreseen(&planner->plan, pf), id, &step.from,
				&step.to) ||
		    is_the_guests(planner, vf, id))
			continue;
		if (sriov_plan_add(&planner->plan, &step, err) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int plan_msix(struct sriov_plan *plan, const struct sriov_pf *pf,
		     const struct sriov_vf *vf, const struct sriov_vf_want *want,
		     struct sriov_error *err)
{
	struct sriov_step step = {
		.kind = SRIOV_STEP_MSIX,
		.pf = pf,
		.function = &vf->fn,
		.vf = vf->index,
		.attr = SRIOV_ATTR_MSIX,
		.from = sriov_vf_value(vf, SRIOV_ATTR_MSIX),
		.to = want->value[SRIOV_ATTR_MSIX],
	};

	if (!sriov_vf_wants(want, SRIOV_ATTR_MSIX) ||
	    (step.from.known && step.from.number == step.to.number))
		return 0;
	return sriov_plan_add(plan, &step, err);
}

/* @template: of what, and how. */
static int plan_driver(struct sriov_plan *plan, const struct sriov_step *template,
		       const char *driver, struct sriov_error *err)
{
	const struct sriov_function *fn = template->function;
	struct sriov_step step = *template;

	step.kind = SRIOV_STEP_DRIVER;
	step.attr = SRIOV_ATTR_DRIVER;
	step.from.known = step.to.known = true;
	if (sriov_driver_satisfied(fn->driver, driver))
		return 0;
	if (sriov_function_is_bridge(fn)) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"is a bridge: the devices behind it would be lost");
		return sriov_error_object(err, "%s", fn->address);
	}
	snprintf(step.from.text, sizeof(step.from.text), "%s", fn->driver);
	snprintf(step.to.text, sizeof(step.to.text), "%s", driver);
	return sriov_plan_add(plan, &step, err);
}

static int plan_function(struct sriov_plan *plan, const struct sriov_function_want *want,
			 struct sriov_error *err)
{
	const struct sriov_step step = {
		.before = want->pf,
		.function = want->function,
		.must_bind = want->must_bind,
	};

	return plan_driver(plan, &step, want->driver, err);
}

/* Whether the VF's own driver must start again for what the plan sets, and for what. */
static bool needs_restart(const struct sriov_plan *plan, size_t first,
			  const struct sriov_vf *vf, const struct sriov_vf_want *want,
			  enum sriov_attr_id *ret)
{
	for (size_t i = first; i < plan->n; i++)
		if (sriov_attr(plan->step[i].attr)->at_start) {
			*ret = plan->step[i].attr;
			return true;
		}
	*ret = SRIOV_ATTR_MAC;
	return sriov_vf_wants(want, SRIOV_ATTR_MAC) &&
	       mac_not_in_effect(vf, want->value[SRIOV_ATTR_MAC].number);
}

/* The steps of the VF's settings are the plan's from @first on. */
static int plan_restart(struct sriov_plan *plan, size_t first, const struct sriov_pf *pf,
			const struct sriov_vf *vf, const struct sriov_vf_want *want,
			struct sriov_error *err)
{
	struct sriov_step step = {
		.kind = SRIOV_STEP_RESTART,
		.pf = pf,
		.function = &vf->fn,
		.vf = vf->index,
		.attr = SRIOV_ATTR_DRIVER,
		.from = sriov_vf_value(vf, SRIOV_ATTR_DRIVER),
		.to = sriov_vf_value(vf, SRIOV_ATTR_DRIVER),
	};

	if (!needs_restart(plan, first, vf, want, &step.restart_for) ||
	    !may_restart(pf, vf, step.restart_for))
		return 0;
	if (sriov_vf_wants(want, SRIOV_ATTR_DRIVER) &&
	    !sriov_driver_satisfied(vf->fn.driver, want->value[SRIOV_ATTR_DRIVER].text))
		return 0;
	return sriov_plan_add(plan, &step, err);
}

/*
 * A VF that is made while drivers are kept off it gets one all the same, in the end.
 * What a file says of the driver is no matter while a guest has the VF.
 */
static int plan_vf_driver(struct planner *planner, const struct sriov_pf *pf,
			  const struct sriov_vf *vf, const struct sriov_vf_want *want,
			  bool held, struct sriov_error *err)
{
	const char *driver = held ? SRIOV_DRIVER_DEFAULT : "";
	struct sriov_step of_vf = {.pf = pf, .function = &vf->fn, .vf = vf->index};

	if (want && sriov_vf_wants(want, SRIOV_ATTR_DRIVER))
		driver = want->value[SRIOV_ATTR_DRIVER].text;
	if (!driver[0] || (planner->want->standing && vf->fn.vfio_open))
		return 0;
	of_vf.must_bind = want && want->must_bind;
	return plan_driver(&planner->plan, &of_vf, driver, err);
}

static int plan_vf(struct planner *planner, const struct sriov_pf *pf,
		   const struct sriov_vf_want *want, struct sriov_error *err)
{
	const struct sriov_vf *vf = sriov_pf_vf(pf, want->index);
	char name[SRIOV_NAME_LEN];
	size_t first = planner->plan.n;
	int r;

	if (!vf && planner->policy->piecemeal)
		return 0;
	if (!vf) {
		sriov_error_set(err, SRIOV_NOT_FOUND, ENODEV, "no such VF");
		return sriov_error_object(err, "%s",
					  sriov_vf_name(pf, want->index, name));
	}
	r = sriov_check_vf(pf, is_foreseen(&planner->plan, pf), vf, want,
			   planner->want->standing ? SRIOV_BAD_FILE : SRIOV_USAGE, err);
	if (r < 0)
		return sriov_error_object(err, "%s",
					  sriov_vf_name(pf, want->index, name));
	r = plan_settings(planner, pf, vf, want, err);
	if (r == 0)
		r = plan_msix(&planner->plan, pf, vf, want, err);
	if (r == 0)
		r = plan_restart(&planner->plan, first, pf, vf, want, err);
	return r < 0 ? r : sriov_plan_mend(&planner->plan, pf, vf, want, err);
}

/*
 * The mode of the switch changes before or after VFs are made, as the driver has it.
 * Bindings by an override work while drivers are kept off; the kernel's choice does not.
 * MSI-X vectors are given back before they are given to others.
 */
static int rank(const struct sriov_step *step)
{
	bool later = false;

	if (step->kind == SRIOV_STEP_ESWITCH && !step->early)
		return 2 * SRIOV_STEP_VFS + 1;
	if (step->kind == SRIOV_STEP_DRIVER)
		later = !sriov_driver_is_vfio(step->to.text) &&
			strcmp(step->to.text, SRIOV_DRIVER_VFIO) != 0;
	if (step->kind == SRIOV_STEP_MSIX)
		later = step->to.number > step->from.number;
	return 2 * (int)step->kind + later;
}

/* All settings of a PF before all restarts before all bindings; else as they came. */
static int sort_by_rank(struct sriov_step *step, size_t n)
{
	struct sriov_step *sorted;
	size_t done = 1;

	while (done < n && rank(&step[done - 1]) <= rank(&step[done]))
		done++;
	if (done >= n)
		return 0;
	sorted = calloc(n, sizeof(*sorted));
	if (!sorted)
		return -ENOMEM;
	done = 0;
	for (int now = 0; now < 2 * SRIOV_N_STEP_KINDS; now++)
		for (size_t i = 0; i < n; i++)
			if (rank(&step[i]) == now)
				sorted[done++] = step[i];
	memcpy(step, sorted, done * sizeof(*sorted));
	free(sorted);
	return 0;
}

static int plan_drivers(struct planner *planner, const struct sriov_pf *pf,
			const struct sriov_pf_want *want, bool held,
			struct sriov_error *err)
{
	size_t next = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < pf->n_vfs; i++) {
		const struct sriov_vf_want *vf = NULL;

		while (next < want->n_vfs && want->vf[next].index < pf->vf[i].index)
			next++;
		if (next < want->n_vfs && want->vf[next].index == pf->vf[i].index)
			vf = &want->vf[next];
		r = plan_vf_driver(planner, pf, &pf->vf[i], vf, held, err);
	}
	return r;
}

/* The PF of the host, which the want's is. */
static struct sriov_pf *looked_at(struct sriov_host *host, const struct sriov_pf *pf)
{
	return &host->pf[pf - host->pf];
}

static int plan_pf(struct planner *planner, const struct sriov_pf_want *want,
		   struct sriov_error *err)
{
	struct sriov_plan *plan = &planner->plan;
	const struct sriov_pf *pf = want->pf;
	size_t first = plan->n;
	bool held = false;
	int r = sriov_check_msix(planner->host->doors, looked_at(planner->host, pf), want,
				 err);

	if (r == 0)
		r = sriov_planner_port(planner, want, &pf, &held, err);
	for (size_t i = 0; r == 0 && i < want->n_vfs; i++)
		r = plan_vf(planner, pf, &want->vf[i], err);
	if (r == 0)
		r = plan_drivers(planner, pf, want, held, err);
	for (size_t i = first; r == 0 && i < plan->n; i++)
		plan->step[i].pf = pf;
	if (r == 0 && plan->n > first)
		r = sort_by_rank(plan->step + first, plan->n - first);
	return r;
}

int sriov_plan_make(struct sriov_host *host, const struct sriov_want *want,
		    const struct sriov_policy *policy, struct sriov_plan *ret,
		    struct sriov_error *err)
{
	struct planner planner = {
		.plan.doors = host->doors,
		.host = host,
		.want = want,
		.policy = policy,
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < want->n_pfs; i++)
		r = plan_pf(&planner, &want->pf[i], err);
	for (size_t i = 0; r == 0 && i < want->n_functions; i++)
		r = plan_function(&planner.plan, &want->function[i], err);
	if (r < 0) {
		sriov_plan_free(&planner.plan);
		return r;
	}
	if (policy->piecemeal)
		sriov_plan_block(&planner.plan, policy);
	*ret = planner.plan;
	return 0;
}
