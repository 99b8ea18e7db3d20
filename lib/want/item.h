/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The entry of one PF as it is to be written. */
#ifndef SRIOV_WANT_ITEM_H
#define SRIOV_WANT_ITEM_H

#include "want/config.h"

/* The words of one VF, "" what is left alone. */
struct sriov_item_vf {
	char word[SRIOV_N_ATTRS][SRIOV_VALUE_LEN];
};

struct sriov_item {
	char name[SRIOV_NAME_LEN];    /* "" not given */
	char address[SRIOV_BDF_LEN];  /* "" not given */
	char perm_mac[SRIOV_MAC_LEN]; /* "" not given */
	int vfs;		      /* -1: left alone */
	int link;		      /* 1 up, 0 down, -1 left alone */
	int eswitch;		      /* SRIOV_ESWITCH_*, -1 left alone */
	struct sriov_item_vf *vf;     /* for VF 0 and up */
	unsigned n_vfs;
	/* how it differs from the entry that was there */
	bool words_differ; /* more than vfs and link */
	bool vfs_differ;
	bool link_differ;
};

/*
 * Write the item: as a block whose lines but the first begin with @indent blanks, without
 * a last newline, or with @flow in JSON's form in one line.  The caller frees the text.
 * Returns NULL when no memory is left.
 */
char *sriov_item_format(const struct sriov_item *item, unsigned indent, bool flow);

#endif
