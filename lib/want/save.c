/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what the host has to what the configuration is to say. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "want/entries.h"
#include "want/resolve.h"

struct saver {
	const struct sriov_config *config;
	struct sriov_host *host;
	const struct sriov_want *only;
	struct sriov_derived derived;
	struct sriov_entries entries;
	struct sriov_save save;
};

/* What the file says of one attribute of one VF, by the last entry that does. */
struct said {
	const struct sriov_config_setting *setting;
	unsigned position; /* among the VFs of its entry */
};

/* What is to be saved of an attribute: nothing when it is not ours to know. */
static struct sriov_value value_now(const struct sriov_vf *vf, enum sriov_attr_id id)
{
	struct sriov_value value = sriov_vf_value(vf, id);
	bool used = sriov_function_in_use(&vf->fn);

	if (id == SRIOV_ATTR_DRIVER && vf->fn.vfio_open)
		value.known = false;
	if (id == SRIOV_ATTR_VLAN && vf->saved.has_vlan)
		value.number = vf->saved.vlan;
	if (id != SRIOV_ATTR_MAC)
		return value;
	if (vf->saved.has_mac)
		value.number = vf->saved.mac;
	else if (used && sriov_vf_value(vf, SRIOV_ATTR_TRUST).number)
		value.known = false;
	if (sriov_vf_made_up(vf, value.number))
		value.number = 0;
	return value;
}

/* Whether it must be said for the next boot to have it. */
static bool must_be_said(const struct sriov_pf *pf, enum sriov_attr_id id,
			 const struct sriov_value *now)
{
	const struct sriov_attr *attr = sriov_attr(id);
	uint64_t standard;

	if (!now->known)
		return false;
	if (id == SRIOV_ATTR_DRIVER)
		return sriov_driver_is_vfio(now->text);
	/* the driver deals them out anew, by how many VFs there are */
	if (id == SRIOV_ATTR_MSIX)
		return false;
	return !sriov_attr_standard(attr, pf->fn.driver, &standard) ||
	       now->number != standard;
}

static bool is_derived(struct saver *saver, const struct sriov_pf *pf,
		       const struct sriov_vf *vf, enum sriov_attr_id id, uint64_t address)
{
	const struct sriov_assignment automatic = {.attr = id, .how = SRIOV_HOW_AUTO};
	struct sriov_value value;
	struct sriov_error unused;

	return sriov_resolve(&automatic, &saver->derived, saver->host, pf, vf->index, 0,
			     &value, &unused) == 0 &&
	       value.number == address;
}

static void word_for(struct saver *saver, const struct sriov_pf *pf,
		     const struct sriov_vf *vf, enum sriov_attr_id id,
		     const struct sriov_value *now, char buf[static SRIOV_VALUE_LEN])
{
	bool address = sriov_attr_is_address(sriov_attr(id));

	if (address && now->number == 0)
		strcpy(buf, "default");
	else if (address && is_derived(saver, pf, vf, id, now->number))
		strcpy(buf, "auto");
	else if (id == SRIOV_ATTR_DRIVER && now->text[0] &&
		 !sriov_driver_is_vfio(now->text))
		strcpy(buf, SRIOV_DRIVER_DEFAULT);
	else
		sriov_attr_format(sriov_attr(id), now, buf);
}

static bool is_equal(enum sriov_attr_id id, const struct sriov_value *now,
		     const struct sriov_value *said)
{
	if (id == SRIOV_ATTR_DRIVER)
		return sriov_driver_satisfied(now->text, said->text);
	return now->number == said->number;
}

/* Whether @only asks for this attribute; without it everything is asked for. */
static bool is_asked(const struct saver *saver, const struct sriov_pf_want *want,
		     unsigned vf, enum sriov_attr_id id)
{
	if (!saver->only)
		return true;
	for (size_t i = 0; want && i < want->n_vfs; i++)
		if (want->vf[i].index == vf)
			return want->vf[i].mask & UINT32_C(1) << id;
	return false;
}

/* `auto` and `default` stay what they are; BASE+ and JSON's true are for one place only.
 */
static void keep_word(const struct sriov_config_setting *setting,
		      const struct sriov_value *value, char buf[static SRIOV_VALUE_LEN])
{
	switch (setting->assignment.how) {
	case SRIOV_HOW_AUTO:
	case SRIOV_HOW_STANDARD:
		snprintf(buf, SRIOV_VALUE_LEN, "%s", setting->value->text);
		break;
	case SRIOV_HOW_VALUE:
	case SRIOV_HOW_COUNT_UP:
	case SRIOV_HOW_MISSING: /* of no file */
		sriov_attr_format(sriov_attr(setting->assignment.attr), value, buf);
		break;
	}
}

/* The word of one attribute into @word; sets @differs where it is not what was said. */
static int choose_word(struct saver *saver, const struct sriov_pf *pf,
		       const struct sriov_vf *vf, enum sriov_attr_id id, bool asked,
		       const struct said *said, char *word, bool *differs,
		       struct sriov_error *err)
{
	struct sriov_value now = value_now(vf, id), wanted;
	int r;

	if (said->setting) {
		r = sriov_resolve(&said->setting->assignment, &saver->derived,
				  saver->host, pf, vf->index, said->position, &wanted,
				  err);
		if (r < 0)
			return r;
		if (!asked || !now.known || is_equal(id, &now, &wanted)) {
			keep_word(said->setting, &wanted, word);
			return 0;
		}
	} else if (!asked || !now.known ||
		   (!saver->only && !must_be_said(pf, id, &now))) {
		return 0;
	}
	word_for(saver, pf, vf, id, &now, word);
	*differs = true;
	return 0;
}

static void hear_entry(struct said (*said)[SRIOV_N_ATTRS], unsigned n,
		       const struct sriov_config_entry *entry, bool *out_of_range)
{
	const struct sriov_range all = {0, n ? n - 1 : 0};
	const struct sriov_range *range = entry->n_ranges ? entry->range : &all;
	size_t n_ranges = entry->n_ranges ? entry->n_ranges : (n ? 1 : 0);
	unsigned position = 0;

	for (size_t i = 0; i < n_ranges; i++)
		for (unsigned vf = range[i].first; vf <= range[i].last;
		     vf++, position++) {
			if (vf >= n) {
				*out_of_range = true;
				break;
			}
			for (size_t j = 0; j < entry->n_settings; j++)
				said[vf][entry->setting[j].assignment.attr] =
					(struct said){&entry->setting[j], position};
		}
}

static int choose_words(struct saver *saver, const struct sriov_pf *pf,
			const struct sriov_config_pf *entry,
			const struct sriov_pf_want *want, struct sriov_item *item,
			struct sriov_error *err)
{
	unsigned n = item->n_vfs;
	_cleanup_free_ struct said(*said)[SRIOV_N_ATTRS] = calloc(n + 1, sizeof(*said));
	int r = 0;

	item->vf = calloc(n + 1, sizeof(*item->vf));
	if (!said || !item->vf)
		return sriov_error_memory(err);
	for (size_t i = 0; entry && i < entry->n_entries; i++)
		hear_entry(said, n, &entry->entry[i], &item->words_differ);
	for (size_t i = 0; r == 0 && i < pf->n_vfs; i++)
		for (unsigned id = 0; r == 0 && id < SRIOV_N_ATTRS; id++) {
			const struct sriov_vf *vf = &pf->vf[i];

			if (vf->index < n)
				r = choose_word(saver, pf, vf, id,
						is_asked(saver, want, vf->index, id),
						&said[vf->index][id],
						item->vf[vf->index].word[id],
						&item->words_differ, err);
		}
	return r;
}

/* A PF without network device has a name that changes with every boot (nvme0). */
static void name_item(struct sriov_item *item, const struct sriov_pf *pf,
		      const struct sriov_config_pf *entry)
{
	if (entry ? entry->name[0] != '\0' : pf->fn.netdev[0] != '\0')
		strcpy(item->name, pf->name);
	if (sriov_function_is_pci(&pf->fn) && (!entry || entry->has_bdf))
		strcpy(item->address, pf->fn.address);
	if (entry && entry->perm_mac)
		sriov_mac_format(entry->perm_mac, item->perm_mac);
	item->words_differ = !entry || strcmp(item->name, entry->name) != 0;
}

static int choose_link(const struct saver *saver, const struct sriov_pf *pf,
		       const struct sriov_config_pf *entry,
		       const struct sriov_pf_want *want)
{
	int said = entry ? entry->link : -1;

	if (!pf->fn.netdev[0] || (saver->only && (!want || want->link < 0)))
		return said;
	/* libvirt needs the PF up: for a new entry that is worth a word */
	if (said < 0 && (entry || !pf->fn.link_up))
		return -1;
	return pf->fn.link_up;
}

/* Legacy goes without saying. */
static int choose_eswitch(const struct saver *saver, const struct sriov_pf *pf,
			  const struct sriov_config_pf *entry,
			  const struct sriov_pf_want *want)
{
	int said = entry ? entry->eswitch : -1;
	int mode = pf->eswitch_asked && pf->eswitch_result == 0 ? pf->eswitch.mode : -1;
	bool asked = !saver->only || (want && want->eswitch >= 0);

	if (!asked || !sriov_eswitch_mode_name(mode) ||
	    (said < 0 && mode == SRIOV_ESWITCH_LEGACY))
		return said;
	return mode;
}

static int choose_vfs(const struct saver *saver, const struct sriov_pf *pf,
		      const struct sriov_config_pf *entry,
		      const struct sriov_pf_want *want)
{
	if (entry && (entry->vfs < 0 || (saver->only && (!want || want->vfs < 0))) &&
	    (!want || want->vfs < 0))
		return entry->vfs;
	return (int)pf->n_vfs;
}

static const struct sriov_config_pf *entry_of(const struct saver *saver,
					      const struct sriov_pf *pf)
{
	for (size_t i = 0; i < saver->config->n_pfs; i++)
		if (sriov_config_find(&saver->config->pf[i], saver->host) == pf)
			return &saver->config->pf[i];
	return NULL;
}

static const struct sriov_pf_want *want_of(const struct saver *saver,
					   const struct sriov_pf *pf)
{
	for (size_t i = 0; saver->only && i < saver->only->n_pfs; i++)
		if (strcmp(saver->only->pf[i].pf->fn.address, pf->fn.address) == 0)
			return &saver->only->pf[i];
	return NULL;
}

static int note_name(char ***names, size_t *n, const char *name)
{
	if (SRIOV_ARRAY_ROOM(*names, *n) < 0)
		return -ENOMEM;
	(*names)[*n] = strdup(name);
	return (*names)[*n] ? ((*n)++, 0) : -ENOMEM;
}

static int save_pf(struct saver *saver, const struct sriov_pf *pf,
		   struct sriov_error *err)
{
	const struct sriov_config_pf *entry = entry_of(saver, pf);
	const struct sriov_pf_want *want = want_of(saver, pf);
	struct sriov_item item = {.eswitch = choose_eswitch(saver, pf, entry, want)};
	bool comment_lost = false;
	int r;

	if (saver->only ? !want : !entry && pf->n_vfs == 0 && item.eswitch < 0)
		return 0;
	name_item(&item, pf, entry);
	item.vfs = choose_vfs(saver, pf, entry, want);
	item.link = choose_link(saver, pf, entry, want);
	item.words_differ |= entry && item.eswitch != entry->eswitch;
	item.n_vfs = item.vfs < 0 ? (unsigned)pf->n_vfs : (unsigned)item.vfs;
	item.vfs_differ = entry && item.vfs != entry->vfs;
	item.link_differ = entry && item.link != entry->link;
	r = choose_words(saver, pf, entry, want, &item, err);
	if (r == 0 && (item.words_differ || item.vfs_differ || item.link_differ)) {
		r = sriov_entries_set(&saver->entries, entry, &item, &comment_lost);
		if (r == 0)
			r = note_name(&saver->save.pf, &saver->save.n_pfs, pf->name);
		if (r == 0 && comment_lost)
			r = note_name(&saver->save.comment_lost,
				      &saver->save.n_comments_lost, pf->name);
		if (r < 0)
			sriov_error_memory(err);
	}
	free(item.vf);
	return r;
}

int sriov_save_make(const struct sriov_config *config, struct sriov_host *host,
		    const struct sriov_want *only, const char *main_name,
		    struct sriov_save *ret, struct sriov_error *err)
{
	struct saver saver = {.config = config, .host = host, .only = only};
	int r = sriov_entries_begin(config, &saver.entries);

	if (r < 0)
		return sriov_error_memory(err);
	for (size_t i = 0; r == 0 && i < host->n_pfs; i++)
		r = save_pf(&saver, &host->pf[i], err);
	if (r == 0)
		r = sriov_entries_write(&saver.entries, main_name, &saver.save, err);
	sriov_entries_free(&saver.entries);
	if (r < 0) {
		sriov_save_free(&saver.save);
		return r;
	}
	*ret = saver.save;
	return 0;
}

static void free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

void sriov_save_free(struct sriov_save *save)
{
	for (size_t i = 0; i < save->n_files; i++) {
		free(save->file[i].name);
		free(save->file[i].text);
	}
	free(save->file);
	free_names(save->pf, save->n_pfs);
	free_names(save->comment_lost, save->n_comments_lost);
	*save = (struct sriov_save){0};
}
