/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command is about. */
#ifndef CMD_SCOPE_H
#define CMD_SCOPE_H

#include "app.h"

/* One PF with all VFs that it has and gets, or one VF of it. */
struct scope_item {
	char address[SRIOV_DEVICE_LEN]; /* of the PF */
	int vf;				/* SCOPE_ALL_VFS, or its number */
};

enum {
	SCOPE_ALL_VFS = -1,
};

struct scope {
	bool all; /* every PF, those that are plugged in later too */
	bool net; /* of network cards only */
	struct scope_item *item;
	size_t n;
};

/*
 * What the @n words select in @host: names are looked up once, so that a VF stays meant
 * when it goes and comes back.  With @net only PFs with a network interface can be named.
 * The caller frees it with scope_free().
 */
int scope_select(struct sriov_host *host, const char *const *words, size_t n, bool net,
		 struct scope *ret, struct sriov_error *err);

void scope_free(struct scope *scope);

/*
 * Whether the @n words name no device: there is none, or `all`, or a pattern.  What
 * cannot have what is asked is left out then.
 */
bool scope_is_implied(const char *const *words, size_t n);

bool scope_has_vf(const struct scope *scope, const struct sriov_pf *pf, unsigned vf);

/* Whether @pf was meant, with all its VFs. */
bool scope_has_pf(const struct scope *scope, const struct sriov_pf *pf);

/* Whether @pf was meant, or a VF of it. */
bool scope_touches_pf(const struct scope *scope, const struct sriov_pf *pf);

#endif
