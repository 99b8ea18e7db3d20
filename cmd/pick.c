/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl pick N [--numa NODE] [--spread PF,PF] */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "out.h"

static const struct out_column columns[] = {
	{"vf", "VF", false, true},
	{"address", "ADDRESS", false, false},
	{"nodedev", "NODEDEV", false, false},
	{"pf", "PF", false, false},
	{"numa", "NUMA", false, false},
	{NULL, NULL, false, false},
};

/* The PFs that --spread names, each a word of its own. */
struct spread {
	const struct sriov_pf **pf;
	size_t n;
};

static int add_pf(struct spread *spread, struct sriov_host *host, const char *word,
		  struct sriov_error *err)
{
	struct sriov_targets targets = {0};
	const struct sriov_pf *pf;
	int r;

	r = word[0] ? sriov_select(host, &word, 1, SRIOV_SELECT_EMPTY | SRIOV_SELECT_PCI,
				   &targets, err)
		    : 0;
	if (r < 0)
		return r;
	pf = targets.n == 1 ? targets.target[0].pf : NULL;
	sriov_targets_free(&targets);
	for (size_t i = 0; pf && i < spread->n; i++)
		if (spread->pf[i] == pf)
			pf = NULL;
	if (!pf)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--spread must be PFs, each once, not '%.64s'",
				       word);
	if (SRIOV_ARRAY_ROOM(spread->pf, spread->n) < 0)
		return sriov_error_memory(err);
	spread->pf[spread->n++] = pf;
	return 0;
}

static int read_spread(const struct app *app, struct sriov_host *host,
		       struct spread *spread, struct sriov_error *err)
{
	const char *names = app_option(app, "spread");
	_cleanup_free_ char *text = names ? strdup(names) : NULL;
	char *rest = text, *word;
	int r = 0;

	if (names && !text)
		return sriov_error_memory(err);
	while (r == 0 && rest && (word = strsep(&rest, ",")))
		r = add_pf(spread, host, word, err);
	return r;
}

static int read_request(const struct app *app, size_t n, const char *const *words,
			struct sriov_pick_request *ret, struct sriov_error *err)
{
	const char *node = app_option(app, "numa");
	uint64_t number = 0, numa = 0;

	if (n == 0) {
		app_usage(&cmd_pick, err, "how many VFs?");
		return -EINVAL;
	}
	if (sriov_parse_number(words[0], 10, UINT16_MAX, &number) < 0 || number == 0) {
		app_usage(&cmd_pick, err, "the number of VFs must be 1-%u, not '%.32s'",
			  UINT16_MAX, words[0]);
		return -EINVAL;
	}
	if (n > 1) {
		app_usage(&cmd_pick, err,
			  "one number is enough, without '%.64s'; PFs "
			  "belong to --spread, with commas",
			  words[1]);
		return -EINVAL;
	}
	if (node && sriov_parse_number(node, 10, INT_MAX, &numa) < 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--numa must be the number of a node, not '%.32s'",
				       node);
	*ret = (struct sriov_pick_request){.n = number, .numa = node ? (int)numa : -1};
	return 0;
}

static void print_json(const struct sriov_picked *picked, size_t n)
{
	struct json_object *document = json_new_object(), *vfs = json_new_array();
	char nodedev[SRIOV_NODEDEV_LEN];

	json_add_number(document, "version", 1);
	for (size_t i = 0; i < n; i++) {
		struct json_object *object = json_new_object();

		json_add_string(object, "pf", picked[i].pf->name);
		json_add_number(object, "vf", picked[i].vf->index);
		json_add_string(object, "pci", picked[i].vf->fn.address);
		json_add_string(object, "nodedev",
				sriov_bdf_nodedev(&picked[i].vf->fn.bdf, nodedev));
		if (picked[i].pf->numa < 0)
			json_add_null(object, "numa");
		else
			json_add_number(object, "numa", picked[i].pf->numa);
		json_append(vfs, object);
	}
	json_add(document, "vfs", vfs);
	json_print(document, stdout);
}

static int print_table(const struct app *app, const struct sriov_picked *picked, size_t n,
		       struct sriov_error *err)
{
	struct app plain = *app;
	struct out_table *table;

	/* for the next command, which takes words */
	plain.no_headings = true;
	table = out_table_new(&plain, columns, err);
	if (!table)
		return -err->errnum;
	for (size_t i = 0; i < n; i++) {
		const struct sriov_function *fn = &picked[i].vf->fn;
		char name[SRIOV_NAME_LEN], nodedev[SRIOV_NODEDEV_LEN];

		out_table_row(table);
		out_table_cell(table, "vf", "%s",
			       sriov_vf_name(picked[i].pf, picked[i].vf->index, name));
		out_table_cell(table, "address", "%s", fn->address);
		out_table_cell(table, "nodedev", "%s",
			       sriov_bdf_nodedev(&fn->bdf, nodedev));
		out_table_cell(table, "pf", "%s", picked[i].pf->name);
		if (picked[i].pf->numa < 0)
			out_table_cell(table, "numa", "-");
		else
			out_table_cell(table, "numa", "%d", picked[i].pf->numa);
	}
	out_table_print(table);
	return 0;
}

static void note_link(const struct app *app, const struct sriov_picked *picked, size_t n)
{
	const struct sriov_pf *last = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct sriov_pf *pf = picked[i].pf;

		if (pf != last && pf->fn.netdev[0] && !pf->fn.link_up)
			app_note(app, "%s is down; first: ip link set %s up", pf->name,
				 pf->fn.netdev);
		last = pf;
	}
}

static enum sriov_code pick(struct app *app, struct sriov_host *host,
			    struct sriov_pick_request *request, struct sriov_error *err)
{
	_cleanup_free_ struct sriov_picked *picked = NULL;
	struct spread spread = {0};

	if (read_spread(app, host, &spread, err) == 0) {
		request->spread = spread.pf;
		request->n_spread = spread.n;
		if (sriov_pick(host, request, &picked, err) == 0) {
			note_link(app, picked, request->n);
			if (app->json)
				print_json(picked, request->n);
			else
				print_table(app, picked, request->n, err);
		}
	}
	free(spread.pf);
	return err->code;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	struct sriov_pick_request request = {0};
	struct sriov_host host = {0};

	if (read_request(app, n, words, &request, err) < 0 ||
	    sriov_host_look(app->doors, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS, NULL, 0, &host,
			    err) < 0)
		return err->code;
	pick(app, &host, &request, err);
	sriov_host_free(&host);
	return err->code;
}

static const struct command_option options[] = {
	{"numa", '\0', "NODE", "only of cards on this NUMA node"},
	{"spread", '\0', "PF,PF", "from these PFs in turn, for a bond"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_pick = {
	.name = "pick",
	.args = "pick N [--numa NODE] [--spread PF,PF]",
	.summary = "name VFs that nobody has, for the next command",
	.details = "  sriovctl xml add $(sriovctl pick 2 --spread em1,em2) -f vm1.xml\n",
	.options = options,
	.run = run,
};
