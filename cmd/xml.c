/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml ... */
#include "xml.h"
#include "commands.h"

const struct command cmd_xml = {
	.name = "xml",
	.args = "xml hostdev|interface|failover|domain|network|add|remove|check ...",
	.summary = "XML for libvirt",
	.sub = (const struct command *const[]){&cmd_xml_hostdev, &cmd_xml_interface,
					       &cmd_xml_failover, &cmd_xml_domain,
					       &cmd_xml_network, &cmd_xml_add,
					       &cmd_xml_remove, &cmd_xml_check, NULL},
};
