/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: from the tree of a YAML file to what it says of each PF. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "want/config_reader.h"

/* A key of a mapping and what reads its value; NULL: it only describes. */
struct key {
	const char *name;
	int (*read)(struct sriov_reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value);
};

static int read_scalar(struct sriov_reader *reader, const struct sriov_yaml_node *node,
		       const char *what)
{
	if (node->type == SRIOV_YAML_SCALAR)
		return 0;
	return sriov_problem_say(reader->problems, &node->place, "%s, not a %s", what,
				 node->type == SRIOV_YAML_MAPPING ? "map" : "list");
}

static int read_name(struct sriov_reader *reader, struct sriov_config_pf *pf,
		     const struct sriov_yaml_node *value)
{
	char word[64];

	pf->name_place = value->place;
	if (read_scalar(reader, value, "pf must be the name of a PF") < 0)
		return 0;
	if (value->text[0] == '\0' || strlen(value->text) >= sizeof(pf->name) ||
	    strchr(value->text, '/'))
		return sriov_problem_say(reader->problems, &value->place,
					 "'%s' cannot be the name of a PF",
					 sriov_reader_word(value, word, sizeof(word)));
	strcpy(pf->name, value->text);
	return 0;
}

static int read_pci(struct sriov_reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value)
{
	char word[64];

	pf->bdf_place = value->place;
	if (value->type == SRIOV_YAML_SCALAR &&
	    sriov_bdf_parse(value->text, &pf->bdf) == 0) {
		pf->has_bdf = true;
		return 0;
	}
	return sriov_problem_say(reader->problems, &value->place,
				 "pci must be an address as in 0000:01:00.0, not '%s'",
				 sriov_reader_word(value, word, sizeof(word)));
}

static int read_perm_mac(struct sriov_reader *reader, struct sriov_config_pf *pf,
			 const struct sriov_yaml_node *value)
{
	char word[64];

	pf->perm_mac_place = value->place;
	if (value->type == SRIOV_YAML_SCALAR &&
	    sriov_mac_parse(value->text, &pf->perm_mac) == 0 && pf->perm_mac != 0)
		return 0;
	return sriov_problem_say(reader->problems, &value->place,
				 "perm_mac must be a MAC address, not '%s'",
				 sriov_reader_word(value, word, sizeof(word)));
}

static int read_vfs(struct sriov_reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value)
{
	uint64_t vfs;
	char word[64];

	pf->vfs_at = value;
	if (value->type != SRIOV_YAML_SCALAR ||
	    sriov_parse_number(value->text, 10, UINT16_MAX, &vfs) < 0)
		return sriov_problem_say(reader->problems, &value->place,
					 "vfs must be 0-%d, not '%s'", UINT16_MAX,
					 sriov_reader_word(value, word, sizeof(word)));
	pf->vfs = (int)vfs;
	return 0;
}

static int read_link(struct sriov_reader *reader, struct sriov_config_pf *pf,
		     const struct sriov_yaml_node *value)
{
	char word[64];

	pf->link_at = value;
	sriov_reader_word(value, word, sizeof(word));
	if (strcmp(word, "up") != 0 && strcmp(word, "down") != 0)
		return sriov_problem_say(reader->problems, &value->place,
					 "link must be up or down, not '%s'", word);
	pf->link = strcmp(word, "up") == 0;
	return 0;
}

static int read_eswitch(struct sriov_reader *reader, struct sriov_config_pf *pf,
			const struct sriov_yaml_node *value)
{
	char word[64];
	int mode = sriov_eswitch_mode_parse(sriov_reader_word(value, word, sizeof(word)));

	pf->eswitch_at = value;
	if (mode < 0)
		return sriov_problem_say(reader->problems, &value->place,
					 "eswitch must be legacy or switchdev, not '%s'",
					 word);
	pf->eswitch = mode;
	return 0;
}

static const struct key pf_keys[] = {
	{"pf", read_name},	  {"pci", read_pci},	   {"perm_mac", read_perm_mac},
	{"vfs", read_vfs},	  {"link", read_link},	   {"all", sriov_reader_all},
	{"vf", sriov_reader_vf},  {"device", NULL},	   {"driver", NULL},
	{"carrier", NULL},	  {"numa", NULL},	   {"limits", NULL},
	{"capability", NULL},	  {"netdev", NULL},	   {"group", NULL},
	{"users", NULL},	  {"nodedev", NULL},	   {"eswitch", read_eswitch},
	{"eswitch_inline", NULL}, {"eswitch_encap", NULL},
};

static const struct key *find_pf_key(const struct sriov_yaml_node *node)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(pf_keys); i++)
		if (node->type == SRIOV_YAML_SCALAR &&
		    strcmp(pf_keys[i].name, node->text) == 0)
			return &pf_keys[i];
	return NULL;
}

static int unknown_pf_key(struct sriov_reader *reader, const struct sriov_yaml_node *node)
{
	const char *names[SRIOV_ARRAY_SIZE(pf_keys) + 1] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(pf_keys); i++)
		if (pf_keys[i].read)
			names[n++] = pf_keys[i].name;
	return sriov_reader_unknown_key(reader, node, names);
}

static void check_identity(struct sriov_reader *reader, const struct sriov_config_pf *pf)
{
	if (!pf->name[0] && !pf->has_bdf && !pf->perm_mac)
		sriov_problem_say(reader->problems, &pf->node->place,
				  "which PF is this? It has no pf, pci or perm_mac");
}

static void check_ranges(struct sriov_reader *reader, const struct sriov_config_pf *pf)
{
	for (size_t i = 0; pf->vfs >= 0 && i < pf->n_entries; i++)
		for (size_t j = 0; j < pf->entry[i].n_ranges; j++) {
			if (pf->entry[i].range[j].last < (unsigned)pf->vfs)
				continue;
			sriov_problem_say(reader->problems, &pf->entry[i].place,
					  "there is no VF %u among %d VFs: they count "
					  "from 0",
					  pf->entry[i].range[j].last, pf->vfs);
			break;
		}
}

static int read_pf(struct sriov_reader *reader, const struct sriov_yaml_node *node)
{
	struct sriov_config *config = reader->config;
	struct sriov_config_pf *pf;
	size_t problems = reader->problems->n;
	int r = 0;

	if (sriov_reader_expect(reader, node, SRIOV_YAML_MAPPING,
				"a PF is a map, as in {pf: em1, vfs: 7}") < 0)
		return 0;
	if (SRIOV_ARRAY_ROOM(config->pf, config->n_pfs) < 0)
		return sriov_reader_memory(reader, node);
	pf = &config->pf[config->n_pfs++];
	*pf = (struct sriov_config_pf){
		.file = reader->file, .node = node, .vfs = -1, .link = -1, .eswitch = -1};
	for (size_t i = 0; r != -ENOMEM && i < node->n_items; i += 2) {
		const struct key *key = find_pf_key(node->item[i]);

		if (sriov_reader_is_doubled(reader, node, i))
			continue;
		if (!key)
			unknown_pf_key(reader, node->item[i]);
		else if (key->read && !sriov_yaml_is_null(node->item[i + 1]))
			r = key->read(reader, pf, node->item[i + 1]);
	}
	if (reader->problems->n == problems)
		check_identity(reader, pf);
	check_ranges(reader, pf);
	return r == -ENOMEM ? r : 0;
}

static int read_pfs(struct sriov_reader *reader, const struct sriov_yaml_node *list)
{
	int r = 0;

	if (sriov_yaml_is_null(list) ||
	    sriov_reader_expect(reader, list, SRIOV_YAML_SEQUENCE,
				"pfs is a list: each PF begins with '- pf: NAME'") < 0)
		return 0;
	for (size_t i = 0; r == 0 && i < list->n_items; i++)
		r = read_pf(reader, list->item[i]);
	return r;
}

static void check_version(struct sriov_reader *reader,
			  const struct sriov_yaml_node *value)
{
	char word[64];

	if (value->type == SRIOV_YAML_SCALAR && strcmp(value->text, "1") == 0)
		return;
	sriov_problem_say(reader->problems, &value->place,
			  "version must be 1, not '%s': this is another format",
			  sriov_reader_word(value, word, sizeof(word)));
}

static int read_root(struct sriov_reader *reader, const struct sriov_yaml_node *root)
{
	static const char *const names[] = {"version", "pfs", NULL};
	int r = 0;

	if (sriov_reader_expect(reader, root, SRIOV_YAML_MAPPING,
				"the file must begin with 'version: 1'") < 0)
		return 0;
	for (size_t i = 0; r == 0 && i < root->n_items; i += 2) {
		const struct sriov_yaml_node *key = root->item[i],
					     *value = root->item[i + 1];
		const char *name = key->type == SRIOV_YAML_SCALAR ? key->text : "";

		if (sriov_reader_is_doubled(reader, root, i))
			continue;
		if (strcmp(name, "version") == 0)
			check_version(reader, value);
		else if (strcmp(name, "pfs") == 0)
			r = read_pfs(reader, value);
		else
			sriov_reader_unknown_key(reader, key, names);
	}
	if (!sriov_yaml_member(root, "version")) {
		sriov_problem_say(reader->problems, &root->place, "no version is given");
		sriov_problem_hint(reader->problems, "version: 1");
	}
	return r;
}

int sriov_config_add(struct sriov_config *config, const char *name, char *text,
		     size_t size, struct sriov_problems *problems)
{
	struct sriov_reader reader = {.config = config, .problems = problems};
	struct sriov_config_file *file = calloc(1, sizeof(*file));

	if (!file || SRIOV_ARRAY_ROOM(config->file, config->n_files) < 0) {
		free(file);
		free(text);
		return -ENOMEM;
	}
	config->file[config->n_files++] = file;
	reader.file = file;
	file->text = text;
	file->name = strdup(name);
	if (!file->name)
		return -ENOMEM;
	file->source = (struct sriov_source){file->name, text, size};
	if (sriov_yaml_parse(&file->source, &file->root, problems) < 0 || !file->root)
		return 0;
	return read_root(&reader, file->root);
}

bool sriov_config_has_eswitch(const struct sriov_config *config)
{
	for (size_t i = 0; i < config->n_pfs; i++)
		if (config->pf[i].eswitch >= 0)
			return true;
	return false;
}

static void free_pf(struct sriov_config_pf *pf)
{
	for (size_t i = 0; i < pf->n_entries; i++) {
		free(pf->entry[i].range);
		free(pf->entry[i].setting);
	}
	free(pf->entry);
}

void sriov_config_free(struct sriov_config *config)
{
	for (size_t i = 0; i < config->n_pfs; i++)
		free_pf(&config->pf[i]);
	for (size_t i = 0; i < config->n_files; i++) {
		sriov_yaml_free(config->file[i]->root);
		free(config->file[i]->name);
		free(config->file[i]->text);
		free(config->file[i]);
	}
	free(config->pf);
	free(config->file);
	*config = (struct sriov_config){0};
}
