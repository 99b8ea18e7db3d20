/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl enable PF N [PF N...] */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "change.h"
#include "commands.h"

/* PF and N in turn. */
struct pairs {
	const char *const *words;
	size_t n;
};

static int select_one(struct sriov_host *host, const char *word,
		      struct sriov_targets *ret, struct sriov_error *err)
{
	return sriov_select(host, &word, 1, SRIOV_SELECT_NET, ret, err);
}

static int select_all(struct sriov_host *host, void *data, struct sriov_targets *ret,
		      struct sriov_error *err)
{
	const struct pairs *pairs = data;
	const char *names[64];
	size_t n = 0;

	for (size_t i = 0; i < pairs->n && n < SRIOV_ARRAY_SIZE(names); i += 2)
		names[n++] = pairs->words[i];
	return sriov_select(host, names, n, SRIOV_SELECT_NET, ret, err);
}

static int number_for(const struct sriov_pf *pf, const char *word, uint64_t *ret,
		      struct sriov_error *err)
{
	int r = 0;

	if (strcmp(word, "max") == 0 && pf->total_vfs == SRIOV_NO_LIMIT) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"its driver tells no maximum: give a number");
		return sriov_error_object(err, "%s", pf->name);
	}
	if (strcmp(word, "max") == 0)
		*ret = pf->total_vfs > 0 ? (uint64_t)pf->total_vfs : 1;
	else
		r = sriov_parse_number(word, 10, UINT16_MAX, ret);
	if (r < 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "'%.32s' is no number of VFs (1-65535, or max)",
				       word);
	return 0;
}

static int want_pair(struct sriov_host *host, const char *name, const char *number,
		     struct sriov_want *want, struct sriov_error *err)
{
	struct sriov_targets targets = {0};
	int r = select_one(host, name, &targets, err);

	for (size_t i = 0; r == 0 && i < targets.n; i++) {
		uint64_t vfs;

		r = number_for(targets.target[i].pf, number, &vfs, err);
		if (r == 0)
			r = sriov_want_vfs(want, host, targets.target[i].pf,
					   (unsigned)vfs, err);
	}
	sriov_targets_free(&targets);
	return r;
}

static int want_all(struct sriov_host *host, const struct sriov_targets *targets,
		    void *data, struct sriov_want *want, struct sriov_error *err)
{
	const struct pairs *pairs = data;
	int r = 0;

	(void)targets;
	for (size_t i = 0; r == 0 && i < pairs->n; i += 2)
		r = want_pair(host, pairs->words[i], pairs->words[i + 1], want, err);
	return r;
}

/* Everything about the pair at @i that needs no look at the host. */
static int check(const char *const *words, size_t i, struct sriov_error *err)
{
	static const struct sriov_pf any = {.total_vfs = 1};
	uint64_t vfs;

	for (size_t j = 0; j < i; j += 2)
		if (strcmp(words[i], words[j]) == 0)
			return sriov_error_set(err, SRIOV_USAGE, EINVAL,
					       "%.64s is given twice", words[i]);
	if (number_for(&any, words[i + 1], &vfs, err) < 0)
		return sriov_error_hint(err, "sriovctl enable %.64s max", words[i]);
	if (vfs > 0)
		return 0;
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "0 VFs is what 'disable' makes");
	return sriov_error_hint(err, "sriovctl disable %.64s", words[i]);
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct pairs pairs = {words, n};
	const struct change change = {
		.unsaved = true,
		.select = select_all,
		.want = want_all,
		.data = &pairs,
	};

	if (n == 0 || n % 2 || n > 128)
		return app_usage(&cmd_enable, err, "a PF and a number of VFs are needed");
	for (size_t i = 0; i < n; i += 2)
		if (check(words, i, err) < 0)
			return err->code;
	return change_run(app, &change, err);
}

const struct command cmd_enable = {
	.name = "enable",
	.args = "enable PF N|max [PF N|max...]",
	.summary = "make N VFs of a PF, wait for them and verify them",
	.details =
		"  sriovctl enable em1 7\n"
		"  sriovctl enable em1 7 em2 4\n"
		"  sriovctl enable all max      every network card\n"
		"\n"
		"Another number than there is destroys all VFs of the PF first; that is refused\n"
		"while one is in use and needs a yes otherwise.\n",
	.complete = COMPLETE_PF_NUMBERS,
	.run = run,
};
