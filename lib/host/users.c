/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who uses the functions of a host. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "host/disks.h"
#include "host/guests.h"
#include "host/users.h"
#include "sys/links.h"
#include "sys/netns.h"
#include "sys/procfs.h"
#include "sys/sysfs.h"

/* What has been gathered once for all functions; each part only when one needs it. */
struct evidence {
	struct sriov_doors *doors;
	bool guests_read;  /* what the guests of libvirt hold */
	bool holders_read; /* what any process holds */
	struct sriov_vfio_holder *holder;
	size_t n_holders;
	bool links_read;
	struct sriov_netns_link *link;
	size_t n_links;
	bool uses_read;
	bool uses_failed;
	struct sriov_link_use *use;
	size_t n_uses;
	bool running_read;
	bool defined_read;
	struct sriov_guests guests;
};

static void evidence_free(struct evidence *evidence)
{
	free(evidence->holder);
	free(evidence->link);
	free(evidence->use);
	sriov_guests_free(&evidence->guests);
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

static int read_running(struct evidence *evidence)
{
	if (evidence->running_read)
		return 0;
	evidence->running_read = true;
	return sriov_guests_read_running(evidence->doors, &evidence->guests);
}

/* Looking through some processes is quick, where all may be thousands. */
static int read_guests(struct evidence *evidence)
{
	int r;

	if (evidence->guests_read)
		return 0;
	evidence->guests_read = true;
	r = read_running(evidence);
	for (size_t i = 0; r == 0 && i < evidence->guests.n_running; i++)
		r = sriov_procfs_vfio_held(evidence->doors,
					   evidence->guests.running[i].pid,
					   &evidence->holder, &evidence->n_holders);
	return r;
}

static int read_holders(struct evidence *evidence)
{
	struct sriov_vfio_holder *holder = NULL;
	size_t n = 0;
	int r;

	if (evidence->holders_read)
		return 0;
	evidence->holders_read = true;
	r = sriov_procfs_vfio_holders(evidence->doors, &holder, &n);
	if (sriov_sysfs_failed(r))
		return r;
	free(evidence->holder);
	evidence->holder = holder;
	evidence->n_holders = n;
	return 0;
}

/* A guest's name is what libvirt calls it, else what its QEMU was told. */
static int add_holder(const struct evidence *evidence, struct sriov_function *fn,
		      const struct sriov_vfio_holder *holder)
{
	const struct sriov_guest *guest =
		sriov_guests_running(&evidence->guests, holder->pid);

	if (guest)
		return add_user(fn, SRIOV_USER_GUEST, guest->name, holder->pid);
	return add_user(fn, holder->guest ? SRIOV_USER_GUEST : SRIOV_USER_PROCESS,
			holder->name, holder->pid);
}

/* The number of the function's character device (kernel 6.6, iommufd), or -1. */
static int vfio_device(const struct sriov_doors *doors, const struct sriov_function *fn)
{
	_cleanup_closedir_ DIR *list = NULL;
	const char *name;
	char path[64];
	uint64_t number;

	snprintf(path, sizeof(path), "bus/pci/devices/%s/vfio-dev", fn->address);
	list = sriov_sysfs_list(doors->sys, path);
	name = list ? sriov_sysfs_next(list) : NULL;
	if (!name || strncmp(name, "vfio", 4) != 0 ||
	    sriov_parse_number(name + 4, 10, INT_MAX, &number) < 0)
		return -1;
	return (int)number;
}

/* Add those of the holders that have the function, or its group. */
static int add_known_holders(const struct evidence *evidence, struct sriov_function *fn)
{
	int device = vfio_device(evidence->doors, fn);

	for (size_t i = 0; i < evidence->n_holders; i++) {
		const struct sriov_vfio_holder *holder = &evidence->holder[i];
		bool has = holder->group >= 0 ? holder->group == fn->group
					      : holder->device == device;

		if (has && add_holder(evidence, fn, holder) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* A group is opened once: whose holder is known, nobody else has. */
static int add_holders(struct evidence *evidence, struct sriov_function *fn)
{
	int r = read_guests(evidence);

	if (r == 0)
		r = add_known_holders(evidence, fn);
	if (r < 0 || fn->n_users)
		return r;
	r = read_holders(evidence);
	if (r == 0)
		r = add_known_holders(evidence, fn);
	if (r < 0 || fn->n_users)
		return r;
	return add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
}

static int read_links(struct evidence *evidence)
{
	int r;

	if (evidence->links_read)
		return 0;
	evidence->links_read = true;
	r = sriov_netns_links(evidence->doors, &evidence->link, &evidence->n_links);
	return sriov_sysfs_failed(r);
}

/* A namespace may have several links that stand on one. */
static int add_netns(struct sriov_function *fn, const struct sriov_netns *netns)
{
	if (fn->n_users && fn->users[fn->n_users - 1].pid == netns->pid &&
	    strcmp(fn->users[fn->n_users - 1].name, netns->name) == 0)
		return 0;
	return add_user(fn, SRIOV_USER_NAMESPACE, netns->name, netns->pid);
}

/* A bound network function without a netdev here: it lives in another namespace. */
static int add_namespace(struct evidence *evidence, struct sriov_function *fn)
{
	int r = read_links(evidence);

	if (r < 0)
		return r;
	for (size_t i = 0; i < evidence->n_links; i++) {
		const struct sriov_netns_link *link = &evidence->link[i];

		if (strcmp(link->link.parent, fn->address) == 0)
			return add_netns(fn, &link->netns);
	}
	if (!evidence->doors->ops->privileged(evidence->doors))
		return add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
	return 0;
}

/*
 * What stands on a netdev and was moved to another namespace, such as a container's
 * macvlan, has no upper_ link here.  It carries no frames while the netdev is down.
 */
static int add_foreign_uppers(struct evidence *evidence, struct sriov_function *fn)
{
	int r;

	if (!fn->link_up || fn->n_users)
		return 0;
	r = read_links(evidence);
	if (r < 0)
		return r;
	for (size_t i = 0; i < evidence->n_links; i++)
		if (evidence->link[i].lower == fn->ifindex &&
		    add_netns(fn, &evidence->link[i].netns) < 0)
			return -ENOMEM;
	return 0;
}

/* What the driver of a netdev calls its kind: "macvtap", "vlan", "bond"; "" unknown. */
static void read_netdev_type(const struct sriov_doors *doors, const char *name, char *buf,
			     size_t size)
{
	static const char key[] = "DEVTYPE=";
	char path[64], text[512], *line;

	/* macvtap has the type of macvlan, and a folder for its character device */
	snprintf(path, sizeof(path), "class/net/%.16s/macvtap", name);
	if (sriov_sysfs_exists(doors->sys, path)) {
		snprintf(buf, size, "macvtap");
		return;
	}
	snprintf(path, sizeof(path), "class/net/%.16s/uevent", name);
	if (sriov_sysfs_read(doors->sys, path, text, sizeof(text)) < 0)
		return;
	line = strstr(text, key);
	if (!line)
		return;
	line += strlen(key);
	line[strcspn(line, "\n")] = '\0';
	sriov_text_printable(line, buf, size);
}

static int add_netdev(const struct sriov_doors *doors, struct sriov_function *fn,
		      enum sriov_user_kind kind, const char *name)
{
	char shown[SRIOV_USER_LEN];
	struct sriov_user *user;

	if (add_user(fn, kind, sriov_text_printable(name, shown, sizeof(shown)), 0) < 0)
		return -ENOMEM;
	user = &fn->users[fn->n_users - 1];
	read_netdev_type(doors, name, user->detail, sizeof(user->detail));
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
	r = sriov_sysfs_link_name(doors->sys, path, master, sizeof(master));
	if (r == 0)
		r = add_netdev(doors, fn, SRIOV_USER_MASTER, master);
	if (sriov_sysfs_failed(r))
		return r;
	snprintf(path, sizeof(path), "class/net/%s", fn->netdev);
	list = sriov_sysfs_list(doors->sys, path);
	if (!list)
		return sriov_sysfs_failed(-errno);
	while ((name = sriov_sysfs_next(list))) {
		if (strncmp(name, "upper_", 6) != 0 || strcmp(name + 6, master) == 0)
			continue;
		r = add_netdev(doors, fn, SRIOV_USER_UPPER, name + 6);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Addresses and routes; fe80:: alone is on every link that is up and no use. */
static int add_addresses(struct evidence *evidence, struct sriov_function *fn)
{
	struct sriov_error unused;

	if (!evidence->uses_read) {
		evidence->uses_read = true;
		evidence->uses_failed = sriov_link_uses(evidence->doors, &evidence->use,
							&evidence->n_uses, &unused) < 0;
	}
	/* a host that does not tell is no host without addresses */
	if (evidence->uses_failed)
		return add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
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
	uint64_t boot_vga = 0;
	int r = 0;

	if (fn->class >> 16 == PCI_BASE_CLASS_STORAGE && fn->driver[0]) {
		r = sriov_function_mounted(evidence->doors, fn, mount, sizeof(mount));
		return r > 0 ? add_user(fn, SRIOV_USER_MOUNT, mount, 0) : r;
	}
	if (fn->class >> 16 != PCI_BASE_CLASS_DISPLAY)
		return 0;
	snprintf(path, sizeof(path), "bus/pci/devices/%s/boot_vga", fn->address);
	r = sriov_sysfs_number(evidence->doors->sys, path, 10, 1, &boot_vga);
	if (boot_vga)
		return add_user(fn, SRIOV_USER_DISPLAY, "boot VGA", 0);
	return sriov_sysfs_failed(r);
}

static int find_real_users(struct evidence *evidence, struct sriov_function *fn)
{
	int r = 0;

	if (fn->vfio_open)
		return add_holders(evidence, fn);
	/* one that keeps on changing may be about to be used */
	if (fn->netdev[0] && fn->ifindex == 0)
		return add_user(fn, SRIOV_USER_UNKNOWN, "?", 0);
	if (fn->netdev[0]) {
		r = add_uppers(evidence->doors, fn);
		if (r == 0 && fn->link_up)
			r = add_addresses(evidence, fn);
		return r < 0 ? r : add_foreign_uppers(evidence, fn);
	}
	if (sriov_function_is_net(fn) && fn->driver[0] &&
	    !sriov_driver_is_vfio(fn->driver))
		return add_namespace(evidence, fn);
	return add_host_needs(evidence, fn);
}

static int read_defined(struct evidence *evidence)
{
	int r;

	if (evidence->defined_read)
		return 0;
	evidence->defined_read = true;
	r = sriov_guests_read_defined(evidence->doors, &evidence->guests);
	/* whether they run matters where they name something */
	return r == 0 && evidence->guests.n_claims ? read_running(evidence) : r;
}

static bool has_guest(const struct sriov_function *fn, const char *name)
{
	for (size_t i = 0; i < fn->n_users; i++)
		if ((fn->users[i].kind == SRIOV_USER_GUEST ||
		     fn->users[i].kind == SRIOV_USER_DEFINED) &&
		    strcmp(fn->users[i].name, name) == 0)
			return true;
	return false;
}

static int add_pool(struct sriov_function *fn, const struct sriov_pool *pool)
{
	int r = add_user(fn, SRIOV_USER_POOL, pool->name, 0);

	if (r == 0)
		strcpy(fn->users[fn->n_users - 1].detail, pool->guests);
	return r;
}

/*
 * A guest that runs has its macvtap: that is a user of its own, and it may be another.
 */
static int add_claim(const struct sriov_guests *guests, struct sriov_function *fn,
		     const struct sriov_claim *claim)
{
	pid_t pid = sriov_guests_pid(guests, claim->guest);
	bool macvtap = claim->netdev[0];

	if (macvtap ? pid || strcmp(claim->netdev, fn->netdev) != 0
		    : sriov_bdf_compare(&claim->bdf, &fn->bdf) != 0)
		return 0;
	if (has_guest(fn, claim->guest))
		return 0;
	if (add_user(fn, SRIOV_USER_DEFINED, claim->guest, pid) < 0)
		return -ENOMEM;
	if (macvtap)
		strcpy(fn->users[fn->n_users - 1].detail, "macvtap");
	return 0;
}

/* Guests that would get it at their next start; @pf: the netdev of its PF, "" none. */
static int add_claims(struct evidence *evidence, struct sriov_function *fn,
		      const char *pf)
{
	const struct sriov_guests *guests = &evidence->guests;
	int r = read_defined(evidence);

	for (size_t i = 0; r == 0 && i < guests->n_claims; i++)
		r = add_claim(guests, fn, &guests->claim[i]);
	for (size_t i = 0; r == 0 && i < guests->n_pools; i++)
		if (sriov_pool_has(&guests->pool[i], &fn->bdf, pf))
			r = add_pool(fn, &guests->pool[i]);
	return r;
}

static int find_users(struct evidence *evidence, struct sriov_function *fn,
		      const char *pf)
{
	int r = find_real_users(evidence, fn);

	if (r < 0 || !sriov_function_is_pci(fn))
		return r;
	return add_claims(evidence, fn, pf);
}

/* @r: -errno of what tells of the users of @fn. */
static int cannot_tell(const struct sriov_function *fn, int r, struct sriov_error *err)
{
	sriov_error_set(err, SRIOV_FAILED, -r, "who uses it cannot be told: %s",
			strerror(-r));
	return sriov_error_object(err, "%s", fn->address);
}

static int find_users_of_pf(struct evidence *evidence, struct sriov_pf *pf, unsigned what,
			    struct sriov_error *err)
{
	int r = what & SRIOV_LOOK_PF_USERS ? find_users(evidence, &pf->fn, "") : 0;

	if (r < 0)
		return cannot_tell(&pf->fn, r, err);
	for (size_t i = 0; (what & SRIOV_LOOK_USERS) && i < pf->n_vfs; i++) {
		r = find_users(evidence, &pf->vf[i].fn, pf->fn.netdev);
		if (r < 0)
			return cannot_tell(&pf->vf[i].fn, r, err);
	}
	return 0;
}

int sriov_host_find_users(struct sriov_host *host, unsigned what, struct sriov_error *err)
{
	struct evidence evidence = {.doors = host->doors};
	int r = 0;

	for (size_t i = 0; r == 0 && i < host->n_pfs; i++)
		r = find_users_of_pf(&evidence, &host->pf[i], what, err);
	evidence_free(&evidence);
	return r;
}

int sriov_function_find_users(struct sriov_doors *doors, struct sriov_function *fn,
			      struct sriov_error *err)
{
	struct evidence evidence = {.doors = doors};
	int r = find_users(&evidence, fn, "");

	evidence_free(&evidence);
	return r < 0 ? cannot_tell(fn, r, err) : 0;
}
