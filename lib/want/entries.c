/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New entries in the text of a configuration, every other byte of which stays. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "want/entries.h"

#define USUAL_INDENT 2 /* of the list below `pfs:` */

int sriov_entries_begin(const struct sriov_config *config, struct sriov_entries *ret)
{
	struct sriov_splices *splices = calloc(config->n_files + 1, sizeof(*splices));

	if (!splices)
		return -ENOMEM;
	*ret = (struct sriov_entries){.config = config, .splices = splices};
	return 0;
}

static int replace(struct sriov_entries *entries, const struct sriov_config_file *file,
		   size_t begin, size_t end, char *text)
{
	for (size_t i = 0; i < entries->config->n_files; i++)
		if (entries->config->file[i] == file)
			return sriov_splices_add(&entries->splices[i], begin, end, text);
	free(text);
	return -ENOMEM;
}

/* '#' begins a comment at the begin of a line and behind a blank. */
static bool has_comment(const char *text, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		if (text[i] == '#' && (i == 0 || strchr(" \t\n", text[i - 1])))
			return true;
	return false;
}

static unsigned column_of(const struct sriov_config_file *file, size_t offset)
{
	unsigned column = 0;

	while (offset > 0 && file->text[--offset] != '\n')
		column++;
	return column;
}

/* Only the number of VFs or the link differ, and both stand in the file. */
static int replace_scalars(struct sriov_entries *entries,
			   const struct sriov_config_pf *entry,
			   const struct sriov_item *item)
{
	const struct sriov_yaml_node *vfs = entry->vfs_at, *link = entry->link_at;
	char number[16];
	int r = 0;

	snprintf(number, sizeof(number), "%d", item->vfs);
	if (item->vfs_differ)
		r = replace(entries, entry->file, vfs->place.offset, vfs->end,
			    strdup(number));
	if (r == 0 && item->link_differ)
		r = replace(entries, entry->file, link->place.offset, link->end,
			    strdup(item->link ? "up" : "down"));
	return r;
}

static int add(struct sriov_entries *entries, const struct sriov_item *item)
{
	struct sriov_item copy = *item;

	copy.vf = calloc(item->n_vfs + 1, sizeof(*item->vf));
	if (!copy.vf || SRIOV_ARRAY_ROOM(entries->added, entries->n_added) < 0) {
		free(copy.vf);
		return -ENOMEM;
	}
	if (item->n_vfs)
		memcpy(copy.vf, item->vf, item->n_vfs * sizeof(*item->vf));
	entries->added[entries->n_added++] = copy;
	return 0;
}

int sriov_entries_set(struct sriov_entries *entries, const struct sriov_config_pf *entry,
		      const struct sriov_item *item, bool *ret_comment_lost)
{
	const struct sriov_yaml_node *node;
	const struct sriov_config_file *file;

	if (!entry)
		return add(entries, item);
	node = entry->node;
	file = entry->file;
	if (!item->words_differ &&
	    (!item->vfs_differ || (entry->vfs_at && item->vfs >= 0)) &&
	    (!item->link_differ || (entry->link_at && item->link >= 0)))
		return replace_scalars(entries, entry, item);
	*ret_comment_lost = has_comment(file->text, node->place.offset, node->end);
	return replace(
		entries, file, node->place.offset, node->end,
		sriov_item_format(item, column_of(file, node->place.offset), node->flow));
}

/* Where new entries go in a file, and in which form. */
struct end_of_list {
	size_t offset;
	unsigned indent; /* of the dash */
	bool flow;
	const char *before; /* what comes before the first of them */
	const char *after;  /* and after the last */
	bool between;	    /* a flow list that has items already */
};

static size_t end_of_line(const struct sriov_config_file *file, size_t offset)
{
	return offset + strcspn(file->text + offset, "\n");
}

static bool ends_in_newline(const struct sriov_config_file *file)
{
	return file->source.size == 0 || file->text[file->source.size - 1] == '\n';
}

/* Behind the last item; in a list that is empty or not there, behind its key. */
static int find_end_of_list(const struct sriov_config_file *file, struct end_of_list *ret)
{
	const struct sriov_yaml_node *root = file->root, *list, *last;
	struct end_of_list end = {.indent = USUAL_INDENT, .after = ""};

	if (!root || !(list = sriov_yaml_member(root, "pfs"))) {
		if (root && root->flow)
			return -EINVAL;
		end.offset = file->source.size;
		end.before = root ? "\npfs:\n" : "\nversion: 1\npfs:\n";
		/* then without the newline that they begin with */
		if (ends_in_newline(file))
			end.before++;
		end.after = "\n";
		*ret = end;
		return 0;
	}
	last = list->n_items ? list->item[list->n_items - 1] : NULL;
	end.flow = list->flow;
	end.between = last != NULL;
	if (list->flow) {
		end.offset = last ? last->end : list->end - 1;
		end.before = "";
	} else if (last) {
		end.offset = end_of_line(file, last->end);
		end.indent = column_of(file, list->place.offset);
		end.before = "\n";
	} else {
		end.offset = end_of_line(file, list->end);
		end.before = "\n";
	}
	*ret = end;
	return 0;
}

/* All new entries as one text. */
static char *format_added(const struct sriov_entries *entries,
			  const struct end_of_list *end)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fputs(end->before, to);
	for (size_t i = 0; i < entries->n_added; i++) {
		_cleanup_free_ char *item =
			sriov_item_format(&entries->added[i], end->indent + 2, end->flow);

		if (end->flow)
			fprintf(to, "%s%s", i || end->between ? ", " : "",
				item ? item : "");
		else
			fprintf(to, "%s%*s- %s", i ? "\n" : "", (int)end->indent, "",
				item ? item : "");
	}
	fputs(end->after, to);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_file(struct sriov_save *save, const char *name, char *text, size_t size)
{
	struct sriov_save_file *file;

	if (!text || SRIOV_ARRAY_ROOM(save->file, save->n_files) < 0) {
		free(text);
		return -ENOMEM;
	}
	file = &save->file[save->n_files++];
	*file = (struct sriov_save_file){strdup(name), text, size};
	return file->name ? 0 : -ENOMEM;
}

static const struct sriov_config_file *find_file(const struct sriov_config *config,
						 const char *name)
{
	for (size_t i = 0; i < config->n_files; i++)
		if (strcmp(config->file[i]->name, name) == 0)
			return config->file[i];
	return NULL;
}

/* The new entries go into the main file, or are one. */
static int write_added(struct sriov_entries *entries, const char *main_name,
		       struct sriov_save *save, struct sriov_error *err)
{
	static const struct sriov_config_file none;
	const struct sriov_config_file *file = find_file(entries->config, main_name);
	struct end_of_list end;
	char *text;
	int r;

	if (find_end_of_list(file ? file : &none, &end) < 0) {
		sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
				"%.200s has no list 'pfs' that a PF could be added to",
				main_name);
		return sriov_error_hint(err, "give it a line 'pfs: []'");
	}
	text = format_added(entries, &end);
	if (!text)
		return sriov_error_memory(err);
	r = file ? replace(entries, file, end.offset, end.offset, text)
		 : add_file(save, main_name, text, strlen(text));
	return r < 0 ? sriov_error_memory(err) : 0;
}

int sriov_entries_write(struct sriov_entries *entries, const char *main_name,
			struct sriov_save *save, struct sriov_error *err)
{
	int r = entries->n_added ? write_added(entries, main_name, save, err) : 0;

	for (size_t i = 0; r == 0 && i < entries->config->n_files; i++) {
		const struct sriov_config_file *file = entries->config->file[i];
		char *text = NULL;
		size_t size = 0;

		if (entries->splices[i].n == 0)
			continue;
		r = sriov_splices_apply(&entries->splices[i], file->text,
					file->source.size, &text, &size);
		if (r == 0)
			r = add_file(save, file->name, text, size);
		if (r < 0)
			sriov_error_memory(err);
	}
	return r;
}

void sriov_entries_free(struct sriov_entries *entries)
{
	for (size_t i = 0; entries->splices && i < entries->config->n_files; i++)
		sriov_splices_clear(&entries->splices[i]);
	for (size_t i = 0; i < entries->n_added; i++)
		free(entries->added[i].vf);
	free(entries->splices);
	free(entries->added);
	*entries = (struct sriov_entries){0};
}
