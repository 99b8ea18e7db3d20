/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened between two looks at a host. */
#include <stdio.h>
#include <string.h>

#include "want/event.h"

static const struct sriov_attr name_attr = {.name = "name", .type = SRIOV_VALUE_TEXT};
static const struct sriov_attr netdev_attr = {.name = "netdev", .type = SRIOV_VALUE_TEXT};
static const struct sriov_attr link_attr = {
	.name = "link",
	.type = SRIOV_VALUE_WORD,
	.words = (const struct sriov_word[]){{"down", 0}, {"up", 1}, {NULL, 0}},
};
static const struct sriov_attr carrier_attr = {
	.name = "carrier",
	.type = SRIOV_VALUE_SWITCH,
	.words = (const struct sriov_word[]){{"off", 0}, {"on", 1}, {NULL, 0}},
};

/* A comparison, at one PF or one VF. */
struct comparing {
	sriov_event_fn *on_event;
	void *arg;
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;
};

const char *sriov_event_name(enum sriov_event_kind kind)
{
	switch (kind) {
	case SRIOV_EVENT_APPEARED:
		return "appeared";
	case SRIOV_EVENT_DISAPPEARED:
		return "disappeared";
	case SRIOV_EVENT_BOUND:
		return "bound";
	case SRIOV_EVENT_UNBOUND:
		return "unbound";
	case SRIOV_EVENT_CHANGED:
		return "changed";
	case SRIOV_EVENT_USED:
		return "used";
	case SRIOV_EVENT_RELEASED:
		return "released";
	case SRIOV_EVENT_CLAIMED:
		return "claimed";
	case SRIOV_EVENT_UNCLAIMED:
		return "unclaimed";
	}
	return "changed";
}

static void tell(const struct comparing *c, struct sriov_event event)
{
	event.pf = c->pf;
	event.vf = c->vf;
	c->on_event(&event, c->arg);
}

static void compare_value(const struct comparing *c, const struct sriov_attr *attr,
			  struct sriov_value from, struct sriov_value to)
{
	struct sriov_event event = {
		.kind = SRIOV_EVENT_CHANGED, .attr = attr, .from = from, .to = to};

	if (!from.known || !to.known || sriov_value_equal(&from, &to))
		return;
	if (attr == sriov_attr(SRIOV_ATTR_DRIVER))
		event.kind = to.text[0] ? SRIOV_EVENT_BOUND : SRIOV_EVENT_UNBOUND;
	tell(c, event);
}

static struct sriov_value text_value(const char *text)
{
	struct sriov_value value = {.known = true};

	snprintf(value.text, sizeof(value.text), "%s", text);
	return value;
}

/* Of a netdev that is not here nothing is known. */
static struct sriov_value netdev_value(const struct sriov_function *fn, bool on)
{
	return (struct sriov_value){.known = fn->netdev[0] != '\0', .number = on};
}

/* Of kind @use, or @claim where it is only spoken for. */
static void tell_user(const struct comparing *c, enum sriov_event_kind use,
		      enum sriov_event_kind claim, const struct sriov_user *user)
{
	tell(c,
	     (struct sriov_event){.kind = user->kind < SRIOV_USER_DEFINED ? use : claim,
				  .user = user});
}

static bool has_user(const struct sriov_function *fn, const struct sriov_user *user)
{
	char wanted[192], found[192];

	sriov_user_format(user, wanted, sizeof(wanted));
	for (size_t i = 0; i < fn->n_users; i++)
		if (strcmp(sriov_user_format(&fn->users[i], found, sizeof(found)),
			   wanted) == 0)
			return true;
	return false;
}

static bool has_unknown_user(const struct sriov_function *fn)
{
	for (size_t i = 0; i < fn->n_users; i++)
		if (fn->users[i].kind == SRIOV_USER_UNKNOWN)
			return true;
	return false;
}

static void compare_users(const struct comparing *c, const struct sriov_function *before,
			  const struct sriov_function *now)
{
	for (size_t i = 0; i < before->n_users; i++) {
		const struct sriov_user *user = &before->users[i];
		bool found_out =
			user->kind == SRIOV_USER_UNKNOWN && sriov_function_in_use(now);

		if (!found_out && !has_user(now, user))
			tell_user(c, SRIOV_EVENT_RELEASED, SRIOV_EVENT_UNCLAIMED, user);
	}
	for (size_t i = 0; i < now->n_users; i++)
		if (!has_user(before, &now->users[i]))
			tell_user(c, SRIOV_EVENT_USED, SRIOV_EVENT_CLAIMED,
				  &now->users[i]);
}

/*
 * Whether it can only be told that somebody uses it: whoever did so before still may.
 */
static bool users_are_hidden(const struct sriov_function *before,
			     const struct sriov_function *now)
{
	return has_unknown_user(now) && sriov_function_in_use(before);
}

static void swap_users(struct sriov_function *a, struct sriov_function *b)
{
	const struct sriov_function kept = *a;

	a->users = b->users;
	a->n_users = b->n_users;
	b->users = kept.users;
	b->n_users = kept.n_users;
}

static void keep_settings(const struct sriov_vf_settings *before,
			  struct sriov_vf_settings *now)
{
	for (unsigned id = 0; id < SRIOV_N_SETTINGS; id++)
		if (before->known & ~now->known & UINT32_C(1) << id)
			now->value[id] = before->value[id];
	now->known |= before->known;
}

static void compare_vf(struct comparing c, struct sriov_vf *before, struct sriov_vf *now)
{
	c.vf = now;
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
		compare_value(&c, sriov_attr(id), sriov_vf_value(before, id),
			      sriov_vf_value(now, id));
	compare_value(&c, &netdev_attr, text_value(before->fn.netdev),
		      text_value(now->fn.netdev));
	if (users_are_hidden(&before->fn, &now->fn))
		swap_users(&before->fn, &now->fn);
	else
		compare_users(&c, &before->fn, &now->fn);
	keep_settings(&before->settings, &now->settings);
}

static void tell_gone(struct comparing c, const struct sriov_vf *vf)
{
	const struct sriov_function nothing = {0};

	c.vf = vf;
	compare_users(&c, &vf->fn, &nothing);
	tell(&c, (struct sriov_event){.kind = SRIOV_EVENT_DISAPPEARED});
}

static void tell_new(struct comparing c, struct sriov_vf *vf)
{
	struct sriov_vf nothing = {.fn.bus = vf->fn.bus};

	c.vf = vf;
	tell(&c, (struct sriov_event){.kind = SRIOV_EVENT_APPEARED});
	compare_vf(c, &nothing, vf);
}

static void compare_vfs(struct comparing c, const struct sriov_pf *before,
			const struct sriov_pf *now)
{
	for (size_t i = 0; i < before->n_vfs; i++)
		if (!sriov_pf_vf(now, before->vf[i].index))
			tell_gone(c, &before->vf[i]);
	for (size_t i = 0; i < now->n_vfs; i++) {
		struct sriov_vf *vf = sriov_pf_vf(before, now->vf[i].index);

		if (vf)
			compare_vf(c, vf, &now->vf[i]);
		else
			tell_new(c, &now->vf[i]);
	}
}

static void compare_pf(struct comparing c, const struct sriov_pf *before,
		       const struct sriov_pf *now)
{
	c.pf = now;
	compare_value(&c, &name_attr, text_value(before->name), text_value(now->name));
	compare_value(&c, sriov_attr(SRIOV_ATTR_DRIVER), text_value(before->fn.driver),
		      text_value(now->fn.driver));
	compare_value(&c, &link_attr, netdev_value(&before->fn, before->fn.link_up),
		      netdev_value(&now->fn, now->fn.link_up));
	compare_value(&c, &carrier_attr, netdev_value(&before->fn, before->carrier),
		      netdev_value(&now->fn, now->carrier));
	compare_vfs(c, before, now);
}

static struct sriov_pf *same_pf(const struct sriov_host *host, const struct sriov_pf *pf)
{
	for (size_t i = 0; i < host->n_pfs; i++)
		if (strcmp(host->pf[i].fn.address, pf->fn.address) == 0)
			return &host->pf[i];
	return NULL;
}

static void tell_gone_pf(struct comparing c, const struct sriov_pf *pf)
{
	const struct sriov_pf nothing = {0};

	c.pf = pf;
	compare_vfs(c, pf, &nothing);
	tell(&c, (struct sriov_event){.kind = SRIOV_EVENT_DISAPPEARED});
}

static void tell_new_pf(struct comparing c, const struct sriov_pf *pf)
{
	const struct sriov_pf nothing = {0};

	c.pf = pf;
	tell(&c, (struct sriov_event){.kind = SRIOV_EVENT_APPEARED});
	compare_vfs(c, &nothing, pf);
}

void sriov_host_compare(struct sriov_host *before, struct sriov_host *now,
			sriov_event_fn *on_event, void *arg)
{
	const struct comparing c = {.on_event = on_event, .arg = arg};

	for (size_t i = 0; i < before->n_pfs; i++)
		if (!same_pf(now, &before->pf[i]))
			tell_gone_pf(c, &before->pf[i]);
	for (size_t i = 0; i < now->n_pfs; i++) {
		const struct sriov_pf *pf = same_pf(before, &now->pf[i]);

		if (pf)
			compare_pf(c, pf, &now->pf[i]);
		else
			tell_new_pf(c, &now->pf[i]);
	}
}
