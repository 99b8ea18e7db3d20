/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables on stdout (libsmartcols). */
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <libsmartcols/libsmartcols.h>

#include "out.h"

#define COLUMNS_MAX 32

struct out_table {
	struct libscols_table *table;
	struct libscols_line *line;
	struct libscols_line *branch[OUT_DEPTH_MAX]; /* the last of each depth */
	const char *key[COLUMNS_MAX];
	size_t n;
};

static void add_column(struct out_table *out, const struct out_column *column)
{
	struct libscols_column *shown;

	shown = scols_table_new_column(out->table, column->heading, 0,
				       column->right ? SCOLS_FL_RIGHT : 0);
	if (shown)
		out->key[out->n++] = column->key;
}

static int unknown_column(const struct out_column *columns, const char *name,
			  struct sriov_error *err)
{
	char there[512] = "";

	for (size_t i = 0; columns[i].key; i++)
		snprintf(there + strlen(there), sizeof(there) - strlen(there), "%s%s",
			 i ? "," : "", columns[i].key);
	sriov_error_set(err, SRIOV_USAGE, EINVAL, "no column '%.64s'", name);
	return sriov_error_hint(err, "the columns are %s", there);
}

static int add_named_columns(struct out_table *out, const struct out_column *columns,
			     const char *names, struct sriov_error *err)
{
	_cleanup_free_ char *copy = strdup(names);
	char *rest = copy, *name;

	while (rest && (name = strsep(&rest, ","))) {
		size_t i = 0;

		while (columns[i].key && strcasecmp(columns[i].key, name) != 0)
			i++;
		if (!columns[i].key || out->n == COLUMNS_MAX)
			return unknown_column(columns, name, err);
		add_column(out, &columns[i]);
	}
	return 0;
}

static void out_table_free(struct out_table *out)
{
	scols_unref_table(out->table);
	free(out);
}

struct out_table *out_table_new(const struct app *app, const struct out_column *columns,
				struct sriov_error *err)
{
	struct out_table *out = calloc(1, sizeof(*out));

	if (!out || !(out->table = scols_new_table())) {
		free(out);
		sriov_error_memory(err);
		return NULL;
	}
	scols_table_enable_noheadings(out->table, app->no_headings);
	scols_table_set_column_separator(out->table, "  ");
	if (app->columns) {
		if (add_named_columns(out, columns, app->columns, err) < 0) {
			out_table_free(out);
			return NULL;
		}
		return out;
	}
	for (size_t i = 0; columns[i].key; i++)
		if (columns[i].usual)
			add_column(out, &columns[i]);
	return out;
}

void out_table_row(struct out_table *table)
{
	table->line = scols_table_new_line(table->table, NULL);
}

void out_table_is_tree(struct out_table *table, const char *key)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->key[i], key) == 0)
			scols_column_set_flags(scols_table_get_column(table->table, i),
					       SCOLS_FL_TREE);
}

void out_table_branch(struct out_table *table, unsigned depth)
{
	table->line = scols_table_new_line(table->table,
					   depth ? table->branch[depth - 1] : NULL);
	table->branch[depth] = table->line;
}

bool out_table_shows(const struct out_table *table, const char *key)
{
	for (size_t i = 0; i < table->n; i++)
		if (strcmp(table->key[i], key) == 0)
			return true;
	return false;
}

void out_table_text(struct out_table *table, const char *key, const char *text)
{
	char shown[512];

	for (size_t i = 0; table->line && i < table->n; i++)
		if (strcmp(table->key[i], key) == 0)
			scols_line_set_data(
				table->line, i,
				sriov_text_printable(text, shown, sizeof(shown)));
}

void out_table_cell(struct out_table *table, const char *key, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_table_text(table, key, text);
}

void out_table_print(struct out_table *table)
{
	scols_print_table(table->table);
	out_table_free(table);
}

bool out_reader_is_gone(void)
{
	struct pollfd pfd = {.fd = STDOUT_FILENO};

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLERR);
}

bool out_flush(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) && !out_reader_is_gone();
}

static bool color_on(const struct app *app)
{
	const char *term = secure_getenv("TERM"), *no_color = secure_getenv("NO_COLOR");

	if (app->color != COLOR_AUTO)
		return app->color == COLOR_ALWAYS;
	return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && term &&
	       strcmp(term, "dumb") != 0;
}

const char *out_arrow(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? "\u2192" : "->";
}

const char *out_color(const struct app *app, const char *color)
{
	if (!color_on(app))
		return "";
	if (strcmp(color, "red") == 0)
		return "\033[31m";
	if (strcmp(color, "green") == 0)
		return "\033[32m";
	if (strcmp(color, "yellow") == 0)
		return "\033[33m";
	return "\033[1m";
}

const char *out_plain(const struct app *app)
{
	return color_on(app) ? "\033[0m" : "";
}
