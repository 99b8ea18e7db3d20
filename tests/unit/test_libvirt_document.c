/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of devices, and the documents written for libvirt. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "devices.h"
#include "libvirt/document.h"
#include "unit.h"

static const struct sriov_guest_device em1_3 = EM1_3;
static const struct sriov_guest_device em2_0 = EM2_0;
static const struct sriov_guest_device hba = HBA;

static const struct sriov_guest_device without_mac = {
	.bdf = {0, 0x01, 0x10, 0},
	.pf = "em1",
};

static const struct {
	struct sriov_guest_device device;
	const char *name;
	const char *alias;
} names[] = {
	{{.pf = "em1", .vf = 3}, "em1/3", "ua-sriovctl-em1-3"},
	{{.pf = "enp1s0f0np0", .vf = 255},
	 "enp1s0f0np0/255",
	 "ua-sriovctl-enp1s0f0np0-255"},
	{{.pf = "eth0.1"}, "eth0.1/0", "ua-sriovctl-eth0_2e1-0"},
	{{.pf = "\xc3\xa9"}, "\xc3\xa9/0", "ua-sriovctl-_c3_a9-0"},
	{{.pf = "0000:3b:00.0", .vf = 1},
	 "0000:3b:00.0/1",
	 "ua-sriovctl-0000_3a3b_3a00_2e0-1"},
	{{.bdf = {0, 0x3b, 0, 1}}, "0000:3b:00.1", "ua-sriovctl-pci_0000_3b_00_1"},
	{{.bdf = {0x10000, 0, 0x1f, 7}},
	 "10000:00:1f.7",
	 "ua-sriovctl-pci_10000_00_1f_7"},
};

START_TEST(device_has_name_and_alias)
{
	char name[SRIOV_DEVICE_NAME_LEN], alias[SRIOV_ALIAS_LEN];

	ck_assert_str_eq(sriov_device_name(&names[_i].device, name), names[_i].name);
	ck_assert_str_eq(sriov_device_alias(&names[_i].device, alias), names[_i].alias);
}
END_TEST

START_TEST(endless_name_fits)
{
	char name[SRIOV_DEVICE_NAME_LEN], alias[SRIOV_ALIAS_LEN], pf[1000];
	const struct sriov_guest_device device = {.pf = pf, .vf = 4294967295};

	memset(pf, '.', sizeof(pf) - 1);
	pf[sizeof(pf) - 1] = '\0';
	ck_assert_uint_lt(strlen(sriov_device_name(&device, name)), sizeof(name));
	ck_assert_uint_lt(strlen(sriov_device_alias(&device, alias)), sizeof(alias));
}
END_TEST

START_TEST(hostdev_names_address_and_alias)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_devices(SRIOV_AS_HOSTDEV, &em1_3, 1, &text, &err),
			 0);
	ck_assert_str_eq(text, "<hostdev mode='subsystem' type='pci' managed='yes'>\n"
			       "  <source>\n"
			       "    <address domain='0x0000' bus='0x01' slot='0x10' "
			       "function='0x6'/>\n"
			       "  </source>\n"
			       "  <alias name='ua-sriovctl-em1-3'/>\n"
			       "</hostdev>\n");
}
END_TEST

START_TEST(interface_has_mac_and_vlan)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(
		sriov_document_devices(SRIOV_AS_INTERFACE, &em1_3, 1, &text, &err), 0);
	ck_assert_str_eq(text,
			 "<interface type='hostdev' managed='yes'>\n"
			 "  <mac address='52:54:00:a1:00:03'/>\n"
			 "  <source>\n"
			 "    <address type='pci' domain='0x0000' bus='0x01' slot='0x10' "
			 "function='0x6'/>\n"
			 "  </source>\n"
			 "  <vlan>\n"
			 "    <tag id='42'/>\n"
			 "  </vlan>\n"
			 "  <alias name='ua-sriovctl-em1-3'/>\n"
			 "</interface>\n");
}
END_TEST

START_TEST(interface_without_vlan_has_none)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(
		sriov_document_devices(SRIOV_AS_INTERFACE, &em2_0, 1, &text, &err), 0);
	ck_assert_ptr_null(strstr(text, "<vlan>"));
	ck_assert_ptr_nonnull(strstr(text, "domain='0x10000' bus='0xff' slot='0x1f' "
					   "function='0x7'"));
}
END_TEST

START_TEST(each_device_is_a_fragment)
{
	const struct sriov_guest_device devices[] = {em1_3, em2_0, hba};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(
		sriov_document_devices(SRIOV_AS_HOSTDEV, devices, 3, &text, &err), 0);
	ck_assert_ptr_nonnull(strstr(text, "</hostdev>\n<hostdev "));
	ck_assert_ptr_nonnull(strstr(text, "'ua-sriovctl-pci_0000_3b_00_0'"));
}
END_TEST

/* Given these devices as interfaces, nothing is written and this is said. */
static const struct {
	const struct sriov_guest_device *devices;
	size_t n;
	int r;
	enum sriov_code code;
	const char *object;
	const char *words;
	const char *hint;
} no_interfaces[] = {
	{&without_mac, 1, -ENODATA, SRIOV_FAILED, "em1/0", "needs a MAC address",
	 "sriovctl vf set em1/0 mac auto"},
	{&hba, 1, -EOPNOTSUPP, SRIOV_UNSUPPORTED, "0000:3b:00.0", "only a VF",
	 "sriovctl xml hostdev 0000:3b:00.0"},
	{&em1_3, 0, -EINVAL, SRIOV_USAGE, "", "no device", ""},
};

START_TEST(impossible_interface_is_refused)
{
	struct sriov_error err = {0};
	char *text = NULL;

	ck_assert_int_eq(sriov_document_devices(SRIOV_AS_INTERFACE,
						no_interfaces[_i].devices,
						no_interfaces[_i].n, &text, &err),
			 no_interfaces[_i].r);
	ck_assert_int_eq(err.code, no_interfaces[_i].code);
	ck_assert_str_eq(err.object, no_interfaces[_i].object);
	ck_assert_msg(strstr(err.msg, no_interfaces[_i].words), "%s", err.msg);
	ck_assert_str_eq(err.hint, no_interfaces[_i].hint);
	ck_assert_ptr_null(text);
}
END_TEST

START_TEST(pool_of_a_pf)
{
	static const struct sriov_portgroup red = {"red", 42};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_network(
				 &(struct sriov_network_spec){
					 .pf = "em1",
					 .portgroups = &red,
					 .n_portgroups = 1,
				 },
				 &text, &err),
			 0);
	ck_assert_str_eq(text, "<network>\n"
			       "  <name>em1-pool</name>\n"
			       "  <forward mode='hostdev' managed='yes'>\n"
			       "    <pf dev='em1'/>\n"
			       "  </forward>\n"
			       "  <portgroup name='red'>\n"
			       "    <vlan>\n"
			       "      <tag id='42'/>\n"
			       "    </vlan>\n"
			       "  </portgroup>\n"
			       "</network>\n");
}
END_TEST

START_TEST(pool_over_two_pfs_lists_vfs)
{
	const struct sriov_guest_device vfs[] = {em1_3, em2_0};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_network(
				 &(struct sriov_network_spec){
					 .name = "R&D <1>",
					 .vfs = vfs,
					 .n_vfs = 2,
				 },
				 &text, &err),
			 0);
	ck_assert_ptr_nonnull(strstr(text, "<name>R&#x26;D &#x3c;1&#x3e;</name>"));
	ck_assert_ptr_nonnull(strstr(text, "    <address type='pci' domain='0x0000' "
					   "bus='0x01' slot='0x10' function='0x6'/>\n"));
	ck_assert_ptr_nonnull(strstr(text, "domain='0x10000'"));
	ck_assert_ptr_null(strstr(text, "<pf "));
}
END_TEST

START_TEST(pool_of_vfs_of_one_pf_is_called_after_it)
{
	const struct sriov_guest_device vfs[] = {em1_3, without_mac};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_network(
				 &(struct sriov_network_spec){.vfs = vfs, .n_vfs = 2},
				 &text, &err),
			 0);
	ck_assert_ptr_nonnull(strstr(text, "<name>em1-pool</name>"));
}
END_TEST

static const struct sriov_guest_device two_pfs[] = {EM1_3, EM2_0};
static const struct sriov_portgroup portgroups[] = {
	{"red", 1}, {"red", 2}, {"blue", 4095}, {"a b", 3}, {"", 3}, {"green", 0},
};

static const struct {
	const char *given;
	struct sriov_network_spec spec;
	const char *words;
} bad_networks[] = {
	{"neither PF nor VFs", {.name = "x"}, "one PF or of VFs"},
	{"both", {.pf = "em1", .vfs = two_pfs, .n_vfs = 2}, "one PF or of VFs"},
	{"two PFs without a name", {.vfs = two_pfs, .n_vfs = 2}, "needs a name"},
	{"what is no VF", {.vfs = &hba, .n_vfs = 1, .name = "x"}, "only a VF"},
	{"a slash in the name", {.pf = "em1", .name = "a/b"}, "network's name"},
	{"an empty name", {.pf = "em1", .name = ""}, "network's name"},
	{"a control character", {.pf = "em1", .name = "a\033"}, "network's name"},
	{"a portgroup twice",
	 {.pf = "em1", .portgroups = portgroups, .n_portgroups = 2},
	 "twice"},
	{"VLAN 4095",
	 {.pf = "em1", .portgroups = portgroups + 2, .n_portgroups = 1},
	 "1-4094, not 4095"},
	{"VLAN 0",
	 {.pf = "em1", .portgroups = portgroups + 5, .n_portgroups = 1},
	 "1-4094"},
	{"a blank in a portgroup",
	 {.pf = "em1", .portgroups = portgroups + 3, .n_portgroups = 1},
	 "letters"},
	{"a nameless portgroup",
	 {.pf = "em1", .portgroups = portgroups + 4, .n_portgroups = 1},
	 "letters"},
};

START_TEST(bad_network_is_refused)
{
	struct sriov_error err = {0};
	char *text = NULL;

	ck_assert_int_lt(sriov_document_network(&bad_networks[_i].spec, &text, &err), 0);
	ck_assert_msg(strstr(err.msg, bad_networks[_i].words), "%s: %s",
		      bad_networks[_i].given, err.msg);
	ck_assert_ptr_null(text);
}
END_TEST

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word))) {
		text += strlen(word);
		n++;
	}
	return n;
}

START_TEST(domain_boots_a_kernel_with_its_vfs)
{
	const struct sriov_guest_device devices[] = {em1_3, em2_0};
	const struct sriov_domain_spec spec = {
		.name = "vm1",
		.memory_mib = 512,
		.vcpus = 2,
		.type = SRIOV_GUEST_QEMU,
		.kernel = "/boot/vmlinuz",
		.initrd = "/boot/initrd",
		.cmdline = "console=ttyS0 a='<b>'",
		.spare_ports = 1,
		.devices = devices,
		.n_devices = 2,
	};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_domain(&spec, &text, &err), 0);
	ck_assert_int_eq(strncmp(text, "<domain type='qemu'>\n", 21), 0);
	ck_assert_ptr_nonnull(strstr(text, "<memory unit='MiB'>512</memory>"));
	ck_assert_ptr_nonnull(strstr(text, "<kernel>/boot/vmlinuz</kernel>"));
	ck_assert_ptr_nonnull(
		strstr(text, "<cmdline>console=ttyS0 a=&#x27;&#x3c;b&#x3e;&#x27;<"));
	ck_assert_ptr_null(strstr(text, "<boot "));
	ck_assert_ptr_null(strstr(text, "<uuid>"));
	ck_assert_uint_eq(count(text, "model='pcie-root-port'"), 3);
	ck_assert_uint_eq(count(text, "    <hostdev "), 2);
}
END_TEST

/* Given the disk, the domain holds these words. */
static const struct {
	const char *disk;
	const char *type;
	const char *source;
} disks[] = {
	{"/images/vm1.qcow2", "type='qcow2'", "<source file='/images/vm1.qcow2'/>"},
	{"/images/vm1.img", "type='raw'", "<source file='/images/vm1.img'/>"},
	{"/dev/vg0/vm1.qcow2", "type='raw'", "<source dev='/dev/vg0/vm1.qcow2'/>"},
	{"/a&b", "type='raw'", "<source file='/a&#x26;b'/>"},
};

START_TEST(domain_boots_its_disk)
{
	const struct sriov_domain_spec spec = {
		.name = "vm1",
		.memory_mib = 1,
		.vcpus = 1,
		.disk = disks[_i].disk,
		.form = SRIOV_AS_INTERFACE,
		.devices = &em1_3,
		.n_devices = 1,
	};
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_document_domain(&spec, &text, &err), 0);
	ck_assert_ptr_nonnull(strstr(text, disks[_i].type));
	ck_assert_ptr_nonnull(strstr(text, disks[_i].source));
	ck_assert_ptr_nonnull(strstr(text, "<boot dev='hd'/>"));
	ck_assert_ptr_nonnull(strstr(text, "<mac address='52:54:00:a1:00:03'/>"));
}
END_TEST

static const struct {
	const char *given;
	struct sriov_domain_spec spec;
	const char *words;
} bad_domains[] = {
	{"no memory", {.name = "x", .vcpus = 1}, "memory"},
	{"no CPU", {.name = "x", .memory_mib = 1}, "CPU"},
	{"no name", {.name = "", .memory_mib = 1, .vcpus = 1}, "guest's name"},
	{"a path for a name",
	 {.name = "../x", .memory_mib = 1, .vcpus = 1},
	 "guest's name"},
	{"an initrd alone",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .initrd = "/i"},
	 "needs a kernel"},
	{"a command line alone",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .cmdline = "a"},
	 "needs a kernel"},
	{"33 spare ports",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .spare_ports = 33},
	 "at most 32"},
	{"a path that is not UTF-8",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .disk = "/\xff"},
	 "disk's path"},
	{"a disk of this folder",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .disk = "a.img"},
	 "whole path of 'a.img'"},
	{"a kernel of this folder",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .kernel = "vmlinuz"},
	 "whole path of 'vmlinuz'"},
	{"an initrd of this folder",
	 {.name = "x", .memory_mib = 1, .vcpus = 1, .kernel = "/k", .initrd = "./i"},
	 "whole path of './i'"},
	{"an interface without a MAC",
	 {.name = "x",
	  .memory_mib = 1,
	  .vcpus = 1,
	  .form = SRIOV_AS_INTERFACE,
	  .devices = &without_mac,
	  .n_devices = 1},
	 "MAC"},
};

START_TEST(bad_domain_is_refused)
{
	struct sriov_error err = {0};
	char *text = NULL;

	ck_assert_int_lt(sriov_document_domain(&bad_domains[_i].spec, &text, &err), 0);
	ck_assert_msg(strstr(err.msg, bad_domains[_i].words), "%s: %s",
		      bad_domains[_i].given, err.msg);
	ck_assert_ptr_null(text);
}
END_TEST

static Suite *suite_libvirt_document(void)
{
	Suite *suite = suite_create("libvirt documents");
	TCase *tcase = tcase_create("documents");

	tcase_add_loop_test(tcase, device_has_name_and_alias, 0, SRIOV_ARRAY_SIZE(names));
	tcase_add_test(tcase, endless_name_fits);
	tcase_add_test(tcase, hostdev_names_address_and_alias);
	tcase_add_test(tcase, interface_has_mac_and_vlan);
	tcase_add_test(tcase, interface_without_vlan_has_none);
	tcase_add_test(tcase, each_device_is_a_fragment);
	tcase_add_loop_test(tcase, impossible_interface_is_refused, 0,
			    SRIOV_ARRAY_SIZE(no_interfaces));
	tcase_add_test(tcase, pool_of_a_pf);
	tcase_add_test(tcase, pool_over_two_pfs_lists_vfs);
	tcase_add_test(tcase, pool_of_vfs_of_one_pf_is_called_after_it);
	tcase_add_loop_test(tcase, bad_network_is_refused, 0,
			    SRIOV_ARRAY_SIZE(bad_networks));
	tcase_add_test(tcase, domain_boots_a_kernel_with_its_vfs);
	tcase_add_loop_test(tcase, domain_boots_its_disk, 0, SRIOV_ARRAY_SIZE(disks));
	tcase_add_loop_test(tcase, bad_domain_is_refused, 0,
			    SRIOV_ARRAY_SIZE(bad_domains));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_run(suite_libvirt_document());
}
