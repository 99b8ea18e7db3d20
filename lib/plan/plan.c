/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what is and what should be to steps. */
#include <errno.h>
#include <linux/if_ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "plan/guard.h"
#include "plan/plan.h"
#include "sys/pci.h"

static int add_step(struct sriov_plan *plan, const struct sriov_step *step,
		    struct sriov_error *err)
{
	if (SRIOV_ARRAY_ROOM(plan->step, plan->n) < 0)
		return sriov_error_memory(err);
	plan->step[plan->n++] = *step;
	return 0;
}

static int too_many(const struct sriov_host *host, const struct sriov_pf *pf, int vfs,
		    struct sriov_error *err)
{
	struct sriov_capability capability;
	struct sriov_error unused;
	char hardware[64] = "";

	if (sriov_pci_capability(host->doors, &pf->fn.bdf, &capability, &unused) == 0 &&
	    capability.total_vfs != pf->total_vfs)
		snprintf(hardware, sizeof(hardware), " (the card itself %u)",
			 capability.total_vfs);
	sriov_error_set(err, SRIOV_FAILED, ERANGE,
			"cannot make %d VFs: the %s driver allows %d%s", vfs,
			pf->fn.driver, pf->total_vfs, hardware);
	sriov_error_object(err, "%s", pf->name);
	return sriov_error_hint(err, "sriovctl enable %s %d", pf->name, pf->total_vfs);
}

static int check_vfs(const struct sriov_host *host, const struct sriov_pf *pf, int vfs,
		     struct sriov_error *err)
{
	if (!pf->fn.driver[0]) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, ENOENT,
				"no driver is bound to the card, so no VF can be made");
		sriov_error_object(err, "%s", pf->name);
		return sriov_error_hint(err, "sriovctl unbind function:%s",
					pf->fn.address);
	}
	if (pf->total_vfs < 0) {
		sriov_error_set(err, SRIOV_FAILED, -pf->total_vfs,
				"cannot read sriov_totalvfs: %s",
				strerror(-pf->total_vfs));
		return sriov_error_object(err, "%s", pf->name);
	}
	if (vfs > pf->total_vfs)
		return too_many(host, pf, vfs, err);
	return 0;
}

static int plan_vfs(struct sriov_plan *plan, const struct sriov_host *host,
		    const struct sriov_pf_want *want, struct sriov_error *err)
{
	const struct sriov_pf *pf = want->pf;
	struct sriov_step step = {
		.kind = SRIOV_STEP_VFS,
		.pf = pf,
		.function = &pf->fn,
		.from = {.known = true, .number = pf->n_vfs},
		.to = {.known = true, .number = (uint64_t)want->vfs},
	};
	int r;

	if (want->vfs < 0 || (size_t)want->vfs == pf->n_vfs)
		return 0;
	r = check_vfs(host, pf, want->vfs, err);
	return r < 0 ? r : add_step(plan, &step, err);
}

static bool wants(const struct sriov_vf_want *want, enum sriov_attr_id id)
{
	return want->mask & UINT32_C(1) << id;
}

/* The value that the VF will have: the wanted one, else the one that it has. */
static uint64_t merged(const struct sriov_vf_want *want, const struct sriov_vf *vf,
		       enum sriov_attr_id id)
{
	if (wants(want, id))
		return want->value[id].number;
	return sriov_vf_value(vf, id).number;
}

/* What several attributes only together can be wrong about. */
static int check_together(const struct sriov_pf *pf, const struct sriov_vf_want *want,
			  const struct sriov_vf *vf, struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN];
	uint64_t min = merged(want, vf, SRIOV_ATTR_MIN_TX_RATE);
	uint64_t max = merged(want, vf, SRIOV_ATTR_MAX_TX_RATE);

	if ((wants(want, SRIOV_ATTR_MIN_TX_RATE) ||
	     wants(want, SRIOV_ATTR_MAX_TX_RATE)) &&
	    max != 0 && min > max)
		return sriov_error_set(
			err, SRIOV_USAGE, EINVAL,
			"min_tx_rate %llu would be more than max_tx_rate %llu",
			(unsigned long long)min, (unsigned long long)max);
	if (wants(want, SRIOV_ATTR_PROTO) &&
	    want->value[SRIOV_ATTR_PROTO].number == ETH_P_8021AD &&
	    merged(want, vf, SRIOV_ATTR_VLAN) == 0 &&
	    merged(want, vf, SRIOV_ATTR_QOS) == 0) {
		sriov_error_set(err, SRIOV_USAGE, EINVAL,
				"proto 802.1ad needs a vlan: the VF has none");
		return sriov_error_hint(err, "sriovctl vf set %s vlan 100 proto 802.1ad",
					sriov_vf_name(pf, want->index, name));
	}
	return 0;
}

/*
 * Whether the VF has already what is wanted.  Without an administrator's MAC the port
 * reports the one that the VF's driver made up: that is none.
 */
static bool has_already(const struct sriov_vf *vf, enum sriov_attr_id id,
			const struct sriov_value *now, const struct sriov_value *to)
{
	if (id == SRIOV_ATTR_MAC && to->number == 0 && vf->fn.netdev_mac_random &&
	    vf->fn.netdev_mac == now->number)
		return true;
	return now->known && now->number == to->number;
}

/* The VF's driver asks the port for its MAC when it starts; a port that is down is mute.
 */
static bool may_restart(const struct sriov_pf *pf, const struct sriov_vf *vf)
{
	return pf->fn.link_up && vf->fn.netdev[0] && vf->fn.n_users == 0;
}

/* Whether the VF's own netdev has (or, with trust, may have chosen) another MAC. */
static bool mac_not_in_effect(const struct sriov_vf *vf, uint64_t mac)
{
	return mac != 0 && vf->fn.netdev_mac != mac &&
	       sriov_vf_value(vf, SRIOV_ATTR_TRUST).number == 0;
}

/* In the order of facts: vlan, mac, spoofchk, trust, state, and rates last. */
static const enum sriov_attr_id setting_order[] = {
	SRIOV_ATTR_VLAN,	SRIOV_ATTR_QOS,	      SRIOV_ATTR_PROTO,
	SRIOV_ATTR_MAC,		SRIOV_ATTR_SPOOFCHK,  SRIOV_ATTR_TRUST,
	SRIOV_ATTR_STATE,	SRIOV_ATTR_QUERY_RSS, SRIOV_ATTR_MIN_TX_RATE,
	SRIOV_ATTR_MAX_TX_RATE,
};

static int plan_settings(struct sriov_plan *plan, const struct sriov_pf *pf,
			 const struct sriov_vf *vf, const struct sriov_vf_want *want,
			 struct sriov_error *err)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(setting_order); i++) {
		enum sriov_attr_id id = setting_order[i];
		struct sriov_step step = {
			.kind = SRIOV_STEP_SETTING,
			.pf = pf,
			.function = &vf->fn,
			.vf = vf->index,
			.attr = id,
			.from = sriov_vf_value(vf, id),
			.to = want->value[id],
		};

		if (!wants(want, id) || has_already(vf, id, &step.from, &step.to))
			continue;
		if (add_step(plan, &step, err) < 0)
			return -ENOMEM;
	}
	return 0;
}

bool sriov_driver_satisfied(const char *now, const char *to)
{
	if (strcmp(to, SRIOV_DRIVER_DEFAULT) == 0)
		return now[0] && !sriov_driver_is_vfio(now);
	if (strcmp(to, SRIOV_DRIVER_NONE) == 0)
		return now[0] == '\0';
	return strcmp(now, to) == 0;
}

static int plan_driver(struct sriov_plan *plan, const struct sriov_pf *pf, unsigned vf,
		       const struct sriov_function *fn, const char *driver,
		       struct sriov_error *err)
{
	struct sriov_step step = {
		.kind = SRIOV_STEP_DRIVER,
		.pf = pf,
		.function = fn,
		.vf = vf,
		.attr = SRIOV_ATTR_DRIVER,
		.from = {.known = true},
		.to = {.known = true},
	};

	if (sriov_driver_satisfied(fn->driver, driver))
		return 0;
	if (sriov_function_is_bridge(fn)) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"is a bridge: the devices behind it would be lost");
		return sriov_error_object(err, "%s", fn->address);
	}
	snprintf(step.from.text, sizeof(step.from.text), "%s", fn->driver);
	snprintf(step.to.text, sizeof(step.to.text), "%s", driver);
	return add_step(plan, &step, err);
}

/* Whether the VF's own driver must start again for the MAC that the plan sets. */
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
	bool sets_mac = false;

	if (!wants(want, SRIOV_ATTR_MAC) || !may_restart(pf, vf))
		return 0;
	for (size_t i = first; i < plan->n; i++)
		sets_mac |= plan->step[i].attr == SRIOV_ATTR_MAC;
	if (!sets_mac && !mac_not_in_effect(vf, want->value[SRIOV_ATTR_MAC].number))
		return 0;
	if (wants(want, SRIOV_ATTR_DRIVER) &&
	    !sriov_driver_satisfied(vf->fn.driver, want->value[SRIOV_ATTR_DRIVER].text))
		return 0;
	return add_step(plan, &step, err);
}

static int plan_vf(struct sriov_plan *plan, const struct sriov_pf *pf,
		   const struct sriov_vf_want *want, struct sriov_error *err)
{
	const struct sriov_vf *vf = sriov_pf_vf(pf, want->index);
	char name[SRIOV_NAME_LEN];
	size_t first = plan->n;
	int r;

	if (!vf) {
		sriov_error_set(err, SRIOV_NOT_FOUND, ENODEV, "no such VF");
		return sriov_error_object(err, "%s",
					  sriov_vf_name(pf, want->index, name));
	}
	r = check_together(pf, want, vf, err);
	if (r < 0)
		return sriov_error_object(err, "%s",
					  sriov_vf_name(pf, want->index, name));
	r = plan_settings(plan, pf, vf, want, err);
	if (r == 0)
		r = plan_restart(plan, first, pf, vf, want, err);
	if (r == 0 && wants(want, SRIOV_ATTR_DRIVER))
		r = plan_driver(plan, pf, vf->index, &vf->fn,
				want->value[SRIOV_ATTR_DRIVER].text, err);
	return r;
}

/* All settings of a PF before all restarts before all bindings; else as they came. */
static int group_by_kind(struct sriov_step *step, size_t n)
{
	struct sriov_step *grouped = calloc(n + 1, sizeof(*grouped));
	size_t done = 0;

	if (!grouped)
		return -ENOMEM;
	for (int kind = SRIOV_STEP_VFS; kind <= SRIOV_STEP_DRIVER; kind++)
		for (size_t i = 0; i < n; i++)
			if ((int)step[i].kind == kind)
				grouped[done++] = step[i];
	memcpy(step, grouped, done * sizeof(*grouped));
	free(grouped);
	return 0;
}

static int plan_pf(struct sriov_plan *plan, const struct sriov_host *host,
		   const struct sriov_pf_want *want, struct sriov_error *err)
{
	size_t first = plan->n;
	int r = plan_vfs(plan, host, want, err);

	for (size_t i = 0; r == 0 && i < want->n_vfs; i++)
		r = plan_vf(plan, want->pf, &want->vf[i], err);
	if (r == 0 && plan->n > first)
		r = group_by_kind(plan->step + first, plan->n - first);
	return r;
}

int sriov_plan_make(struct sriov_host *host, const struct sriov_want *want,
		    struct sriov_plan *ret, struct sriov_error *err)
{
	struct sriov_plan plan = {.doors = host->doors};
	int r = 0;

	for (size_t i = 0; r == 0 && i < want->n_pfs; i++)
		r = plan_pf(&plan, host, &want->pf[i], err);
	for (size_t i = 0; r == 0 && i < want->n_functions; i++)
		r = plan_driver(&plan, NULL, 0, want->function[i].function,
				want->function[i].driver, err);
	if (r < 0) {
		sriov_plan_free(&plan);
		return r;
	}
	sriov_plan_set_guards(&plan);
	*ret = plan;
	return 0;
}

void sriov_plan_free(struct sriov_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		free(plan->step[i].error);
	free(plan->step);
	*plan = (struct sriov_plan){0};
}

const char *sriov_step_object(const struct sriov_step *step,
			      char buf[static SRIOV_NAME_LEN])
{
	if (step->kind == SRIOV_STEP_VFS)
		snprintf(buf, SRIOV_NAME_LEN, "%s", step->pf->name);
	else if (step->pf)
		sriov_vf_name(step->pf, step->vf, buf);
	else
		snprintf(buf, SRIOV_NAME_LEN, "%s", step->function->address);
	return buf;
}

const char *sriov_step_attribute(const struct sriov_step *step)
{
	return step->kind == SRIOV_STEP_VFS ? "vfs" : sriov_attr(step->attr)->name;
}

const char *sriov_step_value(const struct sriov_step *step,
			     const struct sriov_value *value,
			     char buf[static SRIOV_VALUE_LEN])
{
	if (step->kind != SRIOV_STEP_VFS)
		return sriov_attr_format(sriov_attr(step->attr), value, buf);
	snprintf(buf, SRIOV_VALUE_LEN, "%llu", (unsigned long long)value->number);
	return buf;
}

const char *sriov_status_name(enum sriov_status status)
{
	static const char *const names[] = {
		[SRIOV_STATUS_PLANNED] = "planned",
		[SRIOV_STATUS_BLOCKED] = "blocked",
		[SRIOV_STATUS_VERIFIED] = "verified",
		[SRIOV_STATUS_UNREPORTED] = "unreported",
		[SRIOV_STATUS_REFUSED] = "refused",
		[SRIOV_STATUS_DIFFERS] = "differs",
		[SRIOV_STATUS_SKIPPED] = "skipped",
	};

	return names[status];
}
