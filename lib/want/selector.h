/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what users type (em1, em1/0-3, driver:igbvf) to PFs, VFs and functions. */
#ifndef SRIOV_WANT_SELECTOR_H
#define SRIOV_WANT_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "host/host.h"

/* A PF (pf), a VF (pf and vf) or another PCI function (function). */
struct sriov_target {
	struct sriov_pf *pf;
	struct sriov_vf *vf;
	struct sriov_function *function;
};

struct sriov_targets {
	struct sriov_target *target; /* each once, in the host's order */
	size_t n;
	char left_out[256]; /* "nvme0 left out: no network device", "" nothing was */
};

enum sriov_select {
	SRIOV_SELECT_VFS = 1 << 0,	 /* a PF means its VFs; else it means itself */
	SRIOV_SELECT_NETDEV = 1 << 1,	 /* only PFs that have a netdev can have it */
	SRIOV_SELECT_NET = 1 << 2,	 /* an implied scope takes network cards only */
	SRIOV_SELECT_FUNCTIONS = 1 << 3, /* other PCI functions too, by address */
	SRIOV_SELECT_IMPLIED = 1 << 4,	 /* no word means all */
	SRIOV_SELECT_EMPTY = 1 << 5,	 /* a PF without VFs is no error */
	SRIOV_SELECT_VFS_TOO = 1 << 6,	 /* a PF means itself, and VFs can be named */
	SRIOV_SELECT_PCI = 1 << 7,	 /* only what is a PCI device can have it */
};

/*
 * Resolve @n_words words against @host.  @how is a set of enum sriov_select.  A scope
 * that is implied (no word, "all", a glob) leaves out the PFs that cannot be meant and
 * says so; a named object that cannot is SRIOV_UNSUPPORTED.  The targets point into
 * @host; the caller frees them with sriov_targets_free().
 * Errors: SRIOV_USAGE (not a selector), SRIOV_NOT_FOUND (with what there is).
 */
int sriov_select(struct sriov_host *host, const char *const *words, size_t n_words,
		 unsigned how, struct sriov_targets *ret, struct sriov_error *err);

/* Whether one of the words means VFs by their users: guest:NAME. */
bool sriov_select_needs_users(const char *const *words, size_t n_words);

/* "em1", "em1/3" or an address into @buf, which is returned. */
const char *sriov_target_name(const struct sriov_target *target,
			      char buf[static SRIOV_NAME_LEN]);

void sriov_targets_free(struct sriov_targets *targets);

/* Write "em1/0-3,6" for VFs of one PF (@n indices) into @buf, which is returned. */
const char *sriov_vfs_format(const struct sriov_pf *pf, const unsigned *indices, size_t n,
			     char *buf, size_t size);

/* Write "14 VFs of em1, em2" for the VFs of @targets into @buf, which is returned. */
const char *sriov_targets_format(const struct sriov_targets *targets, char *buf,
				 size_t size);

#endif
