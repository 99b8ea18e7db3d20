/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices added to, updated in and removed from a domain. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "devices.h"
#include "libvirt/edit.h"
#include "sys/xml.h"
#include "unit.h"

static const struct sriov_guest_device em1_3 = EM1_3;
static const struct sriov_guest_device em2_0 = EM2_0;
static const struct sriov_guest_device hba = HBA;

#define H_START "<hostdev mode='subsystem' type='pci' managed='yes'>"
#define H_SOURCE                                                                         \
	"<source><address domain='0x0000' bus='0x01' slot='0x10' function='0x6'/></source>"
#define H_ALIAS "<alias name='ua-sriovctl-em1-3'/>"
#define H H_START H_SOURCE H_ALIAS "</hostdev>"

#define I_START "<interface type='hostdev' managed='yes'>"
#define I_MAC "<mac address='52:54:00:a1:00:03'/>"
#define I_SOURCE                                                                         \
	"<source><address type='pci' domain='0x0000' bus='0x01' slot='0x10' "            \
	"function='0x6'/></source>"
#define I_VLAN "<vlan><tag id='42'/></vlan>"
#define I I_START I_MAC I_SOURCE I_VLAN H_ALIAS "</interface>"

#define DOMAIN(devices) "<domain><uuid/>" devices "</domain>"
#define WITH(devices) DOMAIN("<devices>" devices "</devices>")

static struct sriov_edit *add(const char *text, enum sriov_guest_form form,
			      const struct sriov_guest_device *devices, size_t n)
{
	struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_msg(
		sriov_domain_add(text, strlen(text), form, devices, n, &edit, &err) == 0,
		"%s: %s", text, err.msg);
	return edit;
}

/* Given the domain, adding em1/3 gives the other one, and back. */
static const struct {
	const char *given;
	const char *before;
	enum sriov_guest_form form;
	const char *after;
} additions[] = {
	{"a minified domain", WITH("<a/>"), SRIOV_AS_HOSTDEV, WITH("<a/>" H)},
	{"an interface wanted", WITH("<a/>"), SRIOV_AS_INTERFACE, WITH("<a/>" I)},
	{"an empty <devices>", WITH(""), SRIOV_AS_HOSTDEV, WITH(H)},
	{"a closed one", DOMAIN("<devices/>"), SRIOV_AS_HOSTDEV,
	 DOMAIN("<devices>" H "</devices >")},
	{"a closed one with a blank", DOMAIN("<devices />"), SRIOV_AS_HOSTDEV,
	 DOMAIN("<devices >" H "</devices >")},
	{"none", DOMAIN(""), SRIOV_AS_HOSTDEV, DOMAIN("<devices>" H "</devices  >")},
	{"one that ends as if opened", DOMAIN("<devices></devices >"), SRIOV_AS_HOSTDEV,
	 DOMAIN("<devices> " H_START " <source> <address domain='0x0000' bus='0x01' "
		"slot='0x10' function='0x6'/> </source> " H_ALIAS
		" </hostdev></devices >")},
	{"two", DOMAIN("<devices><a/></devices><devices><b/></devices>"),
	 SRIOV_AS_HOSTDEV, DOMAIN("<devices><a/>" H "</devices><devices><b/></devices>")},
	{"<devices> inside others",
	 "<domain xmlns:q='u'><uuid/><metadata><devices/></metadata><q:devices/>"
	 "<devices xmlns='v'/></domain>",
	 SRIOV_AS_HOSTDEV,
	 "<domain xmlns:q='u'><uuid/><metadata><devices/></metadata><q:devices/>"
	 "<devices xmlns='v'/><devices>" H "</devices  ></domain>"},
	{"text instead", WITH("<!-- a -->"), SRIOV_AS_HOSTDEV, WITH("<!-- a -->" H)},
	{"the same device of another bus",
	 WITH("<hostdev mode='subsystem' type='pci'><source><address bus='10' slot='0x10' "
	      "function='6'/></source></hostdev>"),
	 SRIOV_AS_HOSTDEV,
	 WITH("<hostdev mode='subsystem' type='pci'><source><address bus='10' slot='0x10' "
	      "function='6'/></source></hostdev>" H)},
	{"the address on the guest's side",
	 WITH("<disk><address type='pci' bus='1' slot='16' function='6'/></disk>"),
	 SRIOV_AS_HOSTDEV,
	 WITH("<disk><address type='pci' bus='1' slot='16' function='6'/></disk>" H)},
	{"a USB device with such numbers",
	 WITH("<hostdev mode='subsystem' type='usb'><source><address bus='1' "
	      "device='16'/></source></hostdev>"),
	 SRIOV_AS_HOSTDEV,
	 WITH("<hostdev mode='subsystem' type='usb'><source><address bus='1' "
	      "device='16'/></source></hostdev>" H)},
	{"two blanks an indent",
	 "<domain>\n  <uuid/>\n  <devices>\n    <a/>\n  </devices>\n</domain>\n",
	 SRIOV_AS_HOSTDEV,
	 "<domain>\n  <uuid/>\n  <devices>\n    <a/>\n    " H_START "\n      <source>\n"
	 "        <address domain='0x0000' bus='0x01' slot='0x10' function='0x6'/>\n"
	 "      </source>\n      " H_ALIAS "\n    </hostdev>\n  </devices>\n</domain>\n"},
	{"tabs and CRLF",
	 "<domain>\r\n\t<uuid/>\r\n\t<devices>\r\n\t\t<a/>\r\n\t</devices>\r\n</domain>",
	 SRIOV_AS_HOSTDEV,
	 "<domain>\r\n\t<uuid/>\r\n\t<devices>\r\n\t\t<a/>\r\n\t\t" H_START
	 "\r\n\t\t\t<source>\r\n\t\t\t\t<address domain='0x0000' bus='0x01' slot='0x10' "
	 "function='0x6'/>\r\n\t\t\t</source>\r\n\t\t\t" H_ALIAS "\r\n\t\t</hostdev>"
	 "\r\n\t</devices>\r\n</domain>"},
	{"one to open, over lines", "<domain>\n   <uuid/>\n   <devices/>\n</domain>",
	 SRIOV_AS_HOSTDEV,
	 "<domain>\n   <uuid/>\n   <devices>\n      " H_START "\n         <source>\n"
	 "            <address domain='0x0000' bus='0x01' slot='0x10' function='0x6'/>\n"
	 "         </source>\n         " H_ALIAS
	 "\n      </hostdev>\n   </devices >\n</domain>"},
	{"none, over lines", "<domain>\n <uuid/>\n\n</domain>", SRIOV_AS_HOSTDEV,
	 "<domain>\n <uuid/>\n <devices>\n  " H_START "\n   <source>\n"
	 "    <address domain='0x0000' bus='0x01' slot='0x10' function='0x6'/>\n"
	 "   </source>\n   " H_ALIAS "\n  </hostdev>\n </devices  >\n\n</domain>"},
};

START_TEST(device_is_added_and_taken_out_again)
{
	const char *before = additions[_i].before;
	_cleanup_edit_ struct sriov_edit *there =
		add(before, additions[_i].form, &em1_3, 1);
	_cleanup_edit_ struct sriov_edit *back = NULL;
	struct sriov_error err = {0};

	ck_assert_str_eq(there->text, additions[_i].after);
	ck_assert_uint_eq(there->size, strlen(there->text));
	ck_assert_uint_eq(there->n_outcomes, 1);
	ck_assert_int_eq(there->outcomes[0].status, SRIOV_EDIT_ADDED);
	ck_assert_str_eq(there->outcomes[0].name, "em1/3");
	ck_assert_uint_eq(there->n_warnings, 0);
	ck_assert_int_eq(
		sriov_domain_remove(there->text, there->size, &em1_3, 1, &back, &err), 0);
	ck_assert_str_eq(back->text, before);
	ck_assert_int_eq(back->outcomes[0].status, SRIOV_EDIT_REMOVED);
}
END_TEST

/* Given the device as it stands, wanting em1/3 in the form makes it the other. */
static const struct {
	const char *given;
	const char *before;
	enum sriov_guest_form form;
	const char *after;
	const char *changed; /* "" when nothing does */
} updates[] = {
	{"just as wanted", H, SRIOV_AS_HOSTDEV, H, ""},
	{"just as wanted, interface", I, SRIOV_AS_INTERFACE, I, ""},
	{"other numbers for the same address",
	 H_START "<source><address bus='1' slot='020' function='06'/></source></hostdev>",
	 SRIOV_AS_HOSTDEV,
	 H_START "<source><address bus='1' slot='020' function='06'/></source></hostdev>",
	 ""},
	{"other quotes, order and a guest address",
	 "<hostdev managed=\"yes\" type=\"pci\"><source><address function=\"+6\" slot=\" "
	 "16\" bus=\"1\"/></source><address type='pci' bus='7'/></hostdev>",
	 SRIOV_AS_HOSTDEV,
	 "<hostdev managed=\"yes\" type=\"pci\"><source><address function=\"+6\" slot=\" "
	 "16\" bus=\"1\"/></source><address type='pci' bus='7'/></hostdev>",
	 ""},
	{"not managed",
	 "<hostdev mode='subsystem' managed=\"no\" type='pci'>" H_SOURCE "</hostdev>",
	 SRIOV_AS_HOSTDEV,
	 "<hostdev mode='subsystem' managed=\"yes\" type='pci'>" H_SOURCE "</hostdev>",
	 "managed"},
	{"managed left out", "<hostdev type='pci'>" H_SOURCE "</hostdev>",
	 SRIOV_AS_HOSTDEV, "<hostdev managed='yes' type='pci'>" H_SOURCE "</hostdev>",
	 "managed"},
	{"the alias at another address",
	 H_START "<source writeFiltering='no'><address bus='9'/></source>" H_ALIAS
		 "</hostdev>",
	 SRIOV_AS_HOSTDEV,
	 H_START "<source writeFiltering='no'><address domain='0x0000' bus='0x01' "
		 "slot='0x10' function='0x6'/></source>" H_ALIAS "</hostdev>",
	 "address"},
	{"another MAC",
	 I_START "<mac address='52:54:00:00:00:01'/>" I_SOURCE I_VLAN "</interface>",
	 SRIOV_AS_INTERFACE, I_START I_MAC I_SOURCE I_VLAN "</interface>", "mac"},
	{"no MAC", I_START I_SOURCE I_VLAN "</interface>", SRIOV_AS_INTERFACE,
	 I_START I_MAC I_SOURCE I_VLAN "</interface>", "mac"},
	{"the MAC in capitals",
	 I_START "<mac address='52:54:00:A1:00:03'/>" I_SOURCE I_VLAN "</interface>",
	 SRIOV_AS_INTERFACE,
	 I_START "<mac address='52:54:00:A1:00:03'/>" I_SOURCE I_VLAN "</interface>", ""},
	{"another VLAN",
	 I_START I_MAC I_SOURCE "<vlan><tag id='7'/></vlan><x/></interface>",
	 SRIOV_AS_INTERFACE, I_START I_MAC I_SOURCE I_VLAN "<x/></interface>", "vlan"},
	{"a trunk",
	 I_START I_MAC I_SOURCE "<vlan trunk='yes'><tag id='42'/></vlan></interface>",
	 SRIOV_AS_INTERFACE, I_START I_MAC I_SOURCE I_VLAN "</interface>", "vlan"},
	{"two tags",
	 I_START I_MAC I_SOURCE "<vlan><tag id='42'/><tag id='1'/></vlan></interface>",
	 SRIOV_AS_INTERFACE, I_START I_MAC I_SOURCE I_VLAN "</interface>", "vlan"},
	{"no VLAN", I_START I_MAC I_SOURCE "<x/></interface>", SRIOV_AS_INTERFACE,
	 I_START I_MAC I_SOURCE I_VLAN "<x/></interface>", "vlan"},
	{"a hostdev where an interface is wanted",
	 "<hostdev mode='subsystem' type='pci' managed='no'><driver name='vfio'/>" H_SOURCE
	 "<boot order='1'/>" H_ALIAS "<rom bar='off'/><address type='pci' bus='7'/>"
	 "</hostdev>",
	 SRIOV_AS_INTERFACE,
	 I_START I_MAC "<driver name='vfio'/>" I_SOURCE I_VLAN "<boot order='1'/>" H_ALIAS
		       "<rom bar='off'/><address type='pci' bus='7'/></interface>",
	 "hostdev to interface, mac, vlan"},
	{"a hostdev that holds its source alone", H_START H_SOURCE "</hostdev>",
	 SRIOV_AS_INTERFACE, I_START I_MAC I_SOURCE I_VLAN "</interface>",
	 "hostdev to interface, mac, vlan"},
	{"an interface where a hostdev is wanted",
	 "<interface type='hostdev' managed='no'>" I_MAC "<driver name='vfio'/>" I_SOURCE
	 "<vlan><tag id='7'/></vlan><model type='virtio'/><boot order='1'/>"
	 "<address type='pci' bus='7'/></interface>",
	 SRIOV_AS_HOSTDEV,
	 H_START "<driver name='vfio'/>" H_SOURCE "<boot order='1'/>"
		 "<address type='pci' bus='7'/></hostdev>",
	 "interface to hostdev"},
	{"a hostdev over lines",
	 "\n  <hostdev mode='subsystem' type='pci'>\n    <source>\n"
	 "      <address bus='1' slot='16' function='6'/>\n    </source>\n  </hostdev>\n ",
	 SRIOV_AS_INTERFACE,
	 "\n  " I_START "\n    " I_MAC "\n    <source>\n"
	 "      <address type='pci' domain='0x0000' bus='0x01' slot='0x10' "
	 "function='0x6'/>\n    </source>\n    <vlan>\n      <tag id='42'/>\n    </vlan>\n"
	 "  </interface>\n ",
	 "hostdev to interface, mac, vlan"},
};

START_TEST(device_there_is_brought_up_to_date)
{
	_cleanup_free_ char *before = NULL, *after = NULL;
	_cleanup_edit_ struct sriov_edit *edit = NULL, *again = NULL;

	ck_assert_int_ge(asprintf(&before, WITH("<a/>%s<b/>"), updates[_i].before), 0);
	ck_assert_int_ge(asprintf(&after, WITH("<a/>%s<b/>"), updates[_i].after), 0);
	edit = add(before, updates[_i].form, &em1_3, 1);
	ck_assert_str_eq(edit->text, after);
	ck_assert_str_eq(edit->outcomes[0].changed, updates[_i].changed);
	ck_assert_int_eq(edit->outcomes[0].status, updates[_i].changed[0]
							   ? SRIOV_EDIT_UPDATED
							   : SRIOV_EDIT_UNCHANGED);
	again = add(edit->text, updates[_i].form, &em1_3, 1);
	ck_assert_str_eq(again->text, after);
	ck_assert_int_eq(again->outcomes[0].status, SRIOV_EDIT_UNCHANGED);
}
END_TEST

START_TEST(unknown_mac_and_vlan_stay_as_they_are)
{
	static const char before[] =
		WITH(I_START "<mac address='52:54:00:00:00:01'/>" I_SOURCE
			     "<vlan><tag id='7'/></vlan></interface>");
	struct sriov_guest_device device = em1_3;
	_cleanup_edit_ struct sriov_edit *edit = NULL;

	device.mac = 0;
	device.vlan = 0;
	edit = add(before, SRIOV_AS_INTERFACE, &device, 1);
	ck_assert_str_eq(edit->text, before);
}
END_TEST

START_TEST(interface_needs_a_mac_from_somewhere)
{
	static const char *const domains[] = {WITH(""), WITH(H)};
	struct sriov_guest_device device = em1_3;

	device.mac = 0;
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(domains); i++) {
		struct sriov_edit *edit = NULL;
		struct sriov_error err = {0};

		ck_assert_int_eq(sriov_domain_add(domains[i], strlen(domains[i]),
						  SRIOV_AS_INTERFACE, &device, 1, &edit,
						  &err),
				 -ENODATA);
		ck_assert_str_eq(err.object, "em1/3");
		ck_assert_str_eq(err.hint, "sriovctl vf set em1/3 mac auto");
		ck_assert_ptr_null(edit);
	}
}
END_TEST

START_TEST(several_are_added_updated_or_left_in_one_go)
{
	const struct sriov_guest_device devices[] = {hba, em1_3, em2_0, em1_3};
	_cleanup_edit_ struct sriov_edit *edit =
		add(WITH(H "<hostdev type='pci'><source><address bus='0x3b'/></source>"
			   "</hostdev>"),
		    SRIOV_AS_HOSTDEV, devices, 4);

	ck_assert_uint_eq(edit->n_outcomes, 4);
	ck_assert_int_eq(edit->outcomes[0].status, SRIOV_EDIT_UPDATED);
	ck_assert_str_eq(edit->outcomes[0].name, "0000:3b:00.0");
	ck_assert_int_eq(edit->outcomes[1].status, SRIOV_EDIT_UNCHANGED);
	ck_assert_int_eq(edit->outcomes[2].status, SRIOV_EDIT_ADDED);
	ck_assert_int_eq(edit->outcomes[3].status, SRIOV_EDIT_UNCHANGED);
	ck_assert_str_eq(
		edit->text,
		WITH(H "<hostdev managed='yes' type='pci'><source><address bus='0x3b'/>"
		       "</source></hostdev>" H_START "<source><address domain='0x10000' "
		       "bus='0xff' slot='0x1f' function='0x7'/></source>"
		       "<alias name='ua-sriovctl-em2-0'/></hostdev>"));
}
END_TEST

START_TEST(address_counts_more_than_alias)
{
	/* em2/0 has taken the address that em1/3 had, whose alias is still there */
	static const char before[] = WITH(H);
	struct sriov_guest_device moved[] = {em1_3, em2_0};
	_cleanup_edit_ struct sriov_edit *edit = NULL;

	moved[0].bdf = em2_0.bdf;
	moved[1].bdf = em1_3.bdf;
	edit = add(before, SRIOV_AS_HOSTDEV, moved, 2);
	ck_assert_int_eq(edit->outcomes[0].status, SRIOV_EDIT_ADDED);
	ck_assert_int_eq(edit->outcomes[1].status, SRIOV_EDIT_UNCHANGED);
	/* two devices must not have one alias, or define fails */
	ck_assert_ptr_null(strstr(strstr(edit->text, H_ALIAS) + 1, H_ALIAS));
	ck_assert_uint_eq(edit->n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(edit->warnings[0]->msg, "alias"));
}
END_TEST

/* Given the domain, removing em1/3 gives the other one. */
static const struct {
	const char *given;
	const char *before;
	const char *after;
	enum sriov_edit_status status;
} removals[] = {
	{"not there", WITH("<a/>"), WITH("<a/>"), SRIOV_EDIT_ABSENT},
	{"no <devices>", DOMAIN(""), DOMAIN(""), SRIOV_EDIT_ABSENT},
	{"by another hand",
	 WITH("<a/>\n  <hostdev type='pci'><source><address bus='1' slot='16' "
	      "function='6'/></source></hostdev>\n  <b/>"),
	 WITH("<a/>\n  <b/>"), SRIOV_EDIT_REMOVED},
	{"by alias",
	 WITH("<a/>" H_START "<source><address bus='9'/></source>" H_ALIAS "</hostdev>"),
	 WITH("<a/>"), SRIOV_EDIT_REMOVED},
	{"twice", WITH(H "<a/>" I), WITH("<a/>"), SRIOV_EDIT_REMOVED},
	{"in two <devices>", DOMAIN("<devices>" H "</devices><devices>" I "</devices>"),
	 DOMAIN("<devices></devices><devices></devices>"), SRIOV_EDIT_REMOVED},
	{"after a comment", WITH("<!-- a -->" H "<!-- b -->"),
	 WITH("<!-- a --><!-- b -->"), SRIOV_EDIT_REMOVED},
};

START_TEST(device_is_removed)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_domain_remove(removals[_i].before,
					     strlen(removals[_i].before), &em1_3, 1,
					     &edit, &err),
			 0);
	ck_assert_str_eq(edit->text, removals[_i].after);
	ck_assert_int_eq(edit->outcomes[0].status, removals[_i].status);
}
END_TEST

START_TEST(all_of_ours_or_all_are_removed)
{
	static const char theirs[] =
		"<hostdev type='pci'><source><address bus='9'/></source>"
		"</hostdev>";
	_cleanup_edit_ struct sriov_edit *own = NULL, *all = NULL;
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};

	ck_assert_int_ge(asprintf(&text, WITH("<a/>%s%s"), H, theirs), 0);
	ck_assert_int_eq(
		sriov_domain_remove_all(text, strlen(text), SRIOV_REMOVE_OWN, &own, &err),
		0);
	ck_assert_uint_eq(own->n_outcomes, 1);
	ck_assert_str_eq(own->outcomes[0].name, "0000:01:10.6");
	ck_assert_ptr_nonnull(strstr(own->text, theirs));
	ck_assert_int_eq(
		sriov_domain_remove_all(text, strlen(text), SRIOV_REMOVE_PCI, &all, &err),
		0);
	ck_assert_uint_eq(all->n_outcomes, 2);
	ck_assert_str_eq(all->text, WITH("<a/>"));
}
END_TEST

/* Given the domain, these words are in the warnings; NULL: there are none. */
static const struct {
	const char *text;
	const char *words;
	const char *hint;
} warnings[] = {
	{WITH(""), NULL, NULL},
	{"<domain id='3'><uuid/></domain>", "running guest", "--inactive"},
	{"<domain><name/></domain>", "no <uuid>", NULL},
	{WITH("<graphics type='vnc'/>"), "password", "--security-info"},
	{WITH("<graphics type='spice'/>"), "password", "--security-info"},
	{WITH("<graphics type='vnc' passwd='x'/>"), NULL, NULL},
	{WITH("<graphics type='sdl'/>"), NULL, NULL},
};

START_TEST(doubtful_domain_is_warned_of)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_domain_remove(warnings[_i].text, strlen(warnings[_i].text),
					     NULL, 0, &edit, &err),
			 0);
	ck_assert_str_eq(edit->text, warnings[_i].text);
	ck_assert_uint_eq(edit->n_warnings, warnings[_i].words ? 1 : 0);
	if (!warnings[_i].words)
		return;
	ck_assert_ptr_nonnull(strstr(edit->warnings[0]->msg, warnings[_i].words));
	if (warnings[_i].hint)
		ck_assert_ptr_nonnull(strstr(edit->warnings[0]->hint, warnings[_i].hint));
}
END_TEST

static const struct {
	const char *text;
	const char *words;
} refused[] = {
	{"", "empty"},
	{"<domain>", "line 1"},
	{"<network/>", "not a domain but a <network>"},
	{"<domain xmlns='u'><name/></domain>", "not a domain"},
	{"<domainsnapshot><domain/></domainsnapshot>", "not a domain"},
	{"<domain/>", "the domain is empty"},
	{"<!DOCTYPE domain><domain><name/></domain>", "DOCTYPE"},
};

START_TEST(other_document_is_refused)
{
	struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(sriov_domain_add(refused[_i].text, strlen(refused[_i].text),
					  SRIOV_AS_HOSTDEV, &em1_3, 1, &edit, &err),
			 refused[_i].text[0] ? -EINVAL : -ENODATA);
	ck_assert_int_eq(err.code, SRIOV_BAD_FILE);
	ck_assert_msg(strstr(err.msg, refused[_i].words), "%s", err.msg);
	ck_assert_ptr_null(edit);
}
END_TEST

START_TEST(result_over_the_limit_is_refused)
{
	size_t size = SRIOV_XML_SIZE_MAX;
	_cleanup_free_ char *text = malloc(size);
	struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};
	static const char tail[] = "<name/></domain>";

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', size);
	memcpy(text, "<domain>", 8);
	memcpy(text + size - strlen(tail), tail, strlen(tail));
	ck_assert_int_eq(
		sriov_domain_add(text, size, SRIOV_AS_HOSTDEV, &em1_3, 1, &edit, &err),
		-EFBIG);
	ck_assert_int_eq(err.code, SRIOV_BAD_FILE);
	ck_assert_ptr_null(edit);
}
END_TEST

START_TEST(endless_indentation_is_not_copied)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_edit_ struct sriov_edit *edit = NULL;

	ck_assert_int_ge(
		asprintf(&text, "<domain><devices>\n%100000s</devices></domain>", "<a/>"),
		0);
	edit = add(text, SRIOV_AS_HOSTDEV, &em1_3, 1);
	ck_assert_uint_lt(edit->size, strlen(text) + 1000);
}
END_TEST

static Suite *suite_libvirt_edit(void)
{
	Suite *suite = suite_create("libvirt edit");
	TCase *tcase = tcase_create("edit");

	tcase_add_loop_test(tcase, device_is_added_and_taken_out_again, 0,
			    SRIOV_ARRAY_SIZE(additions));
	tcase_add_loop_test(tcase, device_there_is_brought_up_to_date, 0,
			    SRIOV_ARRAY_SIZE(updates));
	tcase_add_test(tcase, unknown_mac_and_vlan_stay_as_they_are);
	tcase_add_test(tcase, interface_needs_a_mac_from_somewhere);
	tcase_add_test(tcase, several_are_added_updated_or_left_in_one_go);
	tcase_add_test(tcase, address_counts_more_than_alias);
	tcase_add_loop_test(tcase, device_is_removed, 0, SRIOV_ARRAY_SIZE(removals));
	tcase_add_test(tcase, all_of_ours_or_all_are_removed);
	tcase_add_loop_test(tcase, doubtful_domain_is_warned_of, 0,
			    SRIOV_ARRAY_SIZE(warnings));
	tcase_add_loop_test(tcase, other_document_is_refused, 0,
			    SRIOV_ARRAY_SIZE(refused));
	tcase_add_test(tcase, result_over_the_limit_is_refused);
	tcase_add_test(tcase, endless_indentation_is_not_copied);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_run(suite_libvirt_edit());
}
