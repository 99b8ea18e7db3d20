/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml hostdev|interface SEL... */
#include <stdio.h>

#include "devices.h"
#include "xml.h"

static int document(const struct app *app, enum sriov_guest_form form,
		    const struct devices *devices, char **ret, struct sriov_error *err)
{
	if (app_has_option(app, "failover"))
		return sriov_document_pairs(form, NULL, devices->device, devices->n, ret,
					    err);
	return sriov_document_devices(form, devices->device, devices->n, ret, err);
}

static enum sriov_code print_fragments(struct app *app, enum sriov_guest_form form,
				       size_t n, const char *const *words,
				       struct sriov_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct devices devices = {0};

	if (n == 0)
		return app_usage(form == SRIOV_AS_HOSTDEV ? &cmd_xml_hostdev
							  : &cmd_xml_interface,
				 err, "which VFs?");
	if (devices_select(app, words, n,
			   form == SRIOV_AS_INTERFACE ? DEVICES_NETWORK : 0, &devices,
			   err) == 0 &&
	    document(app, form, &devices, &text, err) == 0)
		fputs(text, stdout);
	devices_free(&devices);
	return err->code;
}

static enum sriov_code run_hostdev(struct app *app, size_t n, const char *const *words,
				   struct sriov_error *err)
{
	return print_fragments(app, SRIOV_AS_HOSTDEV, n, words, err);
}

static enum sriov_code run_interface(struct app *app, size_t n, const char *const *words,
				     struct sriov_error *err)
{
	return print_fragments(app, SRIOV_AS_INTERFACE, n, words, err);
}

static const struct command_option options[] = {
	{"failover", '\0', NULL,
	 "as the half of a failover pair whose other half is there"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_hostdev = {
	.name = "hostdev",
	.args = "xml hostdev SEL... [--failover]",
	.summary = "print <hostdev> elements: MAC and VLAN stay as sriovctl set them",
	.details =
		"  sriovctl xml hostdev em1/3 | virsh attach-device vm1 /dev/stdin --config\n",
	.options = options,
	.complete = COMPLETE_VFS,
	.run = run_hostdev,
};

const struct command cmd_xml_interface = {
	.name = "interface",
	.args = "xml interface SEL... [--failover]",
	.summary = "print <interface> elements: libvirt sets MAC and VLAN",
	.details =
		"  sriovctl xml interface em1/3 | virsh attach-device vm1 /dev/stdin --config\n",
	.options = options,
	.complete = COMPLETE_VFS,
	.run = run_interface,
};
