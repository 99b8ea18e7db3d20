/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command is about. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scope.h"

#define ANY_VF (-2)

static int add_target(struct scope *scope, const struct sriov_target *target)
{
	struct scope_item *item;

	if (SRIOV_ARRAY_ROOM(scope->item, scope->n) < 0)
		return -ENOMEM;
	item = &scope->item[scope->n++];
	*item = (struct scope_item){.vf = target->vf ? (int)target->vf->index
						     : SCOPE_ALL_VFS};
	strcpy(item->address, target->pf->fn.address);
	return 0;
}

int scope_select(struct sriov_host *host, const char *const *words, size_t n, bool net,
		 struct scope *ret, struct sriov_error *err)
{
	struct sriov_targets targets = {0};
	struct scope scope = {.all = n == 0, .net = net};
	int r = 0;

	if (n > 0)
		r = sriov_select(host, words, n,
				 SRIOV_SELECT_VFS_TOO | SRIOV_SELECT_EMPTY |
					 (net ? SRIOV_SELECT_NETDEV : 0),
				 &targets, err);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < targets.n; i++)
		r = add_target(&scope, &targets.target[i]);
	sriov_targets_free(&targets);
	if (r < 0) {
		scope_free(&scope);
		return sriov_error_memory(err);
	}
	*ret = scope;
	return 0;
}

void scope_free(struct scope *scope)
{
	free(scope->item);
	*scope = (struct scope){0};
}

/* Whether @vf of @pf is meant: a number, all of them, or any. */
static bool has(const struct scope *scope, const struct sriov_pf *pf, int vf)
{
	if (scope->all)
		return !scope->net || sriov_function_is_net(&pf->fn);
	for (size_t i = 0; i < scope->n; i++) {
		const struct scope_item *item = &scope->item[i];

		if (strcmp(item->address, pf->fn.address) == 0 &&
		    (item->vf == SCOPE_ALL_VFS || item->vf == vf || vf == ANY_VF))
			return true;
	}
	return false;
}

bool scope_has_vf(const struct scope *scope, const struct sriov_pf *pf, unsigned vf)
{
	return has(scope, pf, (int)vf);
}

bool scope_has_pf(const struct scope *scope, const struct sriov_pf *pf)
{
	return has(scope, pf, SCOPE_ALL_VFS);
}

bool scope_touches_pf(const struct scope *scope, const struct sriov_pf *pf)
{
	return has(scope, pf, ANY_VF);
}

bool scope_is_implied(const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], "all") == 0 || strpbrk(words[i], "*?["))
			return true;
	return n == 0;
}
