/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks: on a sound host none complains; each does when its cause is there. */
#include "base/array.h"
#include "check/check.h"
#include "folder.h"

static const struct sriov_config nothing;

struct scene {
	struct unit_scene tree;
	struct sriov_host host;
	struct sriov_targets targets;
	struct sriov_findings found;
};

/* Check what @word selects, NULL for all, of the tree "doctor" after @lines. */
static void scene_open(struct scene *scene, const char *const *lines, const char *word)
{
	struct sriov_error err = {0};

	*scene = (struct scene){0};
	unit_scene_open(&scene->tree, "doctor");
	for (; lines && *lines; lines++)
		fake_tree_line(&scene->tree.fake, *lines);
	ck_assert_int_eq(sriov_host_look(&scene->tree.doors, SRIOV_CHECK_LOOK, NULL, 0,
					 &scene->host, &err),
			 0);
	ck_assert_msg(sriov_select(&scene->host, &word, word ? 1 : 0,
				   SRIOV_SELECT_IMPLIED | SRIOV_SELECT_EMPTY |
					   SRIOV_SELECT_VFS_TOO,
				   &scene->targets, &err) == 0,
		      "%s", err.msg);
	ck_assert_int_eq(
		sriov_check(&scene->host, &scene->targets, &nothing, &scene->found, &err),
		0);
}

static void scene_close(struct scene *scene)
{
	sriov_findings_free(&scene->found);
	sriov_targets_free(&scene->targets);
	sriov_host_free(&scene->host);
	unit_scene_close(&scene->tree);
}

/* The worst finding of @check, NULL when there is none. */
static const struct sriov_finding *worst(const struct scene *scene, const char *check)
{
	const struct sriov_finding *worst = NULL;

	for (size_t i = 0; i < scene->found.n; i++) {
		const struct sriov_finding *finding = &scene->found.finding[i];

		if (strcmp(finding->check, check) == 0 &&
		    (!worst || finding->level > worst->level))
			worst = finding;
	}
	return worst;
}

#define LINES_MAX 4

/* A guest that is given em1/1. */
#define GUEST(begin, end)                                                                \
	"<domain><devices>" begin "<source><address type='pci' bus='1' slot='16' "       \
	"function='4'/></source>" end "</devices></domain>"

/* What is wrong with a host, and who says so. */
static const struct {
	const char *lines[LINES_MAX + 1];
	const char *check;
	enum sriov_level level;
	const char *object;
} faults[] = {
	{{"delete dev/kvm"}, "virtualization", SRIOV_LEVEL_FAIL, NULL},
	{{"proc/cpuinfo := flags\\t\\t: fpu\\n"},
	 "virtualization",
	 SRIOV_LEVEL_FAIL,
	 NULL},
	{{"delete proc/cpuinfo", "delete dev/kvm"},
	 "virtualization",
	 SRIOV_LEVEL_UNKNOWN,
	 NULL},
	{{"delete sys/kernel/iommu_groups"}, "iommu", SRIOV_LEVEL_FAIL, NULL},
	{{"proc/interrupts =  0:  9  IO-APIC  2-edge  timer"},
	 "iommu",
	 SRIOV_LEVEL_FAIL,
	 NULL},
	{{"delete sys/bus/pci/drivers/vfio-pci", "delete kernel/modules/vfio-pci"},
	 "vfio",
	 SRIOV_LEVEL_FAIL,
	 NULL},
	{{"sys/bus/pci/devices/0000:01:00.1/sriov_totalvfs = 0"},
	 "capability",
	 SRIOV_LEVEL_FAIL,
	 "em2"},
	{{"sys/bus/pci/devices/0000:01:00.1/config := x"},
	 "capability",
	 SRIOV_LEVEL_UNKNOWN,
	 NULL},
	{{"sys/devices/pci0000:00/subordinate_bus_number = 1",
	  "sys/bus/pci/devices/0000:01:00.0/sriov_offset = 512"},
	 "buses",
	 SRIOV_LEVEL_FAIL,
	 "em1"},
	{{"link em2 down"}, "link", SRIOV_LEVEL_FAIL, "em2"},
	{{"sys/class/net/em1/carrier = 0"}, "link", SRIOV_LEVEL_WARN, "em1"},
	{{"sys/kernel/iommu_groups/42/devices/0000:01:00.0 -> ../x"},
	 "groups",
	 SRIOV_LEVEL_WARN,
	 "em1/1"},
	{{"run/sriovctl/override/0000:01:10.4 :="}, "runs", SRIOV_LEVEL_WARN, "em1"},
	{{"sys/bus/pci/devices/0000:01:00.1/sriov_drivers_autoprobe = 0"},
	 "autoprobe",
	 SRIOV_LEVEL_WARN,
	 "em2"},
	{{"sys/bus/pci/devices/0000:01:11.0/driver_override = vfio-pci"},
	 "override",
	 SRIOV_LEVEL_WARN,
	 "em1/2"},
	{{"delete sys/bus/pci/devices/0000:01:00.0/virtfn1"},
	 "orphans",
	 SRIOV_LEVEL_WARN,
	 "0000:01:10.4"},
	{{"unbind 0000:01:10.1", "unbind 0000:01:10.5"},
	 "drivers",
	 SRIOV_LEVEL_WARN,
	 "em2/0-1"},
	{{"delete sys/bus/pci/devices/0000:01:11.0/net"},
	 "netdevs",
	 SRIOV_LEVEL_WARN,
	 "em1/2"},
	{{"vf 0000:01:00.0 0 trust off"}, "bonds", SRIOV_LEVEL_WARN, "em1/0"},
	{{"vf 0000:01:00.1 1 mac 00:00:00:00:00:00"}, "mac", SRIOV_LEVEL_WARN, "em2/1"},
	{{"vf 0000:01:00.0 2 mac 52:54:00:a1:00:02"},
	 "mac_taken",
	 SRIOV_LEVEL_FAIL,
	 "em1/2"},
	{{"vf 0000:01:00.0 0 mac 52:54:00:a1:00:01"},
	 "mac_twice",
	 SRIOV_LEVEL_FAIL,
	 "em1/0, em1/1"},
	{{"vf 0000:01:00.0 0 mac 52:54:00:a2:00:01"},
	 "mac_twice",
	 SRIOV_LEVEL_WARN,
	 "em1/0, em2/1"},
	{{"etc/libvirt/qemu/a.xml = " GUEST("<hostdev type='pci'>", "</hostdev>"),
	  "etc/libvirt/qemu/b.xml = " GUEST("<hostdev type='pci'>", "</hostdev>")},
	 "claims",
	 SRIOV_LEVEL_WARN,
	 "em1/1"},
	{{"etc/libvirt/qemu/a.xml = " GUEST("<interface type='hostdev'>", "</interface>"),
	  "vf 0000:01:00.0 1 vlan 7"},
	 "interfaces",
	 SRIOV_LEVEL_WARN,
	 "em1/1"},
	{{"etc/modprobe.d/local.conf = options ixgbe max_vfs=8"},
	 "max_vfs",
	 SRIOV_LEVEL_WARN,
	 "p1p1, p1p2"},
	{{"proc/cmdline = igb.max_vfs=7"},
	 "max_vfs",
	 SRIOV_LEVEL_WARN,
	 "em1, em2, em3, em4"},
	{{"etc/systemd/network/1.link := [Match]\\nOriginalName=em2\\n[Link]\\n"
	  "SR-IOVVirtualFunctions=3"},
	 "managers",
	 SRIOV_LEVEL_WARN,
	 "em2"},
	{{"etc/netplan/1.yaml := em3:\\n  virtual-function-count: 4"},
	 "netplan",
	 SRIOV_LEVEL_WARN,
	 "em3"},
};

START_TEST(a_sound_host_has_nothing_to_mend)
{
	struct scene scene;

	scene_open(&scene, NULL, NULL);
	ck_assert_uint_gt(scene.found.n, 0);
	for (size_t i = 0; i < scene.found.n; i++) {
		const struct sriov_finding *finding = &scene.found.finding[i];

		ck_assert_msg(finding->level == SRIOV_LEVEL_OK, "%s: %s", finding->check,
			      finding->message);
		ck_assert_ptr_null(finding->fix);
	}
	scene_close(&scene);
}
END_TEST

START_TEST(each_check_sees_its_fault)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(faults); i++) {
		const struct sriov_finding *finding;
		struct scene scene;

		scene_open(&scene, faults[i].lines, NULL);
		finding = worst(&scene, faults[i].check);
		ck_assert_msg(finding != NULL, "row %zu: nothing of %s", i,
			      faults[i].check);
		ck_assert_msg(finding->level == faults[i].level, "row %zu: %s", i,
			      finding->message);
		ck_assert_pstr_eq(finding->object, faults[i].object);
		if (finding->level >= SRIOV_LEVEL_WARN)
			ck_assert_msg(finding->fix != NULL, "row %zu: no fix", i);
		scene_close(&scene);
	}
}
END_TEST

START_TEST(what_was_not_named_is_left_out)
{
	const char *const lines[] = {"link em2 down", NULL};
	struct scene scene;

	scene_open(&scene, lines, "em1");
	ck_assert_int_eq(worst(&scene, "link")->level, SRIOV_LEVEL_OK);
	scene_close(&scene);
	scene_open(&scene, lines, "em2/1");
	ck_assert_int_eq(worst(&scene, "link")->level, SRIOV_LEVEL_FAIL);
	scene_close(&scene);
}
END_TEST

START_TEST(a_vf_is_asked_for_its_traffic_by_its_own_name_only)
{
	const char *const lines[] = {"link em1v2 up", NULL};
	struct scene scene;

	scene_open(&scene, NULL, "em1");
	ck_assert_ptr_null(worst(&scene, "traffic"));
	scene_close(&scene);
	scene_open(&scene, NULL, "em1/2");
	ck_assert_int_eq(worst(&scene, "traffic")->level, SRIOV_LEVEL_FAIL);
	ck_assert_str_eq(worst(&scene, "traffic")->object, "em1/2");
	scene_close(&scene);
	scene_open(&scene, lines, "em1/2");
	ck_assert_int_eq(worst(&scene, "traffic")->level, SRIOV_LEVEL_OK);
	scene_close(&scene);
}
END_TEST

START_TEST(a_captured_tree_is_checked_as_the_host_is)
{
	struct sriov_targets targets = {0};
	struct sriov_findings found = {0};
	struct sriov_host host = {0};
	struct sriov_error err = {0};
	struct unit_scene scene = {.fake = unit_tree("doctor")};

	/* its modules were not captured */
	fake_remove(&scene.fake, "sys/bus/pci/drivers/vfio-pci");
	fake_put(&scene.fake, "6.12.0", "proc/sys/kernel/osrelease");
	ck_assert_int_eq(sriov_doors_open(&scene.doors, scene.fake.path, &err), 0);
	ck_assert_int_eq(
		sriov_host_look(&scene.doors, SRIOV_CHECK_LOOK, NULL, 0, &host, &err), 0);
	ck_assert_int_eq(
		sriov_select(&host, NULL, 0, SRIOV_SELECT_IMPLIED, &targets, &err), 0);
	ck_assert_int_eq(sriov_check(&host, &targets, &nothing, &found, &err), 0);
	for (size_t i = 0; i < found.n; i++)
		ck_assert_msg(found.finding[i].level ==
				      (strcmp(found.finding[i].check, "vfio") == 0
					       ? SRIOV_LEVEL_UNKNOWN
					       : SRIOV_LEVEL_OK),
			      "%s", found.finding[i].message);
	ck_assert_uint_gt(found.n, 5);
	sriov_findings_free(&found);
	sriov_targets_free(&targets);
	sriov_host_free(&host);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(every_level_has_a_word)
{
	ck_assert_str_eq(sriov_level_name(SRIOV_LEVEL_OK), "ok");
	ck_assert_str_eq(sriov_level_name(SRIOV_LEVEL_UNKNOWN), "unknown");
	ck_assert_str_eq(sriov_level_name(SRIOV_LEVEL_WARN), "warn");
	ck_assert_str_eq(sriov_level_name(SRIOV_LEVEL_FAIL), "fail");
}
END_TEST

UNIT_MAIN("check", a_sound_host_has_nothing_to_mend, each_check_sees_its_fault,
	  what_was_not_named_is_left_out,
	  a_vf_is_asked_for_its_traffic_by_its_own_name_only,
	  a_captured_tree_is_checked_as_the_host_is, every_level_has_a_word)
