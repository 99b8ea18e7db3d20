/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl vf set [SEL...] ATTR VALUE [ATTR VALUE...], sriovctl vf reset SEL... [ATTR...]
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "commands.h"

struct settings {
	const char *const *selectors;
	size_t n_selectors;
	unsigned how;
	struct sriov_assignment assignment[SRIOV_N_ATTRS];
	size_t n;
};

/* Words before the first attribute are selectors; a device named like one is dev:NAME. */
static size_t count_selectors(const char *const *words, size_t n)
{
	size_t i = 0;

	while (i < n && !sriov_assignment_begins(words[i]))
		i++;
	return i;
}

static int select_vfs(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err)
{
	const struct settings *settings = data;
	int r = sriov_select(host, settings->selectors, settings->n_selectors,
			     settings->how, ret, err);

	if (r < 0 || ret->n > 0)
		return r;
	sriov_targets_free(ret);
	sriov_error_set(err, SRIOV_NOT_FOUND, ENODEV, "no PF of this host has VFs");
	return sriov_error_hint(err, "sriovctl enable all max");
}

static int want_settings(struct sriov_host *host, const struct sriov_targets *targets,
			 void *data, struct sriov_want *want, struct sriov_error *err)
{
	const struct settings *settings = data;

	return sriov_want_settings(want, host, targets, settings->assignment, settings->n,
				   err);
}

static unsigned how_for(const struct settings *settings)
{
	unsigned how = SRIOV_SELECT_VFS;

	for (size_t i = 0; i < settings->n; i++)
		how |= sriov_attr_is_pci(sriov_attr(settings->assignment[i].attr))
			       ? SRIOV_SELECT_PCI
			       : SRIOV_SELECT_NETDEV;
	return how;
}

static enum sriov_code change_settings(struct app *app, struct settings *settings,
				       struct sriov_error *err)
{
	const struct change change = {
		.unsaved = true,
		.by_user = sriov_select_needs_users(settings->selectors,
						    settings->n_selectors),
		.select = select_vfs,
		.want = want_settings,
		.data = settings,
		.says_scope = true,
	};

	return change_run(app, &change, err);
}

extern const struct command cmd_vf_set;
extern const struct command cmd_vf_reset;

/* No attribute among the words: one of them was meant to be one, or none was given. */
static enum sriov_code no_attribute(size_t n, const char *const *words,
				    struct sriov_error *err)
{
	if (n < 2)
		return app_usage(&cmd_vf_set, err,
				 "an attribute and its value are needed");
	sriov_attr_unknown(words[n - 2], err);
	return err->code;
}

static enum sriov_code run_set(struct app *app, size_t n, const char *const *words,
			       struct sriov_error *err)
{
	struct settings settings = {
		.selectors = words,
		.n_selectors = count_selectors(words, n),
	};

	if (settings.n_selectors == n)
		return no_attribute(n, words, err);
	if (sriov_assignments_parse(words + settings.n_selectors,
				    n - settings.n_selectors, settings.assignment,
				    &settings.n, err) < 0)
		return err->code;
	settings.how = how_for(&settings) | SRIOV_SELECT_IMPLIED;
	return change_settings(app, &settings, err);
}

/* Everything that has a default, or what is named. */
static int assignments_for_reset(const char *const *words, size_t n,
				 struct settings *settings, struct sriov_error *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct sriov_attr *attr = sriov_attr_find(words[i]);

		if (!attr)
			return sriov_attr_unknown(words[i], err);
		if (sriov_attr_id(attr) == SRIOV_ATTR_DRIVER) {
			sriov_error_set(err, SRIOV_USAGE, EINVAL,
					"driver is no setting to reset");
			return sriov_error_hint(err, "sriovctl unbind SEL");
		}
		if (settings->n == SRIOV_N_ATTRS)
			return sriov_error_set(err, SRIOV_USAGE, E2BIG,
					       "too many attributes");
		settings->assignment[settings->n++] = (struct sriov_assignment){
			.attr = sriov_attr_id(attr),
			.how = SRIOV_HOW_STANDARD,
		};
	}
	for (unsigned id = 0; n == 0 && id < SRIOV_N_SETTINGS; id++)
		settings->assignment[settings->n++] = (struct sriov_assignment){
			.attr = id,
			.how = SRIOV_HOW_STANDARD,
			.if_reported = true,
		};
	return 0;
}

static enum sriov_code run_reset(struct app *app, size_t n, const char *const *words,
				 struct sriov_error *err)
{
	struct settings settings = {
		.selectors = words,
		.n_selectors = count_selectors(words, n),
	};

	if (settings.n_selectors == 0)
		return app_usage(&cmd_vf_reset, err, "reset which VFs?");
	if (assignments_for_reset(words + settings.n_selectors, n - settings.n_selectors,
				  &settings, err) < 0)
		return err->code;
	settings.how = how_for(&settings);
	return change_settings(app, &settings, err);
}

const struct command cmd_vf_set = {
	.name = "set",
	.args = "vf set [SEL...] ATTR VALUE [ATTR VALUE...]",
	.summary = "set attributes of VFs; without SEL, of every VF of every PF",
	.details =
		"  sriovctl vf set spoofchk off\n"
		"  sriovctl vf set em1/3 vlan 100 mac 52:54:00:a1:00:03\n"
		"  sriovctl vf set em1 mac 52:54:00:a1:00:00+     counts up over the VFs\n"
		"  sriovctl vf set em1 em2 mac auto               the same at every boot\n"
		"  sriovctl vf set em1/3 profile bond-member      a slave of a guest's bond\n",
	.complete = COMPLETE_SETTINGS,
	.run = run_set,
};

const struct command cmd_vf_reset = {
	.name = "reset",
	.args = "vf reset SEL... [ATTR...]",
	.summary = "put attributes of VFs back to what the driver starts with",
	.details = "  sriovctl vf reset em1/3          all of them\n"
		   "  sriovctl vf reset em1 vlan       the VLAN of every VF of em1\n",
	.complete = COMPLETE_RESETS,
	.run = run_reset,
};

const struct command cmd_vf = {
	.name = "vf",
	.args = "vf set|reset ...",
	.summary = "attributes of VFs",
	.sub = (const struct command *const[]){&cmd_vf_set, &cmd_vf_reset, NULL},
};
