/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands between a step and whoever it would cut off. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "plan/guard.h"

#define USERS_NAMED 4

static enum sriov_guard function_guard(const struct sriov_function *fn)
{
	if (fn->vfio_open)
		return SRIOV_GUARD_NEVER;
	return sriov_function_in_use(fn) ? SRIOV_GUARD_FORCE : SRIOV_GUARD_NONE;
}

/* Whether guests that do not run now count on the VF, or on its pool. */
static bool is_awaited(const struct sriov_function *fn)
{
	for (size_t i = 0; i < fn->n_users; i++) {
		const struct sriov_user *user = &fn->users[i];

		if (user->kind == SRIOV_USER_DEFINED ||
		    (user->kind == SRIOV_USER_POOL && user->detail[0]))
			return true;
	}
	return false;
}

/*
 * A guest finds a VF that its definition names at vfio, or libvirt has to bind it; for a
 * macvtap it needs the driver that the VF has now.
 */
static enum sriov_guard driver_guard(const struct sriov_step *step)
{
	const struct sriov_function *fn = step->function;
	enum sriov_guard guard = function_guard(fn);
	bool leaves_vfio = sriov_driver_is_vfio(step->from.text) &&
			   !sriov_driver_is_vfio(step->to.text);

	/* the driver of a PF may reset its VFs when it comes */
	for (size_t i = 0; step->before && i < step->before->n_vfs; i++) {
		enum sriov_guard vf = function_guard(&step->before->vf[i].fn);

		guard = vf > guard ? vf : guard;
	}
	for (size_t i = 0; guard == SRIOV_GUARD_NONE && i < fn->n_users; i++)
		if (fn->users[i].kind == SRIOV_USER_DEFINED &&
		    (leaves_vfio || fn->users[i].detail[0]))
			guard = SRIOV_GUARD_ASK;
	return guard;
}

static enum sriov_guard vfs_guard(const struct sriov_step *step)
{
	enum sriov_guard guard = SRIOV_GUARD_NONE;

	for (size_t i = 0; i < step->before->n_vfs; i++) {
		const struct sriov_function *fn = &step->before->vf[i].fn;
		enum sriov_guard vf = function_guard(fn);

		if (vf == SRIOV_GUARD_NONE && is_awaited(fn))
			vf = SRIOV_GUARD_ASK;
		guard = vf > guard ? vf : guard;
	}
	/* another count destroys what is there; disable says so by its name */
	if (guard == SRIOV_GUARD_NONE &&
	    (step->clears || (step->from.number && step->to.number) ||
	     sriov_function_in_use(&step->before->fn)))
		guard = SRIOV_GUARD_ASK;
	return guard;
}

/* A port that goes up interrupts nobody; one that goes down, all behind it. */
static enum sriov_guard link_guard(const struct sriov_step *step)
{
	const struct sriov_pf *pf = step->before;
	bool used = sriov_function_in_use(&pf->fn);

	for (size_t i = 0; i < pf->n_vfs; i++)
		used |= sriov_function_in_use(&pf->vf[i].fn);
	return used && !step->to.number ? SRIOV_GUARD_ASK : SRIOV_GUARD_NONE;
}

/*
 * All traffic of the card stops for a moment.  VFs that lose their driver for it are
 * taken from whoever uses them; those that have to go need what removing them needs.
 */
static enum sriov_guard eswitch_guard(const struct sriov_step *step)
{
	const struct sriov_pf *pf = step->before;
	bool unbound = sriov_eswitch_when(pf->fn.driver) == SRIOV_ESWITCH_UNBOUND;
	enum sriov_guard guard = step->clears ? vfs_guard(step) : SRIOV_GUARD_NONE;

	for (size_t i = 0; !step->clears && i < pf->n_vfs; i++) {
		enum sriov_guard vf = function_guard(&pf->vf[i].fn);

		if (vf != SRIOV_GUARD_NONE && (vf != SRIOV_GUARD_NEVER || !unbound))
			vf = SRIOV_GUARD_ASK;
		guard = vf > guard ? vf : guard;
	}
	if (guard == SRIOV_GUARD_NONE && sriov_function_in_use(&pf->fn))
		guard = SRIOV_GUARD_ASK;
	return guard;
}

enum sriov_guard sriov_step_guard(const struct sriov_step *step)
{
	switch (step->kind) {
	case SRIOV_STEP_LINK:
		return link_guard(step);
	case SRIOV_STEP_ESWITCH:
		return eswitch_guard(step);
	case SRIOV_STEP_VFS:
		return vfs_guard(step);
	case SRIOV_STEP_SETTING:
		return sriov_function_in_use(step->function) &&
				       sriov_attr_disturbs(sriov_attr(step->attr),
							   &step->to)
			       ? SRIOV_GUARD_ASK
			       : SRIOV_GUARD_NONE;
	case SRIOV_STEP_MSIX:
	case SRIOV_STEP_OVERRIDE:
	case SRIOV_STEP_RESTART:
		return function_guard(step->function);
	case SRIOV_STEP_DRIVER:
		return driver_guard(step);
	case SRIOV_STEP_AUTOPROBE:
	case SRIOV_N_STEP_KINDS:
		break;
	}
	return SRIOV_GUARD_NONE;
}

bool sriov_policy_lets(const struct sriov_policy *policy, enum sriov_guard guard)
{
	switch (guard) {
	case SRIOV_GUARD_NONE:
		return true;
	case SRIOV_GUARD_ASK:
		return policy->yes || policy->force;
	case SRIOV_GUARD_FORCE:
		return policy->force;
	case SRIOV_GUARD_NEVER:
		break;
	}
	return false;
}

/* Users from the kind @first to the kind @last. */
static void append_kinds(char *buf, size_t size, const struct sriov_function *fn,
			 enum sriov_user_kind first, enum sriov_user_kind last)
{
	size_t n = 0;
	char user[160];

	for (size_t i = 0; i < fn->n_users; i++) {
		if (fn->users[i].kind < first || fn->users[i].kind > last)
			continue;
		if (n++ < USERS_NAMED)
			sriov_text_append(
				buf, size, "%s%s", n > 1 ? ", " : "",
				sriov_user_format(&fn->users[i], user, sizeof(user)));
	}
	if (n > USERS_NAMED)
		sriov_text_append(buf, size, " and %zu more", n - USERS_NAMED);
}

static void append_users(char *buf, size_t size, const struct sriov_function *fn)
{
	append_kinds(buf, size, fn, SRIOV_USER_GUEST, SRIOV_USER_UNKNOWN);
}

static void append_defined(char *buf, size_t size, const struct sriov_function *fn)
{
	append_kinds(buf, size, fn, SRIOV_USER_DEFINED, SRIOV_USER_DEFINED);
}

/* Write em1/0-6 for all VFs of @pf. */
static void append_vfs(char *buf, size_t size, const struct sriov_pf *pf)
{
	_cleanup_free_ unsigned *index = calloc(pf->n_vfs + 1, sizeof(*index));
	size_t used = strlen(buf);

	for (size_t i = 0; index && i < pf->n_vfs; i++)
		index[i] = pf->vf[i].index;
	if (index)
		sriov_vfs_format(pf, index, pf->n_vfs, buf + used, size - used);
}

/* Whom the VF @vf is taken from now, and who will miss it later. */
static void vf_effect(const struct sriov_pf *pf, const struct sriov_vf *vf, char *buf,
		      size_t size)
{
	char name[SRIOV_NAME_LEN];

	sriov_vf_name(pf, vf->index, name);
	if (sriov_function_in_use(&vf->fn)) {
		sriov_text_append(buf, size, "; %s is in use by ", name);
		append_users(buf, size, &vf->fn);
	}
	if (sriov_function_is_defined(&vf->fn)) {
		sriov_text_append(buf, size, "; %s is meant for ", name);
		append_defined(buf, size, &vf->fn);
	}
}

/* Pools with guests, each once: its VFs are mostly all those of the PF. */
static void pools_effect(const struct sriov_pf *pf, char *buf, size_t size)
{
	char pool[160];

	for (size_t i = 0; i < pf->n_vfs; i++) {
		const struct sriov_function *fn = &pf->vf[i].fn;

		for (size_t j = 0; j < fn->n_users; j++) {
			const struct sriov_user *user = &fn->users[j];

			if (user->kind != SRIOV_USER_POOL || !user->detail[0])
				continue;
			sriov_user_format(user, pool, sizeof(pool));
			if (!strstr(buf, pool))
				sriov_text_append(buf, size, "; takes VFs from %s", pool);
		}
	}
}

static void pf_effect(const struct sriov_pf *pf, char *buf, size_t size)
{
	if (!sriov_function_in_use(&pf->fn))
		return;
	sriov_text_append(buf, size, "%sinterrupts %s, which has ", buf[0] ? "; " : "",
			  pf->name);
	append_users(buf, size, &pf->fn);
}

static void vfs_effect(const struct sriov_step *step, char *buf, size_t size)
{
	const struct sriov_pf *pf = step->before;

	if (step->cleared) {
		sriov_text_append(buf, size, "made anew");
		return;
	}
	if (pf->n_vfs) {
		sriov_text_append(buf, size, "destroys ");
		append_vfs(buf, size, pf);
	}
	for (size_t i = 0; i < pf->n_vfs; i++)
		vf_effect(pf, &pf->vf[i], buf, size);
	pools_effect(pf, buf, size);
	pf_effect(pf, buf, size);
}

/* Everybody who is cut off with the PF and its VFs. */
static void pf_and_vfs_effect(const struct sriov_step *step, char *buf, size_t size)
{
	const struct sriov_pf *pf = step->before;
	char name[SRIOV_NAME_LEN];

	if (step->guard == SRIOV_GUARD_NONE)
		return;
	pf_effect(pf, buf, size);
	for (size_t i = 0; i < pf->n_vfs; i++) {
		const struct sriov_vf *vf = &pf->vf[i];

		if (!sriov_function_in_use(&vf->fn))
			continue;
		sriov_text_append(buf, size, "%s%s is in use by ", buf[0] ? "; " : "",
				  sriov_vf_name(pf, vf->index, name));
		append_users(buf, size, &vf->fn);
	}
}

const char *sriov_step_effect(const struct sriov_step *step, char *buf, size_t size)
{
	buf[0] = '\0';
	if (step->kind == SRIOV_STEP_VFS) {
		vfs_effect(step, buf, size);
	} else if (step->before && step->clears) {
		vfs_effect(step, buf, size);
	} else if (step->before) {
		if (step->kind == SRIOV_STEP_ESWITCH)
			sriov_eswitch_effect(step, buf, size);
		pf_and_vfs_effect(step, buf, size);
	} else if (step->kind == SRIOV_STEP_RESTART) {
		sriov_text_append(buf, size, "restarts the VF's driver for %s",
				  sriov_step_restart_word(step));
	} else if (step->kind == SRIOV_STEP_MSIX && step->guard == SRIOV_GUARD_NONE) {
		if (step->function->driver[0])
			sriov_text_append(buf, size, "restarts the VF's driver");
	} else if (step->guard != SRIOV_GUARD_NONE &&
		   sriov_function_in_use(step->function)) {
		sriov_text_append(buf, size, "in use by ");
		append_users(buf, size, step->function);
	} else if (step->guard != SRIOV_GUARD_NONE) {
		sriov_text_append(buf, size, "meant for ");
		append_defined(buf, size, step->function);
	}
	return buf;
}

/* The function that made the step's guard as high as it is. */
static const struct sriov_function *culprit(const struct sriov_step *step, char *name)
{
	const struct sriov_pf *pf = step->before;

	if (step->kind == SRIOV_STEP_LINK || !pf) {
		sriov_step_object(step, name);
		return step->function;
	}
	for (size_t i = 0; i < pf->n_vfs; i++)
		if (function_guard(&pf->vf[i].fn) == step->guard) {
			sriov_vf_name(pf, pf->vf[i].index, name);
			return &pf->vf[i].fn;
		}
	snprintf(name, SRIOV_NAME_LEN, "%s", pf->name);
	return &pf->fn;
}

/* The VFs of the step's PF that nobody uses, as a selector to type instead. */
static void append_idle(char *buf, size_t size, const struct sriov_plan *plan,
			const struct sriov_step *asks)
{
	_cleanup_free_ unsigned *index = calloc(plan->n + 1, sizeof(*index));
	size_t used = strlen(buf), n = 0;

	for (size_t i = 0; index && i < plan->n; i++) {
		const struct sriov_step *step = &plan->step[i];

		if (step->pf == asks->pf && step->kind == asks->kind &&
		    step->guard == SRIOV_GUARD_NONE &&
		    !sriov_function_in_use(step->function) &&
		    (n == 0 || index[n - 1] != step->vf))
			index[n++] = step->vf;
	}
	if (n && asks->pf && asks->kind > SRIOV_STEP_VFS)
		sriov_vfs_format(asks->pf, index, n, buf + used, size - used);
}

/* With a @plan what of it nobody uses can be named alone. */
static void hint_instead(const struct sriov_plan *plan, const struct sriov_step *step,
			 const char *otherwise, struct sriov_error *err)
{
	char idle[256] = "";

	if (plan)
		append_idle(idle, sizeof(idle), plan, step);
	if (idle[0])
		sriov_error_hint(err, "leave it out (%s), or %s", idle, otherwise);
	else
		sriov_error_hint(err, "%s", otherwise);
}

/* Names so many VFs beside the one that the message begins with. */
#define OTHERS_NAMED 3

/* What is in the way beside a first function. */
struct others {
	const struct sriov_function *last;
	enum sriov_guard least; /* of what is in the way */
	size_t n;
	char *buf;
	size_t size;
};

static void add_other(struct others *others, const struct sriov_function *fn,
		      const char *name)
{
	/* the steps of a VF follow each other */
	if (function_guard(fn) < others->least || fn == others->last)
		return;
	others->last = fn;
	if (others->n++ >= OTHERS_NAMED)
		return;
	sriov_text_append(others->buf, others->size, ", %s by ", name);
	append_users(others->buf, others->size, fn);
}

/* The other VFs in the way of the steps from @step on, each with its users. */
static void append_others(char *buf, size_t size, const struct sriov_plan *plan,
			  const struct sriov_step *step, bool force,
			  const struct sriov_function *first)
{
	struct others others = {
		.last = first,
		.least = force ? SRIOV_GUARD_NEVER : SRIOV_GUARD_FORCE,
		.buf = buf,
		.size = size,
	};
	char name[SRIOV_NAME_LEN];

	for (; step < plan->step + plan->n; step++) {
		const struct sriov_pf *pf =
			step->kind == SRIOV_STEP_LINK ? NULL : step->before;

		if (step->kind > SRIOV_STEP_SETTING && !pf)
			add_other(&others, step->function, sriov_step_object(step, name));
		for (size_t i = 0; pf && i < pf->n_vfs; i++)
			if (&pf->vf[i].fn != first)
				add_other(&others, &pf->vf[i].fn,
					  sriov_vf_name(pf, pf->vf[i].index, name));
	}
	if (others.n > OTHERS_NAMED)
		sriov_text_append(buf, size, " and %zu VFs more",
				  others.n - OTHERS_NAMED);
}

/* @alone: just this step is left out. */
static int refuse(const struct sriov_plan *plan, const struct sriov_step *step,
		  bool force, bool alone, struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN], users[700] = "";
	const struct sriov_function *fn = culprit(step, name);
	const char *otherwise = "take it away all the same: --force";

	append_users(users, sizeof(users), fn);
	append_others(users, sizeof(users), plan, step, force, fn);
	sriov_error_set(err, SRIOV_IN_USE, EBUSY, "in use by %s; %s", users,
			alone ? "this was left out" : "nothing was changed");
	sriov_error_object(err, "%s", name);
	if (step->guard == SRIOV_GUARD_NEVER)
		otherwise =
			fn->n_users && fn->users[0].kind == SRIOV_USER_GUEST
				? "shut the guest down or detach the device first"
				: "end the program that has its vfio device open first";
	hint_instead(alone ? NULL : plan, step, otherwise, err);
	return -EBUSY;
}

static void ask(const struct sriov_plan *plan, const struct sriov_step *step, size_t more,
		struct sriov_error *err)
{
	char name[SRIOV_NAME_LEN], effect[700], from[SRIOV_VALUE_LEN],
		to[SRIOV_VALUE_LEN];

	sriov_step_effect(step, effect, sizeof(effect));
	if (step->kind <= SRIOV_STEP_VFS)
		sriov_error_set(
			err, SRIOV_IN_USE, EBUSY, "changing %s from %s to %s%s %s",
			sriov_step_attribute(step),
			sriov_step_value(step, &step->from, from),
			sriov_step_value(step, &step->to, to),
			step->kind == SRIOV_STEP_VFS || step->clears ? "" : ":", effect);
	else
		sriov_error_set(err, SRIOV_IN_USE, EBUSY, "%s", effect);
	if (more)
		sriov_text_append(err->msg, sizeof(err->msg), " (and %zu more)", more);
	sriov_error_object(err, "%s", sriov_step_object(step, name));
	hint_instead(plan, step, "do it: --yes", err);
}

static void block(const struct sriov_plan *plan, struct sriov_step *step, bool force)
{
	struct sriov_error *err = calloc(1, sizeof(*err));

	step->status = SRIOV_STATUS_BLOCKED;
	free(step->error);
	step->error = err;
	if (!err)
		return;
	if (step->guard == SRIOV_GUARD_ASK)
		ask(NULL, step, 0, err);
	else
		refuse(plan, step, force, true, err);
}

void sriov_plan_block(struct sriov_plan *plan, const struct sriov_policy *policy)
{
	for (size_t i = 0; i < plan->n; i++)
		if (!sriov_policy_lets(policy, plan->step[i].guard))
			block(plan, &plan->step[i], policy->force);
}

int sriov_plan_guard(struct sriov_plan *plan, const struct sriov_policy *policy,
		     bool *ret_ask, struct sriov_error *err)
{
	const struct sriov_step *asks = NULL;
	size_t n_asks = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct sriov_step *step = &plan->step[i];

		if (step->status == SRIOV_STATUS_BLOCKED ||
		    sriov_policy_lets(policy, step->guard))
			continue;
		if (step->guard != SRIOV_GUARD_ASK)
			return refuse(plan, step, policy->force, false, err);
		asks = asks ? asks : step;
		n_asks++;
	}
	*ret_ask = asks != NULL;
	if (asks)
		ask(plan, asks, n_asks - 1, err);
	return 0;
}
