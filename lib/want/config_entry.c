/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: what `vf` and `all` of a PF say. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "want/config_reader.h"

/* In `show --json` these stand beside the settings of a VF. */
static const char *const vf_describes[] = {
	"vf", "pci", "netdev", "group", "users", "saved", "nodedev", "representor", NULL};

static bool only_describes(const char *key)
{
	for (size_t i = 0; vf_describes[i]; i++)
		if (strcmp(key, vf_describes[i]) == 0)
			return true;
	return false;
}

static int unknown_setting(struct sriov_reader *reader,
			   const struct sriov_yaml_node *node)
{
	const char *names[SRIOV_N_ATTRS + 1] = {NULL};

	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
		names[id] = sriov_attr(id)->name;
	return sriov_reader_unknown_key(reader, node, names);
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

/* An address for more than one VF. */
static int one_for_several(struct sriov_reader *reader, const struct sriov_attr *attr,
			   const struct sriov_yaml_node *value)
{
	if (attr->type == SRIOV_VALUE_GUID) {
		sriov_problem_say(reader->problems, &value->place,
				  "one %s for several VFs would not work", attr->name);
		return sriov_problem_hint(reader->problems, "take '%s: auto'",
					  attr->name);
	}
	sriov_problem_say(reader->problems, &value->place,
			  "one MAC address for several VFs would not work");
	return sriov_problem_hint(reader->problems,
				  "count up with 'mac: %s+', or take 'mac: auto'",
				  value->text);
}

static int read_setting(struct sriov_reader *reader, struct sriov_config_entry *entry,
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
	if (sriov_attr_is_address(attr) && setting.assignment.how == SRIOV_HOW_VALUE &&
	    count_vfs(entry) != 1)
		return one_for_several(reader, attr, value);
	if (SRIOV_ARRAY_ROOM(entry->setting, entry->n_settings) < 0)
		return sriov_reader_memory(reader, key);
	entry->setting[entry->n_settings++] = setting;
	return 0;
}

static void check_entry(struct sriov_reader *reader,
			const struct sriov_config_entry *entry)
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
static int read_settings(struct sriov_reader *reader, struct sriov_config_entry *entry,
			 const struct sriov_yaml_node *map, bool object)
{
	if (sriov_yaml_is_null(map))
		return 0;
	if (sriov_reader_expect(reader, map, SRIOV_YAML_MAPPING,
				"settings are a map, as in {vlan: 100, trust: on}") < 0)
		return 0;
	for (size_t i = 0; i < map->n_items; i += 2) {
		const struct sriov_yaml_node *key = map->item[i];

		if (sriov_reader_is_doubled(reader, map, i) ||
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
static int add_ranges(struct sriov_reader *reader, struct sriov_config_pf *pf,
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
		return sriov_reader_memory(reader, numbers);
	if (r < 0) {
		sriov_problem_say(reader->problems, &numbers->place,
				  "'%s' is no VF number and no range",
				  sriov_reader_word(numbers, word, sizeof(word)));
		return sriov_problem_hint(reader->problems,
					  "VFs are written 3, 0-3 or 0-3,6");
	}
	entry = add_entry(pf, numbers);
	if (!entry) {
		free(range);
		return sriov_reader_memory(reader, numbers);
	}
	entry->range = range;
	entry->n_ranges = n;
	*ret = entry;
	return 0;
}

/* vf: {0-3: {vlan: 100}} */
static int read_vf_map(struct sriov_reader *reader, struct sriov_config_pf *pf,
		       const struct sriov_yaml_node *map)
{
	for (size_t i = 0; i < map->n_items; i += 2) {
		struct sriov_config_entry *entry = NULL;
		int r = 0;

		if (sriov_reader_is_doubled(reader, map, i))
			continue;
		r = add_ranges(reader, pf, map->item[i], &entry);
		if (entry)
			r = read_settings(reader, entry, map->item[i + 1], false);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* vf: [{vf: 0, vlan: 100}], which is what `show --json` prints. */
static int read_vf_list(struct sriov_reader *reader, struct sriov_config_pf *pf,
			const struct sriov_yaml_node *list)
{
	for (size_t i = 0; i < list->n_items; i++) {
		const struct sriov_yaml_node *item = list->item[i], *numbers;
		struct sriov_config_entry *entry = NULL;
		int r;

		numbers = item->type == SRIOV_YAML_MAPPING ? sriov_yaml_member(item, "vf")
							   : NULL;
		if (!numbers) {
			sriov_problem_say(reader->problems, &item->place,
					  "which VF is this? It has no member 'vf'");
			continue;
		}
		r = add_ranges(reader, pf, numbers, &entry);
		if (entry)
			r = read_settings(reader, entry, item, true);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

int sriov_reader_vf(struct sriov_reader *reader, struct sriov_config_pf *pf,
		    const struct sriov_yaml_node *value)
{
	if (value->type == SRIOV_YAML_SEQUENCE)
		return read_vf_list(reader, pf, value);
	if (sriov_reader_expect(
		    reader, value, SRIOV_YAML_MAPPING,
		    "vf is a map from VFs to settings, as in 0-3: {vlan: 100}") < 0)
		return 0;
	return read_vf_map(reader, pf, value);
}

/* `all` is the base, wherever it stands. */
int sriov_reader_all(struct sriov_reader *reader, struct sriov_config_pf *pf,
		     const struct sriov_yaml_node *value)
{
	struct sriov_config_entry *entry = add_entry(pf, value);
	struct sriov_config_entry all;
	int r;

	if (!entry)
		return sriov_reader_memory(reader, value);
	r = read_settings(reader, entry, value, false);
	all = *entry;
	memmove(pf->entry + 1, pf->entry, (pf->n_entries - 1) * sizeof(*pf->entry));
	pf->entry[0] = all;
	return r;
}
