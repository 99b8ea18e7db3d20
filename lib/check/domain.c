/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a domain's checks, and the running of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "check/domain_checkup.h"

static const struct {
	const char *name; /* for JSON and the man page */
	sriov_domain_check_fn *run;
} checks[] = {
	{"numbers", sriov_check_numbers},     {"presence", sriov_check_presence},
	{"needed", sriov_check_needed},	      {"managed", sriov_check_managed},
	{"shared", sriov_check_shared},	      {"dropped", sriov_check_dropped},
	{"no_mac", sriov_check_no_mac},	      {"vlan", sriov_check_vlan},
	{"trunk", sriov_check_trunk},	      {"bandwidth", sriov_check_bandwidth},
	{"link", sriov_check_pf_link},	      {"pool", sriov_check_pool_members},
	{"pair", sriov_check_pairs},	      {"balloon", sriov_check_balloon},
	{"memory", sriov_check_memory_limit}, {"boot", sriov_check_boot_order},
	{"scheme", sriov_check_schemes},
};

static void run_all(struct sriov_domain_checkup *c)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(checks) && !c->up.no_memory; i++) {
		c->up.check = checks[i].name;
		checks[i].run(c);
	}
}

static void read_name(struct sriov_domain_checkup *c)
{
	size_t element = sriov_domain_child(c, 0, "name");
	const char *name = element ? c->xml->elements[element].text : NULL;

	sriov_text_printable(name ? name : "", c->guest, sizeof(c->guest));
	sriov_text_shell(name ? c->guest : "VM", c->guest_word, sizeof(c->guest_word));
}

static int check_domain(struct sriov_domain_checkup *c, struct sriov_domain_report *ret)
{
	read_name(c);
	if (sriov_domain_find_nics(c) < 0)
		return -ENOMEM;
	run_all(c);
	ret->guest = strdup(c->guest);
	ret->nic = calloc(c->n + 1, sizeof(*ret->nic));
	if (!ret->guest || !ret->nic)
		return -ENOMEM;
	ret->migrates = true;
	for (size_t i = 0; i < c->n; i++) {
		ret->nic[i] = c->nic[i].nic;
		ret->migrates &= c->nic[i].nic.migrates;
	}
	ret->n = c->n;
	return 0;
}

/* A network is read as one, for what is wrong with a pool. */
static int check_network(struct sriov_domain_checkup *c, const char *text, size_t size,
			 struct sriov_error *err)
{
	_cleanup_xml_ struct sriov_xml *xml = NULL;
	int r;

	r = sriov_xml_read(text, size, &xml, err);
	if (r < 0)
		return r;
	if (xml->elements[0].ns || strcmp(xml->elements[0].name, "network") != 0) {
		char name[SRIOV_OBJECT_MAX];

		sriov_error_set(
			err, SRIOV_BAD_FILE, EINVAL,
			"neither a domain nor a network but a <%s>",
			sriov_text_printable(xml->elements[0].name, name, sizeof(name)));
		return sriov_error_hint(err, "virsh dumpxml --inactive VM");
	}
	c->xml = xml;
	c->up.check = "pool";
	sriov_check_pool_document(c);
	return 0;
}

static int check(struct sriov_domain_checkup *c, const char *text, size_t size,
		 struct sriov_domain_report *report, struct sriov_error *err)
{
	struct sriov_error first = {0};
	int r;

	if (sriov_guests_read_running(c->up.doors, &c->up.guests) < 0 ||
	    sriov_guests_read_defined(c->up.doors, &c->up.guests) < 0)
		return sriov_error_memory(err);
	r = sriov_domain_read(text, size, &c->domain, &first);
	if (r == -EINVAL)
		return check_network(c, text, size, err);
	if (r < 0) {
		*err = first;
		return r;
	}
	c->xml = c->domain.xml;
	if (check_domain(c, report) < 0)
		return sriov_error_memory(err);
	return 0;
}

int sriov_check_domain(struct sriov_host *host, const char *text, size_t size,
		       struct sriov_domain_report *ret, struct sriov_error *err)
{
	struct sriov_domain_checkup c = {.up = {.host = host, .doors = host->doors}};
	struct sriov_domain_report report = {0};
	int r = check(&c, text, size, &report, err);

	if (r == 0 && c.up.no_memory)
		r = sriov_error_memory(err);
	report.findings = c.up.found;
	if (r < 0)
		sriov_domain_report_clear(&report);
	else
		*ret = report;
	sriov_guests_free(&c.up.guests);
	sriov_domain_clear(&c.domain);
	free(c.nic);
	return r;
}

const char *sriov_scheme_name(enum sriov_scheme scheme)
{
	switch (scheme) {
	case SRIOV_SCHEME_EMULATED:
		return "emulated";
	case SRIOV_SCHEME_VIRTIO:
		return "virtio";
	case SRIOV_SCHEME_VHOST:
		return "vhost-net";
	case SRIOV_SCHEME_MACVTAP:
		return "macvtap";
	case SRIOV_SCHEME_VHOST_USER:
		return "vhost-user";
	case SRIOV_SCHEME_VF_HOSTDEV:
		return "vf-hostdev";
	case SRIOV_SCHEME_VF_INTERFACE:
		return "vf-interface";
	case SRIOV_SCHEME_VF_POOL:
		return "vf-pool";
	case SRIOV_SCHEME_FUNCTION:
		return "pci-function";
	case SRIOV_SCHEME_OTHER:
		return "other";
	}
	return "other";
}

void sriov_domain_report_clear(struct sriov_domain_report *report)
{
	free(report->guest);
	free(report->nic);
	sriov_findings_free(&report->findings);
	*report = (struct sriov_domain_report){0};
}
