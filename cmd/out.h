/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables on stdout (libsmartcols). */
#ifndef CMD_OUT_H
#define CMD_OUT_H

#include "app.h"

struct out_column {
	const char *key; /* for -o */
	const char *heading;
	bool right; /* numbers */
	bool usual; /* shown without -o */
};

struct out_table;

/*
 * A table with the columns that -o asks for, or the usual ones.  @columns ends with a
 * NULL key.  Returns NULL with @err filled (SRIOV_USAGE, with the columns there are).
 */
struct out_table *out_table_new(const struct app *app, const struct out_column *columns,
				struct sriov_error *err);

/* Begin a row. */
void out_table_row(struct out_table *table);

/* Draw the rows as a tree in the column @key, if it is shown. */
void out_table_is_tree(struct out_table *table, const char *key);

/*
 * Begin a row of a tree, below the last one of @depth - 1; @depth is no more than one
 * deeper than that of the row before it, and below OUT_DEPTH_MAX.
 */
void out_table_branch(struct out_table *table, unsigned depth);

enum {
	OUT_DEPTH_MAX = 8,
};

/* Fill the cell of the column @key in the row begun last; nothing when it is not shown.
 */
void out_table_cell(struct out_table *table, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a text that needs no format. */
void out_table_text(struct out_table *table, const char *key, const char *text);

/* Whether the column @key is shown. */
bool out_table_shows(const struct out_table *table, const char *key);

/* Print the table and free it. */
void out_table_print(struct out_table *table);

/* Whether nobody reads what is printed any more; a pipe tells before it is written to. */
bool out_reader_is_gone(void);

/*
 * Send on what was printed.  False when it cannot be written or nobody reads it any more:
 * main says so where that is an error.
 */
bool out_flush(void);

/* What stands between from and to, in the terminal's characters. */
const char *out_arrow(void);

/* The sequence that turns @color ("red", "green", "yellow", "bold") on, "" where colour
 * is off. */
const char *out_color(const struct app *app, const char *color);
const char *out_plain(const struct app *app);

#endif
