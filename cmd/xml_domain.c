/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml domain --name VM [SEL...] */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "devices.h"
#include "xml.h"

#define MEMORY_MIB 1024
#define MEMORY_MIB_MAX (16u * 1024 * 1024)
#define VCPUS_MAX 4096
#define SPARE_PORTS 4

static int read_guest_type(const struct app *app, enum sriov_guest_type *ret,
			   struct sriov_error *err)
{
	const char *type = app_option(app, "type");

	if (!type || strcmp(type, "kvm") == 0)
		*ret = SRIOV_GUEST_KVM;
	else if (strcmp(type, "qemu") == 0)
		*ret = SRIOV_GUEST_QEMU;
	else
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--type must be kvm or qemu, not '%.32s'", type);
	return 0;
}

static int read_domain_options(const struct app *app, struct sriov_domain_spec *spec,
			       struct sriov_error *err)
{
	spec->name = app_option(app, "name");
	spec->disk = app_option(app, "disk");
	spec->kernel = app_option(app, "kernel");
	spec->initrd = app_option(app, "initrd");
	spec->cmdline = app_option(app, "cmdline");
	spec->spare_ports = SPARE_PORTS;
	if (xml_read_number(app, "memory", MEMORY_MIB, MEMORY_MIB_MAX, &spec->memory_mib,
			    err) < 0 ||
	    xml_read_number(app, "vcpus", 1, VCPUS_MAX, &spec->vcpus, err) < 0 ||
	    read_guest_type(app, &spec->type, err) < 0 ||
	    xml_read_form(app, SRIOV_AS_HOSTDEV, &spec->form, err) < 0)
		return -err->errnum;
	if (!spec->name) {
		app_usage(&cmd_xml_domain, err, "a guest needs a name: --name");
		return -EINVAL;
	}
	return 0;
}

static enum sriov_code run_domain(struct app *app, size_t n, const char *const *words,
				  struct sriov_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_domain_spec spec = {0};
	struct devices devices = {0};

	if (read_domain_options(app, &spec, err) < 0)
		return err->code;
	if (n > 0 && devices_select(app, words, n,
				    spec.form == SRIOV_AS_INTERFACE ? DEVICES_NETWORK : 0,
				    &devices, err) < 0)
		return err->code;
	spec.devices = devices.device;
	spec.n_devices = devices.n;
	if (sriov_document_domain(&spec, &text, err) == 0)
		fputs(text, stdout);
	devices_free(&devices);
	return err->code;
}

static const struct command_option domain_options[] = {
	{"name", '\0', "VM", "the guest's name"},
	{"memory", '\0', "MIB", "memory, 1024 MiB without it"},
	{"vcpus", '\0', "N", "virtual CPUs, 1 without it"},
	{"type", '\0', "kvm|qemu", "qemu where there is no KVM"},
	{"disk", '\0', "FILE", "a disk image, or a block device"},
	{"kernel", '\0', "FILE", "boot this kernel instead of the disk"},
	{"initrd", '\0', "FILE", "its initramfs"},
	{"cmdline", '\0', "TEXT", "its command line"},
	{"as", '\0', "hostdev|interface",
	 "whether MAC and VLAN stay sriovctl's or are libvirt's"},
	{NULL, '\0', NULL, NULL},
};

const struct command cmd_xml_domain = {
	.name = "domain",
	.args = "xml domain --name VM [OPTION...] [SEL...]",
	.summary = "print a small guest with these VFs",
	.details = "  sriovctl xml domain --name vm1 em1/3 | virsh define /dev/stdin\n",
	.options = domain_options,
	.complete = COMPLETE_VFS,
	.run = run_domain,
};
