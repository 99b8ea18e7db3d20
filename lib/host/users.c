/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses the functions of a host. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "host/disks.h"
#include "host/users.h"
#include "sys/netns.h"
#include "sys/procfs.h"
#include "sys/rtnl.h"
#include "sys/sysfs.h"

/* What has been gathered once for all functions; each part only when one needs it. */
struct evidence {
	struct sriov_doors *doors;
	bool holders_read;
	struct sriov_vfio_holder *holder;
	size_t n_holders;
	bool links_read;
	struct sriov_netns_link *link;
	size_t n_links;
	bool uses_read;
	struct sriov_link_use *use;
	size_t n_uses;
};

static void evidence_free(struct evidence *evidence)
{
	free(evidence->holder);
	free(evidence->link);
	free(evidence->use);
}

static int add_user(struct sriov_function *fn, enum sriov_user_kind kind,
		    const char *name, pid_t pid)
{
	struct sriov_user *user;

	if (SRIOV_ARRAY_ROOM(fn->users, fn->n_users) < 0)
		return -ENOMEM;
	user = &fn->users[fn->n_users++];
	*user = (struct sriov_user){.kind = kind, .pid = pid};
	snprintf(user->name, sizeof(user->name), "%s", name);
	return 0;
}

static int add_holders(struct evidence *evidence, struct sriov_function *fn)
{
	bool found = false;

	if (!evidence->holders_read) {
		evidence->holders_read = true;
		if (sriov_procfs_vfio_holders(evidence->doors, &evidence->holder,
					      &evidence->n_holders) == -ENOMEM)
			return -ENOMEM;
	}
	for (size_t i = 0; i < evidence->n_holders; i++) {
		const struct sriov_vfio_holder *holder = &evidence->holder[i];
		enum sriov_user_kind kind =
			holder->guest ? SRIOV_USER_GUEST : SRIOV_USER_PROCESS;

		if (holder->group != fn->group)
			continue;
		found = true;
		if (add_user(fn, kind, holder->name, holder->pid) < 0)
			return -ENOMEM;
	}
	return found ? 0 : add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
}

/* A bound network function without a netdev here: it lives in another namespace. */
static int add_namespace(struct evidence *evidence, struct sriov_function *fn)
{
	if (!evidence->links_read) {
		evidence->links_read = true;
		if (sriov_netns_links(evidence->doors, &evidence->link,
				      &evidence->n_links) == -ENOMEM)
			return -ENOMEM;
	}
	for (size_t i = 0; i < evidence->n_links; i++) {
		const struct sriov_netns_link *link = &evidence->link[i];

		if (strcmp(link->link.parent, fn->address) == 0)
			return add_user(fn, SRIOV_USER_NAMESPACE, link->netns.name,
					link->netns.pid);
	}
	if (!evidence->doors->ops->privileged(evidence->doors))
		return add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
	return 0;
}

/* The links `master` and upper_<name> of a netdev's folder. */
static int add_uppers(struct sriov_doors *doors, struct sriov_function *fn)
{
	_cleanup_closedir_ DIR *list = NULL;
	char path[64], master[SRIOV_NETDEV_LEN] = "";
	const char *name;
	int r;

	snprintf(path, sizeof(path), "class/net/%s/master", fn->netdev);
	if (sriov_sysfs_link_name(doors->sys, path, master, sizeof(master)) == 0) {
		r = add_user(fn, SRIOV_USER_MASTER, master, 0);
		if (r < 0)
			return r;
	}
	snprintf(path, sizeof(path), "class/net/%s", fn->netdev);
	list = sriov_sysfs_list(doors->sys, path);
	while (list && (name = sriov_sysfs_next(list))) {
		if (strncmp(name, "upper_", 6) != 0 || strcmp(name + 6, master) == 0)
			continue;
		r = add_user(fn, SRIOV_USER_UPPER, name + 6, 0);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Addresses and routes; fe80:: alone is on every link that is up and no use. */
static int add_addresses(struct evidence *evidence, struct sriov_function *fn)
{
	struct sriov_error err;

	if (!evidence->uses_read) {
		evidence->uses_read = true;
		if (sriov_rtnl_uses(evidence->doors, &evidence->use, &evidence->n_uses,
				    &err) == -ENOMEM)
			return -ENOMEM;
	}
	for (size_t i = 0; i < evidence->n_uses; i++) {
		const struct sriov_link_use *use = &evidence->use[i];
		enum sriov_user_kind kind =
			use->route ? SRIOV_USER_ROUTE : SRIOV_USER_ADDRESS;

		if (use->ifindex != fn->ifindex || use->link_local)
			continue;
		if (add_user(fn, kind, use->text, 0) < 0)
			return -ENOMEM;
	}
	return 0;
}

#define PCI_BASE_CLASS_STORAGE 0x01
#define PCI_BASE_CLASS_DISPLAY 0x03

/* What the host cannot do without: its disks and its console. */
static int add_host_needs(struct evidence *evidence, struct sriov_function *fn)
{
	char path[64], mount[64];
	uint64_t boot_vga;

	if (fn->class >> 16 == PCI_BASE_CLASS_STORAGE && fn->driver[0] &&
	    sriov_function_mounted(evidence->doors, fn, mount, sizeof(mount)))
		return add_user(fn, SRIOV_USER_MOUNT, mount, 0);
	snprintf(path, sizeof(path), "bus/pci/devices/%s/boot_vga", fn->address);
	if (fn->class >> 16 == PCI_BASE_CLASS_DISPLAY &&
	    sriov_sysfs_number(evidence->doors->sys, path, 10, 1, &boot_vga) == 0 &&
	    boot_vga)
		return add_user(fn, SRIOV_USER_DISPLAY, "boot VGA", 0);
	return 0;
}

static int find_users(struct evidence *evidence, struct sriov_function *fn)
{
	int r = 0;

	if (fn->vfio_open)
		return add_holders(evidence, fn);
	if (fn->netdev[0]) {
		r = add_uppers(evidence->doors, fn);
		if (r == 0 && fn->link_up)
			r = add_addresses(evidence, fn);
		return r;
	}
	if (sriov_function_is_net(fn) && fn->driver[0] &&
	    !sriov_driver_is_vfio(fn->driver))
		return add_namespace(evidence, fn);
	return add_host_needs(evidence, fn);
}

int sriov_host_find_users(struct sriov_host *host, unsigned what)
{
	struct evidence evidence = {.doors = host->doors};
	int r = 0;

	for (size_t i = 0; r == 0 && i < host->n_pfs; i++) {
		struct sriov_pf *pf = &host->pf[i];

		if (what & SRIOV_LOOK_PF_USERS)
			r = find_users(&evidence, &pf->fn);
		for (size_t j = 0; r == 0 && (what & SRIOV_LOOK_USERS) && j < pf->n_vfs;
		     j++)
			r = find_users(&evidence, &pf->vf[j].fn);
	}
	evidence_free(&evidence);
	return r;
}

int sriov_function_find_users(struct sriov_doors *doors, struct sriov_function *fn)
{
	struct evidence evidence = {.doors = doors};
	int r = find_users(&evidence, fn);

	evidence_free(&evidence);
	return r;
}

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
	}
	return "unknown";
}

const char *sriov_user_format(const struct sriov_user *user, char *buf, size_t size)
{
	if (user->kind == SRIOV_USER_UNKNOWN)
		snprintf(buf, size, "?");
	else if (user->pid)
		snprintf(buf, size, "%s %s (pid %d)", sriov_user_kind_name(user->kind),
			 user->name, (int)user->pid);
	else
		snprintf(buf, size, "%s %s", sriov_user_kind_name(user->kind),
			 user->name);
	return buf;
}
