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

#include "base/cleanup.h"
#include "sys/module.h"

static void cleanup_kmod(struct kmod_ctx **kmod)
{
	kmod_unref(*kmod);
}

static void cleanup_kmod_list(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
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

static struct kmod_ctx *kmod_open(const char *modules)
{
	struct kmod_ctx *kmod = kmod_new(modules, NULL);

	if (kmod)
		kmod_set_log_fn(kmod, ignore_log, NULL);
	return kmod;
}

int sriov_module_load(const char *name)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = kmod_open(NULL);
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	struct kmod_list *item;
	int r;

	if (!kmod)
		return -ENOMEM;
	r = kmod_module_new_from_lookup(kmod, name, &list);
	if (r < 0)
		return r;
	if (!list)
		return -ENOENT;
	kmod_list_foreach(item, list)
	{
		struct kmod_module *module = kmod_module_get_module(item);

		/* as modprobe: a blacklist concerns aliases, not a module's own name */
		r = kmod_module_probe_insert_module(module,
						    KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY,
						    NULL, NULL, NULL, NULL);
		kmod_module_unref(module);
		if (r != 0)
			return r < 0 ? r : -ENOENT;
	}
	return 0;
}

int sriov_module_find(const char *modules, const char *name)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = kmod_open(modules);
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	char index[PATH_MAX];
	int r;

	if (!kmod)
		return -ENOMEM;
	/* without its index libkmod finds nothing and says no more than that */
	snprintf(index, sizeof(index), "%s/modules.dep.bin", kmod_get_dirname(kmod));
	if (access(index, R_OK) < 0)
		return -errno;
	r = kmod_module_new_from_lookup(kmod, name, &list);
	if (r < 0)
		return r;
	return list ? 0 : -ENOENT;
}

int sriov_module_vfio_variant(const char *modalias, char *buf, size_t size)
{
	_cleanup_kmod_ struct kmod_ctx *kmod = kmod_open(NULL);
	_cleanup_kmod_list_ struct kmod_list *list = NULL;
	char alias[256];
	int r;

	if (!kmod)
		return -ENOMEM;
	/* the kernel writes its aliases with this prefix for drivers that need an
	 * override */
	snprintf(alias, sizeof(alias), "vfio_%s", modalias);
	r = kmod_module_new_from_lookup(kmod, alias, &list);
	if (r < 0)
		return r;
	snprintf(buf, size, "vfio-pci");
	if (list) {
		struct kmod_module *module = kmod_module_get_module(list);
		const char *name = kmod_module_get_name(module);

		/* vfio_pci itself claims every device, under its module's name */
		if (strcmp(name, "vfio_pci") != 0)
			snprintf(buf, size, "%s", name);
		kmod_module_unref(module);
	}
	return 0;
}
