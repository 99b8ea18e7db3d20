/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps that do the same to several VFs, told as one. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "plan/rows.h"

static bool same_error(const struct sriov_error *a, const struct sriov_error *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a->msg, b->msg) == 0;
}

/* Who is hit matters where a guard stands. */
static bool same_users(const struct sriov_step *a, const struct sriov_step *b)
{
	const struct sriov_function *x = a->function, *y = b->function;

	if (a->guard == SRIOV_GUARD_NONE)
		return true;
	if (x->n_users != y->n_users)
		return false;
	for (size_t i = 0; i < x->n_users; i++)
		if (x->users[i].kind != y->users[i].kind ||
		    x->users[i].pid != y->users[i].pid ||
		    strcmp(x->users[i].name, y->users[i].name) != 0)
			return false;
	return true;
}

static bool same_row(const struct sriov_step *a, const struct sriov_step *b)
{
	return a->pf && a->pf == b->pf && a->kind == b->kind && a->attr == b->attr &&
	       a->status == b->status && a->guard == b->guard &&
	       sriov_value_equal(&a->from, &b->from) &&
	       sriov_value_equal(&a->to, &b->to) && same_error(a->error, b->error) &&
	       same_users(a, b);
}

/* What is named is thousands of times one VF: no more memory than its name takes. */
static int name_row(struct sriov_step_row *row, unsigned *vfs)
{
	char name[256];

	if (row->n == 1) {
		sriov_step_object(row->step, name);
	} else {
		for (size_t i = 0; i < row->n; i++)
			vfs[i] = row->all[i]->vf;
		sriov_vfs_format(row->step->pf, vfs, row->n, name, sizeof(name));
	}
	row->object = strdup(name);
	return row->object ? 0 : -ENOMEM;
}

int sriov_step_rows_name(struct sriov_step_rows *rows)
{
	_cleanup_free_ unsigned *vfs = NULL;
	size_t longest = 0;
	int r = 0;

	for (size_t i = 0; i < rows->n; i++)
		longest = rows->row[i].n > longest ? rows->row[i].n : longest;
	vfs = calloc(longest + 1, sizeof(*vfs));
	if (!vfs)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rows->n; i++)
		r = name_row(&rows->row[i], vfs);
	return r;
}

/* Rows as they are made. */
struct making {
	struct sriov_step_rows rows;
	size_t n_steps; /* that are in a row */
};

/*
 * Rows of one kind and attribute among the steps @first to @end - 1 of one PF; a row goes
 * on as long as the next such step is alike.
 */
static int add_rows(struct making *m, const struct sriov_plan *plan, size_t first,
		    size_t end, enum sriov_step_kind kind, enum sriov_attr_id attr)
{
	struct sriov_step_rows *rows = &m->rows;
	struct sriov_step_row *row = NULL;

	for (size_t i = first; i < end; i++) {
		const struct sriov_step *step = &plan->step[i];

		if (step->kind != kind || step->attr != attr)
			continue;
		if (!row || !same_row(row->step, step)) {
			if (SRIOV_ARRAY_ROOM(rows->row, rows->n) < 0)
				return -ENOMEM;
			row = &rows->row[rows->n++];
			*row = (struct sriov_step_row){
				.step = step,
				.all = rows->step + m->n_steps,
			};
		}
		rows->step[m->n_steps++] = step;
		row->n++;
	}
	return 0;
}

/* Which attributes the steps @first to @end - 1 of @kind have, as bits. */
static uint32_t attrs_of(const struct sriov_plan *plan, size_t first, size_t end,
			 enum sriov_step_kind kind)
{
	uint32_t attrs = 0;

	for (size_t i = first; i < end; i++)
		if (plan->step[i].kind == kind)
			attrs |= UINT32_C(1) << plan->step[i].attr;
	return attrs;
}

/*
 * The rows of one PF: those about itself in the order in which they are done, which is
 * its driver's; then by kind and attribute.
 */
static int add_pf_rows(struct making *m, const struct sriov_plan *plan, size_t first,
		       size_t end)
{
	for (size_t i = first; i < end; i++) {
		const struct sriov_step *step = &plan->step[i];

		if (step->kind <= SRIOV_STEP_VFS &&
		    add_rows(m, plan, i, i + 1, step->kind, step->attr) < 0)
			return -ENOMEM;
	}
	for (int kind = SRIOV_STEP_VFS + 1; kind < SRIOV_N_STEP_KINDS; kind++) {
		uint32_t attrs = attrs_of(plan, first, end, kind);

		for (int attr = 0; attr < SRIOV_N_ATTRS; attr++)
			if (attrs & UINT32_C(1) << attr &&
			    add_rows(m, plan, first, end, kind, attr) < 0)
				return -ENOMEM;
	}
	return 0;
}

static size_t end_of_pf(const struct sriov_plan *plan, size_t first)
{
	size_t end = first + 1;

	while (end < plan->n && plan->step[end].pf == plan->step[first].pf)
		end++;
	return end;
}

void sriov_step_rows_free(struct sriov_step_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++)
		free(rows->row[i].object);
	free(rows->row);
	free(rows->step);
	*rows = (struct sriov_step_rows){0};
}

int sriov_step_rows(const struct sriov_plan *plan, struct sriov_step_rows *ret)
{
	struct making m = {
		.rows.step = calloc(plan->n + 1, sizeof(*m.rows.step)),
	};
	size_t end;
	int r = m.rows.step ? 0 : -ENOMEM;

	for (size_t first = 0; r == 0 && first < plan->n; first = end) {
		end = end_of_pf(plan, first);
		r = add_pf_rows(&m, plan, first, end);
	}
	if (r < 0)
		sriov_step_rows_free(&m.rows);
	*ret = m.rows;
	return r;
}
