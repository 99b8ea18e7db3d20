/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a step is called and how its values are written. */
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "plan/guard.h"

int sriov_plan_add(struct sriov_plan *plan, const struct sriov_step *step,
		   struct sriov_error *err)
{
	if (SRIOV_ARRAY_ROOM(plan->step, plan->n) < 0)
		return sriov_error_memory(err);
	plan->step[plan->n] = *step;
	plan->step[plan->n++].guard = sriov_step_guard(step);
	return 0;
}

const char *sriov_step_object(const struct sriov_step *step,
			      char buf[static SRIOV_NAME_LEN])
{
	if (step->kind <= SRIOV_STEP_VFS)
		snprintf(buf, SRIOV_NAME_LEN, "%s", step->pf->name);
	else if (step->pf)
		sriov_vf_name(step->pf, step->vf, buf);
	else
		snprintf(buf, SRIOV_NAME_LEN, "%s", step->function->address);
	return buf;
}

const char *sriov_step_attribute(const struct sriov_step *step)
{
	switch (step->kind) {
	case SRIOV_STEP_LINK:
		return "link";
	case SRIOV_STEP_AUTOPROBE:
		return "autoprobe";
	case SRIOV_STEP_ESWITCH:
		return "eswitch";
	case SRIOV_STEP_VFS:
		return "vfs";
	case SRIOV_STEP_OVERRIDE:
		return "override";
	case SRIOV_STEP_SETTING:
	case SRIOV_STEP_MSIX:
	case SRIOV_STEP_RESTART:
	case SRIOV_STEP_DRIVER:
	case SRIOV_N_STEP_KINDS:
		break;
	}
	return sriov_attr(step->attr)->name;
}

const char *sriov_step_restart_word(const struct sriov_step *step)
{
	if (step->restart_for == SRIOV_ATTR_DRIVER)
		return "its network interface";
	return step->restart_for == SRIOV_ATTR_MAC ? "the new MAC" : "the new GUID";
}

static const char *format_mode(const struct sriov_value *value,
			       char buf[static SRIOV_VALUE_LEN])
{
	const char *mode = sriov_eswitch_mode_name((int)value->number);

	/* a kernel may have more of them than this program knows */
	return strcpy(buf, mode ? mode : "other");
}

const char *sriov_step_value(const struct sriov_step *step,
			     const struct sriov_value *value,
			     char buf[static SRIOV_VALUE_LEN])
{
	if (step->kind == SRIOV_STEP_LINK)
		return strcpy(buf, value->number ? "up" : "down");
	if (step->kind == SRIOV_STEP_AUTOPROBE)
		return strcpy(buf, value->number ? "on" : "off");
	if (step->kind == SRIOV_STEP_ESWITCH)
		return format_mode(value, buf);
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
		[SRIOV_STATUS_UNPROVEN] = "unproven",
		[SRIOV_STATUS_REFUSED] = "refused",
		[SRIOV_STATUS_DIFFERS] = "differs",
		[SRIOV_STATUS_SKIPPED] = "skipped",
		[SRIOV_STATUS_UNDONE] = "undone",
	};

	return names[status];
}

unsigned sriov_plan_look(const struct sriov_plan *plan)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_SETTINGS;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->step[i].kind == SRIOV_STEP_MSIX)
			what |= SRIOV_LOOK_MSIX;
		else if (plan->step[i].kind == SRIOV_STEP_ESWITCH)
			what |= SRIOV_LOOK_ESWITCH;
	return what;
}

bool sriov_step_is_new(const struct sriov_plan *plan, const struct sriov_step *step)
{
	for (size_t i = 0; i < plan->n_futures; i++)
		if (plan->future[i] == step->pf)
			return step->kind > SRIOV_STEP_VFS;
	return false;
}
