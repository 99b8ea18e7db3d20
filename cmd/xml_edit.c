/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml add SEL..., and the printing of an edited domain. */
#include <errno.h>
#include <stdio.h>

#include "devices.h"
#include "xml.h"

static const char *status_word(enum sriov_edit_status status)
{
	switch (status) {
	case SRIOV_EDIT_ADDED:
		return "added";
	case SRIOV_EDIT_UPDATED:
		return "updated";
	case SRIOV_EDIT_UNCHANGED:
		return "there already";
	case SRIOV_EDIT_REMOVED:
		return "removed";
	case SRIOV_EDIT_ABSENT:
		return "not there";
	}
	return "";
}

void xml_print_edit(const struct app *app, const struct sriov_edit *edit)
{
	fwrite(edit->text, 1, edit->size, stdout);
	for (size_t i = 0; i < edit->n_warnings; i++) {
		const struct sriov_edit_warning *warning = edit->warnings[i];

		app_note(app, "warning: %s%s%s", warning->msg,
			 warning->hint ? "; try: " : "",
			 warning->hint ? warning->hint : "");
	}
	for (size_t i = 0; i < edit->n_outcomes; i++) {
		const struct sriov_edit_outcome *outcome = &edit->outcomes[i];

		app_note(app, "%s %s%s%s%s", outcome->name, status_word(outcome->status),
			 outcome->changed[0] ? " (" : "", outcome->changed,
			 outcome->changed[0] ? ")" : "");
	}
}

/* What is to be put into the domain. */
struct addition {
	bool pairs;
	enum sriov_guest_form form;
	struct sriov_standby standby;
};

static int read_addition(const struct app *app, struct addition *ret,
			 struct sriov_error *err)
{
	struct addition addition = {.pairs = app_has_option(app, "failover")};
	int r;

	if (!addition.pairs &&
	    (app_has_option(app, "bridge") || app_has_option(app, "network") ||
	     app_has_option(app, "queues"))) {
		app_usage(&cmd_xml_add, err,
			  "--bridge, --network and --queues need --failover");
		return -EINVAL;
	}
	r = addition.pairs ? xml_read_standby(app, &addition.standby, err) : 0;
	if (r < 0)
		return r;
	r = xml_read_form(app, addition.pairs ? SRIOV_AS_INTERFACE : SRIOV_AS_HOSTDEV,
			  &addition.form, err);
	if (r < 0)
		return r;
	*ret = addition;
	return 0;
}

static int add(const struct addition *addition, const char *text, size_t size,
	       const struct devices *devices, struct sriov_edit **ret,
	       struct sriov_error *err)
{
	if (addition->pairs)
		return sriov_domain_add_pairs(text, size, addition->form,
					      &addition->standby, devices->device,
					      devices->n, ret, err);
	return sriov_domain_add(text, size, addition->form, devices->device, devices->n,
				ret, err);
}

static enum sriov_code run_add(struct app *app, size_t n, const char *const *words,
			       struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	_cleanup_free_ char *text = NULL;
	struct addition addition;
	struct devices devices = {0};
	size_t size;

	if (n == 0)
		return app_usage(&cmd_xml_add, err, "add which VFs?");
	if (read_addition(app, &addition, err) < 0 ||
	    devices_select(app, words, n,
			   addition.pairs || addition.form == SRIOV_AS_INTERFACE
				   ? DEVICES_NETWORK | DEVICES_SAVED
				   : 0,
			   &devices, err) < 0) {
		xml_hint_file(words, n, err);
		return err->code;
	}
	if (xml_read_input(app, &text, &size, err) == 0 &&
	    add(&addition, text, size, &devices, &edit, err) == 0) {
		xml_print_edit(app, edit);
		if (addition.pairs)
			xml_note_standby(app, &addition.standby, &devices);
	}
	devices_free(&devices);
	return err->code;
}

static const struct command_option add_options[] = {
	{"file", 'f', "FILE", "the domain, instead of standard input"},
	{"as", '\0', "hostdev|interface",
	 "whether MAC and VLAN stay sriovctl's or are libvirt's"},
	{"failover", '\0', NULL, "with a virtio interface beside each, as xml failover"},
	XML_STANDBY_OPTIONS,
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_add = {
	.name = "add",
	.args = "xml add SEL... [-f FILE] [--as hostdev|interface] [--failover ...]",
	.summary = "put VFs into a domain; every other byte of it stays",
	.details =
		"  virsh dumpxml --inactive vm1 | sriovctl xml add em1/3 | virsh define /dev/stdin\n"
		"  virsh dumpxml --inactive vm1 | sriovctl xml add em1/3 --failover --bridge br0 |\n"
		"    virsh define /dev/stdin\n",
	.options = add_options,
	.complete = COMPLETE_VFS,
	.run = run_add,
};
