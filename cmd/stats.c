/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl stats [SEL...] [--watch SECONDS] [--prometheus] */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "json.h"
#include "moment.h"
#include "out.h"
#include "scope.h"
#include "stats.h"

#define WATCH_MAX_S 86400

static const struct out_column columns[] = {
	{"vf", "VF", false, true},
	{"address", "ADDRESS", false, false},
	{"netdev", "NETDEV", false, false},
	{"source", "SOURCE", false, true},
	{"rx_packets", "RX PACKETS", true, true},
	{"rx_bytes", "RX BYTES", true, true},
	{"rx_dropped", "RX DROPPED", true, true},
	{"tx_packets", "TX PACKETS", true, true},
	{"tx_bytes", "TX BYTES", true, true},
	{"tx_dropped", "TX DROPPED", true, true},
	{NULL, NULL, false, false},
};

/* What was counted at one time. */
struct reading {
	struct sriov_host host;
	struct counted *counted;
	size_t n;
	uint64_t at_ms;
};

static void free_reading(struct reading *reading)
{
	free(reading->counted);
	sriov_host_free(&reading->host);
	*reading = (struct reading){0};
}

static int add_vfs(struct reading *reading, const struct scope *scope,
		   const struct sriov_pf *pf, const struct sriov_stats *stats)
{
	for (size_t i = 0; i < pf->n_vfs; i++) {
		if (!scope_has_vf(scope, pf, pf->vf[i].index))
			continue;
		if (SRIOV_ARRAY_ROOM(reading->counted, reading->n) < 0)
			return -ENOMEM;
		reading->counted[reading->n++] =
			(struct counted){pf, &pf->vf[i], stats->vf[i]};
	}
	return 0;
}

/* Count what @scope means of the host that was looked at. */
static int count(const struct app *app, const struct scope *scope,
		 struct reading *reading, struct sriov_error *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < reading->host.n_pfs; i++) {
		const struct sriov_pf *pf = &reading->host.pf[i];
		struct sriov_stats stats = {0};

		if (!scope_touches_pf(scope, pf))
			continue;
		r = sriov_stats_read(app->doors, pf, &stats);
		if (r == 0)
			r = add_vfs(reading, scope, pf, &stats);
		if (stats.pf_error.msg[0]) {
			sriov_error_object(&stats.pf_error, "%s", pf->name);
			app_print_error(app, &stats.pf_error);
		}
		sriov_stats_free(&stats);
	}
	reading->at_ms = app->doors->ops->now_ms(app->doors);
	return r < 0 ? sriov_error_memory(err) : 0;
}

/*
 * The VF of row @i of @reading in the reading before, NULL when it was not there.  Mostly
 * it has the same place: thousands are not looked for from the first on.
 */
static const struct counted *counted_before(const struct reading *before,
					    const struct reading *reading, size_t i)
{
	const struct counted *now = &reading->counted[i];

	for (size_t k = 0; k < before->n; k++) {
		const struct counted *then = &before->counted[(i + k) % before->n];

		if (then->vf->index == now->vf->index &&
		    strcmp(then->pf->fn.address, now->pf->fn.address) == 0)
			return then;
	}
	return NULL;
}

/* What a counter of row @i grew by since @before; false when that is not known. */
static bool rate_of(const struct reading *before, const struct reading *reading, size_t i,
		    enum sriov_counter counter, double *ret)
{
	const struct counted *then = counted_before(before, reading, i);

	return then && sriov_stats_rate(&then->stats, &reading->counted[i].stats, counter,
					reading->at_ms - before->at_ms, ret);
}

/* One that comes every few seconds is not to look like none. */
static void rate_cell(struct out_table *table, const char *key, double rate)
{
	out_table_cell(table, key, rate > 0 && rate < 10 ? "%.1f" : "%.0f", rate);
}

static void counter_cells(struct out_table *table, const struct reading *before,
			  const struct reading *reading, size_t i)
{
	const struct counted *now = &reading->counted[i];

	for (enum sriov_counter c = 0; c < SRIOV_N_COUNTERS; c++) {
		const char *key = sriov_counter_name(c);
		double rate;

		if (before && rate_of(before, reading, i, c, &rate))
			rate_cell(table, key, rate);
		else if (!before && sriov_stats_knows(&now->stats, c))
			out_table_cell(table, key, "%" PRIu64, now->stats.value[c]);
		else
			out_table_text(table, key, "-");
	}
}

/* With @before, what the counters grew by a second since then. */
static int print_table(const struct app *app, const struct reading *before,
		       const struct reading *reading, struct sriov_error *err)
{
	struct out_table *table = out_table_new(app, columns, err);
	char moment[MOMENT_LEN];

	if (!table)
		return -err->errnum;
	if (before && !app->no_headings)
		printf("%s  per second\n", moment_local(moment));
	for (size_t i = 0; i < reading->n; i++) {
		const struct counted *now = &reading->counted[i];
		const struct sriov_function *fn = &now->vf->fn;
		const char *source = sriov_stats_source_name(now->stats.source);
		char name[SRIOV_NAME_LEN];

		out_table_row(table);
		out_table_text(table, "vf", sriov_vf_name(now->pf, now->vf->index, name));
		out_table_text(table, "address", fn->address[0] ? fn->address : "-");
		out_table_text(table, "netdev", fn->netdev[0] ? fn->netdev : "-");
		out_table_text(table, "source", source ? source : "-");
		counter_cells(table, before, reading, i);
	}
	out_table_print(table);
	return 0;
}

static struct json_object *rates_object(const struct reading *before,
					const struct reading *reading, size_t i)
{
	struct json_object *object = json_new_object();

	for (enum sriov_counter c = 0; c < SRIOV_N_COUNTERS; c++) {
		double rate;

		if (rate_of(before, reading, i, c, &rate))
			json_add_real(object, sriov_counter_name(c), rate);
		else
			json_add_null(object, sriov_counter_name(c));
	}
	return object;
}

static struct json_object *vf_object(const struct reading *before,
				     const struct reading *reading, size_t i)
{
	const struct counted *now = &reading->counted[i];
	struct json_object *object = json_new_object();
	const struct sriov_function *fn = &now->vf->fn;

	json_add_string(object, "pf", now->pf->name);
	json_add_number(object, "vf", now->vf->index);
	json_add_string(object, "pci", sriov_function_is_pci(fn) ? fn->address : NULL);
	json_add_string(object, "netdev", fn->netdev[0] ? fn->netdev : NULL);
	json_add_string(object, "source", sriov_stats_source_name(now->stats.source));
	for (enum sriov_counter c = 0; c < SRIOV_N_COUNTERS; c++)
		if (sriov_stats_knows(&now->stats, c))
			json_add_count(object, sriov_counter_name(c),
				       now->stats.value[c]);
		else
			json_add_null(object, sriov_counter_name(c));
	if (before)
		json_add(object, "rates", rates_object(before, reading, i));
	return object;
}

static void print_json(const struct reading *before, const struct reading *reading)
{
	struct json_object *document = json_new_object(), *vfs = json_new_array();
	char moment[MOMENT_LEN];

	json_add_number(document, "version", 1);
	if (before) {
		json_add_string(document, "time", moment_utc(moment));
		json_add_real(document, "seconds",
			      (double)(reading->at_ms - before->at_ms) / 1000);
	}
	for (size_t i = 0; i < reading->n; i++)
		json_append(vfs, vf_object(before, reading, i));
	json_add(document, "vfs", vfs);
	json_print(document, stdout);
}

static int print(const struct app *app, const struct reading *before,
		 const struct reading *reading, struct sriov_error *err)
{
	if (app->json)
		print_json(before, reading);
	else if (app_has_option(app, "prometheus"))
		stats_print_prometheus(reading->counted, reading->n);
	else
		return print_table(app, before, reading, err);
	return 0;
}

/* False when it is time to end: a signal came, or nobody reads any more. */
static bool rest(const struct app *app, uint64_t ms)
{
	const struct sriov_door_ops *ops = app->doors->ops;
	uint64_t end = ops->now_ms(app->doors) + ms;

	while (out_flush() && !interrupted) {
		uint64_t now = ops->now_ms(app->doors);

		if (now >= end)
			return true;
		ops->pause_ms(app->doors, interrupt_nap(end - now));
	}
	return false;
}

/* Print what has come since, until it is time to end.  @last is used up. */
static int follow(const struct app *app, const struct scope *scope, uint64_t seconds,
		  struct reading *last, struct sriov_error *err)
{
	const struct reading nothing = {0};
	bool first = true;
	int r = 0;

	/* a column that there is not is told before the first wait */
	if (!app->json)
		r = print_table(app, NULL, &nothing, err);
	while (r == 0 && rest(app, seconds * 1000)) {
		struct reading next = {0};

		r = sriov_host_look(app->doors, SRIOV_LOOK_VFS, NULL, 0, &next.host, err);
		if (r == 0)
			r = count(app, scope, &next, err);
		if (r == 0 && !first && !app->json && !app->no_headings)
			putchar('\n');
		if (r == 0)
			r = print(app, last, &next, err);
		free_reading(last);
		*last = next;
		first = false;
	}
	return r;
}

static int report(const struct app *app, const struct scope *scope, uint64_t seconds,
		  struct reading *reading, struct sriov_error *err)
{
	int r = count(app, scope, reading, err);

	if (r < 0)
		return r;
	if (reading->n == 0)
		app_note(app, "there are no VFs; to make some: sriovctl enable PF N");
	if (seconds)
		return follow(app, scope, seconds, reading, err);
	return print(app, NULL, reading, err);
}

static int read_options(const struct app *app, uint64_t *ret_seconds,
			struct sriov_error *err)
{
	const char *watch = app_option(app, "watch");
	bool prometheus = app_has_option(app, "prometheus");

	if (prometheus && (watch || app->json)) {
		app_usage(&cmd_stats, err,
			  "--prometheus goes without --json and --watch");
		return -EINVAL;
	}
	if (watch && (sriov_parse_number(watch, 10, WATCH_MAX_S, ret_seconds) < 0 ||
		      *ret_seconds == 0))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--watch must be 1-%d seconds, not '%.32s'",
				       WATCH_MAX_S, watch);
	return 0;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS;
	struct reading reading = {0};
	struct scope scope = {0};
	uint64_t seconds = 0;

	if (read_options(app, &seconds, err) < 0)
		return err->code;
	if (seconds)
		interrupt_catch();
	if (sriov_select_needs_users(words, n))
		what |= SRIOV_LOOK_USERS;
	if (sriov_host_look(app->doors, what, NULL, 0, &reading.host, err) < 0)
		return err->code;
	if (scope_select(&reading.host, words, n, true, &scope, err) == 0)
		report(app, &scope, seconds, &reading, err);
	scope_free(&scope);
	free_reading(&reading);
	return err->code;
}

const struct command cmd_stats = {
	.name = "stats",
	.args = "stats [SEL...] [--watch SECONDS] [--prometheus]",
	.summary = "packets, bytes and drops of VFs",
	.details =
		"  sriovctl stats em1             what was counted so far\n"
		"  sriovctl stats --watch 2       every 2 seconds, what came a second\n"
		"  sriovctl stats --prometheus    for node_exporter's textfile folder\n",
	.options =
		(const struct command_option[]){
			{"watch", '\0', "SECONDS", "print rates again and again"},
			{"prometheus", '\0', NULL, "in the text format of Prometheus"},
			{NULL, '\0', NULL, NULL},
		},
	.complete = COMPLETE_VFS,
	.run = run,
};
