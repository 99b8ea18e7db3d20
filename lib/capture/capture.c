/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host as a tree that can be given away: --root reads it back. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "capture/tree.h"
#include "sys/links.h"
#include "sys/sysfs.h"
#include "want/mac_auto.h"

#define MACHINE_ID_LEN 16

/* Words that a guest may be called by, and that the files cannot be read without. */
static const char *const vocabulary[] = {
	"address", "all",	"auto",	  "bus",       "default",  "devices", "direct",
	"domain",  "domstatus", "driver", "forward",   "function", "group",   "guest",
	"hostdev", "igb",	"igbvf",  "interface", "kernel",   "link",    "localhost",
	"mac",	   "managed",	"mode",	  "name",      "net",	   "netlink", "network",
	"off",	   "pci",	"pfs",	  "proto",     "qos",	   "slot",    "source",
	"state",   "sys",	"trust",  "type",      "uuid",	   "version", "vfs",
	"vfio",	   "vlan",	"pid",	  "sriov",     "qemu",	   "kvm",
};

static void know_host(struct capture *c)
{
	char host[HOST_NAME_MAX + 1] = "";

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(vocabulary); i++)
		sriov_pseudonym_keep(c->pseudonyms, vocabulary[i]);
	sriov_sysfs_read(c->proc.fd, "sys/kernel/hostname", host, sizeof(host));
	if (!host[0])
		return;
	sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_HOST, host);
	/* messages may have it without its domain */
	host[strcspn(host, ".")] = '\0';
	sriov_pseudonym_name(c->pseudonyms, SRIOV_NAME_HOST, host);
}

/* Names that devices and drivers have by themselves. */
static void keep_name(struct capture *c, const char *name, void *arg)
{
	(void)arg;
	sriov_pseudonym_keep(c->pseudonyms, name);
}

/* A VF's number has 8 bits on a card without ARI, and is seldom larger with it. */
#define NUMBER_MAX UINT8_MAX

/* The machine-id, and what it is replaced by. */
struct machine {
	uint8_t id[MACHINE_ID_LEN];
	uint8_t new_id[MACHINE_ID_LEN];
};

static int explain_macs(struct capture *c, const struct machine *machine, unsigned port)
{
	struct sriov_error err = {0};
	uint64_t mac = 0, new_mac = 0;
	int r;

	if (sriov_link_permanent_mac(c->doors, port, &mac, &err) < 0)
		return 0;
	r = sriov_pseudonym_mac(c->pseudonyms, mac, &new_mac);
	for (unsigned i = 0; r == 0 && i <= NUMBER_MAX; i++)
		r = sriov_pseudonym_give_mac(c->pseudonyms,
					     sriov_mac_auto(machine->id, mac, i),
					     sriov_mac_auto(machine->new_id, new_mac, i));
	return r;
}

static int explain_guids(struct capture *c, const struct machine *machine, unsigned port,
			 const char *name)
{
	struct sriov_error err = {0};
	uint64_t guid = 0, new_guid = 0;
	int r;

	if (sriov_link_permanent_guid(c->doors, port, &guid, &err) < 0)
		return 0;
	r = sriov_pseudonym_guid(c->pseudonyms, guid, &new_guid);
	for (unsigned i = 0; r == 0 && i <= NUMBER_MAX; i++)
		r = sriov_pseudonym_give_guid(
			c->pseudonyms, sriov_guid_auto(machine->id, name, guid, i),
			sriov_guid_auto(machine->new_id, name, new_guid, i));
	return r;
}

/*
 * What `auto` makes of the replaced machine-id and permanent address takes the place of
 * what it made of the real ones, so that it is recognized.
 */
static void explain_auto(struct capture *c)
{
	static const char *const guids[] = {"node_guid", "port_guid"};
	struct sriov_error err = {0};
	struct machine machine;

	if (sriov_machine_id(c->doors, "mac", machine.id, &err) < 0)
		return;
	memcpy(machine.new_id, machine.id, sizeof(machine.new_id));
	if (sriov_pseudonym_bytes(c->pseudonyms, machine.new_id, MACHINE_ID_LEN) < 0)
		c->failed = true;
	for (size_t i = 0; i < c->n_ports; i++) {
		c->failed |= explain_macs(c, &machine, c->port[i]) < 0;
		for (size_t j = 0; j < SRIOV_ARRAY_SIZE(guids); j++)
			c->failed |= explain_guids(c, &machine, c->port[i], guids[j]) < 0;
	}
}

/* Whether the module that would be loaded is there: the list of all is large. */
static void take_module(struct capture *c)
{
	int r = c->doors->ops->find_module(c->doors, "vfio-pci");

	if (r == 0 || r == -ENOENT)
		capture_putf(c, CAPTURE_TEXT, r == 0 ? "vfio-pci yes\n" : "vfio-pci no\n",
			     "lib/modules/found");
}

static void gather(struct capture *c)
{
	know_host(c);
	capture_each(c, &c->sys, "class/net", keep_name, NULL);
	capture_each(c, &c->sys, "bus/pci/drivers", keep_name, NULL);
	capture_know_guests(c);
	capture_ports(c);
	explain_auto(c);
	capture_sysfs(c);
	capture_proc(c);
	capture_log(c);
	capture_files(c);
	capture_libvirt(c);
	take_module(c);
	capture_netlink(c);
	capture_devlink(c);
}

static void put_report(struct capture *c, const struct sriov_capture_request *request,
		       const char *left_out)
{
	_cleanup_free_ char *text = NULL;
	char date[32] = "", kernel[128] = "unknown";
	struct tm tm;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to) {
		c->failed = true;
		return;
	}
	if (gmtime_r(&request->now, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &tm);
	sriov_sysfs_read(c->proc.fd, "sys/kernel/osrelease", kernel, sizeof(kernel));
	fprintf(to,
		"sriovctl %s, Linux %s, %s\n"
		"sriovctl %s\n\n"
		"%zu PFs, %zu VFs. To look at it: sriovctl --root DIR list\n\n"
		"Replaced, each by the same wherever it stands: MAC addresses, GUIDs,\n"
		"serial numbers, UUIDs, machine-id, IP addresses, the names of the host,\n"
		"of guests, libvirt's networks, network namespaces, NetworkManager's\n"
		"connections, and unusual mount points.\n"
		"What no longer holds: the makers' part of MAC addresses, addresses that\n"
		"were counted up from one another, and distances between numbers.\n"
		"A MAC or GUID of `auto` still is one, with the machine-id in here.\n"
		"Left as they are: PCI addresses, interfaces, drivers, process numbers,\n"
		"VLANs, other file names, and what you yourself have written into messages.\n\n"
		"Left out%s\n%s",
		SRIOVCTL_VERSION, kernel, date, request->command, c->pfs, c->vfs,
		left_out[0] ? ":" : ": nothing that was asked for", left_out);
	if (fclose(to) == 0)
		capture_putf(c, CAPTURE_TEXT, text, "capture.txt");
	else
		c->failed = true;
}

static int capture_open(struct capture *c, struct sriov_doors *doors,
			struct sriov_error *err)
{
	uint8_t key[SRIOV_PSEUDONYM_KEY_LEN];
	int r = doors->ops->random(doors, key, sizeof(key));

	if (r < 0)
		return sriov_error_set(err, SRIOV_FAILED, -r, "no random numbers: %s",
				       strerror(-r));
	*c = (struct capture){
		.doors = doors,
		.sys = {"sys", doors->sys},
		.proc = {"proc", doors->proc},
		.run = {"run", doors->run},
		.etc = {"etc", doors->etc},
		.pseudonyms = sriov_pseudonyms_new(key),
	};
	explicit_bzero(key, sizeof(key));
	return c->pseudonyms ? 0 : sriov_error_memory(err);
}

static int capture(struct capture *c, const struct sriov_capture_request *request,
		   struct sriov_capture_summary *sum, struct sriov_error *err)
{
	size_t size;
	int r = 0;

	c->left_out = open_memstream(&sum->left_out, &size);
	if (!c->left_out)
		return sriov_error_memory(err);
	gather(c);
	c->failed |= fclose(c->left_out) != 0;
	put_report(c, request, sum->left_out);
	if (c->failed || sriov_pseudonyms_failed(c->pseudonyms))
		return sriov_error_memory(err);
	if (!request->dry_run)
		r = capture_write(c, request->folder, sum, err);
	sum->pfs = c->pfs;
	sum->vfs = c->vfs;
	sum->macs = sriov_pseudonyms_macs(c->pseudonyms);
	sum->guests = sriov_pseudonyms_names(c->pseudonyms, SRIOV_NAME_GUEST);
	return r;
}

int sriov_capture(struct sriov_doors *doors, const struct sriov_capture_request *request,
		  struct sriov_capture_summary *ret, struct sriov_error *err)
{
	struct sriov_capture_summary sum = {0};
	struct capture c = {0};
	int r = capture_open(&c, doors, err);

	if (r < 0)
		return r;
	r = capture(&c, request, &sum, err);
	capture_free(&c);
	if (r < 0)
		free(sum.left_out);
	else
		*ret = sum;
	return r;
}
