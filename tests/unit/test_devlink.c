/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devlink: what is asked, and what is made of the kernel's answers. */
#include <errno.h>
#include <string.h>

#include "folder.h"
#include "kernel.h"
#include "sys/devlink.h"

#define CONNECTX "0000:3b:00.0"

static struct sriov_eswitch read_eswitch(struct unit_scene *scene, const char *address)
{
	struct sriov_eswitch eswitch = {0};

	ck_assert_int_eq(sriov_devlink_eswitch(&scene->doors, "pci", address, &eswitch),
			 0);
	return eswitch;
}

START_TEST(mode_inline_and_encap_are_read)
{
	struct sriov_eswitch eswitch;
	struct unit_scene scene;

	unit_scene_open(&scene, "switchdev");
	eswitch = read_eswitch(&scene, CONNECTX);
	ck_assert_int_eq(eswitch.mode, SRIOV_ESWITCH_SWITCHDEV);
	ck_assert_str_eq(sriov_eswitch_inline_name(eswitch.inline_mode), "none");
	ck_assert_int_eq(eswitch.encap, 1);
	unit_scene_close(&scene);

	unit_scene_open(&scene, "netdevsim");
	ck_assert_int_eq(
		sriov_devlink_eswitch(&scene.doors, "netdevsim", "netdevsim1", &eswitch),
		0);
	ck_assert_int_eq(eswitch.mode, SRIOV_ESWITCH_LEGACY);
	ck_assert_int_eq(eswitch.inline_mode, -1);
	ck_assert_int_eq(eswitch.encap, -1);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(what_has_no_switch_is_told_from_what_cannot_be_read)
{
	struct sriov_eswitch eswitch = {.mode = 77};
	struct unit_scene scene;

	unit_scene_open(&scene, "switchdev");
	ck_assert_int_eq(
		sriov_devlink_eswitch(&scene.doors, "pci", "0000:99:00.0", &eswitch),
		-EOPNOTSUPP);
	fake_append(&scene.fake, "EBUSY dump eswitch", "faults");
	ck_assert_int_eq(sriov_devlink_eswitch(&scene.doors, "pci", CONNECTX, &eswitch),
			 -EBUSY);
	fake_put(&scene.fake, "", "kernel/no-devlink");
	ck_assert_int_eq(sriov_devlink_eswitch(&scene.doors, "pci", CONNECTX, &eswitch),
			 -EOPNOTSUPP);
	/* and then the answer is left alone */
	ck_assert_int_eq(eswitch.mode, 77);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_mode_is_set)
{
	struct unit_scene scene;
	char reason[64] = "old";

	unit_scene_open(&scene, "switchdev");
	ck_assert_int_eq(sriov_devlink_set_eswitch_mode(&scene.doors, "pci", CONNECTX,
							SRIOV_ESWITCH_LEGACY, reason,
							sizeof(reason)),
			 0);
	ck_assert_str_eq(reason, "");
	ck_assert_int_eq(read_eswitch(&scene, CONNECTX).mode, SRIOV_ESWITCH_LEGACY);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_refusal_comes_with_the_kernels_words)
{
	struct unit_scene scene;
	char reason[64], little[8];

	unit_scene_open(&scene, "switchdev");
	fake_append(&scene.fake, "EINVAL seteswitch : Flows are in the way", "faults");
	ck_assert_int_eq(sriov_devlink_set_eswitch_mode(&scene.doors, "pci", CONNECTX,
							SRIOV_ESWITCH_LEGACY, reason,
							sizeof(reason)),
			 -EINVAL);
	ck_assert_str_eq(reason, "Flows are in the way");
	ck_assert_int_eq(sriov_devlink_set_eswitch_mode(&scene.doors, "pci", CONNECTX,
							SRIOV_ESWITCH_LEGACY, little,
							sizeof(little)),
			 -EINVAL);
	ck_assert_str_eq(little, "Flows a");
	ck_assert_int_eq(read_eswitch(&scene, CONNECTX).mode, SRIOV_ESWITCH_SWITCHDEV);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(modes_have_the_names_that_devlink_prints)
{
	ck_assert_int_eq(sriov_eswitch_mode_parse("legacy"), SRIOV_ESWITCH_LEGACY);
	ck_assert_int_eq(sriov_eswitch_mode_parse("switchdev"), SRIOV_ESWITCH_SWITCHDEV);
	ck_assert_int_eq(sriov_eswitch_mode_parse("Legacy"), -EINVAL);
	ck_assert_str_eq(sriov_eswitch_mode_name(SRIOV_ESWITCH_SWITCHDEV), "switchdev");
	/* a kernel may know more modes than this program */
	ck_assert_ptr_null(sriov_eswitch_mode_name(2));
	ck_assert_ptr_null(sriov_eswitch_mode_name(-1));
	ck_assert_ptr_null(sriov_eswitch_inline_name(4));
}
END_TEST

UNIT_MAIN("devlink", mode_inline_and_encap_are_read,
	  what_has_no_switch_is_told_from_what_cannot_be_read, a_mode_is_set,
	  a_refusal_comes_with_the_kernels_words,
	  modes_have_the_names_that_devlink_prints)
