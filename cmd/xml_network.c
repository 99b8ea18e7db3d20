/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml network PF|SEL... */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "devices.h"
#include "xml.h"

#define VLAN_MAX 4094

/* NAME:VLAN; the name is copied into @buf. */
static int read_portgroup(const char *text, char *buf, size_t size,
			  struct sriov_portgroup *ret, struct sriov_error *err)
{
	const char *colon = strrchr(text, ':');
	uint64_t vlan = 0;

	if (!colon || colon == text || (size_t)(colon - text) >= size ||
	    sriov_parse_number(colon + 1, 10, VLAN_MAX, &vlan) < 0 || vlan == 0)
		return sriov_error_set(
			err, SRIOV_USAGE, EINVAL,
			"--portgroup must be NAME:VLAN with VLAN 1-%d, not '%.64s'",
			VLAN_MAX, text);
	snprintf(buf, size, "%.*s", (int)(colon - text), text);
	*ret = (struct sriov_portgroup){.name = buf, .vlan = (int)vlan};
	return 0;
}

static int read_portgroups(const struct app *app, char (*names)[64],
			   struct sriov_portgroup *groups, size_t *ret_n,
			   struct sriov_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < app->n_given; i++) {
		int r;

		if (strcmp(app->given[i].name, "portgroup") != 0)
			continue;
		r = read_portgroup(app->given[i].value, names[n], sizeof(names[n]),
				   &groups[n], err);
		if (r < 0)
			return r;
		n++;
	}
	*ret_n = n;
	return 0;
}

/* One word that is a PF with a netdev: libvirt itself finds its VFs. */
static const struct sriov_pf *single_pf(const struct devices *devices, size_t n,
					const char *const *words)
{
	const struct sriov_pf *pf =
		n == 1 ? sriov_host_pf(&devices->host, words[0]) : NULL;

	return pf && pf->fn.netdev[0] ? pf : NULL;
}

static enum sriov_code run_network(struct app *app, size_t n, const char *const *words,
				   struct sriov_error *err)
{
	struct sriov_portgroup groups[GIVEN_MAX];
	char names[GIVEN_MAX][64];
	struct sriov_network_spec spec = {.name = app_option(app, "name"),
					  .portgroups = groups};
	_cleanup_free_ char *text = NULL;
	struct devices devices = {0};
	const struct sriov_pf *pf;

	if (n == 0)
		return app_usage(&cmd_xml_network, err, "a pool of which PF or VFs?");
	if (read_portgroups(app, names, groups, &spec.n_portgroups, err) < 0 ||
	    devices_select(app, words, n, true, &devices, err) < 0)
		return err->code;
	pf = single_pf(&devices, n, words);
	if (pf) {
		spec.pf = pf->fn.netdev;
	} else {
		spec.vfs = devices.device;
		spec.n_vfs = devices.n;
	}
	if (sriov_document_network(&spec, &text, err) == 0)
		fputs(text, stdout);
	devices_free(&devices);
	return err->code;
}

static const struct command_option network_options[] = {
	{"name", '\0', "NAME", "the network's name, PF-pool without it"},
	{"portgroup", '\0', "NAME:VLAN",
	 "a port group with a VLAN; may be given several times"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_network = {
	.name = "network",
	.args = "xml network [--name NAME] [--portgroup NAME:VLAN...] PF|SEL...",
	.summary = "print a network (a pool) of a PF's VFs, or of the VFs named",
	.details = "  sriovctl xml network em1 | virsh net-define /dev/stdin\n",
	.options = network_options,
	.complete = COMPLETE_VFS,
	.run = run_network,
};
