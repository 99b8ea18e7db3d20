/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs and VFs by where they are plugged in and who uses them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out.h"
#include "tree.h"

static const struct out_column columns[] = {
	{"name", "NAME", false, true},	   {"address", "ADDRESS", false, true},
	{"driver", "DRIVER", false, true}, {"netdev", "NETDEV", false, true},
	{"mac", "MAC", false, false},	   {"vlan", "VLAN", false, false},
	{NULL, NULL, false, false},
};

/* A PF, or one of its VFs, and where it is plugged in. */
struct leaf {
	const struct sriov_pf *pf;
	const struct sriov_vf *vf; /* NULL the PF alone */
	char port[SRIOV_BDF_LEN];  /* "" none */
};

struct leaves {
	struct leaf *leaf;
	size_t n;
};

/* Called for each node of the tree, parents first; @depth 0 is the root's. */
struct visitor {
	void (*visit)(const struct visitor *visitor, unsigned depth, const char *name,
		      const struct leaf *leaf);
	struct out_table *table;
};

static int add_leaf(struct leaves *leaves, const struct sriov_host *host,
		    const struct sriov_pf *pf, const struct sriov_vf *vf)
{
	struct leaf *leaf;

	if (SRIOV_ARRAY_ROOM(leaves->leaf, leaves->n) < 0)
		return -ENOMEM;
	leaf = &leaves->leaf[leaves->n++];
	*leaf = (struct leaf){.pf = pf, .vf = vf};
	if (sriov_function_is_pci(&pf->fn))
		sriov_root_port(host->doors, pf->fn.address, leaf->port);
	return 0;
}

static int compare_numbers(long a, long b)
{
	return (a > b) - (a < b);
}

/* The PF stands before its VFs. */
static long number_of(const struct leaf *leaf)
{
	return leaf->vf ? (long)leaf->vf->index : -1;
}

/* By node, port, PF and number; cards of which the node is not known stand last. */
static int compare_leaves(const void *a, const void *b)
{
	const struct leaf *x = a, *y = b;
	int r = compare_numbers((unsigned)x->pf->numa, (unsigned)y->pf->numa);

	if (r == 0)
		r = strcmp(x->port, y->port);
	if (r == 0)
		r = strverscmp(x->pf->fn.address, y->pf->fn.address);
	if (r == 0)
		r = compare_numbers(number_of(x), number_of(y));
	return r;
}

static int find_leaves(struct leaves *leaves, const struct sriov_host *host,
		       const struct sriov_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++) {
		const struct sriov_target *target = &targets->target[i];

		if (add_leaf(leaves, host, target->pf, target->vf) < 0)
			return -ENOMEM;
		for (size_t j = 0; !target->vf && j < target->pf->n_vfs; j++)
			if (add_leaf(leaves, host, target->pf, &target->pf->vf[j]) < 0)
				return -ENOMEM;
	}
	if (leaves->n)
		qsort(leaves->leaf, leaves->n, sizeof(*leaves->leaf), compare_leaves);
	return 0;
}

static void visit_users(const struct visitor *visitor, unsigned depth,
			const struct sriov_function *fn)
{
	char user[2 * SRIOV_USER_LEN];

	for (size_t i = 0; i < fn->n_users; i++)
		visitor->visit(visitor, depth,
			       sriov_user_format(&fn->users[i], user, sizeof(user)),
			       NULL);
}

static void visit_place(const struct visitor *visitor, const struct leaf *leaf,
			const struct leaf *last)
{
	bool same = last && last->pf->numa == leaf->pf->numa;
	char name[32];

	if (!same && leaf->pf->numa < 0)
		visitor->visit(visitor, 0, "no NUMA node", NULL);
	else if (!same) {
		snprintf(name, sizeof(name), "NUMA node %d", leaf->pf->numa);
		visitor->visit(visitor, 0, name, NULL);
	}
	if (!leaf->port[0] || (same && strcmp(last->port, leaf->port) == 0))
		return;
	snprintf(name, sizeof(name), "port %s", leaf->port);
	visitor->visit(visitor, 1, name, NULL);
}

static void visit_all(const struct visitor *visitor, const struct leaves *leaves)
{
	for (size_t i = 0; i < leaves->n; i++) {
		const struct leaf *leaf = &leaves->leaf[i];
		const struct leaf *last = i ? &leaves->leaf[i - 1] : NULL;
		unsigned depth = leaf->port[0] ? 2 : 1;
		char name[SRIOV_NAME_LEN];

		visit_place(visitor, leaf, last);
		if (!last || last->pf != leaf->pf) {
			const struct leaf pf = {.pf = leaf->pf};

			visitor->visit(visitor, depth, leaf->pf->name, &pf);
		}
		if (!leaf->vf)
			continue;
		visitor->visit(visitor, depth + 1,
			       sriov_vf_name(leaf->pf, leaf->vf->index, name), leaf);
		visit_users(visitor, depth + 2, &leaf->vf->fn);
	}
}

static void visit_row(const struct visitor *visitor, unsigned depth, const char *name,
		      const struct leaf *leaf)
{
	struct out_table *table = visitor->table;
	const struct sriov_function *fn;
	char cell[SRIOV_VALUE_LEN];

	out_table_branch(table, depth);
	out_table_text(table, "name", name);
	if (!leaf)
		return;
	fn = leaf->vf ? &leaf->vf->fn : &leaf->pf->fn;
	out_table_text(table, "address", fn->address);
	out_table_text(table, "driver", fn->driver[0] ? fn->driver : "-");
	out_table_text(table, "netdev", fn->netdev[0] ? fn->netdev : "-");
	for (unsigned id = 0; leaf->vf && id < SRIOV_N_ATTRS; id++) {
		struct sriov_value value = sriov_vf_value(leaf->vf, id);

		if (id == SRIOV_ATTR_MAC || id == SRIOV_ATTR_VLAN)
			out_table_text(table, sriov_attr(id)->name,
				       sriov_attr_cell(sriov_attr(id), &value, cell));
	}
	if (!leaf->vf && fn->netdev_mac)
		out_table_text(table, "mac", sriov_mac_format(fn->netdev_mac, cell));
}

static int print_table(const struct app *app, const struct leaves *leaves,
		       struct sriov_error *err)
{
	const struct visitor visitor = {
		.visit = visit_row,
		.table = out_table_new(app, columns, err),
	};

	if (!visitor.table)
		return -err->errnum;
	out_table_is_tree(visitor.table, "name");
	visit_all(&visitor, leaves);
	out_table_print(visitor.table);
	return 0;
}

/* What Graphviz takes between double quotes. */
static void print_quoted(const char *text)
{
	char shown[512];

	putchar('"');
	for (const char *at = sriov_text_printable(text, shown, sizeof(shown)); *at;
	     at++) {
		if (*at == '"' || *at == '\\')
			putchar('\\');
		putchar(*at);
	}
	putchar('"');
}

/* The way from the root to the node visited last. */
struct way {
	struct visitor visitor;
	char name[OUT_DEPTH_MAX][2 * SRIOV_USER_LEN];
};

/* Who has several VFs is one node with several edges. */
static void visit_node(const struct visitor *visitor, unsigned depth, const char *name,
		       const struct leaf *leaf)
{
	struct way *way = (struct way *)visitor;
	const struct sriov_function *fn;

	snprintf(way->name[depth], sizeof(way->name[depth]), "%s", name);
	putchar('\t');
	if (depth) {
		print_quoted(way->name[depth - 1]);
		fputs(" -> ", stdout);
	}
	print_quoted(name);
	putchar('\n');
	if (!leaf)
		return;
	fn = leaf->vf ? &leaf->vf->fn : &leaf->pf->fn;
	putchar('\t');
	print_quoted(name);
	printf(" [label=\"\\N\\n\" + ");
	print_quoted(fn->driver[0] ? fn->driver : "no driver");
	printf("]\n");
}

static void print_dot(const struct leaves *leaves)
{
	struct way way = {.visitor.visit = visit_node};

	puts("digraph sriovctl {\n\trankdir=LR\n\tnode [shape=box]");
	visit_all(&way.visitor, leaves);
	puts("}");
}

int tree_print(const struct app *app, const struct sriov_host *host,
	       const struct sriov_targets *targets, enum tree_form form,
	       struct sriov_error *err)
{
	struct leaves leaves = {0};
	int r = 0;

	if (find_leaves(&leaves, host, targets) < 0)
		r = sriov_error_memory(err);
	else if (form == TREE_TABLE)
		r = print_table(app, &leaves, err);
	else
		print_dot(&leaves);
	free(leaves.leaf);
	return r;
}
