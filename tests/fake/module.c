/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules of the fake kernel: kernel/modules/<name> holds the pattern of its aliases. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "module.h"

struct search {
	const char *name;
	char found[FAKE_NAME_MAX]; /* "" nothing */
};

static void match_module(const struct fake *fake, const char *module, void *arg)
{
	struct search *search = arg;
	char pattern[256];

	fake_get(fake, pattern, sizeof(pattern), "kernel/modules/%s", module);
	if (search->found[0] == '\0' &&
	    (strcmp(module, search->name) == 0 || fnmatch(pattern, search->name, 0) == 0))
		snprintf(search->found, sizeof(search->found), "%s", module);
}

/* The driver of a function with this alias is loaded: nothing is left to do. */
static void match_loaded(const struct fake *fake, const char *address, void *arg)
{
	struct search *search = arg;
	char text[256], match[FAKE_NAME_MAX];

	fake_get(fake, text, sizeof(text), "sys/bus/pci/devices/%s/modalias", address);
	if (strcmp(text, search->name) != 0)
		return;
	fake_get(fake, match, sizeof(match), "kernel/%s/match", address);
	if (match[0] && fake_exists(fake, "sys/bus/pci/drivers/%s", match))
		snprintf(search->found, sizeof(search->found), "%s", match);
}

bool fake_module_find(const struct fake *fake, const char *name,
		      char ret[static FAKE_NAME_MAX])
{
	struct search search = {.name = name};

	if (fake_exists(fake, "sys/bus/pci/drivers/%s", name))
		snprintf(search.found, sizeof(search.found), "%s", name);
	if (strncmp(name, "pci:", 4) == 0)
		fake_each_name(fake, "sys/bus/pci/devices", match_loaded, &search);
	fake_each_name(fake, "kernel/modules", match_module, &search);
	if (search.found[0] == '\0')
		return false;
	memcpy(ret, search.found, sizeof(search.found));
	return true;
}

static void offer(const struct fake *fake, const char *address, void *arg)
{
	const char *module = arg;
	char match[FAKE_NAME_MAX];

	fake_get(fake, match, sizeof(match), "kernel/%s/match", address);
	if (strcmp(match, module) == 0)
		fake_function_probe(fake, address);
}

void fake_module_load(const struct fake *fake, const char *module)
{
	fake_driver_make(fake, module);
	fake_each_name(fake, "sys/bus/pci/devices", offer, (void *)module);
}
