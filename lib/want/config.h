/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: one YAML file a host, or several in a folder; sriovctl.yaml(5). */
#ifndef SRIOV_WANT_CONFIG_H
#define SRIOV_WANT_CONFIG_H

#include "base/problem.h"
#include "sys/yaml.h"
#include "want/assignment.h"
#include "want/want.h"

/* Below etc/. */
#define SRIOV_CONFIG_FOLDER "sriovctl"
/* The file that takes what no other file claims. */
#define SRIOV_CONFIG_MAIN "host.yaml"
/* 65536 VFs with everything that `show --json` says of them. */
#define SRIOV_CONFIG_SIZE_MAX ((size_t)64 * 1024 * 1024)

struct sriov_config_file {
	struct sriov_source source;
	char *name;
	char *text;
	struct sriov_yaml_node *root; /* NULL: an empty file */
};

struct sriov_config_setting {
	struct sriov_assignment assignment;
	const struct sriov_yaml_node *value; /* the word as it was written */
};

/* What one entry of `vf` says, or `all`. */
struct sriov_config_entry {
	struct sriov_place place;
	struct sriov_range *range;
	size_t n_ranges; /* 0: all VFs */
	struct sriov_config_setting *setting;
	size_t n_settings;
};

/* What the configuration says of one PF. */
struct sriov_config_pf {
	const struct sriov_config_file *file;
	const struct sriov_yaml_node *node; /* the whole item */
	bool doubled;			    /* an entry before it claims the PF, too */
	char name[SRIOV_NAME_LEN];	    /* "" not given */
	struct sriov_place name_place;
	bool has_bdf;
	struct sriov_bdf bdf;
	struct sriov_place bdf_place;
	uint64_t perm_mac; /* 0: not given */
	struct sriov_place perm_mac_place;
	int vfs;			      /* -1: leave it alone */
	int link;			      /* 1 up, 0 down, -1: leave it alone */
	int eswitch;			      /* SRIOV_ESWITCH_*, -1: leave it alone */
	const struct sriov_yaml_node *vfs_at; /* the values in the file, or NULL */
	const struct sriov_yaml_node *link_at;
	const struct sriov_yaml_node *eswitch_at;
	struct sriov_config_entry *entry; /* in order: the last word wins */
	size_t n_entries;
};

struct sriov_config {
	struct sriov_config_file **file;
	size_t n_files;
	struct sriov_config_pf *pf;
	size_t n_pfs;
};

/*
 * Read @text, which is taken over (malloc'ed, @size bytes and a NUL), as the file @name
 * and add it to @config.  What is wrong with it is added to @problems.
 * Returns 0, also with problems, or -ENOMEM.
 */
int sriov_config_add(struct sriov_config *config, const char *name, char *text,
		     size_t size, struct sriov_problems *problems);

/*
 * Add every *.yaml of the folder etc/sriovctl in the order of their names.
 * Errors: SRIOV_BAD_FILE for a folder or file that others can write or that cannot be
 * read.  No folder or no file is no error.
 */
int sriov_config_add_folder(struct sriov_config *config, const struct sriov_doors *doors,
			    struct sriov_problems *problems, struct sriov_error *err);

/* Add the problems between entries, and mark those: two that claim one PF. */
void sriov_config_check(struct sriov_config *config, struct sriov_problems *problems);

void sriov_config_free(struct sriov_config *config);

/*
 * The PF of @host that @pf means: by its address, else its permanent MAC address, else
 * its name; NULL when it is not there.
 */
struct sriov_pf *sriov_config_find(const struct sriov_config_pf *pf,
				   const struct sriov_host *host);

/* Whether the mode of a switch is said. */
bool sriov_config_has_eswitch(const struct sriov_config *config);

/* What users call the entry: its name, else what identifies it.  Returns @buf. */
const char *sriov_config_pf_name(const struct sriov_config_pf *pf,
				 char buf[static SRIOV_NAME_LEN]);

/* Where sriov_want_config() says what it found. */
struct sriov_config_notes {
	struct sriov_problems *problems; /* nothing must be done while there is one */
	struct sriov_problems *warnings;
};

/*
 * Want what @config says, for the PFs that @host has (looked at with SRIOV_LOOK_VFS, and
 * _ESWITCH where sriov_config_has_eswitch()).
 * With @missing_too a PF that is not there is a problem, else it is passed over.  What
 * does not fit the host (more VFs than the driver allows, a VF that there will not be, a
 * name that belongs to another card) is a problem; a name that is gone is a warning.
 * Errors: -ENOMEM, and those of sriov_want_settings() that no line of a file causes.
 */
int sriov_want_config(struct sriov_want *want, struct sriov_host *host,
		      const struct sriov_config *config, bool missing_too,
		      const struct sriov_config_notes *notes, struct sriov_error *err);

#endif
