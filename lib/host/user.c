/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A user of a function: what he counts for, and how he is called. */
#include <stdio.h>

#include "host/host.h"

const char *sriov_user_kind_name(enum sriov_user_kind kind)
{
	switch (kind) {
	case SRIOV_USER_GUEST:
		return "guest";
	case SRIOV_USER_PROCESS:
		return "process";
	case SRIOV_USER_NAMESPACE:
		return "namespace";
	case SRIOV_USER_MASTER:
		return "master";
	case SRIOV_USER_UPPER:
		return "upper";
	case SRIOV_USER_ADDRESS:
		return "address";
	case SRIOV_USER_ROUTE:
		return "route";
	case SRIOV_USER_MOUNT:
		return "mount";
	case SRIOV_USER_DISPLAY:
		return "display";
	case SRIOV_USER_UNKNOWN:
		return "unknown";
	case SRIOV_USER_DEFINED:
		return "defined";
	case SRIOV_USER_POOL:
		return "pool";
	}
	return "unknown";
}

bool sriov_function_in_use(const struct sriov_function *fn)
{
	return fn->n_users && fn->users[0].kind < SRIOV_USER_DEFINED;
}

bool sriov_function_is_defined(const struct sriov_function *fn)
{
	for (size_t i = 0; i < fn->n_users; i++)
		if (fn->users[i].kind == SRIOV_USER_DEFINED)
			return true;
	return false;
}

static void format_defined(const struct sriov_user *user, char *buf, size_t size)
{
	if (user->pid)
		snprintf(buf, size, "guest %s (from its next start on)", user->name);
	else
		snprintf(buf, size, "guest %s (shut off%s%s)", user->name,
			 user->detail[0] ? ", " : "", user->detail);
}

static void format_pool(const struct sriov_user *user, char *buf, size_t size)
{
	if (user->detail[0])
		snprintf(buf, size, "pool %s (for %s)", user->name, user->detail);
	else
		snprintf(buf, size, "pool %s", user->name);
}

const char *sriov_user_format(const struct sriov_user *user, char *buf, size_t size)
{
	const char *kind = sriov_user_kind_name(user->kind);

	if (user->kind == SRIOV_USER_UNKNOWN)
		snprintf(buf, size, "?");
	else if (user->kind == SRIOV_USER_DEFINED)
		format_defined(user, buf, size);
	else if (user->kind == SRIOV_USER_POOL)
		format_pool(user, buf, size);
	else if (user->pid)
		snprintf(buf, size, "%s %s (pid %d)", kind, user->name, (int)user->pid);
	else
		snprintf(buf, size, "%s %s", user->detail[0] ? user->detail : kind,
			 user->name);
	return buf;
}
