/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees of tests/roots in a folder that goes away with the test. */
#ifndef SRIOV_UNIT_FOLDER_H
#define SRIOV_UNIT_FOLDER_H

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "netlink.h"
#include "tree.h"
#include "unit.h"

/*
 * A new folder in memory where there is such a place: a tree is a thousand small files.
 * End with unit_folder_remove().
 */
static inline struct fake unit_folder(void)
{
	const char *top = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char path[64];
	struct fake fake;

	snprintf(path, sizeof(path), "%s/sriov-unit-XXXXXX", top);
	ck_assert_ptr_nonnull(mkdtemp(path));
	fake_open(&fake, path);
	return fake;
}

static inline void unit_folder_remove(struct fake *fake)
{
	char path[PATH_MAX];

	strcpy(path, fake->path);
	fake_remove(fake, "../%s", strrchr(path, '/') + 1);
	fake_close(fake);
}

/* The tree tests/roots/<name>.tree in such a folder. */
static inline struct fake unit_tree(const char *name)
{
	struct fake fake = unit_folder();
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s.tree", TREES, name);
	fake_tree_unpack(&fake, path);
	fake_netlink_capture(&fake);
	return fake;
}

/* A tree with the doors of a fake kernel on it. */
struct unit_scene {
	struct fake fake;
	struct sriov_doors doors;
};

static inline void unit_scene_open(struct unit_scene *scene, const char *tree)
{
	scene->fake = unit_tree(tree);
	fake_doors_open(&scene->doors, scene->fake.path);
}

static inline void unit_scene_close(struct unit_scene *scene)
{
	sriov_doors_close(&scene->doors);
	unit_folder_remove(&scene->fake);
}

#endif
