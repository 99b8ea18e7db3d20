/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YAML as a tree whose nodes know where they stand (libyaml). */
#ifndef SRIOV_SYS_YAML_H
#define SRIOV_SYS_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

enum sriov_yaml_type {
	SRIOV_YAML_SCALAR, /* always text: off, 010 and 52:54:00:11:22:33 stay as written
			    */
	SRIOV_YAML_SEQUENCE,
	SRIOV_YAML_MAPPING,
};

struct sriov_yaml_node {
	enum sriov_yaml_type type;
	bool quoted;		  /* a scalar in quotes */
	bool flow;		  /* [a, b] or {a: b} */
	struct sriov_place place; /* its first byte */
	size_t end;		  /* behind its last byte, without comments and blanks */
	char *text;		  /* of a scalar */
	struct sriov_yaml_node **item; /* of a mapping: key and value in turn */
	size_t n_items;
};

/*
 * Read the one document of @source, which must be UTF-8 and may be JSON.  Aliases,
 * anchors, tags and a second document are refused.  Returns 0 with the root, which the
 * caller frees (NULL for a document without content), or -EINVAL with @problems grown.
 */
int sriov_yaml_parse(const struct sriov_source *source, struct sriov_yaml_node **ret,
		     struct sriov_problems *problems);

/* The value of the key @name of a mapping, or NULL. */
const struct sriov_yaml_node *sriov_yaml_member(const struct sriov_yaml_node *map,
						const char *name);

/* Whether the node is a plain null: ~, null or nothing at all. */
bool sriov_yaml_is_null(const struct sriov_yaml_node *node);

void sriov_yaml_free(struct sriov_yaml_node *node);

#endif
