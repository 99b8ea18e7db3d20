/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml failover SEL... */
#include <stdio.h>

#include "devices.h"
#include "xml.h"

static enum sriov_code run(struct app *app, size_t n, const char *const *words,
			   struct sriov_error *err)
{
	_cleanup_free_ char *text = NULL;
	enum sriov_guest_form form;
	struct sriov_standby standby;
	struct devices devices = {0};

	if (n == 0)
		return app_usage(&cmd_xml_failover, err, "failover pairs of which VFs?");
	if (xml_read_form(app, SRIOV_AS_INTERFACE, &form, err) < 0 ||
	    xml_read_standby(app, &standby, err) < 0 ||
	    devices_select(app, words, n, DEVICES_NETWORK, &devices, err) < 0)
		return err->code;
	if (sriov_document_pairs(form, &standby, devices.device, devices.n, &text, err) ==
	    0) {
		fputs(text, stdout);
		xml_note_standby(app, &standby, &devices);
	}
	devices_free(&devices);
	return err->code;
}

static const struct command_option options[] = {
	XML_STANDBY_OPTIONS,
	{"as", '\0', "hostdev|interface",
	 "whether the VF's MAC and VLAN stay sriovctl's or are libvirt's; interface "
	 "without it"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_failover = {
	.name = "failover",
	.args = "xml failover SEL... --bridge BR|--network NET [--queues N]",
	.summary = "print pairs of virtio and VF, for guests that are to migrate",
	.details = "  sriovctl xml failover em1/3 --bridge br0 --queues 4\n",
	.options = options,
	.complete = COMPLETE_VFS,
	.run = run,
};
