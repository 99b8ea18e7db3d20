/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A capture shows what the host shows, and nothing that tells whose it is. */
#include <ftw.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "capture/reduce.h"
#include "check/check.h"
#include "folder.h"
#include "sys/links.h"
#include "want/mac_auto.h"

/* A host, its capture, and what each of them shows. */
struct pair {
	struct unit_scene scene;
	struct fake out;
	struct sriov_doors captured;
	struct sriov_host host[2];
	struct sriov_findings found[2];
};

static const struct sriov_config nothing;

static const char *const trees[] = {
	"r730-used", "libvirt",	 "doctor",     "switchdev",	  "nvme",
	"netdevsim", "no-iommu", "infiniband", "infiniband-msix", "broken"};

static void look(struct sriov_doors *doors, struct sriov_host *host,
		 struct sriov_findings *found)
{
	struct sriov_targets targets = {0};
	struct sriov_error err = {0};

	ck_assert_msg(sriov_host_look(doors,
				      SRIOV_CHECK_LOOK | SRIOV_LOOK_ESWITCH |
					      SRIOV_LOOK_MSIX | SRIOV_LOOK_REPRESENTORS,
				      NULL, 0, host, &err) == 0,
		      "%s", err.msg);
	ck_assert_msg(sriov_select(host, NULL, 0,
				   SRIOV_SELECT_IMPLIED | SRIOV_SELECT_EMPTY, &targets,
				   &err) == 0,
		      "%s", err.msg);
	ck_assert_int_eq(sriov_check(host, &targets, &nothing, found, &err), 0);
	sriov_targets_free(&targets);
}

static void capture_into(struct sriov_doors *doors, const char *folder)
{
	const struct sriov_capture_request request = {.folder = folder,
						      .command = "capture"};
	struct sriov_capture_summary summary;
	struct sriov_error err = {0};

	ck_assert_msg(sriov_capture(doors, &request, &summary, &err) == 0, "%s", err.msg);
	free(summary.left_out);
}

static void pair_open(struct pair *pair, const char *tree, const char *const *lines)
{
	struct sriov_error err = {0};
	char path[2 * PATH_MAX];

	*pair = (struct pair){0};
	unit_scene_open(&pair->scene, tree);
	for (; lines && *lines; lines++)
		fake_tree_line(&pair->scene.fake, *lines);
	sriov_doors_close(&pair->scene.doors);
	fake_doors_open(&pair->scene.doors, pair->scene.fake.path);
	pair->out = unit_folder();
	snprintf(path, sizeof(path), "%s", pair->out.path);
	capture_into(&pair->scene.doors, path);
	ck_assert_int_eq(sriov_doors_open(&pair->captured, pair->out.path, &err), 0);
	look(&pair->scene.doors, &pair->host[0], &pair->found[0]);
	look(&pair->captured, &pair->host[1], &pair->found[1]);
}

static void pair_close(struct pair *pair)
{
	for (int i = 0; i < 2; i++) {
		sriov_findings_free(&pair->found[i]);
		sriov_host_free(&pair->host[i]);
	}
	sriov_doors_close(&pair->captured);
	unit_folder_remove(&pair->out);
	unit_scene_close(&pair->scene);
}

static void same_users(const struct sriov_function *a, const struct sriov_function *b)
{
	ck_assert_uint_eq(a->n_users, b->n_users);
	for (size_t i = 0; i < a->n_users; i++) {
		ck_assert_int_eq(a->users[i].kind, b->users[i].kind);
		ck_assert_int_eq(a->users[i].pid, b->users[i].pid);
		ck_assert_int_eq(a->users[i].detail[0] != 0, b->users[i].detail[0] != 0);
		if (a->users[i].kind == SRIOV_USER_GUEST ||
		    a->users[i].kind == SRIOV_USER_DEFINED ||
		    a->users[i].kind == SRIOV_USER_POOL)
			ck_assert_str_ne(a->users[i].name, b->users[i].name);
	}
}

static void same_function(const struct sriov_function *a, const struct sriov_function *b)
{
	ck_assert_str_eq(a->address, b->address);
	ck_assert_str_eq(a->driver, b->driver);
	ck_assert_str_eq(a->netdev, b->netdev);
	ck_assert_uint_eq(a->vendor, b->vendor);
	ck_assert_uint_eq(a->device, b->device);
	ck_assert_uint_eq(a->class, b->class);
	ck_assert_uint_eq(a->ifindex, b->ifindex);
	ck_assert_int_eq(a->group, b->group);
	ck_assert_int_eq(a->link_up, b->link_up);
	ck_assert_int_eq(a->vfio_open, b->vfio_open);
	ck_assert_int_eq(a->netdev_mac == 0, b->netdev_mac == 0);
	if (a->netdev_mac)
		ck_assert_uint_ne(a->netdev_mac, b->netdev_mac);
	same_users(a, b);
}

static void same_settings(const struct sriov_vf_settings *a,
			  const struct sriov_vf_settings *b)
{
	ck_assert_int_eq(a->found, b->found);
	ck_assert_uint_eq(a->known, b->known);
	for (int i = 0; i < SRIOV_N_SETTINGS; i++)
		if (i != SRIOV_SETTING_MAC && i != SRIOV_SETTING_NODE_GUID &&
		    i != SRIOV_SETTING_PORT_GUID)
			ck_assert_uint_eq(a->value[i], b->value[i]);
	ck_assert_int_eq(a->value[SRIOV_SETTING_MAC] == 0,
			 b->value[SRIOV_SETTING_MAC] == 0);
	if (a->value[SRIOV_SETTING_MAC])
		ck_assert_uint_ne(a->value[SRIOV_SETTING_MAC],
				  b->value[SRIOV_SETTING_MAC]);
}

static void same_pf(const struct sriov_pf *a, const struct sriov_pf *b)
{
	same_function(&a->fn, &b->fn);
	ck_assert_str_eq(a->name, b->name);
	ck_assert_int_eq(a->total_vfs, b->total_vfs);
	ck_assert_int_eq(a->numa, b->numa);
	ck_assert_int_eq(a->carrier, b->carrier);
	ck_assert_int_eq(a->autoprobe, b->autoprobe);
	ck_assert_int_eq(a->has_capability, b->has_capability);
	ck_assert_mem_eq(&a->capability, &b->capability, sizeof(a->capability));
	ck_assert_mem_eq(a->vf_bar, b->vf_bar, sizeof(a->vf_bar));
	ck_assert_int_eq(a->settings_read, b->settings_read);
	ck_assert_int_eq(a->msix_pool, b->msix_pool);
	ck_assert_int_eq(a->eswitch_result, b->eswitch_result);
	ck_assert_mem_eq(&a->eswitch, &b->eswitch, sizeof(a->eswitch));
	ck_assert_uint_eq(a->n_vfs, b->n_vfs);
	for (size_t i = 0; i < a->n_vfs; i++) {
		ck_assert_uint_eq(a->vf[i].index, b->vf[i].index);
		same_function(&a->vf[i].fn, &b->vf[i].fn);
		same_settings(&a->vf[i].settings, &b->vf[i].settings);
		ck_assert_uint_eq(a->vf[i].msix, b->vf[i].msix);
		ck_assert_str_eq(a->vf[i].representor, b->vf[i].representor);
		ck_assert_int_eq(a->vf[i].saved.has_mac, b->vf[i].saved.has_mac);
	}
}

START_TEST(a_capture_shows_what_the_host_shows)
{
	struct pair pair;

	pair_open(&pair, trees[_i], NULL);
	ck_assert_uint_eq(pair.host[0].n_pfs, pair.host[1].n_pfs);
	for (size_t i = 0; i < pair.host[0].n_pfs; i++)
		same_pf(&pair.host[0].pf[i], &pair.host[1].pf[i]);
	ck_assert_uint_eq(pair.found[0].n, pair.found[1].n);
	for (size_t i = 0; i < pair.found[0].n; i++) {
		const struct sriov_finding *a = &pair.found[0].finding[i];
		const struct sriov_finding *b = &pair.found[1].finding[i];

		ck_assert_str_eq(a->check, b->check);
		ck_assert_msg(a->level == b->level, "%s: %s", a->message, b->message);
		ck_assert_int_eq(a->fix != NULL, b->fix != NULL);
	}
	pair_close(&pair);
}
END_TEST

/* What must be in no file, and whether it was found; nftw() hands on no argument. */
static struct {
	const void *data;
	size_t size;
	unsigned files;
	char where[PATH_MAX];
} wanted;

static int search(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	_cleanup_fclose_ FILE *file = type == FTW_F ? fopen(path, "re") : NULL;
	_cleanup_free_ char *data = malloc((size_t)st->st_size + 1);
	char target[PATH_MAX] = "";
	size_t n = 0;

	(void)ftw;
	if (type == FTW_SL)
		ck_assert_int_gt(readlink(path, target, sizeof(target) - 1), 0);
	ck_assert_int_eq(st->st_mode & 077 && type != FTW_SL, 0);
	wanted.files += type == FTW_F;
	n = file ? fread(data, 1, (size_t)st->st_size, file) : 0;
	if (memmem(data, n, wanted.data, wanted.size) ||
	    memmem(path, strlen(path), wanted.data, wanted.size) ||
	    memmem(target, strlen(target), wanted.data, wanted.size))
		strcpy(wanted.where, path);
	return 0;
}

static bool is_in(const char *folder, const void *data, size_t size)
{
	wanted.data = data;
	wanted.size = size;
	wanted.files = 0;
	wanted.where[0] = '\0';
	ck_assert_int_eq(nftw(folder, search, 16, FTW_PHYS), 0);
	ck_assert_uint_gt(wanted.files, 10);
	return wanted.where[0];
}

static void has_no_mac(const char *folder, uint64_t mac)
{
	char text[SRIOV_MAC_LEN];
	uint8_t bytes[6];

	if (mac == 0)
		return;
	for (int i = 0; i < 6; i++)
		bytes[i] = (uint8_t)(mac >> (40 - 8 * i));
	sriov_mac_format(mac, text);
	ck_assert_msg(!is_in(folder, text, strlen(text)), "%s in %s", text, wanted.where);
	ck_assert_msg(!is_in(folder, bytes, 6), "%s as bytes in %s", text, wanted.where);
}

START_TEST(nothing_tells_whose_host_it_is)
{
	static const char *const lines[] = {
		"etc/machine-id = 0123456789abcdef0123456789abcdef",
		"proc/sys/kernel/hostname = bighost",
		"dev/kmsg := 6,1,2,-;igb 0000:01:00.0: bighost 24:6e:96:5a:10:00 "
		"246E965A1000\\n",
		"etc/sriovctl/a.yaml := version: 1\\npfs:\\n  - pf: em1\\n    perm_mac: "
		"24:6e:96:5a:10:00 \\x23 of vm1\\n",
		"etc/NetworkManager/system-connections/a.nmconnection := "
		"[ethernet]\\nmac-address=24:6E:96:5A:10:00\\n[sriov]\\ntotal-vfs=2\\n"
		"[wifi-security]\\npsk=topsecret\\n",
		"etc/netplan/a.yaml := network:\\n  ethernets:\\n    em1:\\n      "
		"virtual-function-count: 4\\n  wifis:\\n    w:\\n      password: topsecret\\n",
		NULL};
	static const char *const words[] = {
		"0123456789abcdef", "bighost",	    "topsecret", "vm1",
		"24:6E:96:",	    "246E965A1000", "192.0.2.10"};
	struct pair pair;

	pair_open(&pair, "r730-used", lines);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(words); i++)
		ck_assert_msg(!is_in(pair.out.path, words[i], strlen(words[i])),
			      "%s in %s", words[i], wanted.where);
	ck_assert(is_in(pair.out.path, "guest1", 6));
	ck_assert(is_in(pair.out.path, "total-vfs=2", 11));
	ck_assert(is_in(pair.out.path, "virtual-function-count: 4", 25));
	for (size_t i = 0; i < pair.host[0].n_pfs; i++) {
		const struct sriov_pf *pf = &pair.host[0].pf[i];

		has_no_mac(pair.out.path, pf->fn.netdev_mac);
		for (size_t j = 0; j < pf->n_vfs; j++)
			has_no_mac(pair.out.path,
				   pf->vf[j].settings.value[SRIOV_SETTING_MAC]);
	}
	pair_close(&pair);
}
END_TEST

START_TEST(a_mac_of_auto_stays_one)
{
	const char *lines[] = {"etc/machine-id = 0123456789abcdef0123456789abcdef", NULL,
			       NULL};
	uint8_t id[16];
	char line[96], mac[SRIOV_MAC_LEN];
	struct sriov_error err = {0};
	struct pair pair;
	uint64_t perm;

	for (unsigned i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)((2 * i & 15) << 4 | ((2 * i + 1) & 15));
	snprintf(line, sizeof(line), "vf 0000:01:00.0 3 mac %s",
		 sriov_mac_format(sriov_mac_auto(id, 0x246e965a1000, 3), mac));
	lines[1] = line;
	pair_open(&pair, "libvirt", lines);
	ck_assert_int_eq(sriov_machine_id(&pair.captured, "mac", id, &err), 0);
	ck_assert_int_eq(sriov_link_permanent_mac(&pair.captured,
						  pair.host[1].pf[0].fn.ifindex, &perm,
						  &err),
			 0);
	ck_assert_uint_ne(perm, 0x246e965a1000);
	ck_assert_uint_eq(pair.host[1].pf[0].vf[3].settings.value[SRIOV_SETTING_MAC],
			  sriov_mac_auto(id, perm, 3));
	pair_close(&pair);
}
END_TEST

START_TEST(a_guid_of_auto_stays_one)
{
	static const uint64_t pf_guid = 0xb8cef60300000020;
	const char *lines[] = {"etc/machine-id = 11111111111111111111111111111111", NULL,
			       NULL};
	uint64_t guid, found;
	struct sriov_error err = {0};
	char line[96];
	struct pair pair;
	uint8_t id[16];

	memset(id, 0x11, sizeof(id));
	guid = sriov_guid_auto(id, "node_guid", pf_guid, 1);
	strcpy(line, "vf 0000:5e:00.0 1 node_guid ");
	for (int i = 56; i >= 0; i -= 8)
		sprintf(line + strlen(line), "%02x%s", (unsigned)(guid >> i & 0xff),
			i ? ":" : "");
	lines[1] = line;
	pair_open(&pair, "infiniband", lines);
	ck_assert_uint_eq(
		pair.host[0].pf[0].vf[1].settings.value[SRIOV_SETTING_NODE_GUID], guid);
	ck_assert_int_eq(sriov_machine_id(&pair.captured, "guid", id, &err), 0);
	ck_assert_int_eq(sriov_link_permanent_guid(&pair.captured,
						   pair.host[1].pf[0].fn.ifindex, &found,
						   &err),
			 0);
	ck_assert_uint_ne(found, pf_guid);
	ck_assert_uint_eq(
		pair.host[1].pf[0].vf[1].settings.value[SRIOV_SETTING_NODE_GUID],
		sriov_guid_auto(id, "node_guid", found, 1));
	pair_close(&pair);
}
END_TEST

START_TEST(a_capture_can_be_captured)
{
	struct fake again = unit_folder();
	struct sriov_findings found;
	struct sriov_doors doors;
	struct sriov_error err = {0};
	struct sriov_host host;
	struct pair pair;

	pair_open(&pair, "libvirt", NULL);
	capture_into(&pair.captured, again.path);
	ck_assert_int_eq(sriov_doors_open(&doors, again.path, &err), 0);
	look(&doors, &host, &found);
	ck_assert_uint_eq(host.n_pfs, pair.host[1].n_pfs);
	for (size_t i = 0; i < host.n_pfs; i++)
		same_pf(&pair.host[1].pf[i], &host.pf[i]);
	ck_assert_uint_eq(found.n, pair.found[1].n);
	sriov_findings_free(&found);
	sriov_host_free(&host);
	sriov_doors_close(&doors);
	unit_folder_remove(&again);
	pair_close(&pair);
}
END_TEST

/* Where a link leads out of the tree there is nothing to be had by it. */
START_TEST(links_that_lead_out_are_not_followed)
{
	static const char *const lines[] = {
		"delete sys/class/dmi", "sys/class/dmi/id -> /etc",
		"sys/class/iommu/dmar0/x = 1",
		"sys/bus/pci/devices/0000:09:00.0 -> ../../../../../../../../etc", NULL};
	struct stat st;
	struct pair pair;
	char path[2 * PATH_MAX];

	pair_open(&pair, "doctor", lines);
	snprintf(path, sizeof(path), "%s/capture.txt", pair.out.path);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(is_in(pair.out.path, "/sys/class/dmi/id: Invalid cross-device", 37));
	snprintf(path, sizeof(path), "%s/sys/class/dmi/id", pair.out.path);
	ck_assert_int_ne(lstat(path, &st), 0);
	pair_close(&pair);
}
END_TEST

START_TEST(only_an_empty_folder_is_taken)
{
	struct sriov_capture_request request = {.command = "capture"};
	struct sriov_capture_summary summary;
	struct fake out = unit_folder();
	struct sriov_error err = {0};
	struct unit_scene scene;
	char path[2 * PATH_MAX];

	unit_scene_open(&scene, "r730");
	fake_put(&out, "", "file");
	request.folder = out.path;
	ck_assert_int_eq(sriov_capture(&scene.doors, &request, &summary, &err), -EEXIST);
	ck_assert_str_ne(err.hint, "");
	snprintf(path, sizeof(path), "%s/not/there", out.path);
	request.folder = path;
	ck_assert_int_eq(sriov_capture(&scene.doors, &request, &summary, &err), -ENOENT);
	snprintf(path, sizeof(path), "%s/file", out.path);
	ck_assert_int_eq(sriov_capture(&scene.doors, &request, &summary, &err), -ENOTDIR);
	request.dry_run = true;
	ck_assert_int_eq(sriov_capture(&scene.doors, &request, &summary, &err), 0);
	ck_assert_uint_eq(summary.files, 0);
	ck_assert_uint_eq(summary.pfs, 6);
	free(summary.left_out);
	unit_scene_close(&scene);
	unit_folder_remove(&out);
}
END_TEST

static void put16(uint8_t *at, unsigned value)
{
	at[0] = value & 0xff;
	at[1] = value >> 8 & 0xff;
}

START_TEST(config_space_has_no_serial_number)
{
	static const uint8_t key[SRIOV_PSEUDONYM_KEY_LEN] = {1};
	static const uint8_t serial[] = {0x56, 0x34, 0x12, 0xff, 0xff, 0x9f, 0x36, 0xa0};
	_cleanup_pseudonyms_ struct sriov_pseudonyms *p = sriov_pseudonyms_new(key);
	_cleanup_free_ char *text = NULL;
	uint8_t config[4096] = {0};
	char wanted_text[32];

	put16(config + PCI_STATUS, PCI_STATUS_CAP_LIST);
	config[PCI_CAPABILITY_LIST] = 0x40;
	config[0x40] = PCI_CAP_ID_VPD;
	memset(config + 0x42, 0xee, 6);
	put16(config + 0x100, PCI_EXT_CAP_ID_ERR);
	put16(config + 0x102, 0x140 << 4 | 1);
	put16(config + 0x140, PCI_EXT_CAP_ID_DSN);
	put16(config + 0x142, 1);
	memcpy(config + 0x144, serial, sizeof(serial));
	capture_clean_config(p, config, sizeof(config));
	ck_assert_mem_ne(config + 0x144, serial, sizeof(serial));
	for (int i = 0x42; i < 0x48; i++)
		ck_assert_uint_eq(config[i], 0);
	/* lspci writes it the other way round */
	snprintf(wanted_text, sizeof(wanted_text),
		 "%02x-%02x-%02x-%02x-%02x-%02x-%02x-%02x", config[0x14b], config[0x14a],
		 config[0x149], config[0x148], config[0x147], config[0x146],
		 config[0x145], config[0x144]);
	text = sriov_pseudonyms_text(p, "a0-36-9f-ff-ff-12-34-56");
	ck_assert_str_eq(text, wanted_text);
	/* whatever it is, nothing outside of it is touched */
	memset(config, 0xff, sizeof(config));
	for (size_t size = 0; size < sizeof(config); size += 61)
		capture_clean_config(p, config, size);
}
END_TEST

static char *reduced(capture_reduce_fn *fn, const char *text)
{
	char *kept;
	size_t size;
	FILE *to = open_memstream(&kept, &size);

	fn(text, to);
	fclose(to);
	return kept;
}

START_TEST(files_are_cut_down_to_what_is_read)
{
	static const struct {
		capture_reduce_fn *fn;
		const char *text;
		const char *kept;
	} cases[] = {
		{capture_reduce_yaml, "# x\na: 'b # c' # d\nb: e#f\n",
		 "\na: 'b # c'\nb: e#f\n"},
		{capture_reduce_sections,
		 "[Match]\nName=em1\n; x\n[Network]\nAddress=192.0.2.1\n[SR-IOV]\nVLANId=1\n",
		 "[Match]\nName=em1\n[Network]\n[SR-IOV]\nVLANId=1\n"},
		{capture_reduce_sections,
		 "[connection]\nid=cafe\ninterface-name = em1\n[sriov]\ntotal-vfs=4\n",
		 "[connection]\ninterface-name = em1\n[sriov]\ntotal-vfs=4\n"},
		{capture_reduce_netplan,
		 "network:\n  version: 2\n  ethernets:\n    em1:\n      addresses: [192.0.2.1]\n"
		 "      virtual-function-count: 4\n    em2: {dhcp4: no, "
		 "virtual-function-count: 7, x: y}\n    em3: {}\n",
		 "network:\n  ethernets:\n    em1:\n      virtual-function-count: 4\n    em2: "
		 "{virtual-function-count: 7}\n"},
		{capture_reduce_modprobe, "# x\noptions igb max_vfs=7\nalias a b\n",
		 "options igb max_vfs=7\n"},
		{capture_reduce_os_release, "ID=debian\nHOME_URL=x\n", "ID=debian\n"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *kept = reduced(cases[i].fn, cases[i].text);

		ck_assert_str_eq(kept, cases[i].kept);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("capture");
	TCase *all = tcase_create("capture");

	tcase_set_timeout(all, 120);
	tcase_add_loop_test(all, a_capture_shows_what_the_host_shows, 0,
			    (int)SRIOV_ARRAY_SIZE(trees));
	tcase_add_test(all, nothing_tells_whose_host_it_is);
	tcase_add_test(all, a_mac_of_auto_stays_one);
	tcase_add_test(all, a_guid_of_auto_stays_one);
	tcase_add_test(all, a_capture_can_be_captured);
	tcase_add_test(all, links_that_lead_out_are_not_followed);
	tcase_add_test(all, only_an_empty_folder_is_taken);
	tcase_add_test(all, config_space_has_no_serial_number);
	tcase_add_test(all, files_are_cut_down_to_what_is_read);
	suite_add_tcase(suite, all);
	return unit_run(suite);
}
