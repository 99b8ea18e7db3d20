/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several subcommands of xml have. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "devices.h"
#include "input.h"
#include "xml.h"

int xml_read_input(const struct app *app, char **ret, size_t *ret_size,
		   struct sriov_error *err)
{
	const char *file = app_option(app, "file");

	if (!file && isatty(STDIN_FILENO))
		app_note(app, "reading XML from the terminal; a guest's comes from "
			      "'virsh dumpxml --inactive VM |' before this command, or "
			      "with -f from a file");
	return input_read(file, SRIOV_XML_SIZE_MAX, ret, ret_size, err);
}

void xml_hint_file(const char *const *words, size_t n, struct sriov_error *err)
{
	if (err->code != SRIOV_NOT_FOUND)
		return;
	for (size_t i = 0; i < n; i++) {
		const char *dot = strrchr(words[i], '.');

		if (dot && strcmp(dot, ".xml") == 0)
			sriov_error_hint(err, "a file belongs to -f: -f %.200s",
					 words[i]);
	}
}

int xml_read_form(const struct app *app, enum sriov_guest_form otherwise,
		  enum sriov_guest_form *ret, struct sriov_error *err)
{
	const char *as = app_option(app, "as");

	if (!as)
		*ret = otherwise;
	else if (strcmp(as, "hostdev") == 0)
		*ret = SRIOV_AS_HOSTDEV;
	else if (strcmp(as, "interface") == 0)
		*ret = SRIOV_AS_INTERFACE;
	else
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--as must be hostdev or interface, not '%.32s'",
				       as);
	return 0;
}

int xml_read_number(const struct app *app, const char *name, uint64_t otherwise,
		    uint64_t max, unsigned *ret, struct sriov_error *err)
{
	const char *text = app_option(app, name);
	uint64_t number = otherwise;

	if (text && (sriov_parse_number(text, 10, max, &number) < 0 || number == 0))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--%s must be 1-%llu, not '%.32s'", name,
				       (unsigned long long)max, text);
	*ret = (unsigned)number;
	return 0;
}

int xml_read_standby(const struct app *app, struct sriov_standby *ret,
		     struct sriov_error *err)
{
	struct sriov_standby standby = {
		.bridge = app_option(app, "bridge"),
		.network = app_option(app, "network"),
	};

	if (!standby.bridge == !standby.network) {
		sriov_error_set(err, SRIOV_USAGE, EINVAL,
				standby.bridge ? "either --bridge or --network"
					       : "where does virtio lead? --bridge or "
						 "--network says it");
		return sriov_error_hint(err, "--bridge br0");
	}
	if (app_has_option(app, "queues") &&
	    xml_read_number(app, "queues", 1, SRIOV_STANDBY_QUEUES_MAX, &standby.queues,
			    err) < 0)
		return -err->errnum;
	*ret = standby;
	return 0;
}

void xml_note_standby(const struct app *app, const struct sriov_standby *standby,
		      const struct devices *devices)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct sriov_guest_device *device = &devices->device[i];
		char name[SRIOV_DEVICE_NAME_LEN];

		if (device->vlan <= 0)
			continue;
		app_note(app,
			 "warning: %s is in VLAN %d and virtio sends untagged: %s %s "
			 "must be in that VLAN by itself",
			 sriov_device_name(device, name), device->vlan,
			 standby->bridge ? "bridge" : "network",
			 standby->bridge ? standby->bridge : standby->network);
	}
}
