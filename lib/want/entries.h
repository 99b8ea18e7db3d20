/* SPDX-License-Identifier: GPL-2.0-or-later */
/* New entries in the text of a configuration, every other byte of which stays. */
#ifndef SRIOV_WANT_ENTRIES_H
#define SRIOV_WANT_ENTRIES_H

#include "base/splice.h"
#include "want/item.h"
#include "want/save.h"

struct sriov_entries {
	const struct sriov_config *config;
	struct sriov_splices *splices; /* one for each file of config */
	struct sriov_item *added;      /* for the end of the main file's list */
	size_t n_added;
};

/* Begin with @config, which outlives @ret.  Returns 0 or -ENOMEM. */
int sriov_entries_begin(const struct sriov_config *config, struct sriov_entries *ret);

/*
 * Note that @item takes the place of @entry, or is new where that is NULL.
 * @ret_comment_lost: whether what goes had a comment inside.  Returns 0 or -ENOMEM.
 */
int sriov_entries_set(struct sriov_entries *entries, const struct sriov_config_pf *entry,
		      const struct sriov_item *item, bool *ret_comment_lost);

/*
 * Write the new texts of the files into @save; @main_name is the file for new entries.
 * Errors: -ENOMEM, SRIOV_BAD_FILE (see sriov_save_make()).
 */
int sriov_entries_write(struct sriov_entries *entries, const char *main_name,
			struct sriov_save *save, struct sriov_error *err);

void sriov_entries_free(struct sriov_entries *entries);

#endif
