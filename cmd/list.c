/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl list [SEL...] [--tree|--dot] */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "json.h"
#include "out.h"
#include "report.h"
#include "tree.h"

static const struct out_column pf_columns[] = {
	{"pf", "PF", false, true},
	{"address", "ADDRESS", false, true},
	{"device", "DEVICE", false, true},
	{"driver", "DRIVER", false, true},
	{"link", "LINK", false, true},
	{"vfs", "VFS", false, true},
	{"in_use", "IN USE", false, true},
	{"numa", "NUMA", false, true},
	{"carrier", "CARRIER", false, false},
	{"mac", "MAC", false, false},
	{"nodedev", "NODEDEV", false, false},
	{NULL, NULL, false, false},
};

static const struct out_column vf_columns[] = {
	{"vf", "VF", false, true},
	{"address", "ADDRESS", false, true},
	{"driver", "DRIVER", false, true},
	{"netdev", "NETDEV", false, true},
	{"representor", "REPR", false, false},
	{"mac", "MAC", false, true},
	{"vlan", "VLAN", false, true},
	{"qos", "QOS", false, false},
	{"proto", "PROTO", false, false},
	{"spoofchk", "SPOOFCHK", false, true},
	{"trust", "TRUST", false, true},
	{"state", "STATE", false, true},
	{"min_tx_rate", "MIN_TX_RATE", true, false},
	{"max_tx_rate", "MAX_TX_RATE", true, false},
	{"query_rss", "QUERY_RSS", false, false},
	{"node_guid", "NODE_GUID", false, false},
	{"port_guid", "PORT_GUID", false, false},
	{"group", "GROUP", false, true},
	{"nodedev", "NODEDEV", false, false},
	{"used_by", "USED BY", false, true},
	{NULL, NULL, false, false},
};

/* "I350 Gigabit Network Connection" says no more than "I350 Gigabit". */
static void shorten(char *name)
{
	static const char *const endings[] = {" Network Connection", " Controller"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(endings); i++) {
		size_t len = strlen(name), end = strlen(endings[i]);

		if (len > end && strcmp(name + len - end, endings[i]) == 0)
			name[len - end] = '\0';
	}
}

static void pf_row(struct out_table *table, const struct sriov_pf *pf,
		   struct sriov_pci_names *names)
{
	const struct sriov_function *fn = &pf->fn;
	char device[128], mac[SRIOV_MAC_LEN], nodedev[SRIOV_NODEDEV_LEN];
	size_t used = 0;

	for (size_t i = 0; i < pf->n_vfs; i++)
		used += sriov_function_in_use(&pf->vf[i].fn);
	report_device(names, fn, device, sizeof(device));
	shorten(device);
	out_table_row(table);
	out_table_text(table, "pf", pf->name);
	out_table_text(table, "address", fn->address);
	out_table_text(table, "nodedev", sriov_bdf_nodedev(&fn->bdf, nodedev));
	out_table_text(table, "device", device);
	out_table_text(table, "driver", fn->driver[0] ? fn->driver : "-");
	out_table_text(table, "link", !fn->netdev[0] ? "-" : fn->link_up ? "up" : "down");
	out_table_text(table, "carrier",
		       !fn->netdev[0] ? "-"
		       : pf->carrier  ? "yes"
				      : "no");
	if (pf->total_vfs < 0)
		out_table_cell(table, "vfs", "%zu/?", pf->n_vfs);
	else
		out_table_cell(table, "vfs", "%zu/%d", pf->n_vfs, pf->total_vfs);
	out_table_cell(table, "in_use", "%zu", used);
	if (pf->numa < 0)
		out_table_text(table, "numa", "-");
	else
		out_table_cell(table, "numa", "%d", pf->numa);
	out_table_text(table, "mac",
		       fn->netdev_mac ? sriov_mac_format(fn->netdev_mac, mac) : "-");
}

static void used_by_cell(struct out_table *table, const struct sriov_function *fn)
{
	char all[512] = "", one[128];

	for (size_t i = 0; i < fn->n_users; i++) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
			 sriov_user_format(&fn->users[i], one, sizeof(one)));
	}
	out_table_text(table, "used_by", fn->n_users ? all : "-");
}

static void vf_row(struct out_table *table, const struct sriov_pf *pf,
		   const struct sriov_vf *vf)
{
	char name[SRIOV_NAME_LEN], cell[SRIOV_VALUE_LEN], nodedev[SRIOV_NODEDEV_LEN];

	out_table_row(table);
	out_table_text(table, "vf", sriov_vf_name(pf, vf->index, name));
	out_table_text(table, "address", vf->fn.address[0] ? vf->fn.address : "-");
	if (out_table_shows(table, "nodedev"))
		out_table_text(table, "nodedev",
			       sriov_function_is_pci(&vf->fn)
				       ? sriov_bdf_nodedev(&vf->fn.bdf, nodedev)
				       : "-");
	out_table_text(table, "netdev", vf->fn.netdev[0] ? vf->fn.netdev : "-");
	out_table_text(table, "representor", vf->representor[0] ? vf->representor : "-");
	for (unsigned id = 0; id < SRIOV_N_ATTRS; id++) {
		const struct sriov_attr *attr = sriov_attr(id);
		struct sriov_value value;

		if (!out_table_shows(table, attr->name))
			continue;
		value = sriov_vf_value(vf, id);
		out_table_text(table, attr->name, sriov_attr_cell(attr, &value, cell));
	}
	if (vf->fn.group < 0)
		out_table_text(table, "group", "-");
	else
		out_table_cell(table, "group", "%d", vf->fn.group);
	used_by_cell(table, &vf->fn);
}

static int print_pfs(struct app *app, const struct sriov_host *host,
		     const struct sriov_targets *targets, struct sriov_error *err)
{
	struct sriov_pci_names *names = NULL;
	struct out_table *table = out_table_new(app, pf_columns, err);

	if (!table)
		return -err->errnum;
	if (sriov_pci_names_open(host->doors, &names) < 0)
		return sriov_error_memory(err);
	for (size_t i = 0; i < targets->n; i++)
		pf_row(table, targets->target[i].pf, names);
	sriov_pci_names_close(names);
	out_table_print(table);
	return 0;
}

static bool has_representors(const struct sriov_targets *targets)
{
	for (size_t i = 0; i < targets->n; i++)
		if (targets->target[i].vf->representor[0])
			return true;
	return false;
}

static int print_vfs(struct app *app, const struct sriov_targets *targets,
		     struct sriov_error *err)
{
	struct out_column columns[SRIOV_ARRAY_SIZE(vf_columns)];
	struct out_table *table;

	memcpy(columns, vf_columns, sizeof(columns));
	for (size_t i = 0; columns[i].key; i++)
		if (strcmp(columns[i].key, "representor") == 0)
			columns[i].usual = has_representors(targets);
	table = out_table_new(app, columns, err);
	if (!table)
		return -err->errnum;
	if (targets->n == 0)
		app_note(app, "none of them has VFs; to make some: sriovctl enable PF N");
	for (size_t i = 0; i < targets->n; i++)
		vf_row(table, targets->target[i].pf, targets->target[i].vf);
	out_table_print(table);
	return 0;
}

static int print(struct app *app, const struct sriov_host *host,
		 const struct sriov_targets *targets, bool vfs, struct sriov_error *err)
{
	if (app->json) {
		json_print(report_host(host, targets), stdout);
		return 0;
	}
	if (app_has_option(app, "tree"))
		return tree_print(app, host, targets, TREE_TABLE, err);
	if (app_has_option(app, "dot"))
		return tree_print(app, host, targets, TREE_DOT, err);
	if (vfs)
		return print_vfs(app, targets, err);
	if (targets->n == 0)
		app_note(app, "this host has no device with SR-IOV");
	return print_pfs(app, host, targets, err);
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	unsigned what = SRIOV_LOOK_VFS | SRIOV_LOOK_USERS | SRIOV_LOOK_REPRESENTORS;
	unsigned how = SRIOV_SELECT_IMPLIED | SRIOV_SELECT_EMPTY;
	struct sriov_host host = {0};
	struct sriov_targets targets = {0};
	bool vfs = n > 0;

	if (app_has_option(app, "tree") && app_has_option(app, "dot"))
		return app_usage(&cmd_list, err, "either --tree or --dot");
	if (vfs)
		how |= SRIOV_SELECT_VFS;
	if (vfs || app->json || app_has_option(app, "tree"))
		what |= SRIOV_LOOK_SETTINGS;
	if (sriov_host_look(app->doors, what, NULL, 0, &host, err) < 0)
		return err->code;
	if (sriov_select(&host, words, n, how, &targets, err) == 0 &&
	    print(app, &host, &targets, vfs, err) == 0)
		report_unread(app, &host);
	sriov_targets_free(&targets);
	sriov_host_free(&host);
	return err->code;
}

const struct command cmd_list = {
	.name = "list",
	.args = "list [SEL...] [--tree|--dot]",
	.summary = "list PFs, or the VFs that are named",
	.details =
		"  sriovctl list            the PFs of this host\n"
		"  sriovctl list em1        the VFs of em1\n"
		"  sriovctl list all -o vf,address,mac --no-headings\n"
		"  sriovctl list --tree     NUMA nodes, ports, PFs, VFs and their users\n"
		"  sriovctl list --dot | dot -Tsvg >host.svg\n",
	.options =
		(const struct command_option[]){
			{"tree", '\0', NULL, "by place and user, as a tree"},
			{"dot", '\0', NULL, "the same for Graphviz"},
			{NULL, '\0', NULL, NULL},
		},
	.complete = COMPLETE_VFS,
	.run = run,
};
