/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PFs and VFs by where they are plugged in and who uses them. */
#ifndef CMD_TREE_H
#define CMD_TREE_H

#include "app.h"

enum tree_form {
	TREE_TABLE, /* as lsblk draws trees */
	TREE_DOT,   /* for Graphviz */
};

/*
 * Print NUMA node, root port, PF, VF and users of @targets, which are PFs (then with all
 * their VFs) or VFs.  Errors: SRIOV_USAGE (-o names no column), no memory.
 */
int tree_print(const struct app *app, const struct sriov_host *host,
	       const struct sriov_targets *targets, enum tree_form form,
	       struct sriov_error *err);

#endif
