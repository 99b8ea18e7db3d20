/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests and pools of VFs, out of libvirt's files: no daemon is asked. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "host/guests.h"
#include "host/hostdev.h"
#include "sys/file.h"
#include "sys/sysfs.h"

/* A definition with hundreds of devices has some 100 KiB. */
#define DOCUMENT_MAX (1UL << 20)

/* A file of libvirt's, which is called <name>.xml after the guest or network in it. */
struct document {
	struct sriov_doors *doors;
	struct sriov_guests *guests;
	char name[SRIOV_USER_LEN]; /* printable */
	struct sriov_xml *xml;
};

typedef int document_fn(const struct document *document);

static const char ending[] = ".xml";

static int is_document(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && dot != entry->d_name && strcmp(dot, ending) == 0;
}

static void name_of(const char *file, char ret[static SRIOV_USER_LEN])
{
	char name[NAME_MAX + 1];

	snprintf(name, sizeof(name), "%.*s", (int)(strlen(file) - strlen(ending)), file);
	sriov_text_printable(name, ret, SRIOV_USER_LEN);
}

static bool holds_one(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;
	return false;
}

/* What another user is not to read is left out: root reads all. */
static int trouble(struct sriov_doors *doors, int r)
{
	if ((r == -EACCES || r == -EPERM) && !doors->ops->privileged(doors))
		return 0;
	return sriov_sysfs_failed(r);
}

/* Hand the file @file of the folder @dir to @fn; what is no XML is left out. */
static int read_document(struct document *document, int dir, const char *file,
			 const char *const *words, document_fn *fn)
{
	_cleanup_free_ char *text = NULL;
	struct sriov_error err = {0};
	size_t size;
	int r;

	name_of(file, document->name);
	r = sriov_file_read(dir, file, DOCUMENT_MAX, &text, &size);
	if (r == 0 && !holds_one(text, words))
		return 0;
	if (r == 0)
		r = sriov_xml_read(text, size, &document->xml, &err);
	if (r == 0) {
		r = fn(document);
		sriov_xml_free(document->xml);
	}
	return trouble(document->doors, r);
}

/*
 * Hand each document of a folder to @fn, by their names.  Only what holds one of @words
 * is parsed: most guests have nothing of what is looked for.
 */
static int each_document(struct sriov_guests *guests, struct sriov_doors *doors, int door,
			 const char *folder, const char *const *words, document_fn *fn)
{
	_cleanup_close_ int dir = sriov_sysfs_open(door, folder);
	struct document document = {.doors = doors, .guests = guests};
	struct dirent **entry = NULL;
	int n = dir < 0 ? 0 : scandirat(dir, ".", &entry, is_document, versionsort);
	int r = n < 0 ? trouble(doors, -errno) : 0;

	if (dir < 0)
		r = trouble(doors, dir);

	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = read_document(&document, dir, entry[i]->d_name, words, fn);
		free(entry[i]);
	}
	free(entry);
	return r;
}

/* The element @parent/@name, 0 when there is none. */
static size_t child(const struct sriov_xml *xml, size_t parent, const char *name)
{
	return sriov_xml_child(xml, parent, parent, name);
}

static bool root_is(const struct sriov_xml *xml, const char *name)
{
	return !xml->elements[0].ns && strcmp(xml->elements[0].name, name) == 0;
}

static bool is_alive(const struct sriov_doors *doors, pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "%d", (int)pid);
	return sriov_sysfs_exists(doors->proc, path);
}

/* <domstatus pid='...'> (src/conf/domain_conf.c of libvirt) */
static int add_running(const struct document *document)
{
	struct sriov_guests *guests = document->guests;
	const char *text = sriov_xml_value(document->xml, 0, "pid");
	struct sriov_guest *guest;
	uint64_t pid;

	if (!root_is(document->xml, "domstatus") || !text ||
	    sriov_parse_number(text, 10, INT_MAX, &pid) < 0 || pid == 0 ||
	    !is_alive(document->doors, (pid_t)pid))
		return 0;
	if (SRIOV_ARRAY_ROOM(guests->running, guests->n_running) < 0)
		return -ENOMEM;
	guest = &guests->running[guests->n_running++];
	guest->pid = (pid_t)pid;
	strcpy(guest->name, document->name);
	return 0;
}

int sriov_guests_read_running(struct sriov_doors *doors, struct sriov_guests *guests)
{
	static const char *const words[] = {"domstatus", NULL};

	return each_document(guests, doors, doors->run, "libvirt/qemu", words,
			     add_running);
}

struct sriov_pool *sriov_guests_pool(const struct sriov_guests *guests,
				     const char *network)
{
	char name[SRIOV_USER_LEN];

	sriov_text_printable(network, name, sizeof(name));
	for (size_t i = 0; i < guests->n_pools; i++)
		if (strcmp(guests->pool[i].name, name) == 0)
			return &guests->pool[i];
	return NULL;
}

static int add_members(struct sriov_pool *pool, const struct sriov_xml *xml,
		       size_t forward)
{
	size_t i = forward;

	while ((i = sriov_xml_child(xml, forward, i, "address")) != 0) {
		struct sriov_bdf bdf;

		if (!sriov_xml_is(xml, i, "type", "pci") ||
		    sriov_hostdev_address(xml, i, &bdf) < 0)
			continue;
		if (SRIOV_ARRAY_ROOM(pool->member, pool->n_members) < 0)
			return -ENOMEM;
		pool->member[pool->n_members++] = bdf;
	}
	return 0;
}

/* Add the <network> @network unless it is no pool, or known. */
static int add_network(const struct document *document, size_t network)
{
	const struct sriov_xml *xml = document->xml;
	struct sriov_guests *guests = document->guests;
	size_t forward = child(xml, network, "forward");
	struct sriov_pool *pool;
	const char *dev;
	size_t pf;

	if (forward == 0 || !sriov_xml_is(xml, forward, "mode", "hostdev") ||
	    sriov_guests_pool(guests, document->name))
		return 0;
	if (SRIOV_ARRAY_ROOM(guests->pool, guests->n_pools) < 0)
		return -ENOMEM;
	pool = &guests->pool[guests->n_pools++];
	*pool = (struct sriov_pool){0};
	strcpy(pool->name, document->name);
	pf = child(xml, forward, "pf");
	dev = pf ? sriov_xml_value(xml, pf, "dev") : NULL;
	if (dev && strlen(dev) < sizeof(pool->pf))
		strcpy(pool->pf, dev);
	return add_members(pool, xml, forward);
}

static int add_defined_network(const struct document *document)
{
	return root_is(document->xml, "network") ? add_network(document, 0) : 0;
}

/* A network without a definition is in its status only. */
static int add_running_network(const struct document *document)
{
	size_t network = child(document->xml, 0, "network");

	if (!root_is(document->xml, "networkstatus") || network == 0)
		return 0;
	return add_network(document, network);
}

/* As many names as fit, and "..." for the others. */
static void add_pool_guest(struct sriov_pool *pool, const char *guest)
{
	static const char more[] = ", ...";
	size_t used = strlen(pool->guests);

	if (used == 0)
		snprintf(pool->guests, sizeof(pool->guests), "%s", guest);
	else if (used + strlen(", ") + strlen(guest) + sizeof(more) <=
		 sizeof(pool->guests))
		sriov_text_append(pool->guests, sizeof(pool->guests), ", %s", guest);
	else if (!strstr(pool->guests, more))
		sriov_text_append(pool->guests, sizeof(pool->guests), "%s", more);
}

static int add_mac(struct sriov_guests *guests, const char *guest,
		   const struct sriov_xml *xml, size_t device)
{
	struct sriov_guest_mac *mac;
	uint64_t number = sriov_interface_mac(xml, device);

	if (number == 0)
		return 0;
	if (SRIOV_ARRAY_ROOM(guests->mac, guests->n_macs) < 0)
		return -ENOMEM;
	mac = &guests->mac[guests->n_macs++];
	mac->mac = number;
	strcpy(mac->guest, guest);
	return 0;
}

static int add_claim(struct sriov_guests *guests, const char *guest,
		     const struct sriov_claim *claim)
{
	if (SRIOV_ARRAY_ROOM(guests->claim, guests->n_claims) < 0)
		return -ENOMEM;
	guests->claim[guests->n_claims] = *claim;
	strcpy(guests->claim[guests->n_claims++].guest, guest);
	return 0;
}

/* <interface type='direct'>: libvirt puts a macvtap on the netdev. */
static bool read_direct(const struct sriov_xml *xml, size_t device,
			struct sriov_claim *ret)
{
	const struct sriov_xml_element *element = &xml->elements[device];
	size_t source = child(xml, device, "source");
	const char *dev = source ? sriov_xml_value(xml, source, "dev") : NULL;

	if (element->ns || strcmp(element->name, "interface") != 0 ||
	    !sriov_xml_is(xml, device, "type", "direct") || !dev ||
	    strlen(dev) >= sizeof(ret->netdev))
		return false;
	strcpy(ret->netdev, dev);
	return true;
}

static bool read_claim(const struct sriov_xml *xml, size_t device,
		       struct sriov_claim *ret)
{
	struct sriov_domain_device found;

	*ret = (struct sriov_claim){0};
	if (sriov_domain_device_read(xml, device, &found) < 0)
		return read_direct(xml, device, ret);
	ret->bdf = found.bdf;
	ret->by_interface = found.form == SRIOV_AS_INTERFACE;
	if (ret->by_interface) {
		ret->mac = sriov_interface_mac(xml, device);
		ret->vlan = sriov_interface_vlan(xml, device);
	}
	return true;
}

/* The pool that an <interface type='network'> takes a VF from, or NULL. */
static struct sriov_pool *interface_pool(const struct sriov_guests *guests,
					 const struct sriov_xml *xml, size_t device)
{
	const struct sriov_xml_element *element = &xml->elements[device];
	size_t source = child(xml, device, "source");
	const char *network = source ? sriov_xml_value(xml, source, "network") : NULL;

	if (element->ns || strcmp(element->name, "interface") != 0 ||
	    !sriov_xml_is(xml, device, "type", "network") || !network)
		return NULL;
	return sriov_guests_pool(guests, network);
}

static int add_devices(struct sriov_guests *guests, const struct sriov_xml *xml,
		       size_t devices, const char *guest)
{
	const struct sriov_pool *last = NULL;
	size_t i = devices;
	int r = 0;

	while (r == 0 && (i = sriov_xml_child(xml, devices, i, NULL)) != 0) {
		struct sriov_pool *pool = interface_pool(guests, xml, i);
		struct sriov_claim claim;

		if (pool && pool != last)
			add_pool_guest(pool, guest);
		if (pool) {
			last = pool;
			r = add_mac(guests, guest, xml, i);
		} else if (read_claim(xml, i, &claim)) {
			r = add_claim(guests, guest, &claim);
			if (r == 0 && claim.by_interface)
				r = add_mac(guests, guest, xml, i);
		}
	}
	return r;
}

static int add_defined(const struct document *document)
{
	const struct sriov_xml *xml = document->xml;
	size_t devices = 0;
	int r = 0;

	if (!root_is(xml, "domain"))
		return 0;
	while (r == 0 && (devices = sriov_xml_child(xml, 0, devices, "devices")) != 0)
		r = add_devices(document->guests, xml, devices, document->name);
	return r;
}

int sriov_guests_read_defined(struct sriov_doors *doors, struct sriov_guests *guests)
{
	static const char *const pool[] = {"hostdev", NULL};
	const char *domain[] = {"hostdev", "direct", NULL, NULL};
	int r = each_document(guests, doors, doors->etc, "libvirt/qemu/networks", pool,
			      add_defined_network);

	if (r == 0)
		r = each_document(guests, doors, doors->run, "libvirt/network", pool,
				  add_running_network);
	/* most guests have an interface on some network; it matters when there is a pool
	 */
	domain[2] = guests->n_pools ? "network" : NULL;
	if (r == 0)
		r = each_document(guests, doors, doors->etc, "libvirt/qemu", domain,
				  add_defined);
	return r;
}

bool sriov_pool_has(const struct sriov_pool *pool, const struct sriov_bdf *bdf,
		    const char *pf)
{
	if (pf[0] && strcmp(pool->pf, pf) == 0)
		return true;
	for (size_t i = 0; i < pool->n_members; i++)
		if (sriov_bdf_compare(&pool->member[i], bdf) == 0)
			return true;
	return false;
}

const struct sriov_guest *sriov_guests_running(const struct sriov_guests *guests,
					       pid_t pid)
{
	for (size_t i = 0; i < guests->n_running; i++)
		if (guests->running[i].pid == pid)
			return &guests->running[i];
	return NULL;
}

pid_t sriov_guests_pid(const struct sriov_guests *guests, const char *name)
{
	for (size_t i = 0; i < guests->n_running; i++)
		if (strcmp(guests->running[i].name, name) == 0)
			return guests->running[i].pid;
	return 0;
}

void sriov_guests_free(struct sriov_guests *guests)
{
	for (size_t i = 0; i < guests->n_pools; i++)
		free(guests->pool[i].member);
	free(guests->running);
	free(guests->claim);
	free(guests->pool);
	free(guests->mac);
	*guests = (struct sriov_guests){0};
}
