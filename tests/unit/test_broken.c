/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What counts as broken of a PF and of a VF, and what the configuration excuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "folder.h"
#include "want/broken.h"

#define EM1 "sys/bus/pci/devices/0000:01:00.0/"
#define VF2 "sys/bus/pci/devices/0000:01:11.0/"
#define NO_DRIVER "unbind 0000:01:11.0"
#define LINES_MAX 4

enum {
	NOTED = SRIOV_BROKEN_NOTED,
	AUTOPROBE = SRIOV_BROKEN_AUTOPROBE,
	OVERRIDE = SRIOV_BROKEN_OVERRIDE,
	DRIVER = SRIOV_BROKEN_DRIVER,
	NETDEV = SRIOV_BROKEN_NETDEV,
};

/* Of em1 and em1/2, which igbvf has. */
static const struct row {
	const char *line[LINES_MAX];
	const char *config; /* what the item of em1 says beside its name */
	unsigned pf;
	unsigned vf;
} rows[] = {
	{{0}, "", 0, 0},
	{{NO_DRIVER}, "", 0, DRIVER},
	{{NO_DRIVER}, "all: {driver: vfio}", 0, DRIVER},
	{{NO_DRIVER}, "vf: {1: {driver: none}}", 0, DRIVER},
	{{NO_DRIVER}, "vf: {1-2: {driver: none}}", 0, 0},
	{{NO_DRIVER}, "all: {driver: none}\n    vf: {2: {driver: default}}", 0, DRIVER},
	{{NO_DRIVER}, "all: {driver: igbvf}\n    vf: {1-2: {driver: none}}", 0, 0},
	{{NO_DRIVER, VF2 "class = 0x010802"}, "", 0, 0},
	{{NO_DRIVER, "run/sriovctl/driver/0000:01:11.0 := 1"}, "", 0, NOTED},
	{{VF2 "driver_override = vfio-pci"}, "", 0, OVERRIDE},
	{{VF2 "driver_override = vfio-pci"}, "all: {driver: none}", 0, OVERRIDE},
	{{VF2 "driver_override = igbvf"}, "", 0, 0},
	{{VF2 "driver_override := (null)\\n"}, "", 0, 0},
	{{NO_DRIVER, VF2 "driver_override = x"}, "", 0, OVERRIDE | DRIVER},
	{{NO_DRIVER, VF2 "driver_override = x"}, "all: {driver: none}", 0, 0},
	{{NO_DRIVER, VF2 "driver_override = x", "proc/sys/kernel/osrelease = 6.1.0"},
	 "",
	 0,
	 DRIVER},
	{{VF2 "driver_override = x", "run/sriovctl/override/0000:01:11.0 :="},
	 "",
	 0,
	 NOTED},
	{{"delete " VF2 "net"}, "", 0, NETDEV},
	{{"driver pci-stub", "bind 0000:01:11.0 pci-stub"}, "", 0, 0},
	{{"bind 0000:01:11.0 vfio-pci"}, "", 0, 0},
	{{EM1 "sriov_drivers_autoprobe = 0"}, "", AUTOPROBE, 0},
	{{EM1 "sriov_drivers_autoprobe = 0"}, "vf: {2: {driver: none}}", AUTOPROBE, 0},
	{{EM1 "sriov_drivers_autoprobe = 0"}, "all: {driver: none}", 0, 0},
	{{EM1 "sriov_drivers_autoprobe = 0"}, "vf: {0-2: {driver: none}}", 0, 0},
	{{EM1 "sriov_drivers_autoprobe = 0"},
	 "vfs: 4\n    vf: {0-2: {driver: none}}",
	 AUTOPROBE,
	 0},
	{{EM1 "sriov_drivers_autoprobe = 0", "run/sriovctl/autoprobe/0000:01:00.0 := 1"},
	 "",
	 NOTED,
	 0},
	/* nothing comes to a VF while its PF has no driver */
	{{NO_DRIVER, "delete " EM1 "driver"}, "", DRIVER, 0},
	{{"delete " EM1 "driver", EM1 "class = 0x010802"}, "", DRIVER, 0},
	{{"vfs 0000:01:00.0 0", "delete " EM1 "driver", EM1 "class = 0x010802"},
	 "",
	 0,
	 0},
};

static void read_config(struct sriov_config *config, const char *item)
{
	struct sriov_problems problems = {0};
	char *text;

	ck_assert_int_gt(asprintf(&text, "version: 1\npfs:\n  - pf: em1\n    %s\n", item),
			 0);
	ck_assert_int_eq(
		sriov_config_add(config, "host.yaml", text, strlen(text), &problems), 0);
	ck_assert_uint_eq(problems.n, 0);
	sriov_problems_free(&problems);
}

static void check_row(const struct row *row, size_t n)
{
	struct sriov_config config = {0};
	struct sriov_host host = {0};
	struct unit_scene scene;
	struct sriov_error err;
	const struct sriov_config_pf *entry;
	const struct sriov_pf *pf;
	const struct sriov_vf *vf;

	unit_scene_open(&scene, "doctor");
	for (size_t i = 0; i < LINES_MAX && row->line[i]; i++)
		fake_tree_line(&scene.fake, row->line[i]);
	read_config(&config, row->config);
	ck_assert_int_eq(sriov_host_look(&scene.doors, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS,
					 NULL, 0, &host, &err),
			 0);
	pf = sriov_host_pf(&host, "0000:01:00.0");
	ck_assert_ptr_nonnull(pf);
	entry = sriov_config_of(&config, &host, pf);
	ck_assert_msg(sriov_pf_broken(&scene.doors, pf, entry) == row->pf,
		      "row %zu: the PF is %#x", n,
		      sriov_pf_broken(&scene.doors, pf, entry));
	vf = sriov_pf_vf(pf, 2);
	ck_assert_msg(!vf || sriov_vf_broken(&scene.doors, pf, vf, entry) == row->vf,
		      "row %zu: the VF is %#x", n,
		      vf ? sriov_vf_broken(&scene.doors, pf, vf, entry) : 0);
	sriov_host_free(&host);
	sriov_config_free(&config);
	unit_scene_close(&scene);
}

START_TEST(what_is_broken)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(rows); i++)
		check_row(&rows[i], i);
}
END_TEST

UNIT_MAIN("broken", what_is_broken)
