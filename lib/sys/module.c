/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel modules (libkmod). */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libkmod.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "sys/late.h"
#include "sys/module.h"

/* The functions of libkmod, which is opened when the first module is asked for. */
static __typeof__(&kmod_new) late_kmod_new;
static __typeof__(&kmod_unref) late_kmod_unref;
static __typeof__(&kmod_set_log_fn) late_kmod_set_log_fn;
static __typeof__(&kmod_get_dirname) late_kmod_get_dirname;
static __typeof__(&kmod_list_next) late_kmod_list_next;
static __typeof__(&kmod_module_new_from_lookup) late_kmod_module_new_from_lookup;
static __typeof__(&kmod_module_get_module) late_kmod_module_get_module;
static __typeof__(&kmod_module_get_name) late_kmod_module_get_name;
static __typeof__(&kmod_module_probe_insert_module) late_kmod_module_probe_insert_module;
static __typeof__(&kmod_module_unref) late_kmod_module_unref;
static __typeof__(&kmod_module_unref_list) late_kmod_module_unref_list;

static const struct sriov_late functions[] = {
	SRIOV_LATE(kmod_new),
	SRIOV_LATE(kmod_unref),
	SRIOV_LATE(kmod_set_log_fn),
	SRIOV_LATE(kmod_get_dirname),
	SRIOV_LATE(kmod_list_next),
	SRIOV_LATE(kmod_module_new_from_lookup),
	SRIOV_LATE(kmod_module_get_module),
	SRIOV_LATE(kmod_module_get_name),
	SRIOV_LATE(kmod_module_probe_insert_module),
	SRIOV_LATE(kmod_module_unref),
	SRIOV_LATE(kmod_module_unref_list),
};

static void cleanup_kmod(struct kmod_ctx **kmod)
{
	if (*kmod)
		late_kmod_unref(*kmod);
}

static void cleanup_kmod_list(struct kmod_list **list)
{
	if (*list)
		late_kmod_module_unref_list(*list);
}

#define _cleanup_kmod_ _cleanup_(cleanup_kmod)
#define _cleanup_kmod_list_ _cleanup_(cleanup_kmod_list)

/* libkmod writes what it meets to stderr unless told where else. */
static void ignore_log(void *data, int priority, const char *file, int line,
		       const char *fn, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format,
		(void)args;
}

static int kmod_open(const char *modules, struct kmod_ctx **ret)
{
	int r = 0;

	if (!late_kmod_new)
		r = sriov_late_open("libkmod.so.2", functions,
				    SRIOV_ARRAY_SIZE(functions));
	if (r < 0)
		return r;
	*ret = late_kmod_new(modules, NULL);
	if (!*ret)
		return -ENOMEM;
	late_kmod_set_log_fn(*ret, ignore_log, NULL);
	return 0;
}

int sriov_module_load(const char *name)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = NULL;
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	struct kmod_list *item;
	int r = kmod_open(NULL, &kmod);

	if (r < 0)
		return r;
	r = late_kmod_module_new_from_lookup(kmod, name, &list);
	if (r < 0)
		return r;
	if (!list)
		return -ENOENT;
	for (item = list; item; item = late_kmod_list_next(list, item)) {
		struct kmod_module *module = late_kmod_module_get_module(item);

		/* as modprobe: a blacklist concerns aliases, not a module's own name */
		r = late_kmod_module_probe_insert_module(
			module, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL, NULL,
			NULL);
		late_kmod_module_unref(module);
		if (r != 0)
			return r < 0 ? r : -ENOENT;
	}
	return 0;
}

int sriov_module_find(const char *modules, const char *name)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = NULL;
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	char index[PATH_MAX];
	int r = kmod_open(modules, &kmod);

	if (r < 0)
		return r;
	/* without its index libkmod finds nothing and says no more than that */
	snprintf(index, sizeof(index), "%s/modules.dep.bin", late_kmod_get_dirname(kmod));
	if (access(index, R_OK) < 0)
		return -errno;
	r = late_kmod_module_new_from_lookup(kmod, name, &list);
	if (r < 0)
		return r;
	return list ? 0 : -ENOENT;
}

int sriov_module_vfio_variant(const char *modalias, char *buf, size_t size)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = NULL;
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	char alias[256];
	int r = kmod_open(NULL, &kmod);

	if (r < 0)
		return r;
	/* the kernel writes its aliases with this prefix for drivers that need an
	 * override */
	snprintf(alias, sizeof(alias), "vfio_%s", modalias);
	r = late_kmod_module_new_from_lookup(kmod, alias, &list);
	if (r < 0)
		return r;
	snprintf(buf, size, "vfio-pci");
	if (list) {
		struct kmod_module *module = late_kmod_module_get_module(list);
		const char *name = late_kmod_module_get_name(module);

		/* vfio_pci itself claims every device, under its module's name */
		if (strcmp(name, "vfio_pci") != 0)
			snprintf(buf, size, "%s", name);
		late_kmod_module_unref(module);
	}
	return 0;
}
