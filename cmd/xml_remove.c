/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sriovctl xml remove SEL...
 *
 * A domain may name what the host has no more: VFs of a count that was lowered, a card
 * that was pulled out.  That can be taken out too.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "xml.h"

#define VF_MAX UINT16_MAX

/* So many VFs that the host has not may one selector name. */
#define GONE_MAX 1024

/* One device that is to go. */
struct leaver {
	struct sriov_bdf bdf;
	char pf[SRIOV_NAME_LEN]; /* "" no VF */
	unsigned vf;
	const char *const *words; /* that name it; NULL: the host has it */
	size_t n_words;
	bool is_doubtful; /* a slip, unless the domain has it */
};

struct leavers {
	struct sriov_host host;
	struct leaver *leaver;
	size_t n;
};

static bool is_same(const struct leaver *a, const struct leaver *b)
{
	return sriov_bdf_compare(&a->bdf, &b->bdf) == 0 ||
	       (a->pf[0] && strcmp(a->pf, b->pf) == 0 && a->vf == b->vf);
}

static int add_leaver(struct leavers *leavers, const struct leaver *leaver,
		      struct sriov_error *err)
{
	for (size_t i = 0; i < leavers->n; i++)
		if (is_same(&leavers->leaver[i], leaver))
			return 0;
	if (SRIOV_ARRAY_ROOM(leavers->leaver, leavers->n) < 0)
		return sriov_error_memory(err);
	leavers->leaver[leavers->n++] = *leaver;
	return 0;
}

static int add_target(struct leavers *leavers, const struct sriov_target *target,
		      struct sriov_error *err)
{
	struct leaver leaver = {0};

	if (target->vf) {
		leaver.bdf = target->vf->fn.bdf;
		leaver.vf = target->vf->index;
		snprintf(leaver.pf, sizeof(leaver.pf), "%s", target->pf->name);
	} else {
		leaver.bdf = target->function->bdf;
	}
	return add_leaver(leavers, &leaver, err);
}

/* An address that no device has and no document can name, so that the alias decides. */
static struct sriov_bdf nowhere(const struct leavers *leavers)
{
	return (struct sriov_bdf){.domain = (uint32_t)leavers->n, .device = UINT8_MAX};
}

/* Add VFs of which @leaver names the PF. */
static int add_vfs(struct leavers *leavers, struct leaver leaver, const char *ranges,
		   struct sriov_error *err)
{
	const struct sriov_pf *pf = sriov_host_pf(&leavers->host, leaver.pf);
	_cleanup_free_ struct sriov_range *range = NULL;
	size_t n = 0, many = 0;

	if (sriov_ranges_parse(ranges, VF_MAX, &range, &n) < 0)
		return -ENOENT;
	for (size_t i = 0; i < n; i++)
		many += range[i].last - range[i].first + 1;
	if (many > GONE_MAX)
		return -ENOENT;
	for (size_t i = 0; i < n; i++)
		for (leaver.vf = range[i].first; leaver.vf <= range[i].last;
		     leaver.vf++) {
			const struct sriov_vf *vf =
				pf ? sriov_pf_vf(pf, leaver.vf) : NULL;

			leaver.bdf = vf ? vf->fn.bdf : nowhere(leavers);
			leaver.is_doubtful = !vf;
			if (add_leaver(leavers, &leaver, err) < 0)
				return -err->errnum;
		}
	return 0;
}

/* Add what the words name though the host has no such thing; -ENOENT: nothing. */
static int add_gone(struct leavers *leavers, const char *const *words, size_t n,
		    struct sriov_error *err)
{
	struct leaver leaver = {.words = words, .n_words = n};
	const char *slash = strrchr(words[0], '/');
	size_t len = slash ? (size_t)(slash - words[0]) : strlen(words[0]);

	if (n == 1 && sriov_bdf_parse(words[0], &leaver.bdf) == 0)
		return add_leaver(leavers, &leaver, err);
	if ((n == 1 && !slash) || len == 0 || len >= sizeof(leaver.pf))
		return -ENOENT;
	snprintf(leaver.pf, sizeof(leaver.pf), "%.*s", (int)len, words[0]);
	return add_vfs(leavers, leaver, n == 1 ? slash + 1 : words[2], err);
}

/* function:ADDRESS is an address in the domain, whatever the host has there. */
static bool is_function(const char *word, struct sriov_bdf *ret)
{
	const char *tag = "function:";

	return strncmp(word, tag, strlen(tag)) == 0 &&
	       sriov_bdf_parse(word + strlen(tag), ret) == 0;
}

/* Add what one selector means: a word, or the three of "em1 vf 3". */
static int add_words(struct leavers *leavers, const char *const *words, size_t n,
		     struct sriov_error *err)
{
	struct sriov_targets targets = {0};
	struct sriov_error why = {0};
	struct leaver leaver = {0};
	int r;

	if (is_function(words[0], &leaver.bdf))
		return add_leaver(leavers, &leaver, err);
	r = sriov_select(&leavers->host, words, n,
			 SRIOV_SELECT_VFS | SRIOV_SELECT_PCI | SRIOV_SELECT_FUNCTIONS,
			 &targets, &why);
	if (r < 0 && (why.code != SRIOV_NOT_FOUND ||
		      (r = add_gone(leavers, words, n, err)) == -ENOENT)) {
		*err = why;
		return -err->errnum;
	}
	for (size_t i = 0; r == 0 && i < targets.n; i++)
		r = add_target(leavers, &targets.target[i], err);
	sriov_targets_free(&targets);
	return r;
}

static int look(const struct app *app, const char *const *words, size_t n,
		struct leavers *leavers, struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS;
	int r;

	if (sriov_select_needs_users(words, n))
		what |= SRIOV_LOOK_USERS;
	r = sriov_host_look(app->doors, what, NULL, 0, &leavers->host, err);
	for (size_t i = 0; r == 0 && i < n;) {
		size_t many = i + 2 < n && strcmp(words[i + 1], "vf") == 0 ? 3 : 1;

		r = add_words(leavers, words + i, many, err);
		if (r < 0)
			xml_hint_file(words + i, many, err);
		i += many;
	}
	return r;
}

/* Whether nothing that the words of the leaver @i name is on the host or in the domain.
 */
static bool is_slip(const struct leavers *leavers, size_t i,
		    const struct sriov_edit *edit)
{
	const char *const *words = leavers->leaver[i].words;

	for (size_t k = i; k < leavers->n && leavers->leaver[k].words == words; k++)
		if (!leavers->leaver[k].is_doubtful ||
		    edit->outcomes[k].status != SRIOV_EDIT_ABSENT)
			return false;
	return true;
}

/* Say what the host has when a selector was a slip. */
static int check_slips(struct leavers *leavers, const struct sriov_edit *edit,
		       struct sriov_error *err)
{
	const char *const *words = NULL;

	for (size_t i = 0; i < leavers->n; i++) {
		const struct leaver *leaver = &leavers->leaver[i];
		struct sriov_targets targets = {0};

		/* those that one selector means stand together */
		if (leaver->words == words)
			continue;
		words = leaver->words;
		if (!words || !is_slip(leavers, i, edit))
			continue;
		sriov_select(&leavers->host, leaver->words, leaver->n_words,
			     SRIOV_SELECT_VFS, &targets, err);
		sriov_targets_free(&targets);
		return sriov_error_hint(err, "the domain has none of that name either; "
					     "its addresses: sriovctl xml check");
	}
	return 0;
}

static int edit(struct leavers *leavers, const char *text, size_t size,
		struct sriov_edit **ret, struct sriov_error *err)
{
	_cleanup_free_ struct sriov_guest_device *devices =
		calloc(leavers->n + 1, sizeof(*devices));
	_cleanup_edit_ struct sriov_edit *done = NULL;

	if (!devices)
		return sriov_error_memory(err);
	for (size_t i = 0; i < leavers->n; i++) {
		const struct leaver *leaver = &leavers->leaver[i];

		devices[i] = (struct sriov_guest_device){
			.bdf = leaver->bdf,
			.pf = leaver->pf[0] ? leaver->pf : NULL,
			.vf = leaver->vf,
		};
	}
	if (sriov_domain_remove(text, size, devices, leavers->n, &done, err) < 0 ||
	    check_slips(leavers, done, err) < 0)
		return -err->errnum;
	*ret = SRIOV_TAKE(done);
	return 0;
}

static enum sriov_code remove_all(const struct app *app, struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *done = NULL;
	_cleanup_free_ char *text = NULL;
	size_t size;

	if (xml_read_input(app, &text, &size, err) == 0 &&
	    sriov_domain_remove_all(text, size, SRIOV_REMOVE_OWN, &done, err) == 0)
		xml_print_edit(app, done);
	return err->code;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *done = NULL;
	_cleanup_free_ char *text = NULL;
	struct leavers leavers = {0};
	size_t size;

	if (app_has_option(app, "all"))
		return n ? app_usage(&cmd_xml_remove, err, "either --all or VFs")
			 : remove_all(app, err);
	if (n == 0)
		return app_usage(&cmd_xml_remove, err, "remove which VFs?");
	if (look(app, words, n, &leavers, err) == 0 &&
	    xml_read_input(app, &text, &size, err) == 0 &&
	    edit(&leavers, text, size, &done, err) == 0)
		xml_print_edit(app, done);
	free(leavers.leaver);
	sriov_host_free(&leavers.host);
	return err->code;
}

static const struct command_option options[] = {
	{"file", 'f', "FILE", "the domain, instead of standard input"},
	{"all", '\0', NULL, "every device that sriovctl has added"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_remove = {
	.name = "remove",
	.args = "xml remove SEL...|--all [-f FILE]",
	.summary = "take VFs out of a domain; every other byte of it stays",
	.details =
		"  virsh dumpxml --inactive vm1 | sriovctl xml remove em1/3 | virsh define /dev/stdin\n",
	.options = options,
	.complete = COMPLETE_VFS,
	.run = run,
};
