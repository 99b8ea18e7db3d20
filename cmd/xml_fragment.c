/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml hostdev|interface SEL... */
#include <stdio.h>

#include "devices.h"
#include "xml.h"

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
	if (devices_select(app, words, n, form == SRIOV_AS_INTERFACE, &devices, err) ==
		    0 &&
	    sriov_document_devices(form, devices.device, devices.n, &text, err) == 0)
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

const struct command cmd_xml_hostdev = {
	.name = "hostdev",
	.args = "xml hostdev SEL...",
	.summary = "print <hostdev> elements: MAC and VLAN stay as sriovctl set them",
	.details =
		"  sriovctl xml hostdev em1/3 | virsh attach-device vm1 /dev/stdin --config\n",
	.complete = COMPLETE_VFS,
	.run = run_hostdev,
};

const struct command cmd_xml_interface = {
	.name = "interface",
	.args = "xml interface SEL...",
	.summary = "print <interface> elements: libvirt sets MAC and VLAN",
	.details =
		"  sriovctl xml interface em1/3 | virsh attach-device vm1 /dev/stdin --config\n",
	.complete = COMPLETE_VFS,
	.run = run_interface,
};
