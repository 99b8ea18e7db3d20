/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What users type, and which PFs, VFs and functions they mean by it. */
#include <errno.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "folder.h"
#include "want/selector.h"

#define ALL_USED "em1/0-6 em2/0-6"
#define HAS "em1, em2, em3, em4, nvme0, p1p1, p1p2"

enum {
	VFS = SRIOV_SELECT_VFS,
	NETDEV = SRIOV_SELECT_NETDEV,
	NET = SRIOV_SELECT_NET,
	FUNCTIONS = SRIOV_SELECT_FUNCTIONS,
	IMPLIED = SRIOV_SELECT_IMPLIED,
	EMPTY = SRIOV_SELECT_EMPTY,
	VFS_TOO = SRIOV_SELECT_VFS_TOO,
};

/* The R730 with VFs on em1 and em2, and an NVMe drive with two. */
struct scene {
	struct fake fake;
	struct sriov_doors doors;
	struct sriov_host host;
};

static struct scene *scene_open(void)
{
	static const char *const nvme[] = {
		"pci 0000:05:00.0 id 144d:a824 class 010802 group 70 driver nvme",
		"sriov 0000:05:00.0 hardware 4 limit 4 offset 1 stride 1 vf-id a824 "
		"vf-driver nvme",
		"sys/bus/pci/devices/0000:05:00.0/nvme/nvme0/state = live",
		"vfs 0000:05:00.0 2",
		"pci 0000:07:00.0 id 1077:2031 class 0c0400 group 80",
	};
	struct scene *scene = calloc(1, sizeof(*scene));
	struct sriov_error err;

	ck_assert_ptr_nonnull(scene);
	scene->fake = unit_tree("r730-used");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(nvme); i++)
		fake_tree_line(&scene->fake, nvme[i]);
	fake_doors_open(&scene->doors, scene->fake.path);
	ck_assert_int_eq(sriov_host_look(&scene->doors, SRIOV_LOOK_VFS | SRIOV_LOOK_USERS,
					 NULL, 0, &scene->host, &err),
			 0);
	return scene;
}

static void scene_close(struct scene *scene)
{
	sriov_host_free(&scene->host);
	sriov_doors_close(&scene->doors);
	unit_folder_remove(&scene->fake);
	free(scene);
}

static int select_line(struct scene *scene, const char *line, unsigned how,
		       struct sriov_targets *ret, struct sriov_error *err)
{
	_cleanup_free_ char *copy = strdup(line);
	const char *words[16];
	char *rest = copy, *word;
	size_t n = 0;

	while ((word = strtok_r(rest, " ", &rest)))
		words[n++] = word;
	return sriov_select(&scene->host, words, n, how, ret, err);
}

/* "em1/0-3 nvme0 0000:07:00.0" */
static void describe(const struct sriov_targets *targets, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 0, next; i < targets->n; i = next) {
		const struct sriov_target *target = &targets->target[i];
		size_t used = strlen(buf);
		unsigned index[64], n = 0;
		char one[128];

		for (next = i; next < targets->n && target->vf &&
			       targets->target[next].pf == target->pf;
		     next++)
			index[n++] = targets->target[next].vf->index;
		if (next == i)
			next = i + 1;
		if (target->vf)
			sriov_vfs_format(target->pf, index, n, one, sizeof(one));
		else
			snprintf(one, sizeof(one), "%s",
				 target->pf ? target->pf->name
					    : target->function->address);
		snprintf(buf + used, size - used, "%s%s", used ? " " : "", one);
	}
}

START_TEST(a_selector_means)
{
	static const struct {
		const char *line;
		unsigned how;
		const char *meant;
		const char *left_out;
	} cases[] = {
		/* a PF means its VFs, or itself where the command is about PFs */
		{"em1", VFS, "em1/0-6", ""},
		{"em1", 0, "em1", ""},
		{"em1", VFS_TOO, "em1", ""},
		{"em2 em1", VFS, ALL_USED, ""},
		{"em1/3", VFS, "em1/3", ""},
		{"em1/3", VFS_TOO, "em1/3", ""},
		{"em1/0-3,6", VFS, "em1/0-3,6", ""},
		{"em1/6,0-1,0", VFS, "em1/0-1,6", ""},
		{"em1 em1/3 em1", VFS, "em1/0-6", ""},
		{"em1 vf 0-3", VFS, "em1/0-3", ""},
		{"em1 vf 0 em2 vf 1", VFS, "em1/0 em2/1", ""},
		{"em1/0 em2 vf 1 em2/2", VFS, "em1/0 em2/1-2", ""},
		{"em3", VFS | EMPTY, "", ""},
		{"em3", 0, "em3", ""},
		/* addresses, of VFs and PFs, as lspci and libvirt write them */
		{"0000:01:10.4", VFS, "em1/1", ""},
		{"01:10.4", VFS, "em1/1", ""},
		{"pci_0000_01_10_4", VFS, "em1/1", ""},
		{"0000:01:00.0", VFS, "em1/0-6", ""},
		{"01:00.0", 0, "em1", ""},
		{"0000:01:00.0/1", VFS, "em1/1", ""},
		{"pci_0000_01_00_0/1-2", VFS, "em1/1-2", ""},
		{"0000:01:00.0 vf 1", VFS, "em1/1", ""},
		{"0000:05:00.0/1", VFS, "nvme0/1", ""},
		{"nvme0/1", VFS, "nvme0/1", ""},
		{"nvme0", VFS, "nvme0/0-1", ""},
		/* a VF's own netdev, drivers and guests */
		{"em1v4", VFS, "em1/4", ""},
		{"driver:vfio-pci", VFS, "em1/0,2", ""},
		{"driver:none", VFS, "em1/3", ""},
		{"driver:nvme", VFS, "nvme0/0-1", ""},
		{"guest:vm1", VFS, "em1/0", ""},
		/* globs and what is implied leave out what cannot be meant */
		{"em*", VFS, ALL_USED, ""},
		{"em[12]", VFS, ALL_USED, ""},
		{"em?", 0, "em1 em2 em3 em4", ""},
		{"all", VFS, ALL_USED " nvme0/0-1", ""},
		{"all", VFS | NETDEV, ALL_USED, "nvme0 left out: no network device"},
		{"", VFS | NETDEV | IMPLIED, ALL_USED,
		 "nvme0 left out: no network device"},
		{"*", VFS | NETDEV, ALL_USED, "nvme0 left out: no network device"},
		{"all", NET, "em1 em2 em3 em4 p1p1 p1p2",
		 "nvme0 left out: no network card"},
		{"", IMPLIED, "em1 em2 em3 em4 nvme0 p1p1 p1p2", ""},
		{"nvme0", NET, "nvme0", ""},
		/* a device whose name is an attribute's; other functions */
		{"dev:em1", VFS, "em1/0-6", ""},
		{"dev:em1v4", VFS, "em1/4", ""},
		{"0000:07:00.0", VFS | FUNCTIONS, "0000:07:00.0", ""},
		{"function:0000:07:00.0", VFS | FUNCTIONS, "0000:07:00.0", ""},
		{"function:0000:01:00.2", VFS | FUNCTIONS, "0000:01:00.2", ""},
		{"em1/0 0000:07:00.0 07:00.0", VFS | FUNCTIONS, "0000:07:00.0 em1/0", ""},
	};
	struct scene *scene = scene_open();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_targets targets = {0};
		struct sriov_error err = {0};
		char meant[256];
		int r = select_line(scene, cases[i].line, cases[i].how, &targets, &err);

		ck_assert_msg(r == 0, "'%s': %s: %s", cases[i].line, err.object, err.msg);
		describe(&targets, meant, sizeof(meant));
		ck_assert_msg(strcmp(meant, cases[i].meant) == 0, "'%s' means '%s'",
			      cases[i].line, meant);
		ck_assert_str_eq(targets.left_out, cases[i].left_out);
		sriov_targets_free(&targets);
	}
	scene_close(scene);
}
END_TEST

START_TEST(a_selector_that_means_nothing_says_why)
{
	static const struct {
		const char *line;
		unsigned how;
		enum sriov_code code;
		const char *object;
		const char *msg;
		const char *hint;
	} cases[] = {
		{"em9", VFS, SRIOV_NOT_FOUND, "", "no such device 'em9'",
		 "did you mean 'em1'? This host has " HAS},
		{"bond0", VFS, SRIOV_NOT_FOUND, "", "no such device 'bond0'",
		 "this host has " HAS},
		{"bond0/3", VFS, SRIOV_NOT_FOUND, "", "no such device 'bond0'",
		 "this host has " HAS},
		{"bond*", VFS, SRIOV_NOT_FOUND, "", "no such device 'bond*'",
		 "this host has " HAS},
		{"0000:09:00.0", VFS, SRIOV_NOT_FOUND, "",
		 "no such device '0000:09:00.0'", "this host has " HAS},
		{"0000:09:00.0", VFS | FUNCTIONS, SRIOV_NOT_FOUND, "",
		 "no such PCI device: 0000:09:00.0", ""},
		{"\x1b[31m", VFS, SRIOV_NOT_FOUND, "", "no such device '?[31m'",
		 "this host has " HAS},
		{"em3", VFS, SRIOV_NOT_FOUND, "em3", "has no VFs",
		 "sriovctl enable em3 7"},
		{"em3/2", VFS, SRIOV_NOT_FOUND, "em3/2", "no such VF",
		 "em3 has no VFs: sriovctl enable em3 3"},
		{"em1/7", VFS, SRIOV_NOT_FOUND, "em1/7", "no such VF",
		 "VFs count from 0: em1 has em1/0 to em1/6"},
		{"em1/0-7", VFS, SRIOV_NOT_FOUND, "em1/7", "no such VF",
		 "VFs count from 0: em1 has em1/0 to em1/6"},
		{"em1 vf 7", VFS, SRIOV_NOT_FOUND, "em1/7", "no such VF",
		 "VFs count from 0: em1 has em1/0 to em1/6"},
		{"driver:ixgbevf", VFS, SRIOV_NOT_FOUND, "",
		 "no VF is bound to driver 'ixgbevf'", ""},
		{"guest:vm2", VFS, SRIOV_NOT_FOUND, "",
		 "no VF is held by a guest called 'vm2'", ""},
		{"em1/", VFS, SRIOV_USAGE, "", "'' is no VF number or range",
		 "VFs are written em1/3, em1/0-3 or em1/0-3,6"},
		{"em1/x", VFS, SRIOV_USAGE, "", "'x' is no VF number or range",
		 "VFs are written em1/3, em1/0-3 or em1/0-3,6"},
		{"em1/3-1", VFS, SRIOV_USAGE, "", "'3-1' is a reversed range",
		 "VFs are written em1/3, em1/0-3 or em1/0-3,6"},
		{"em1/65536", VFS, SRIOV_USAGE, "", "'65536' is no VF number or range",
		 "VFs are written em1/3, em1/0-3 or em1/0-3,6"},
		{"../em1/0", VFS, SRIOV_USAGE, "",
		 "'../em1/0' is neither a device nor a VF (em1/3)", ""},
		{"../0", VFS, SRIOV_USAGE, "",
		 "'../0' is neither a device nor a VF (em1/3)", ""},
		{"/0", VFS, SRIOV_USAGE, "", "'/0' is neither a device nor a VF (em1/3)",
		 ""},
		{"em1/3", 0, SRIOV_USAGE, "", "'em1/3' is a VF",
		 "this command takes a PF: em1"},
		{"nvme0", VFS | NETDEV, SRIOV_UNSUPPORTED, "nvme0", "no network device",
		 ""},
		{"nvme0/1", VFS | NETDEV, SRIOV_UNSUPPORTED, "nvme0", "no network device",
		 ""},
		{"driver:nvme", VFS | NETDEV, SRIOV_UNSUPPORTED, "nvme0/0",
		 "no network device", ""},
		{"dev:", VFS, SRIOV_NOT_FOUND, "", "no such device ''",
		 "this host has " HAS},
		{"function:0000:07:00.0", VFS, SRIOV_USAGE, "",
		 "this command takes VFs, not function:0000:07:00.0", ""},
		{"function:em1", VFS | FUNCTIONS, SRIOV_USAGE, "",
		 "'function:em1': not a PCI address such as 0000:01:00.0", ""},
		{"function:0000:01:00.0", VFS | FUNCTIONS, SRIOV_IN_USE, "em1",
		 "is a PF with 7 VFs", "sriovctl disable em1"},
	};
	struct scene *scene = scene_open();

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct sriov_targets targets = {.n = 77};
		struct sriov_error err = {0};
		int r = select_line(scene, cases[i].line, cases[i].how, &targets, &err);

		ck_assert_msg(r < 0, "'%s' is taken", cases[i].line);
		ck_assert_int_eq(r, -err.errnum);
		ck_assert_msg(err.code == cases[i].code, "'%s' gives %d: %s",
			      cases[i].line, err.code, err.msg);
		ck_assert_str_eq(err.object, cases[i].object);
		ck_assert_str_eq(err.msg, cases[i].msg);
		ck_assert_str_eq(err.hint, cases[i].hint);
		ck_assert_uint_eq(targets.n, 77);
	}
	scene_close(scene);
}
END_TEST

START_TEST(no_word_is_too_long)
{
	struct scene *scene = scene_open();
	struct sriov_targets targets;
	struct sriov_error err = {0};
	char word[5000];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ck_assert_int_eq(select_line(scene, word, VFS, &targets, &err), -E2BIG);
	ck_assert_int_eq(err.code, SRIOV_USAGE);
	ck_assert_str_eq(err.msg, "a name of 4999 characters is no device");
	scene_close(scene);
}
END_TEST

START_TEST(a_host_without_devices_says_so)
{
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};
	struct sriov_error err = {0};
	const char *const word = "em1", *const all = "all";

	ck_assert_int_eq(sriov_select(&host, &word, 1, VFS, &targets, &err), -ENODEV);
	ck_assert_str_eq(err.hint, "this host has no device with SR-IOV");
	ck_assert_int_eq(sriov_select(&host, &all, 1, VFS, &targets, &err), -ENODEV);
	ck_assert_int_eq(sriov_select(&host, NULL, 0, VFS | IMPLIED, &targets, &err), 0);
	ck_assert_uint_eq(targets.n, 0);
}
END_TEST

START_TEST(a_scope_is_said_in_one_line)
{
	struct scene *scene = scene_open();
	struct sriov_targets targets;
	struct sriov_error err;
	char buf[128];

	ck_assert_int_eq(select_line(scene, "em1 em2", VFS, &targets, &err), 0);
	ck_assert_str_eq(sriov_targets_format(&targets, buf, sizeof(buf)),
			 "14 VFs of em1, em2");
	sriov_targets_free(&targets);
	ck_assert_int_eq(select_line(scene, "em1/3", VFS, &targets, &err), 0);
	ck_assert_str_eq(sriov_targets_format(&targets, buf, sizeof(buf)), "1 VF of em1");
	sriov_targets_free(&targets);
	scene_close(scene);
}
END_TEST

UNIT_MAIN("want/selector", a_selector_means, a_selector_that_means_nothing_says_why,
	  no_word_is_too_long, a_host_without_devices_says_so,
	  a_scope_is_said_in_one_line)
