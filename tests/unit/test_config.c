/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration: what a file says of each PF, and what is wanted of a host by it. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/text.h"
#include "folder.h"
#include "want/config.h"

#define HEAD "version: 1\npfs:\n"

struct config {
	struct sriov_config config;
	struct sriov_problems problems;
	struct sriov_problems warnings;
};

static void add(struct config *config, const char *name, const char *text)
{
	ck_assert_int_eq(sriov_config_add(&config->config, name, strdup(text),
					  strlen(text), &config->problems),
			 0);
}

static void config_free(struct config *config)
{
	sriov_config_free(&config->config);
	sriov_problems_free(&config->problems);
	sriov_problems_free(&config->warnings);
}

/* "4 at 5000: message; ..." of all problems: line and the word at the place. */
static void list_problems(const struct sriov_problems *problems, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 0; i < problems->n; i++) {
		const struct sriov_problem *problem = &problems->problem[i];
		const char *word = problem->line_text + problem->caret;

		ck_assert_uint_eq(problem->column, problem->caret + 1);
		sriov_text_append(buf, size, "%s%u at %.*s: %s", i ? "; " : "",
				  problem->line, (int)strcspn(word + 1, ", }]'\"") + 1,
				  word, problem->error.msg);
	}
}

static void no_problems(const struct config *config)
{
	char text[2048];

	list_problems(&config->problems, text, sizeof(text));
	ck_assert_str_eq(text, "");
}

START_TEST(entries_are_in_order_and_all_is_first)
{
	struct config config = {0};
	const struct sriov_config_pf *pf;

	add(&config, "a.yaml",
	    HEAD "  - pf: em1\n"
		 "    vf: {3: {vlan: 1}, '0-1,6': {vlan: 2, qos: 3}}\n"
		 "    vfs: 7\n"
		 "    all: {trust: true}\n"
		 "    link: down\n"
		 "  - {pci: 01:00.1, vf: [{vf: 2, mac: auto, netdev: x, group: 4}]}\n"
		 "  - {perm_mac: 24:6E:96:5a:10:02, driver: igb, limits: {driver: 7}}\n");
	no_problems(&config);
	ck_assert_uint_eq(config.config.n_pfs, 3);
	pf = &config.config.pf[0];
	ck_assert_str_eq(pf->name, "em1");
	ck_assert_int_eq(pf->vfs, 7);
	ck_assert_int_eq(pf->link, 0);
	ck_assert_uint_eq(pf->n_entries, 3);
	ck_assert_uint_eq(pf->entry[0].n_ranges, 0);
	ck_assert_uint_eq(pf->entry[0].n_settings, 1);
	ck_assert_int_eq(pf->entry[0].setting[0].assignment.attr, SRIOV_ATTR_TRUST);
	ck_assert_uint_eq(pf->entry[0].setting[0].assignment.value.number, 1);
	ck_assert_uint_eq(pf->entry[1].range[0].first, 3);
	ck_assert_uint_eq(pf->entry[2].n_ranges, 2);
	ck_assert_uint_eq(pf->entry[2].range[1].last, 6);
	ck_assert_uint_eq(pf->entry[2].n_settings, 2);
	pf = &config.config.pf[1];
	ck_assert(pf->has_bdf && pf->bdf.bus == 1 && pf->bdf.function == 1);
	ck_assert_int_eq(pf->vfs, -1);
	ck_assert_int_eq(pf->link, -1);
	ck_assert_uint_eq(pf->entry[0].n_settings, 1);
	ck_assert_int_eq(pf->entry[0].setting[0].assignment.how, SRIOV_HOW_AUTO);
	ck_assert_uint_eq(config.config.pf[2].perm_mac, 0x246e965a1002);
	ck_assert_uint_eq(config.config.pf[2].n_entries, 0);
	config_free(&config);
}
END_TEST

/* Given the text, these are all problems that the reader finds. */
START_TEST(every_problem_has_its_place)
{
	static const struct {
		const char *text;
		const char *problems;
	} cases[] = {
		{"", ""},
		{"# nothing\n", ""},
		{"version: 1\n", ""},
		{"version: 1\npfs:\n", ""},
		{"pfs: []\n", "1 at pfs:: no version is given"},
		{"version: 2\n",
		 "1 at 2: version must be 1, not '2': this is another format"},
		{"version: [1]\n",
		 "1 at [1: version must be 1, not 'a list': this is another format"},
		{"7\n", "1 at 7: the file must begin with 'version: 1'"},
		{"version: 1\nversion: 1\npf: []\n",
		 "2 at version:: 'version' is given twice; 3 at pf:: unknown key 'pf'"},
		{HEAD "  - {pf: em1, vfs: -1}\n",
		 "3 at -1: vfs must be 0-65535, not '-1'"},
		{HEAD "  - {pf: em1, vfs: 65536}\n",
		 "3 at 65536: vfs must be 0-65535, not '65536'"},
		{HEAD "  - {pf: em1, vfs: max}\n",
		 "3 at max: vfs must be 0-65535, not 'max'"},
		{HEAD "  - {pf: em1, vfs: 0x7}\n",
		 "3 at 0x7: vfs must be 0-65535, not '0x7'"},
		{HEAD "  - {pf: em1, vfs: ~, link: ~, vf: ~, all: ~}\n", ""},
		{HEAD "  - {pf: em1, link: on}\n",
		 "3 at on: link must be up or down, not 'on'"},
		{HEAD "  - {pf: em1, VFS: 1}\n", "3 at VFS:: unknown key 'VFS'"},
		{HEAD "  - {pf: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
		      "abcdefghijklmnopqrstuvwxyz}\n",
		 "3 at abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz: 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
		 "' cannot be the name of a PF"},
		{HEAD "  - {pci: 0000:01:20.0}\n",
		 "3 at 0000:01:20.0: pci must be an address as in 0000:01:00.0, not '0000:01:20.0'"},
		{HEAD "  - {perm_mac: 00:00:00:00:00:00}\n",
		 "3 at 00:00:00:00:00:00: perm_mac must be a MAC address, not '00:00:00:00:00:00'"},
		{HEAD "  - {pf: em1, vfs: 2, vf: {1-2: {}}}\n",
		 "3 at 1-2:: there is no VF 2 among 2 VFs: they count from 0"},
		{HEAD "  - {pf: em1, vfs: 0, all: {vlan: 3}, vf: {}}\n", ""},
		{HEAD "  - {pf: em1, vf: {2-1: {}, x: {}, -1: {}, 65536: {}, ~: {}}}\n",
		 "3 at 2-1:: '2-1' is no VF number and no range; "
		 "3 at x:: 'x' is no VF number and no range; "
		 "3 at -1:: '-1' is no VF number and no range; "
		 "3 at 65536:: '65536' is no VF number and no range; "
		 "3 at ~:: '~' is no VF number and no range"},
		{HEAD "  - {pf: em1, vf: [3, {vlan: 1}]}\n",
		 "3 at 3: which VF is this? It has no member 'vf'; "
		 "3 at {vlan:: which VF is this? It has no member 'vf'"},
		{HEAD "  - {pf: em1, vf: {1: {netdev: x}}}\n",
		 "3 at netdev:: unknown key 'netdev'"},
		{HEAD "  - {pf: em1, all: {vlan: \"\", qos: 07, trust: \"true\"}}\n",
		 "3 at \": vlan must be 0-4094, not ''; 3 at \"true: trust must be on|off, not 'true'"},
		{HEAD "  - {pf: em1, vf: {0: {mac: 52:54:00:a1:00:00+, vlan: 010}}}\n",
		 ""},
		{HEAD "  - {pf: em1, vf: {0-1: {mac: 52:54:00:a1:00:00}}}\n",
		 "3 at 52:54:00:a1:00:00: one MAC address for several VFs would not work"},
		{HEAD "  - {pf: em1, vf: {'1,1': {mac: 52:54:00:a1:00:00}}}\n",
		 "3 at 52:54:00:a1:00:00: one MAC address for several VFs would not work"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct config config = {0};
		char problems[2048];

		add(&config, "a.yaml", cases[i].text);
		list_problems(&config.problems, problems, sizeof(problems));
		ck_assert_msg(strcmp(problems, cases[i].problems) == 0,
			      "%s gives '%s', not '%s'", cases[i].text, problems,
			      cases[i].problems);
		config_free(&config);
	}
}
END_TEST

START_TEST(two_entries_of_one_pf_are_found_by_what_both_give)
{
	static const struct {
		const char *first;
		const char *second;
		bool doubled;
	} cases[] = {
		{"pf: em1", "pf: em1", true},
		{"pf: em1", "pf: em2", false},
		{"pci: 0000:01:00.0", "pci: 01:00.0", true},
		{"{pf: em1, pci: 01:00.0}", "{pf: em1, pci: 01:00.1}", false},
		{"{pf: em1, pci: 01:00.0}", "{pf: em2, pci: 01:00.0}", true},
		{"{pf: em1, pci: 01:00.0}", "pf: em1", true},
		{"perm_mac: 24:6e:96:5a:10:00", "perm_mac: 24:6E:96:5A:10:00", true},
		/* only the host can tell */
		{"pf: em1", "pci: 01:00.0", false},
		{"pci: 01:00.0", "perm_mac: 24:6e:96:5a:10:00", false},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct config config = {0};
		char text[256];

		snprintf(text, sizeof(text), HEAD "  - %s\n", cases[i].first);
		add(&config, "a.yaml", text);
		snprintf(text, sizeof(text), HEAD "\n  - %s\n", cases[i].second);
		add(&config, "b.yaml", text);
		sriov_config_check(&config.config, &config.problems);
		ck_assert_msg(config.problems.n == cases[i].doubled, "%s beside %s",
			      cases[i].second, cases[i].first);
		ck_assert(config.config.pf[1].doubled == cases[i].doubled);
		ck_assert(!config.config.pf[0].doubled);
		if (cases[i].doubled) {
			ck_assert_str_eq(config.problems.problem[0].file, "b.yaml");
			ck_assert_uint_eq(config.problems.problem[0].line, 4);
			ck_assert_str_eq(config.problems.problem[0].error.hint,
					 "the other is in a.yaml");
		}
		config_free(&config);
	}
}
END_TEST

static void look(struct unit_scene *scene, struct sriov_host *host)
{
	struct sriov_error err = {0};

	ck_assert_int_eq(
		sriov_host_look(&scene->doors, SRIOV_LOOK_VFS, NULL, 0, host, &err), 0);
}

/* "em1 vfs 3 link up; 0 vlan 5; ..." */
static void describe(const struct sriov_want *want, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 0; i < want->n_pfs; i++) {
		const struct sriov_pf_want *pf = &want->pf[i];

		sriov_text_append(buf, size, "%s%s %d %d", i ? "; " : "", pf->pf->name,
				  pf->vfs, pf->link);
		for (size_t j = 0; j < pf->n_vfs; j++) {
			sriov_text_append(buf, size, ", %u", pf->vf[j].index);
			for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
				char value[SRIOV_VALUE_LEN];

				if (!(pf->vf[j].mask & UINT32_C(1) << id))
					continue;
				sriov_text_append(
					buf, size, " %s=%s", sriov_attr(id)->name,
					sriov_attr_format(sriov_attr(id),
							  &pf->vf[j].value[id], value));
			}
		}
	}
}

/* Given the PFs, this is wanted of an R730 that has 3 VFs of em2, or these problems. */
START_TEST(what_is_wanted_of_a_host)
{
	static const struct {
		const char *pfs;
		const char *want;
		const char *problems;
	} cases[] = {
		{"  - {pf: em1, vfs: 7}\n", "em1 7 -1", ""},
		{"  - {pf: em1, link: up}\n  - {pf: em3, link: down, vfs: 0}\n",
		 "em1 -1 1; em3 0 0", ""},
		{"  - pf: em1\n    vfs: 3\n    vf: {0-1: {vlan: 5}, 1: {vlan: 6}}\n"
		 "    all: {vlan: 7, trust: off}\n",
		 "em1 3 -1, 0 vlan=5 trust=off, 1 vlan=6 trust=off, 2 vlan=7 trust=off",
		 ""},
		{"  - {pf: em1, vfs: 4, vf: {'1,3': {mac: 52:54:00:00:00:fe+}}}\n",
		 "em1 4 -1, 1 mac=52:54:00:00:00:fe, 3 mac=52:54:00:00:00:ff", ""},
		{"  - {pf: em2, vf: {2: {driver: vfio}}}\n",
		 "em2 -1 -1, 2 driver=vfio-pci", ""},
		{"  - {pf: em2, vfs: 3, all: {driver: vfio}}\n",
		 "em2 3 -1, 0 driver=vfio-pci, 1 driver=vfio-pci, 2 driver=vfio-pci", ""},
		{"  - {pf: em2, vfs: 1, all: {driver: vfio}}\n",
		 "em2 1 -1, 0 driver=vfio", ""},
		{"  - {pf: em2, all: {}}\n", "em2 -1 -1", ""},
		{"  - {pf: em2, vf: {3: {vlan: 1}}}\n", NULL,
		 "3 at 3:: em2 has 3 VFs: there is no VF 3"},
		{"  - {pf: em1, vf: {0: {vlan: 1}}}\n", NULL,
		 "3 at 0:: em1 has 0 VFs: there is no VF 0"},
		{"  - {pf: em1, vfs: 8}\n", NULL,
		 "3 at 8: cannot make 8 VFs: the igb driver allows 7 (the card itself 8)"},
		{"  - {pf: nope, vfs: 8}\n", NULL, "3 at nope: there is no PF 'nope'"},
		{"  - {pf: em1, vfs: 2, all: {mac: 52:54:00:ff:ff:ff+}}\n", NULL,
		 "3 at 52:54:00:ff:ff:ff+: mac 52:54:00:ff:ff:ff+ leaves the low 24 bits after 1 VFs"},
		{"  - {pf: em2, pci: 01:00.0}\n", NULL,
		 "3 at em2: em2 is the PF at 0000:01:00.1 now, and 0000:01:00.0 is called em1"},
		{"  - {pf: em1}\n  - {pci: 01:00.0}\n", NULL,
		 "4 at {pci:: em1 is claimed twice; a PF belongs to one entry"},
	};
	struct unit_scene scene;
	struct sriov_host host = {0};

	unit_scene_open(&scene, "r730");
	fake_tree_line(&scene.fake, "vfs 0000:01:00.1 3");
	look(&scene, &host);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct config config = {0};
		const struct sriov_config_notes notes = {&config.problems,
							 &config.warnings};
		struct sriov_want want = {0};
		struct sriov_error err = {0};
		char text[1024];

		snprintf(text, sizeof(text), HEAD "%s", cases[i].pfs);
		add(&config, "a.yaml", text);
		ck_assert_int_eq(sriov_want_config(&want, &host, &config.config, true,
						   &notes, &err),
				 0);
		list_problems(&config.problems, text, sizeof(text));
		ck_assert_msg(strcmp(text, cases[i].problems) == 0, "%s gives '%s'",
			      cases[i].pfs, text);
		describe(&want, text, sizeof(text));
		if (cases[i].want)
			ck_assert_str_eq(text, cases[i].want);
		ck_assert(want.standing);
		ck_assert_uint_eq(config.warnings.n, 0);
		sriov_want_free(&want);
		config_free(&config);
	}
	sriov_host_free(&host);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(a_pf_that_is_missing_can_be_passed_over)
{
	struct unit_scene scene;
	struct sriov_host host = {0};
	struct config config = {0};
	const struct sriov_config_notes notes = {&config.problems, &config.warnings};
	struct sriov_want want = {0};
	struct sriov_error err = {0};
	char text[256];

	unit_scene_open(&scene, "r730");
	look(&scene, &host);
	add(&config, "a.yaml",
	    HEAD "  - {pf: em9, vfs: 1}\n  - {pf: eth0, pci: 01:00.2, vfs: 2}\n");
	ck_assert_int_eq(
		sriov_want_config(&want, &host, &config.config, false, &notes, &err), 0);
	no_problems(&config);
	describe(&want, text, sizeof(text));
	ck_assert_str_eq(text, "em3 2 -1");
	list_problems(&config.warnings, text, sizeof(text));
	ck_assert_str_eq(text,
			 "4 at eth0: the PF at 0000:01:00.2 is called em3 now, not eth0");
	sriov_want_free(&want);
	config_free(&config);
	sriov_host_free(&host);
	unit_scene_close(&scene);
}
END_TEST

static void make_file(struct unit_scene *scene, const char *name, const char *text,
		      mode_t mode)
{
	char path[256];

	snprintf(path, sizeof(path), "etc/sriovctl/%s", name);
	fake_put_bytes(&scene->fake, text, strlen(text), path);
	ck_assert_int_eq(fchmodat(scene->fake.root, path, mode, 0), 0);
}

START_TEST(the_folder_is_read_in_the_order_of_names)
{
	struct unit_scene scene;
	struct config config = {0};
	struct sriov_error err = {0};

	unit_scene_open(&scene, "r730");
	ck_assert_int_eq(sriov_config_add_folder(&config.config, &scene.doors,
						 &config.problems, &err),
			 0);
	ck_assert_uint_eq(config.config.n_files, 0);
	make_file(&scene, "b.yaml", HEAD "  - pf: em2\n", 0644);
	make_file(&scene, "a.yaml", HEAD "  - pf: em1\n", 0600);
	make_file(&scene, "c.yaml", "", 0644);
	make_file(&scene, "d.yml", "no", 0666);
	make_file(&scene, ".e.yaml", "no", 0666);
	make_file(&scene, "yaml", "no", 0666);
	ck_assert_int_eq(sriov_config_add_folder(&config.config, &scene.doors,
						 &config.problems, &err),
			 0);
	no_problems(&config);
	ck_assert_uint_eq(config.config.n_files, 3);
	ck_assert_str_eq(config.config.file[0]->name, "/etc/sriovctl/a.yaml");
	ck_assert_ptr_null(config.config.file[2]->root);
	ck_assert_uint_eq(config.config.n_pfs, 2);
	ck_assert_str_eq(config.config.pf[1].name, "em2");
	ck_assert_ptr_eq(config.config.pf[1].file, config.config.file[1]);
	config_free(&config);
	unit_scene_close(&scene);
}
END_TEST

START_TEST(what_others_can_write_is_not_read)
{
	static const struct {
		mode_t folder;
		mode_t file;
		int result;
	} cases[] = {
		{0755, 0644, 0},      {0700, 0600, 0},	     {0755, 0646, -EPERM},
		{0757, 0644, -EPERM}, {01777, 0644, -EPERM}, {0775, 0664, 0},
	};
	struct unit_scene scene;

	if (geteuid() != 0)
		return;
	unit_scene_open(&scene, "r730");
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		struct config config = {0};
		struct sriov_error err = {0};

		make_file(&scene, "a.yaml", HEAD, cases[i].file);
		ck_assert_int_eq(
			fchmodat(scene.fake.root, "etc/sriovctl", cases[i].folder, 0), 0);
		ck_assert_msg(sriov_config_add_folder(&config.config, &scene.doors,
						      &config.problems,
						      &err) == cases[i].result,
			      "%zu: %s", i, err.msg);
		ck_assert_int_eq(err.code, cases[i].result ? SRIOV_BAD_FILE : SRIOV_OK);
		config_free(&config);
	}
	unit_scene_close(&scene);
}
END_TEST

UNIT_MAIN("config", entries_are_in_order_and_all_is_first, every_problem_has_its_place,
	  two_entries_of_one_pf_are_found_by_what_both_give, what_is_wanted_of_a_host,
	  a_pf_that_is_missing_can_be_passed_over,
	  the_folder_is_read_in_the_order_of_names, what_others_can_write_is_not_read)
