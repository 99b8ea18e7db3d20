/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what the host has to what the configuration is to say. */
#ifndef SRIOV_WANT_SAVE_H
#define SRIOV_WANT_SAVE_H

#include "want/config.h"

/* A file as it is to be; those that stay as they are, are not listed. */
struct sriov_save_file {
	char *name;
	char *text;
	size_t size;
};

struct sriov_save {
	struct sriov_save_file *file;
	size_t n_files;
	char **pf; /* "em1": whose entries are new or changed */
	size_t n_pfs;
	char **comment_lost; /* "em1": whose entry had a comment inside */
	size_t n_comments_lost;
};

/*
 * Say in @config what @host has, which was looked at with SRIOV_LOOK_VFS, _SETTINGS and
 * _USERS: of every PF that the configuration claims, or that has VFs or another mode of its
 * switch than legacy (SRIOV_LOOK_ESWITCH); or, with @only, just
 * what that wants.  An entry that says so already stays byte for byte, with its `auto`
 * and `default`; in one that does not, only the number of VFs or the link is replaced
 * where these alone differ, else the whole entry.  A PF without an entry goes to the end
 * of the file @main_name, which need not be there yet.
 * What a running guest or libvirt for it has set is not saved.
 * Errors: -ENOMEM; SRIOV_FAILED (no machine-id, for a file with `mac: auto`);
 * SRIOV_BAD_FILE where @main_name has no place for an entry.
 */
int sriov_save_make(const struct sriov_config *config, struct sriov_host *host,
		    const struct sriov_want *only, const char *main_name,
		    struct sriov_save *ret, struct sriov_error *err);

void sriov_save_free(struct sriov_save *save);

#endif
