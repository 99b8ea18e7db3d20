/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml network PF|SEL... */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "devices.h"
#include "scope.h"
#include "xml.h"

#define VLAN_MAX 4094

/* NAME:VLAN; the name is copied into @buf. */
static int read_portgroup(const char *text, char *buf, size_t size,
			  struct sriov_portgroup *ret, struct sriov_error *err)
{
	const char *colon = strrchr(text, ':');
	uint64_t vlan = 0;

	if (!colon || colon == text || (size_t)(colon - text) >= size ||
	    sriov_parse_number(colon + 1, 10, VLAN_MAX, &vlan) < 0 || vlan == 0)
		return sriov_error_set(
			err, SRIOV_USAGE, EINVAL,
			"--portgroup must be NAME:VLAN with VLAN 1-%d, not '%.64s'",
			VLAN_MAX, text);
	snprintf(buf, size, "%.*s", (int)(colon - text), text);
	*ret = (struct sriov_portgroup){.name = buf, .vlan = (int)vlan};
	return 0;
}

static int read_portgroups(const struct app *app, char (*names)[64],
			   struct sriov_portgroup *groups, size_t *ret_n,
			   struct sriov_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < app->n_given; i++) {
		int r;

		if (strcmp(app->given[i].name, "portgroup") != 0)
			continue;
		r = read_portgroup(app->given[i].value, names[n], sizeof(names[n]),
				   &groups[n], err);
		if (r < 0)
			return r;
		n++;
	}
	*ret_n = n;
	return 0;
}

/* Whether a word means VFs without naming them. */
static bool is_scope(const struct sriov_host *host, const char *word)
{
	return scope_is_implied((const char *const[]){word}, 1) ||
	       sriov_host_pf(host, word);
}

/* Mark the VFs that a word names itself. */
static int mark_named(struct devices *devices, size_t n, const char *const *words,
		      bool *named, struct sriov_error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct sriov_targets targets = {0};

		if (is_scope(&devices->host, words[i]))
			continue;
		if (sriov_select(&devices->host, &words[i], 1, SRIOV_SELECT_VFS, &targets,
				 err) < 0)
			return -err->errnum;
		for (size_t k = 0; k < devices->n; k++)
			for (size_t t = 0; t < targets.n; t++)
				named[k] |= devices->targets.target[k].vf ==
					    targets.target[t].vf;
		sriov_targets_free(&targets);
	}
	return 0;
}

/* Who has a claim on the VF, or will have, besides the pool @name; NULL: nobody. */
static const struct sriov_user *claimant(const struct sriov_function *fn,
					 const char *name)
{
	bool is_member = false;

	for (size_t i = 0; i < fn->n_users; i++)
		is_member |= fn->users[i].kind == SRIOV_USER_POOL &&
			     strcmp(fn->users[i].name, name) == 0;
	for (size_t i = 0; i < fn->n_users; i++) {
		const struct sriov_user *user = &fn->users[i];

		/* what uses a member now has it from the pool */
		if (is_member && user->kind < SRIOV_USER_DEFINED)
			continue;
		if (user->kind != SRIOV_USER_POOL || strcmp(user->name, name) != 0)
			return user;
	}
	return NULL;
}

/*
 * Leave the VFs out that somebody else has a claim on, but for those named one by one,
 * which get a warning.  Returns whether any was left out.
 */
static bool leave_out(const struct app *app, struct devices *devices, const bool *named,
		      const char *pool)
{
	size_t kept = 0, n = devices->n;

	for (size_t i = 0; i < n; i++) {
		const struct sriov_target *target = &devices->targets.target[i];
		const struct sriov_user *user =
			target->vf ? claimant(&target->vf->fn, pool) : NULL;
		char name[SRIOV_NAME_LEN], by[128];

		if (user)
			app_note(app, "%s%s%s: %s", named[i] ? "warning: " : "",
				 sriov_target_name(target, name),
				 named[i] ? " is not the pool's alone" : " left out",
				 sriov_user_format(user, by, sizeof(by)));
		if (!user || named[i])
			devices->device[kept++] = devices->device[i];
	}
	devices->n = kept;
	return kept < n;
}

static int choose(const struct app *app, struct devices *devices, size_t n,
		  const char *const *words, struct sriov_network_spec *spec,
		  struct sriov_error *err)
{
	const struct sriov_pf *pf =
		n == 1 ? sriov_host_pf(&devices->host, words[0]) : NULL;
	_cleanup_free_ bool *named = calloc(devices->n + 1, sizeof(*named));
	char pool[SRIOV_NAME_LEN + sizeof("-pool")] = "";
	bool has_left_out;

	if (!named)
		return sriov_error_memory(err);
	if (mark_named(devices, n, words, named, err) < 0)
		return -err->errnum;
	if (pf)
		snprintf(pool, sizeof(pool), "%s-pool", pf->name);
	has_left_out = leave_out(app, devices, named, spec->name ? spec->name : pool);
	if (!app->doors->ops->privileged(app->doors))
		app_note(app, "not root: who uses a VF is known only in part");
	if (devices->n == 0) {
		sriov_error_set(err, SRIOV_IN_USE, EBUSY,
				"others have a claim on all of these VFs");
		return sriov_error_hint(err, "sriovctl list %s", words[0]);
	}
	/* all VFs of one PF: libvirt finds them itself, whatever their number */
	if (pf && pf->fn.netdev[0] && !has_left_out) {
		spec->pf = pf->fn.netdev;
		return 0;
	}
	spec->vfs = devices->device;
	spec->n_vfs = devices->n;
	return 0;
}

static enum sriov_code run_network(struct app *app, size_t n, const char *const *words,
				   struct sriov_error *err)
{
	struct sriov_portgroup groups[GIVEN_MAX];
	char names[GIVEN_MAX][64];
	struct sriov_network_spec spec = {.name = app_option(app, "name"),
					  .portgroups = groups};
	_cleanup_free_ char *text = NULL;
	struct devices devices = {0};

	if (n == 0)
		return app_usage(&cmd_xml_network, err, "a pool of which PF or VFs?");
	if (read_portgroups(app, names, groups, &spec.n_portgroups, err) < 0 ||
	    devices_select(app, words, n, DEVICES_NETWORK | DEVICES_USERS, &devices,
			   err) < 0)
		return err->code;
	if (choose(app, &devices, n, words, &spec, err) == 0 &&
	    sriov_document_network(&spec, &text, err) == 0)
		fputs(text, stdout);
	devices_free(&devices);
	return err->code;
}

static const struct command_option network_options[] = {
	{"name", '\0', "NAME", "the network's name, PF-pool without it"},
	{"portgroup", '\0', "NAME:VLAN",
	 "a port group with a VLAN; may be given several times"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_network = {
	.name = "network",
	.args = "xml network [--name NAME] [--portgroup NAME:VLAN...] PF|SEL...",
	.summary = "print a network (a pool) of a PF's VFs, or of the VFs named",
	.details = "  sriovctl xml network em1 | virsh net-define /dev/stdin\n",
	.options = network_options,
	.complete = COMPLETE_VFS,
	.run = run_network,
};
