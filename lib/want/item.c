/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entry of one PF as it is to be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "want/item.h"

#define VF_INDENT 2

struct writer {
	FILE *to;
	unsigned indent;
	bool flow; /* JSON's form: it is YAML too, and stays JSON where the file is */
	bool begun;
};

/* Only these need no quotes wherever they stand. */
static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._+:-";
	size_t len = strlen(word);

	return len && word[strspn(word, plain)] == '\0' && !strchr("-:", word[0]) &&
	       word[len - 1] != ':';
}

static bool is_number(const char *word)
{
	return word[0] && word[strspn(word, "0123456789")] == '\0' &&
	       (word[0] != '0' || word[1] == '\0');
}

static void write_word(const struct writer *writer, const char *word)
{
	bool bare = writer->flow ? is_number(word) : is_plain(word);

	if (bare) {
		fputs(word, writer->to);
		return;
	}
	fputc('"', writer->to);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			fputc('\\', writer->to);
		fputc(*word, writer->to);
	}
	fputc('"', writer->to);
}

/* A key of the item itself. */
static void write_key(struct writer *writer, const char *key)
{
	if (writer->flow)
		fprintf(writer->to, "%s\"%s\": ", writer->begun ? ", " : "", key);
	else if (writer->begun)
		fprintf(writer->to, "\n%*s%s:", (int)writer->indent, "", key);
	else
		fprintf(writer->to, "%s:", key);
	writer->begun = true;
}

static void write_scalar(struct writer *writer, const char *key, const char *word)
{
	if (!word[0])
		return;
	write_key(writer, key);
	if (!writer->flow)
		fputc(' ', writer->to);
	write_word(writer, word);
}

/* {vlan: 100, trust: on} */
static void write_settings(const struct writer *writer, const struct sriov_item_vf *vf)
{
	const char *separator = "";

	fputc('{', writer->to);
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		if (!vf->word[id][0])
			continue;
		fprintf(writer->to, writer->flow ? "%s\"%s\": " : "%s%s: ", separator,
			sriov_attr(id)->name);
		write_word(writer, vf->word[id]);
		separator = ", ";
	}
	fputc('}', writer->to);
}

static bool is_empty(const struct sriov_item_vf *vf)
{
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
		if (vf->word[id][0])
			return false;
	return true;
}

static bool all_have(const struct sriov_item *item, unsigned id)
{
	for (unsigned i = 0; i < item->n_vfs; i++)
		if (strcmp(item->vf[i].word[id], item->vf[0].word[id]) != 0)
			return false;
	return item->n_vfs > 0 && item->vf[0].word[id][0];
}

/* Addresses that count up from the first VF's on are one BASE+. */
static bool counts_up(const struct sriov_item *item)
{
	uint64_t first, mac;

	if (item->n_vfs < 2 ||
	    sriov_mac_parse(item->vf[0].word[SRIOV_ATTR_MAC], &first) < 0 ||
	    (first & 0xffffff) + item->n_vfs - 1 > 0xffffff)
		return false;
	for (unsigned i = 1; i < item->n_vfs; i++)
		if (sriov_mac_parse(item->vf[i].word[SRIOV_ATTR_MAC], &mac) < 0 ||
		    mac != first + i)
			return false;
	return true;
}

/* Move into @ret what is the same for every VF. */
static void take_common(struct sriov_item *item, struct sriov_item_vf *ret)
{
	*ret = (struct sriov_item_vf){0};
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		bool up = id == SRIOV_ATTR_MAC && counts_up(item);

		if (!up && !all_have(item, id))
			continue;
		snprintf(ret->word[id], sizeof(ret->word[id]), "%.30s%s",
			 item->vf[0].word[id], up ? "+" : "");
		for (unsigned i = 0; i < item->n_vfs; i++)
			memset(item->vf[i].word[id], 0, sizeof(item->vf[i].word[id]));
	}
}

/* VFs that say the same, so that they come to lie side by side; then by their number. */
static int compare_vfs(const void *a, const void *b, void *data)
{
	const struct sriov_item *item = data;
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
	int order = memcmp(&item->vf[x], &item->vf[y], sizeof(*item->vf));

	return order ? order : (x > y) - (x < y);
}

struct group {
	unsigned *vf; /* ascending */
	size_t n;
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return (x->vf[0] > y->vf[0]) - (x->vf[0] < y->vf[0]);
}

/* @order holds the VFs sorted by what they say; returns how many groups there are. */
static size_t find_groups(const struct sriov_item *item, unsigned *order, size_t n,
			  struct group *groups)
{
	size_t n_groups = 0;

	for (size_t i = 0; i < n; i++) {
		struct group *last = n_groups ? &groups[n_groups - 1] : NULL;

		if (last && memcmp(&item->vf[last->vf[0]], &item->vf[order[i]],
				   sizeof(*item->vf)) == 0)
			last->n++;
		else
			groups[n_groups++] = (struct group){&order[i], 1};
	}
	qsort(groups, n_groups, sizeof(*groups), compare_groups);
	return n_groups;
}

static void write_group(struct writer *writer, const struct sriov_item *item,
			const struct group *group, bool first)
{
	_cleanup_free_ char *numbers = malloc(group->n * sizeof("65535,"));

	if (!numbers)
		return;
	sriov_ranges_format(group->vf, group->n, numbers, group->n * sizeof("65535,"));
	if (writer->flow)
		fprintf(writer->to, "%s\"%s\": ", first ? "" : ", ", numbers);
	else
		fprintf(writer->to, "\n%*s%s: ", (int)writer->indent + VF_INDENT, "",
			numbers);
	write_settings(writer, &item->vf[group->vf[0]]);
}

static void write_vfs(struct writer *writer, const struct sriov_item *item)
{
	_cleanup_free_ unsigned *order = calloc(item->n_vfs + 1, sizeof(*order));
	_cleanup_free_ struct group *groups = calloc(item->n_vfs + 1, sizeof(*groups));
	size_t n = 0, n_groups;

	if (!order || !groups)
		return;
	for (unsigned i = 0; i < item->n_vfs; i++)
		if (!is_empty(&item->vf[i]))
			order[n++] = i;
	if (n == 0)
		return;
	qsort_r(order, n, sizeof(*order), compare_vfs, (void *)item);
	n_groups = find_groups(item, order, n, groups);
	write_key(writer, "vf");
	if (writer->flow)
		fputc('{', writer->to);
	for (size_t i = 0; i < n_groups; i++)
		write_group(writer, item, &groups[i], i == 0);
	if (writer->flow)
		fputc('}', writer->to);
}

static void write_item(struct writer *writer, struct sriov_item *item)
{
	const char *mode = sriov_eswitch_mode_name(item->eswitch);
	struct sriov_item_vf common;
	char vfs[16] = "";

	if (item->vfs >= 0)
		snprintf(vfs, sizeof(vfs), "%d", item->vfs);
	if (writer->flow)
		fputc('{', writer->to);
	write_scalar(writer, "pf", item->name);
	write_scalar(writer, "pci", item->address);
	write_scalar(writer, "perm_mac", item->perm_mac);
	write_scalar(writer, "vfs", vfs);
	write_scalar(writer, "link", item->link < 0 ? "" : item->link ? "up" : "down");
	write_scalar(writer, "eswitch", mode ? mode : "");
	take_common(item, &common);
	if (!is_empty(&common)) {
		write_key(writer, "all");
		if (!writer->flow)
			fputc(' ', writer->to);
		write_settings(writer, &common);
	}
	write_vfs(writer, item);
	if (writer->flow)
		fputc('}', writer->to);
}

char *sriov_item_format(const struct sriov_item *item, unsigned indent, bool flow)
{
	struct sriov_item copy = *item;
	struct writer writer = {.indent = indent, .flow = flow};
	char *text = NULL;
	size_t size;

	copy.vf = calloc(item->n_vfs + 1, sizeof(*copy.vf));
	writer.to = copy.vf ? open_memstream(&text, &size) : NULL;
	if (!writer.to) {
		free(copy.vf);
		return NULL;
	}
	for (unsigned i = 0; i < item->n_vfs; i++)
		for (unsigned id = 0; id < SRIOV_N_ATTRS; id++)
			strcpy(copy.vf[i].word[id], item->vf[i].word[id]);
	write_item(&writer, &copy);
	free(copy.vf);
	if (fclose(writer.to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
