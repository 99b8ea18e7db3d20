/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sriovctl xml hostdev|interface|domain|network|add|remove */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "devices.h"
#include "input.h"

#define MEMORY_MIB 1024
#define MEMORY_MIB_MAX (16u * 1024 * 1024)
#define VCPUS_MAX 4096
#define SPARE_PORTS 4
#define VLAN_MAX 4094

extern const struct command cmd_xml_hostdev;
extern const struct command cmd_xml_interface;
extern const struct command cmd_xml_domain;
extern const struct command cmd_xml_network;
extern const struct command cmd_xml_add;
extern const struct command cmd_xml_remove;

static int read_form(const struct app *app, enum sriov_guest_form *ret,
		     struct sriov_error *err)
{
	const char *as = app_option(app, "as");

	if (!as || strcmp(as, "hostdev") == 0)
		*ret = SRIOV_AS_HOSTDEV;
	else if (strcmp(as, "interface") == 0)
		*ret = SRIOV_AS_INTERFACE;
	else
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "--as must be hostdev or interface, not '%.32s'",
				       as);
	return 0;
}

static int read_number(const struct app *app, const char *name, uint64_t otherwise,
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
	if (read_number(app, "memory", MEMORY_MIB, MEMORY_MIB_MAX, &spec->memory_mib,
			err) < 0 ||
	    read_number(app, "vcpus", 1, VCPUS_MAX, &spec->vcpus, err) < 0 ||
	    read_guest_type(app, &spec->type, err) < 0 ||
	    read_form(app, &spec->form, err) < 0)
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
	if (n > 0 && devices_select(app, words, n, spec.form == SRIOV_AS_INTERFACE,
				    &devices, err) < 0)
		return err->code;
	spec.devices = devices.device;
	spec.n_devices = devices.n;
	if (sriov_document_domain(&spec, &text, err) == 0)
		fputs(text, stdout);
	devices_free(&devices);
	return err->code;
}

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

/* The new domain goes to stdout, all that is to be said of it to stderr. */
static void print_edit(const struct app *app, const struct sriov_edit *edit)
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

static enum sriov_code run_add(struct app *app, size_t n, const char *const *words,
			       struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	_cleanup_free_ char *text = NULL;
	enum sriov_guest_form form;
	struct devices devices = {0};
	size_t size;

	if (n == 0)
		return app_usage(&cmd_xml_add, err, "add which VFs?");
	if (read_form(app, &form, err) < 0 ||
	    devices_select(app, words, n, form == SRIOV_AS_INTERFACE, &devices, err) < 0)
		return err->code;
	if (input_read(app_option(app, "file"), SRIOV_XML_SIZE_MAX, &text, &size, err) ==
		    0 &&
	    sriov_domain_add(text, size, form, devices.device, devices.n, &edit, err) ==
		    0)
		print_edit(app, edit);
	devices_free(&devices);
	return err->code;
}

static enum sriov_code remove_all(const struct app *app, struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	_cleanup_free_ char *text = NULL;
	size_t size;

	if (input_read(app_option(app, "file"), SRIOV_XML_SIZE_MAX, &text, &size, err) ==
		    0 &&
	    sriov_domain_remove_all(text, size, SRIOV_REMOVE_OWN, &edit, err) == 0)
		print_edit(app, edit);
	return err->code;
}

static enum sriov_code run_remove(struct app *app, size_t n, const char *const *words,
				  struct sriov_error *err)
{
	_cleanup_edit_ struct sriov_edit *edit = NULL;
	_cleanup_free_ char *text = NULL;
	struct devices devices = {0};
	size_t size;

	if (app_has_option(app, "all"))
		return n ? app_usage(&cmd_xml_remove, err, "either --all or VFs")
			 : remove_all(app, err);
	if (n == 0)
		return app_usage(&cmd_xml_remove, err, "remove which VFs?");
	if (devices_select(app, words, n, false, &devices, err) < 0)
		return err->code;
	if (input_read(app_option(app, "file"), SRIOV_XML_SIZE_MAX, &text, &size, err) ==
		    0 &&
	    sriov_domain_remove(text, size, devices.device, devices.n, &edit, err) == 0)
		print_edit(app, edit);
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

static const struct command_option network_options[] = {
	{"name", '\0', "NAME", "the network's name, PF-pool without it"},
	{"portgroup", '\0', "NAME:VLAN",
	 "a port group with a VLAN; may be given several times"},
	{NULL, '\0', NULL, NULL},
};

static const struct command_option add_options[] = {
	{"file", 'f', "FILE", "the domain, instead of standard input"},
	{"as", '\0', "hostdev|interface",
	 "whether MAC and VLAN stay sriovctl's or are libvirt's"},
	{NULL, '\0', NULL, NULL},
};

static const struct command_option remove_options[] = {
	{"file", 'f', "FILE", "the domain, instead of standard input"},
	{"all", '\0', NULL, "every device that sriovctl has added"},
	{NULL, '\0', NULL, NULL},
};

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

const struct command cmd_xml_domain = {
	.name = "domain",
	.args = "xml domain --name VM [OPTION...] [SEL...]",
	.summary = "print a small guest with these VFs",
	.details = "  sriovctl xml domain --name vm1 em1/3 | virsh define /dev/stdin\n",
	.options = domain_options,
	.complete = COMPLETE_VFS,
	.run = run_domain,
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

const struct command cmd_xml_add = {
	.name = "add",
	.args = "xml add SEL... [-f FILE] [--as hostdev|interface]",
	.summary = "put VFs into a domain; every other byte of it stays",
	.details =
		"  virsh dumpxml --inactive vm1 | sriovctl xml add em1/3 | virsh define /dev/stdin\n",
	.options = add_options,
	.complete = COMPLETE_VFS,
	.run = run_add,
};

const struct command cmd_xml_remove = {
	.name = "remove",
	.args = "xml remove SEL...|--all [-f FILE]",
	.summary = "take VFs out of a domain; every other byte of it stays",
	.details =
		"  virsh dumpxml --inactive vm1 | sriovctl xml remove em1/3 | virsh define /dev/stdin\n",
	.options = remove_options,
	.complete = COMPLETE_VFS,
	.run = run_remove,
};

const struct command cmd_xml = {
	.name = "xml",
	.args = "xml hostdev|interface|domain|network|add|remove ...",
	.summary = "XML for libvirt",
	.sub = (const struct command *const[]){&cmd_xml_hostdev, &cmd_xml_interface,
					       &cmd_xml_domain, &cmd_xml_network,
					       &cmd_xml_add, &cmd_xml_remove, NULL},
};
