/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: from the tree of a YAML file to what it says of each PF. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "want/config.h"

struct reader {
	struct sriov_config *config;
	struct sriov_config_file *file;
	struct sriov_problems *problems;
};

/* A key of a mapping and what reads its value; NULL: it only describes. */
struct key {
	const char *name;
	int (*read)(struct reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value);
};

static int memory(struct reader *reader, const struct sriov_yaml_node *node)
{
	sriov_problem_say(reader->problems, &node->place, "no memory left");
	return -ENOMEM;
}

static int expect(struct reader *reader, const struct sriov_yaml_node *node,
		  enum sriov_yaml_type type, const char *what)
{
	if (node->type == type)
		return 0;
	return sriov_problem_say(reader->problems, &node->place, "%s", what);
}

/* A word in quotes, as @text may hold what a terminal obeys. */
static const char *shown(const struct sriov_yaml_node *node, char *buf, size_t size)
{
	if (node->type != SRIOV_YAML_SCALAR)
		snprintf(buf, size,
			 node->type == SRIOV_YAML_MAPPING ? "a map" : "a list");
	else
		sriov_text_printable(node->text, buf, size);
	return buf;
}

static bool is_doubled(struct reader *reader, const struct sriov_yaml_node *map, size_t i)
{
	const struct sriov_yaml_node *key = map->item[i];
	char word[64];

	for (size_t j = 0; j < i; j += 2) {
		if (map->item[j]->type != SRIOV_YAML_SCALAR ||
		    key->type != SRIOV_YAML_SCALAR ||
		    strcmp(map->item[j]->text, key->text) != 0)
			continue;
		sriov_problem_say(reader->problems, &key->place, "'%s' is given twice",
				  shown(key, word, sizeof(word)));
		return true;
	}
	return false;
}

static int unknown_key(struct reader *reader, const struct sriov_yaml_node *node,
		       const char *const *names)
{
	char word[64], there[512] = "";
	const char *near = node->type == SRIOV_YAML_SCALAR
				   ? sriov_closest_word(node->text, names)
				   : NULL;

	sriov_problem_say(reader->problems, &node->place, "unknown key '%s'",
			  shown(node, word, sizeof(word)));
	if (near)
		return sriov_problem_hint(reader->problems, "did you mean '%s'?", near);
	for (size_t i = 0; names[i]; i++)
		sriov_text_append(there, sizeof(there), "%s%s", i ? " " : "", names[i]);
	return sriov_problem_hint(reader->problems, "the keys here are %s", there);
}

#define SETTING_KEYS_MAX (SRIOV_N_ATTRS + 8)

/* In `show --json` these stand beside the settings of a VF. */
static const char *const vf_describes[] = {"vf",    "pci",   "netdev", "group",
					   "users", "saved", NULL};

static bool only_describes(const char *key)
{
	for (size_t i = 0; vf_describes[i]; i++)
		if (strcmp(key, vf_describes[i]) == 0)
			return true;
	return false;
}

static int unknown_setting(struct reader *reader, const struct sriov_yaml_node *node)
{
	const char *names[SRIOV_N_ATTRS + 1] = {NULL};

	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
		names[id] = sriov_attr(id)->name;
	return unknown_key(reader, node, names);
}

/* JSON has true and false where we have on and off. */
static const char *word_of(const struct sriov_attr *attr,
			   const struct sriov_yaml_node *node)
{
	if (attr->type == SRIOV_VALUE_SWITCH && !node->quoted) {
		if (strcmp(node->text, "true") == 0)
			return "on";
		if (strcmp(node->text, "false") == 0)
			return "off";
	}
	return node->text;
}

/* How many VFs the entry names: 0 stands for all. */
static size_t count_vfs(const struct sriov_config_entry *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < entry->n_ranges; i++)
		n += entry->range[i].last - entry->range[i].first + 1;
	return n;
}

static int read_setting(struct reader *reader, struct sriov_config_entry *entry,
			const struct sriov_yaml_node *key,
			const struct sriov_yaml_node *value)
{
	const struct sriov_attr *attr =
		key->type == SRIOV_YAML_SCALAR ? sriov_attr_find(key->text) : NULL;
	struct sriov_config_setting setting = {.value = value};
	struct sriov_error err = {0};

	if (!attr)
		return unknown_setting(reader, key);
	if (sriov_yaml_is_null(value))
		return 0;
	if (value->type != SRIOV_YAML_SCALAR)
		return sriov_problem_say(
			reader->problems, &value->place, "%s must be %s, not a %s",
			attr->name, attr->values,
			value->type == SRIOV_YAML_MAPPING ? "map" : "list");
	if (sriov_assignment_parse(attr, word_of(attr, value), &setting.assignment,
				   &err) < 0)
		return sriov_problem_add(reader->problems, &value->place, &err);
	if (attr == sriov_attr(SRIOV_ATTR_MAC) &&
	    setting.assignment.how == SRIOV_HOW_VALUE && count_vfs(entry) != 1) {
		sriov_problem_say(reader->problems, &value->place,
				  "one MAC address for several VFs would not work");
		return sriov_problem_hint(reader->problems,
					  "count up with 'mac: %s+', or take 'mac: auto'",
					  value->text);
	}
	if (SRIOV_ARRAY_ROOM(entry->setting, entry->n_settings) < 0)
		return memory(reader, key);
	entry->setting[entry->n_settings++] = setting;
	return 0;
}

static void check_entry(struct reader *reader, const struct sriov_config_entry *entry)
{
	struct sriov_assignment assignments[SRIOV_N_ATTRS];
	struct sriov_error err = {0};
	size_t n = 0;

	for (size_t i = 0; i < entry->n_settings && n < SRIOV_N_ATTRS; i++)
		assignments[n++] = entry->setting[i].assignment;
	if (sriov_assignments_check(assignments, n, &err) < 0)
		sriov_problem_add(reader->problems, &entry->place, &err);
}

/* Settings of the VFs that @entry names; @object: members that only describe may be
 * there.
 */
static int read_settings(struct reader *reader, struct sriov_config_entry *entry,
			 const struct sriov_yaml_node *map, bool object)
{
	if (sriov_yaml_is_null(map))
		return 0;
	if (expect(reader, map, SRIOV_YAML_MAPPING,
		   "settings are a map, as in {vlan: 100, trust: on}") < 0)
		return 0;
	for (size_t i = 0; i < map->n_items; i += 2) {
		const struct sriov_yaml_node *key = map->item[i];

		if (is_doubled(reader, map, i) ||
		    (object && key->type == SRIOV_YAML_SCALAR &&
		     only_describes(key->text)))
			continue;
		if (read_setting(reader, entry, key, map->item[i + 1]) == -ENOMEM)
			return -ENOMEM;
	}
	check_entry(reader, entry);
	return 0;
}

static struct sriov_config_entry *add_entry(struct sriov_config_pf *pf,
					    const struct sriov_yaml_node *node)
{
	if (SRIOV_ARRAY_ROOM(pf->entry, pf->n_entries) < 0)
		return NULL;
	pf->entry[pf->n_entries] = (struct sriov_config_entry){.place = node->place};
	return &pf->entry[pf->n_entries++];
}

/* An entry for the VFs that @numbers names, without its settings. */
static int add_ranges(struct reader *reader, struct sriov_config_pf *pf,
		      const struct sriov_yaml_node *numbers,
		      struct sriov_config_entry **ret)
{
	struct sriov_config_entry *entry;
	struct sriov_range *range = NULL;
	size_t n = 0;
	char word[64];
	int r = -EINVAL;

	if (numbers->type == SRIOV_YAML_SCALAR)
		r = sriov_ranges_parse(numbers->text, UINT16_MAX, &range, &n);
	if (r == -ENOMEM)
		return memory(reader, numbers);
	if (r < 0) {
		sriov_problem_say(reader->problems, &numbers->place,
				  "'%s' is no VF number and no range",
				  shown(numbers, word, sizeof(word)));
		return sriov_problem_hint(reader->problems,
					  "VFs are written 3, 0-3 or 0-3,6");
	}
	entry = add_entry(pf, numbers);
	if (!entry) {
		free(range);
		return memory(reader, numbers);
	}
	entry->range = range;
	entry->n_ranges = n;
	*ret = entry;
	return 0;
}

/* vf: {0-3: {vlan: 100}} */
static int read_vf_map(struct reader *reader, struct sriov_config_pf *pf,
		       const struct sriov_yaml_node *map)
{
	for (size_t i = 0; i < map->n_items; i += 2) {
		struct sriov_config_entry *entry;
		int r = 0;

		if (is_doubled(reader, map, i))
			continue;
		r = add_ranges(reader, pf, map->item[i], &entry);
		if (r == 0)
			r = read_settings(reader, entry, map->item[i + 1], false);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* vf: [{vf: 0, vlan: 100}], which is what `show --json` prints. */
static int read_vf_list(struct reader *reader, struct sriov_config_pf *pf,
			const struct sriov_yaml_node *list)
{
	for (size_t i = 0; i < list->n_items; i++) {
		const struct sriov_yaml_node *item = list->item[i], *numbers;
		struct sriov_config_entry *entry;
		int r;

		numbers = item->type == SRIOV_YAML_MAPPING ? sriov_yaml_member(item, "vf")
							   : NULL;
		if (!numbers) {
			sriov_problem_say(reader->problems, &item->place,
					  "which VF is this? It has no member 'vf'");
			continue;
		}
		r = add_ranges(reader, pf, numbers, &entry);
		if (r == 0)
			r = read_settings(reader, entry, item, true);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

static int read_vf(struct reader *reader, struct sriov_config_pf *pf,
		   const struct sriov_yaml_node *value)
{
	if (value->type == SRIOV_YAML_SEQUENCE)
		return read_vf_list(reader, pf, value);
	if (expect(reader, value, SRIOV_YAML_MAPPING,
		   "vf is a map from VFs to settings, as in 0-3: {vlan: 100}") < 0)
		return 0;
	return read_vf_map(reader, pf, value);
}

/* `all` is the base, wherever it stands. */
static int read_all(struct reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value)
{
	struct sriov_config_entry *entry = add_entry(pf, value);
	struct sriov_config_entry all;
	int r;

	if (!entry)
		return memory(reader, value);
	r = read_settings(reader, entry, value, false);
	all = *entry;
	memmove(pf->entry + 1, pf->entry, (pf->n_entries - 1) * sizeof(*pf->entry));
	pf->entry[0] = all;
	return r;
}

static int read_scalar(struct reader *reader, const struct sriov_yaml_node *node,
		       const char *what)
{
	if (node->type == SRIOV_YAML_SCALAR)
		return 0;
	return sriov_problem_say(reader->problems, &node->place, "%s, not a %s", what,
				 node->type == SRIOV_YAML_MAPPING ? "map" : "list");
}

static int read_name(struct reader *reader, struct sriov_config_pf *pf,
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
					 shown(value, word, sizeof(word)));
	strcpy(pf->name, value->text);
	return 0;
}

static int read_pci(struct reader *reader, struct sriov_config_pf *pf,
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
				 shown(value, word, sizeof(word)));
}

static int read_perm_mac(struct reader *reader, struct sriov_config_pf *pf,
			 const struct sriov_yaml_node *value)
{
	char word[64];

	pf->perm_mac_place = value->place;
	if (value->type == SRIOV_YAML_SCALAR &&
	    sriov_mac_parse(value->text, &pf->perm_mac) == 0 && pf->perm_mac != 0)
		return 0;
	return sriov_problem_say(reader->problems, &value->place,
				 "perm_mac must be a MAC address, not '%s'",
				 shown(value, word, sizeof(word)));
}

static int read_vfs(struct reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value)
{
	uint64_t vfs;
	char word[64];

	pf->vfs_at = value;
	if (value->type != SRIOV_YAML_SCALAR ||
	    sriov_parse_number(value->text, 10, UINT16_MAX, &vfs) < 0)
		return sriov_problem_say(reader->problems, &value->place,
					 "vfs must be 0-%d, not '%s'", UINT16_MAX,
					 shown(value, word, sizeof(word)));
	pf->vfs = (int)vfs;
	return 0;
}

static int read_link(struct reader *reader, struct sriov_config_pf *pf,
		     const struct sriov_yaml_node *value)
{
	char word[64];

	pf->link_at = value;
	shown(value, word, sizeof(word));
	if (strcmp(word, "up") != 0 && strcmp(word, "down") != 0)
		return sriov_problem_say(reader->problems, &value->place,
					 "link must be up or down, not '%s'", word);
	pf->link = strcmp(word, "up") == 0;
	return 0;
}

static const struct key pf_keys[] = {
	{"pf", read_name},    {"pci", read_pci},   {"perm_mac", read_perm_mac},
	{"vfs", read_vfs},    {"link", read_link}, {"all", read_all},
	{"vf", read_vf},      {"device", NULL},	   {"driver", NULL},
	{"carrier", NULL},    {"numa", NULL},	   {"limits", NULL},
	{"capability", NULL}, {"netdev", NULL},	   {"group", NULL},
	{"users", NULL},
};

static const struct key *find_pf_key(const struct sriov_yaml_node *node)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(pf_keys); i++)
		if (node->type == SRIOV_YAML_SCALAR &&
		    strcmp(pf_keys[i].name, node->text) == 0)
			return &pf_keys[i];
	return NULL;
}

static int unknown_pf_key(struct reader *reader, const struct sriov_yaml_node *node)
{
	const char *names[SRIOV_ARRAY_SIZE(pf_keys) + 1] = {NULL};
	size_t n = 0;

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(pf_keys); i++)
		if (pf_keys[i].read)
			names[n++] = pf_keys[i].name;
	return unknown_key(reader, node, names);
}

static void check_identity(struct reader *reader, const struct sriov_config_pf *pf)
{
	if (!pf->name[0] && !pf->has_bdf && !pf->perm_mac)
		sriov_problem_say(reader->problems, &pf->node->place,
				  "which PF is this? It has no pf, pci or perm_mac");
}

static void check_ranges(struct reader *reader, const struct sriov_config_pf *pf)
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

static int read_pf(struct reader *reader, const struct sriov_yaml_node *node)
{
	struct sriov_config *config = reader->config;
	struct sriov_config_pf *pf;
	size_t problems = reader->problems->n;
	int r = 0;

	if (expect(reader, node, SRIOV_YAML_MAPPING,
		   "a PF is a map, as in {pf: em1, vfs: 7}") < 0)
		return 0;
	if (SRIOV_ARRAY_ROOM(config->pf, config->n_pfs) < 0)
		return memory(reader, node);
	pf = &config->pf[config->n_pfs++];
	*pf = (struct sriov_config_pf){
		.file = reader->file, .node = node, .vfs = -1, .link = -1};
	for (size_t i = 0; r != -ENOMEM && i < node->n_items; i += 2) {
		const struct key *key = find_pf_key(node->item[i]);

		if (is_doubled(reader, node, i))
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

static int read_pfs(struct reader *reader, const struct sriov_yaml_node *list)
{
	int r = 0;

	if (sriov_yaml_is_null(list) ||
	    expect(reader, list, SRIOV_YAML_SEQUENCE,
		   "pfs is a list: each PF begins with '- pf: NAME'") < 0)
		return 0;
	for (size_t i = 0; r == 0 && i < list->n_items; i++)
		r = read_pf(reader, list->item[i]);
	return r;
}

static void check_version(struct reader *reader, const struct sriov_yaml_node *value)
{
	char word[64];

	if (value->type == SRIOV_YAML_SCALAR && strcmp(value->text, "1") == 0)
		return;
	sriov_problem_say(reader->problems, &value->place,
			  "version must be 1, not '%s': this is another format",
			  shown(value, word, sizeof(word)));
}

static int read_root(struct reader *reader, const struct sriov_yaml_node *root)
{
	static const char *const names[] = {"version", "pfs", NULL};
	int r = 0;

	if (expect(reader, root, SRIOV_YAML_MAPPING,
		   "the file must begin with 'version: 1'") < 0)
		return 0;
	for (size_t i = 0; r == 0 && i < root->n_items; i += 2) {
		const struct sriov_yaml_node *key = root->item[i],
					     *value = root->item[i + 1];
		const char *name = key->type == SRIOV_YAML_SCALAR ? key->text : "";

		if (is_doubled(reader, root, i))
			continue;
		if (strcmp(name, "version") == 0)
			check_version(reader, value);
		else if (strcmp(name, "pfs") == 0)
			r = read_pfs(reader, value);
		else
			unknown_key(reader, key, names);
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
	struct reader reader = {.config = config, .problems = problems};
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
