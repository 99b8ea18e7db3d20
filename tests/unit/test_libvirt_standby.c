/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failover pairs that a domain has already, and those that cannot be. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "devices.h"
#include "libvirt/edit.h"
#include "unit.h"

static const struct sriov_guest_device em1_3 = EM1_3;
static const struct sriov_standby br0 = {.bridge = "br0"};

#define DOMAIN(devices) "<domain><uuid/><devices>" devices "</devices></domain>"
#define SOURCE                                                                           \
	"<source><address domain='0x0000' bus='0x01' slot='0x10' function='0x6'/></source>"
#define MAC "<mac address='52:54:00:a1:00:03'/>"
#define STANDBY(source, alias)                                                           \
	"<interface type='bridge'>" MAC source "<model type='virtio'/>"                  \
	"<driver name='vhost'/><teaming type='persistent'/><alias name='" alias          \
	"'/></interface>"
#define VF(alias, partner)                                                               \
	"<hostdev mode='subsystem' type='pci' managed='yes'>" SOURCE                     \
	"<teaming type='transient' persistent='" partner "'/>" alias "</hostdev>"
#define OUR_ALIAS "<alias name='ua-sriovctl-em1-3'/>"
#define OURS "ua-sriovctl-em1-3-standby"
#define BR0 "<source bridge='br0'/>"

/* Given the domain, making em1/3 a pair over br0 gives the other one. */
static const struct {
	const char *given;
	const char *before;
	const char *after;
	const char *changed;
} pairs[] = {
	{"no such VF", DOMAIN(""), DOMAIN(STANDBY(BR0, OURS) VF(OUR_ALIAS, OURS)),
	 "with a standby"},
	{"a plain VF",
	 DOMAIN("<hostdev mode='subsystem' type='pci' managed='yes'>" SOURCE
		"</hostdev>"),
	 DOMAIN(VF("", OURS) STANDBY(BR0, OURS)), "teaming, with a standby"},
	{"a pair written by hand",
	 DOMAIN(STANDBY("<source bridge='br9'/>", "ua-mine") VF("", "ua-mine")),
	 DOMAIN(STANDBY(BR0, "ua-mine") VF("", "ua-mine")), "bridge"},
	{"a VF whose other half is gone", DOMAIN(VF("", "ua-mine")),
	 DOMAIN(VF("", OURS) STANDBY(BR0, OURS)), "teaming, with a standby"},
	{"a standby whose VF is gone", DOMAIN(STANDBY(BR0, OURS)),
	 DOMAIN(STANDBY(BR0, OURS) VF(OUR_ALIAS, OURS)), ""},
	{"a standby with next to nothing",
	 DOMAIN("<interface type='network'><alias name='" OURS "'/></interface>"),
	 DOMAIN("<interface type='bridge'>" MAC BR0
		"<driver name='vhost'/><teaming type='persistent'/><alias name='" OURS
		"'/></interface>" VF(OUR_ALIAS, OURS)),
	 "standby's mac, bridge, queues, standby's teaming"},
	{"all as it is to be", DOMAIN(STANDBY(BR0, OURS) VF(OUR_ALIAS, OURS)),
	 DOMAIN(STANDBY(BR0, OURS) VF(OUR_ALIAS, OURS)), ""},
};

START_TEST(pair_is_made_of_what_is_there)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};
	const char *before = pairs[_i].before;

	ck_assert_msg(sriov_domain_add_pairs(before, strlen(before), SRIOV_AS_HOSTDEV,
					     &br0, &em1_3, 1, &edit, &err) == 0,
		      "%s: %s", pairs[_i].given, err.msg);
	ck_assert_str_eq(edit->text, pairs[_i].after);
	ck_assert_str_eq(edit->outcomes[0].changed, pairs[_i].changed);
}
END_TEST

/* What was put in by hand stays when the VF goes. */
START_TEST(standby_of_another_stays)
{
	const char *before = DOMAIN(STANDBY(BR0, "ua-mine") VF("", "ua-mine"));
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};

	ck_assert_int_eq(
		sriov_domain_remove(before, strlen(before), &em1_3, 1, &edit, &err), 0);
	ck_assert_str_eq(edit->text, DOMAIN(STANDBY(BR0, "ua-mine")));
	ck_assert_str_eq(edit->outcomes[0].changed, "");
}
END_TEST

#define TWO_VFS                                                                                  \
	DOMAIN(STANDBY(BR0, "ua-mine") VF(                                                       \
		"",                                                                              \
		"ua-mine") "<hostdev type='pci'><source><address bus='0x02'/></source><teaming " \
			   "type='transient' persistent='ua-mine'/></hostdev>")

static const struct {
	const char *given;
	const char *domain;
	struct sriov_guest_device devices[2];
	size_t n;
	struct sriov_standby standby;
	const char *words;
} refused[] = {
	{"no VF", DOMAIN(""), {HBA}, 1, {.bridge = "br0"}, "only a VF"},
	{"no MAC", DOMAIN(""), {{.pf = "em1"}}, 1, {.bridge = "br0"}, "MAC address"},
	{"nowhere to lead", DOMAIN(""), {EM1_3}, 1, {.queues = 1}, "bridge or a network"},
	{"two ways",
	 DOMAIN(""),
	 {EM1_3},
	 1,
	 {.bridge = "br0", .network = "n"},
	 "bridge or a network"},
	{"queues", DOMAIN(""), {EM1_3}, 1, {.bridge = "b", .queues = 257}, "256"},
	{"a long name",
	 DOMAIN(""),
	 {EM1_3},
	 1,
	 {.bridge = "a234567890123456"},
	 "no name"},
	{"no name", DOMAIN(""), {EM1_3}, 1, {.network = ""}, "no name"},
	{"no UTF-8", DOMAIN(""), {EM1_3}, 1, {.network = "\xff"}, "XML cannot hold"},
	{"a disk with the alias",
	 DOMAIN("<disk><alias name='" OURS "'/></disk>"),
	 {EM1_3},
	 1,
	 {.bridge = "br0"},
	 "another device"},
	{"a VF with the alias",
	 DOMAIN("<interface type='hostdev'><alias name='" OURS "'/></interface>"),
	 {EM1_3},
	 1,
	 {.bridge = "br0"},
	 "another device"},
	{"one standby for two",
	 TWO_VFS,
	 {EM1_3, {.bdf = {0, 2, 0, 0}, .pf = "em2", .mac = 2}},
	 2,
	 {.bridge = "br0"},
	 "several VFs"},
};

START_TEST(impossible_pair_is_refused)
{
	struct sriov_edit *edit = NULL;
	struct sriov_error err = {0};
	const char *domain = refused[_i].domain;

	ck_assert_int_lt(sriov_domain_add_pairs(domain, strlen(domain), SRIOV_AS_HOSTDEV,
						&refused[_i].standby, refused[_i].devices,
						refused[_i].n, &edit, &err),
			 0);
	ck_assert_msg(strstr(err.msg, refused[_i].words), "%s: %s", refused[_i].given,
		      err.msg);
	ck_assert_ptr_null(edit);
}
END_TEST

static Suite *suite_libvirt_standby(void)
{
	Suite *suite = suite_create("failover pairs");
	TCase *tcase = tcase_create("pairs");

	tcase_add_loop_test(tcase, pair_is_made_of_what_is_there, 0,
			    SRIOV_ARRAY_SIZE(pairs));
	tcase_add_test(tcase, standby_of_another_stays);
	tcase_add_loop_test(tcase, impossible_pair_is_refused, 0,
			    SRIOV_ARRAY_SIZE(refused));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_run(suite_libvirt_standby());
}
