/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of the configuration's parts share. */
#ifndef SRIOV_WANT_CONFIG_READER_H
#define SRIOV_WANT_CONFIG_READER_H

#include "want/config.h"

struct sriov_reader {
	struct sriov_config *config;
	struct sriov_config_file *file;
	struct sriov_problems *problems;
};

/* Note that no memory is left.  Returns -ENOMEM. */
int sriov_reader_memory(struct sriov_reader *reader, const struct sriov_yaml_node *node);

/* 0 when @node is of @type, else -EINVAL and the problem @what. */
int sriov_reader_expect(struct sriov_reader *reader, const struct sriov_yaml_node *node,
			enum sriov_yaml_type type, const char *what);

/* The word that @node is, printable, into @buf, which is returned. */
const char *sriov_reader_word(const struct sriov_yaml_node *node, char *buf, size_t size);

/* Whether the key @i of @map was there before; that is a problem. */
bool sriov_reader_is_doubled(struct sriov_reader *reader,
			     const struct sriov_yaml_node *map, size_t i);

/* The problem of a key that is none of @names (NULL-terminated).  Returns -EINVAL. */
int sriov_reader_unknown_key(struct sriov_reader *reader,
			     const struct sriov_yaml_node *node,
			     const char *const *names);

/*
 * Read the value of `vf` or `all` into entries of @pf.  What is wrong is a problem;
 * returns 0 or -ENOMEM.
 */
int sriov_reader_vf(struct sriov_reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value);
int sriov_reader_all(struct sriov_reader *reader, struct sriov_config_pf *pf,
		     const struct sriov_yaml_node *value);

#endif
