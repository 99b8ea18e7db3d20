/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of the configuration's parts share. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "want/config_reader.h"

int sriov_reader_memory(struct sriov_reader *reader, const struct sriov_yaml_node *node)
{
	sriov_problem_say(reader->problems, &node->place, "no memory left");
	return -ENOMEM;
}

int sriov_reader_expect(struct sriov_reader *reader, const struct sriov_yaml_node *node,
			enum sriov_yaml_type type, const char *what)
{
	if (node->type == type)
		return 0;
	return sriov_problem_say(reader->problems, &node->place, "%s", what);
}

/* A word in quotes, as @text may hold what a terminal obeys. */
const char *sriov_reader_word(const struct sriov_yaml_node *node, char *buf, size_t size)
{
	if (node->type != SRIOV_YAML_SCALAR)
		snprintf(buf, size,
			 node->type == SRIOV_YAML_MAPPING ? "a map" : "a list");
	else
		sriov_text_printable(node->text, buf, size);
	return buf;
}

bool sriov_reader_is_doubled(struct sriov_reader *reader,
			     const struct sriov_yaml_node *map, size_t i)
{
	const struct sriov_yaml_node *key = map->item[i];
	char word[64];

	for (size_t j = 0; j < i; j += 2) {
		if (map->item[j]->type != SRIOV_YAML_SCALAR ||
		    key->type != SRIOV_YAML_SCALAR ||
		    strcmp(map->item[j]->text, key->text) != 0)
			continue;
		sriov_problem_say(reader->problems, &key->place, "'%s' is given twice",
				  sriov_reader_word(key, word, sizeof(word)));
		return true;
	}
	return false;
}

int sriov_reader_unknown_key(struct sriov_reader *reader,
			     const struct sriov_yaml_node *node, const char *const *names)
{
	char word[64], there[512] = "";
	const char *near = node->type == SRIOV_YAML_SCALAR
				   ? sriov_closest_word(node->text, names)
				   : NULL;

	sriov_problem_say(reader->problems, &node->place, "unknown key '%s'",
			  sriov_reader_word(node, word, sizeof(word)));
	if (near)
		return sriov_problem_hint(reader->problems, "did you mean '%s'?", near);
	for (size_t i = 0; names[i]; i++)
		sriov_text_append(there, sizeof(there), "%s%s", i ? " " : "", names[i]);
	return sriov_problem_hint(reader->problems, "the keys here are %s", there);
}
