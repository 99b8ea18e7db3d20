/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml check [-f FILE] */
#include <stdio.h>
#include <string.h>

#include "findings.h"
#include "json.h"
#include "out.h"
#include "xml.h"

static const struct out_column columns[] = {
	{"nic", "NIC", false, true},	   {"scheme", "SCHEME", false, true},
	{"source", "SOURCE", false, true}, {"migrates", "MIGRATES", false, true},
	{"layers", "LAYERS", false, true}, {NULL, NULL, false, false},
};

static const char *scheme_text(enum sriov_scheme scheme)
{
	switch (scheme) {
	case SRIOV_SCHEME_EMULATED:
	case SRIOV_SCHEME_VIRTIO:
	case SRIOV_SCHEME_VHOST:
	case SRIOV_SCHEME_MACVTAP:
	case SRIOV_SCHEME_VHOST_USER:
		return sriov_scheme_name(scheme);
	case SRIOV_SCHEME_VF_HOSTDEV:
		return "VF by hostdev";
	case SRIOV_SCHEME_VF_INTERFACE:
		return "VF by interface";
	case SRIOV_SCHEME_VF_POOL:
		return "VF by pool";
	case SRIOV_SCHEME_FUNCTION:
		return "PCI function";
	case SRIOV_SCHEME_OTHER:
		return "other";
	}
	return "";
}

/* "vhost-net, 4 queues", "emulated, e1000e", "VF by hostdev, failover pair" */
static void format_scheme(const struct sriov_nic *nic, char *buf, size_t size)
{
	bool is_virtio = strncmp(nic->model, "virtio", strlen("virtio")) == 0;

	snprintf(buf, size, "%s", scheme_text(nic->scheme));
	/* without a model libvirt chooses rtl8139 or e1000e, by what QEMU has */
	if (nic->scheme == SRIOV_SCHEME_EMULATED && !nic->model[0])
		sriov_text_append(buf, size, ", libvirt's choice");
	else if (nic->model[0] && !is_virtio)
		sriov_text_append(buf, size, ", %s", nic->model);
	if (nic->queues)
		sriov_text_append(buf, size, ", %u queue%s", nic->queues,
				  nic->queues == 1 ? "" : "s");
	if (nic->failover)
		sriov_text_append(buf, size, ", failover pair");
}

static void format_layers(const struct sriov_nic *nic, char *buf, size_t size)
{
	snprintf(buf, size, "%zu", nic->n_layers);
	for (size_t i = 0; i < nic->n_layers; i++)
		sriov_text_append(buf, size, "%s%s", i ? ", " : ": ", nic->layers[i]);
}

static int print_nics(const struct app *app, const struct sriov_domain_report *report,
		      struct sriov_error *err)
{
	struct out_table *table = out_table_new(app, columns, err);

	if (!table)
		return -err->errnum;
	for (size_t i = 0; i < report->n; i++) {
		const struct sriov_nic *nic = &report->nic[i];
		char scheme[192], layers[192];

		format_scheme(nic, scheme, sizeof(scheme));
		format_layers(nic, layers, sizeof(layers));
		out_table_row(table);
		out_table_cell(table, "nic", "%s", nic->name);
		out_table_cell(table, "scheme", "%s", scheme);
		out_table_cell(table, "source", "%s", nic->source[0] ? nic->source : "-");
		out_table_cell(table, "migrates", "%s", nic->migrates ? "yes" : "no");
		/* of what none but the other program knows */
		out_table_cell(table, "layers", "%s",
			       nic->scheme == SRIOV_SCHEME_OTHER ? "?" : layers);
	}
	out_table_print(table);
	return 0;
}

static int print(const struct app *app, const struct sriov_domain_report *report,
		 struct sriov_error *err)
{
	if (report->n && print_nics(app, report, err) < 0)
		return -err->errnum;
	if (report->guest && report->n == 0)
		app_note(app, "the guest has no network card");
	findings_print(app, &report->findings);
	if (report->findings.n == 0)
		app_note(app, "nothing is wrong");
	return 0;
}

static struct json_object *nic_object(const struct sriov_nic *nic)
{
	struct json_object *object = json_new_object(), *layers = json_new_array();

	json_add_string(object, "nic", nic->name);
	json_add_string(object, "scheme", sriov_scheme_name(nic->scheme));
	json_add_string(object, "source", nic->source[0] ? nic->source : NULL);
	json_add_string(object, "model", nic->model[0] ? nic->model : NULL);
	if (nic->queues)
		json_add_number(object, "queues", nic->queues);
	else
		json_add_null(object, "queues");
	json_add_bool(object, "failover", nic->failover);
	json_add_bool(object, "migrates", nic->migrates);
	for (size_t i = 0; i < nic->n_layers; i++)
		json_append(layers, json_new_string(nic->layers[i]));
	json_add(object, "layers", layers);
	return object;
}

static void print_json(const struct app *app, const struct sriov_domain_report *report)
{
	struct json_object *document = json_new_object(), *nics = json_new_array();

	json_add_number(document, "version", 1);
	json_add_string(document, "guest", report->guest);
	if (report->guest)
		json_add_bool(document, "migrates", report->migrates);
	else
		json_add_null(document, "migrates");
	for (size_t i = 0; i < report->n; i++)
		json_append(nics, nic_object(&report->nic[i]));
	json_add(document, "nics", nics);
	findings_add(app, document, &report->findings);
	json_print(document, stdout);
}

static enum sriov_code check(const struct app *app, struct sriov_host *host,
			     const char *text, size_t size, struct sriov_error *err)
{
	struct sriov_domain_report report = {0};
	enum sriov_code code;

	if (sriov_check_domain(host, text, size, &report, err) < 0)
		return err->code;
	code = findings_verdict(&report.findings);
	if (app->json)
		print_json(app, &report);
	else if (print(app, &report, err) < 0)
		code = err->code;
	sriov_domain_report_clear(&report);
	return code;
}

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_host host = {0};
	enum sriov_code code;
	size_t size;

	if (n > 0)
		return app_usage(
			&cmd_xml_check, err,
			"the domain comes from standard input or -f, not '%.64s'",
			words[0]);
	if (xml_read_input(app, &text, &size, err) < 0 ||
	    sriov_host_look(app->doors, SRIOV_DOMAIN_LOOK, NULL, 0, &host, err) < 0)
		return err->code;
	code = check(app, &host, text, size, err);
	sriov_host_free(&host);
	return code;
}

static const struct command_option options[] = {
	{"file", 'f', "FILE", "the domain, instead of standard input"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_check = {
	.name = "check",
	.args = "xml check [-f FILE]",
	.summary = "say which way each NIC of a domain goes, and what is wrong with it",
	.details = "  virsh dumpxml --inactive vm1 | sriovctl xml check\n",
	.options = options,
	.run = run,
};
