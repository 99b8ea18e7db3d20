/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looking at the host: which PFs and VFs there are. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "host/eswitch.h"
#include "host/function.h"
#include "host/host.h"
#include "host/saved.h"
#include "host/users.h"
#include "sys/rtnl.h"
#include "sys/sysfs.h"

#define PCI_DEVICES "bus/pci/devices"

/* Where PFs are found, and by which of their files. */
static const struct {
	const char *name;
	const char *devices;
	const char *mark;
} buses[] = {
	[SRIOV_BUS_PCI] = {"pci", PCI_DEVICES, "sriov_totalvfs"},
	[SRIOV_BUS_NETDEVSIM] = {"netdevsim", "bus/netdevsim/devices", "sriov_numvfs"},
};

/* A netdev's name may hold what a terminal obeys (dev_valid_name() of net/core). */
static bool is_plain(const char *name)
{
	char shown[SRIOV_NAME_LEN];

	return strcmp(sriov_text_printable(name, shown, sizeof(shown)), name) == 0;
}

/* What users call a PF: its netdev's name, else its nvme name, else its address. */
static void name_pf(struct sriov_pf *pf, int dir)
{
	_cleanup_closedir_ DIR *nvme = NULL;
	const char *name = pf->fn.netdev;

	snprintf(pf->name, sizeof(pf->name), "%s",
		 name[0] && is_plain(name) ? name : pf->fn.address);
	if (name[0])
		return;
	nvme = sriov_sysfs_list(dir, "nvme");
	name = nvme ? sriov_sysfs_next(nvme) : NULL;
	if (name && strlen(name) < sizeof(pf->name))
		strcpy(pf->name, name);
}

static int read_pf(struct sriov_pf *pf, int dir)
{
	char path[SRIOV_NETDEV_LEN + 32], numa[16];
	uint64_t number;
	int r = sriov_function_read(&pf->fn, dir);

	if (r < 0)
		return r;
	name_pf(pf, dir);
	r = sriov_sysfs_number(dir, "sriov_totalvfs", 10, UINT16_MAX, &number);
	if (sriov_sysfs_failed(r))
		return r;
	pf->total_vfs = r < 0 ? r : (int)number;
	if (!sriov_function_is_pci(&pf->fn))
		pf->total_vfs = SRIOV_NO_LIMIT;
	pf->numa = -1;
	if (sriov_sysfs_read(dir, "numa_node", numa, sizeof(numa)) > 0 &&
	    sriov_parse_number(numa, 10, INT_MAX, &number) == 0)
		pf->numa = (int)number;
	r = sriov_sysfs_number(dir, "sriov_drivers_autoprobe", 10, 1, &number);
	if (sriov_sysfs_failed(r))
		return r;
	pf->autoprobe = r < 0 || number == 1;
	snprintf(path, sizeof(path), "net/%s/carrier", pf->fn.netdev);
	pf->carrier = pf->fn.netdev[0] &&
		      sriov_sysfs_number(dir, path, 10, 1, &number) == 0 && number == 1;
	return 0;
}

static int compare_vfs(const void *a, const void *b)
{
	const struct sriov_vf *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* The VF that the link virtfn<index> of the PF's folder leads to. */
static int add_vf(struct sriov_pf *pf, int dir, unsigned index)
{
	_cleanup_close_ int vf_dir = -1;
	char path[32], address[SRIOV_BDF_LEN];
	struct sriov_vf *vf;
	int r;

	r = SRIOV_ARRAY_ROOM(pf->vf, pf->n_vfs);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "virtfn%u", index);
	vf = &pf->vf[pf->n_vfs];
	*vf = (struct sriov_vf){.index = index, .fn.group = -1};
	r = sriov_sysfs_link_name(dir, path, address, sizeof(address));
	if (r < 0 || sriov_bdf_parse(address, &vf->fn.bdf) < 0)
		return sriov_sysfs_failed(r);
	strcpy(vf->fn.address, address);
	pf->n_vfs++;
	vf_dir = sriov_sysfs_open(dir, path);
	if (vf_dir < 0)
		return sriov_sysfs_failed(vf_dir);
	return sriov_function_read(&vf->fn, vf_dir);
}

static int read_vfs(struct sriov_pf *pf, int dir)
{
	_cleanup_closedir_ DIR *list = sriov_sysfs_list(dir, ".");
	const char *name;

	if (!list)
		return -errno;
	while ((name = sriov_sysfs_next(list))) {
		uint64_t index;
		int r;

		if (strncmp(name, "virtfn", 6) != 0 ||
		    sriov_parse_number(name + 6, 10, UINT16_MAX, &index) < 0)
			continue;
		r = add_vf(pf, dir, (unsigned)index);
		if (r < 0)
			return r;
	}
	sriov_array_sort(pf->vf, pf->n_vfs, sizeof(*pf->vf), compare_vfs);
	return 0;
}

/*
 * The VFs of netdevsim are numbers and no devices.  To read how many there are waits for
 * nobody, unlike with PCI (drivers/net/netdevsim/bus.c).
 */
static int count_vfs(struct sriov_pf *pf, int dir)
{
	uint64_t n = 0;
	int r = sriov_sysfs_number(dir, "sriov_numvfs", 10, UINT16_MAX, &n);

	if (r < 0 || n == 0)
		return r;
	pf->vf = calloc(n, sizeof(*pf->vf));
	if (!pf->vf)
		return -ENOMEM;
	for (unsigned i = 0; i < n; i++)
		pf->vf[i] = (struct sriov_vf){
			.index = i, .fn.bus = pf->fn.bus, .fn.group = -1};
	pf->n_vfs = n;
	return 0;
}

/*
 * The kernel leaves a VF out when the port's driver fails for it, and all of them when
 * the driver reports none (rtnl_fill_vf() of net/core/rtnetlink.c).
 */
static void note_missing(struct sriov_pf *pf)
{
	_cleanup_free_ unsigned *index = calloc(pf->n_vfs, sizeof(*index));
	char which[128];
	size_t n = 0;

	for (size_t i = 0; index && i < pf->n_vfs; i++)
		if (!pf->vf[i].settings.found)
			index[n++] = pf->vf[i].index;
	if (n == 0)
		return;
	if (n == pf->n_vfs) {
		sriov_error_set(&pf->settings_error, SRIOV_FAILED, ENODATA,
				"the %s driver reports no settings of its VFs",
				pf->fn.driver);
		return;
	}
	sriov_ranges_format(index, n, which, sizeof(which));
	sriov_error_set(&pf->settings_error, SRIOV_FAILED, ENODATA,
			"the settings of %zu of %zu VFs are missing (%s/%s): the %s "
			"driver gives the kernel none for them",
			n, pf->n_vfs, pf->name, which, pf->fn.driver);
}

static int read_settings(struct sriov_pf *pf, struct sriov_doors *doors)
{
	_cleanup_free_ struct sriov_vf_settings *settings = NULL;
	size_t n = pf->n_vfs ? pf->vf[pf->n_vfs - 1].index + 1 : 0;
	struct sriov_error err = {0};

	if (n == 0 || pf->fn.ifindex == 0)
		return 0;
	settings = calloc(n, sizeof(*settings));
	if (!settings)
		return -ENOMEM;
	if (sriov_rtnl_vf_read(doors, pf->fn.ifindex, settings, n, &err) < 0) {
		pf->settings_error = err;
		return 0;
	}
	pf->settings_read = true;
	for (size_t i = 0; i < pf->n_vfs; i++)
		pf->vf[i].settings = settings[pf->vf[i].index];
	note_missing(pf);
	sriov_saved_read(doors, pf);
	return 0;
}

/* linux/ioport.h, as the file `resource` prints them */
#define RESOURCE_PREFETCH 0x2000
#define RESOURCE_MEM_64 0x100000
/* linux/pci.h: six BARs and the ROM come before those of the VFs */
#define FIRST_VF_RESOURCE 7

/* The sizes in `resource` are those of TotalVFs VFs together. */
static void read_vf_bars(struct sriov_pf *pf, int dir)
{
	char text[4096], *rest = text, *line;

	if (sriov_sysfs_read(dir, "resource", text, sizeof(text)) < 0 ||
	    pf->capability.total_vfs == 0)
		return;
	for (int i = 0; (line = strsep(&rest, "\n")); i++) {
		int bar = i - FIRST_VF_RESOURCE;
		uint64_t start, end, flags;

		if (bar < 0 || bar >= SRIOV_VF_BARS ||
		    sscanf(line, "%" SCNx64 " %" SCNx64 " %" SCNx64, &start, &end,
			   &flags) != 3 ||
		    end <= start)
			continue;
		pf->vf_bar[bar] = (struct sriov_vf_bar){
			.address = start,
			.size = (end - start + 1) / pf->capability.total_vfs,
			.is_64bit = flags & RESOURCE_MEM_64,
			.prefetchable = flags & RESOURCE_PREFETCH,
		};
	}
}

static void read_capability(struct sriov_pf *pf, const struct sriov_doors *doors, int dir)
{
	if (sriov_pci_capability(doors, &pf->fn.bdf, &pf->capability,
				 &pf->capability_error) < 0)
		return;
	pf->has_capability = true;
	read_vf_bars(pf, dir);
}

static int look_at_pf(struct sriov_host *host, struct sriov_pf *pf, int dir,
		      unsigned what)
{
	int r = read_pf(pf, dir);

	if (r < 0)
		return r;
	if ((what & SRIOV_LOOK_CAPABILITY) && sriov_function_is_pci(&pf->fn))
		read_capability(pf, host->doors, dir);
	if (what & SRIOV_LOOK_VFS)
		r = sriov_function_is_pci(&pf->fn) ? read_vfs(pf, dir)
						   : count_vfs(pf, dir);
	if (what & SRIOV_LOOK_REPRESENTORS)
		sriov_representors_read(pf, dir);
	if (what & SRIOV_LOOK_ESWITCH)
		sriov_eswitch_read(pf, host->doors);
	if (r == 0 && (what & SRIOV_LOOK_SETTINGS))
		r = read_settings(pf, host->doors);
	if (r == 0 && (what & SRIOV_LOOK_MSIX))
		sriov_pf_look_msix(host->doors, pf);
	return r;
}

/* What is looked at, and of which PFs: all, or the @n_only addresses @only. */
struct scope {
	unsigned what;
	const char *const *only;
	size_t n_only;
};

static bool is_wanted(const struct scope *scope, const char *address)
{
	if (!scope->only)
		return true;
	for (size_t i = 0; i < scope->n_only; i++)
		if (strcmp(address, scope->only[i]) == 0)
			return true;
	return false;
}

static void free_pf(struct sriov_pf *pf)
{
	for (size_t i = 0; i < pf->n_vfs; i++)
		free(pf->vf[i].fn.users);
	free(pf->vf);
	free(pf->fn.users);
}

/* Add the device @address of @bus if it is a PF. */
static int add_pf(struct sriov_host *host, DIR *devices, enum sriov_bus bus,
		  const char *address, const struct scope *scope)
{
	_cleanup_close_ int dir = -1;
	struct sriov_bdf bdf = {0};
	struct sriov_pf *pf;
	char path[64];
	int r;

	if (strlen(address) >= SRIOV_DEVICE_LEN || !is_wanted(scope, address) ||
	    (sriov_bdf_parse(address, &bdf) == 0) != (bus == SRIOV_BUS_PCI))
		return 0;
	snprintf(path, sizeof(path), "%s/%s", address, buses[bus].mark);
	if (!sriov_sysfs_exists(dirfd(devices), path))
		return sriov_sysfs_failed(-errno);
	dir = sriov_sysfs_open(dirfd(devices), address);
	if (dir < 0)
		return sriov_sysfs_failed(dir);
	if (SRIOV_ARRAY_ROOM(host->pf, host->n_pfs) < 0)
		return -ENOMEM;
	pf = &host->pf[host->n_pfs++];
	*pf = (struct sriov_pf){.fn.bus = bus, .fn.bdf = bdf};
	strcpy(pf->fn.address, address);
	r = look_at_pf(host, pf, dir, scope->what);
	if (r < 0 && !sriov_sysfs_failed(r)) {
		/* it went meanwhile */
		free_pf(pf);
		host->n_pfs--;
		return 0;
	}
	return r;
}

/* @object: what could not be looked at. */
static int cannot_look(const char *object, int r, struct sriov_error *err)
{
	sriov_error_set(err, SRIOV_FAILED, -r, "cannot be looked at: %s", strerror(-r));
	return sriov_error_object(err, "%s", object);
}

static int add_bus(struct sriov_host *host, enum sriov_bus bus, const struct scope *scope,
		   struct sriov_error *err)
{
	_cleanup_closedir_ DIR *devices =
		sriov_sysfs_list(host->doors->sys, buses[bus].devices);
	char path[SRIOV_OBJECT_MAX];
	const char *name;

	if (!devices) {
		int r = sriov_sysfs_failed(-errno);

		snprintf(path, sizeof(path), "/sys/%s", buses[bus].devices);
		return r < 0 ? cannot_look(path, r, err) : 0;
	}
	while ((name = sriov_sysfs_next(devices))) {
		int r = add_pf(host, devices, bus, name, scope);

		if (r < 0)
			return cannot_look(name, r, err);
	}
	return 0;
}

static int compare_pfs(const void *a, const void *b)
{
	const struct sriov_pf *x = a, *y = b;

	if (x->fn.bus != y->fn.bus)
		return x->fn.bus < y->fn.bus ? -1 : 1;
	if (x->fn.bus == SRIOV_BUS_PCI)
		return sriov_bdf_compare(&x->fn.bdf, &y->fn.bdf);
	return strverscmp(x->fn.address, y->fn.address);
}

int sriov_host_look(struct sriov_doors *doors, unsigned what, const char *const *only,
		    size_t n_only, struct sriov_host *ret, struct sriov_error *err)
{
	const struct scope scope = {what, only, n_only};
	struct sriov_host host = {.doors = doors};
	int r = 0;

	for (enum sriov_bus bus = 0; r == 0 && bus < SRIOV_N_BUSES; bus++)
		r = add_bus(&host, bus, &scope, err);
	if (host.n_pfs)
		qsort(host.pf, host.n_pfs, sizeof(*host.pf), compare_pfs);
	if (r == 0 && (what & (SRIOV_LOOK_USERS | SRIOV_LOOK_PF_USERS)))
		r = sriov_host_find_users(&host, what, err);
	if (r < 0) {
		sriov_host_free(&host);
		return r;
	}
	*ret = host;
	return 0;
}

void sriov_host_free(struct sriov_host *host)
{
	for (size_t i = 0; i < host->n_pfs; i++)
		free_pf(&host->pf[i]);
	for (size_t i = 0; i < host->n_functions; i++) {
		free(host->function[i]->users);
		free(host->function[i]);
	}
	free(host->pf);
	free(host->function);
	*host = (struct sriov_host){0};
}

static struct sriov_function *known_function(const struct sriov_host *host,
					     const struct sriov_bdf *bdf)
{
	for (size_t i = 0; i < host->n_functions; i++)
		if (sriov_bdf_compare(&host->function[i]->bdf, bdf) == 0)
			return host->function[i];
	return NULL;
}

struct sriov_function *sriov_host_function(struct sriov_host *host,
					   const struct sriov_bdf *bdf,
					   struct sriov_error *err)
{
	struct sriov_function *fn = known_function(host, bdf);
	_cleanup_close_ int dir = -1;
	char address[SRIOV_BDF_LEN], path[64];
	int r;

	if (fn)
		return fn;
	snprintf(path, sizeof(path), PCI_DEVICES "/%s", sriov_bdf_format(bdf, address));
	dir = sriov_sysfs_open(host->doors->sys, path);
	if (sriov_sysfs_failed(dir)) {
		cannot_look(address, dir, err);
		return NULL;
	}
	if (dir < 0) {
		sriov_error_set(err, SRIOV_NOT_FOUND, -dir, "no such PCI device: %s",
				address);
		return NULL;
	}
	fn = calloc(1, sizeof(*fn));
	if (!fn || SRIOV_ARRAY_ROOM(host->function, host->n_functions) < 0) {
		free(fn);
		sriov_error_memory(err);
		return NULL;
	}
	fn->bdf = *bdf;
	strcpy(fn->address, address);
	host->function[host->n_functions++] = fn;
	r = sriov_function_read(fn, dir);
	if (r < 0) {
		cannot_look(address, r, err);
		return NULL;
	}
	return sriov_function_find_users(host->doors, fn, err) < 0 ? NULL : fn;
}

struct sriov_pf *sriov_host_pf(const struct sriov_host *host, const char *name)
{
	struct sriov_bdf bdf;
	bool address = sriov_bdf_parse(name, &bdf) == 0;

	for (size_t i = 0; i < host->n_pfs; i++) {
		struct sriov_pf *pf = &host->pf[i];

		if (address ? sriov_function_is_pci(&pf->fn) &&
				      sriov_bdf_compare(&pf->fn.bdf, &bdf) == 0
			    : strcmp(pf->name, name) == 0 ||
				      strcmp(pf->fn.address, name) == 0)
			return pf;
	}
	return NULL;
}

bool sriov_function_is_pci(const struct sriov_function *fn)
{
	return fn->bus == SRIOV_BUS_PCI;
}

const char *sriov_bus_of(const char *address)
{
	struct sriov_bdf bdf;

	return buses[sriov_bdf_parse(address, &bdf) == 0 ? SRIOV_BUS_PCI
							 : SRIOV_BUS_NETDEVSIM]
		.name;
}

struct sriov_vf *sriov_pf_vf(const struct sriov_pf *pf, unsigned index)
{
	const struct sriov_vf key = {.index = index};

	/* mostly none is missing before it */
	if (index < pf->n_vfs && pf->vf[index].index == index)
		return &pf->vf[index];
	if (pf->n_vfs == 0)
		return NULL;
	return bsearch(&key, pf->vf, pf->n_vfs, sizeof(*pf->vf), compare_vfs);
}
