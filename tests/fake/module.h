/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules of the fake kernel: kernel/modules/<name> holds the pattern of its aliases. */
#ifndef FAKE_MODULE_H
#define FAKE_MODULE_H

#include "disk.h"
#include "function.h"

/* Find the module that is called @name or has it as alias; false when there is none. */
bool fake_module_find(const struct fake *fake, const char *name,
		      char ret[static FAKE_NAME_MAX]);

/* Load it: its driver takes the functions that it knows and nobody has. */
void fake_module_load(const struct fake *fake, const char *module);

#endif
