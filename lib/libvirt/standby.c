/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The virtio half of a failover pair. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "libvirt/standby.h"
#include "libvirt/update.h"

/* IFNAMSIZ of Linux without the NUL. */
#define BRIDGE_NAME_MAX 15

#define ALIAS_ENDING "-standby"

const char *sriov_standby_alias(const struct sriov_guest_device *device,
				char buf[static SRIOV_ALIAS_LEN])
{
	size_t room = SRIOV_ALIAS_LEN - sizeof(ALIAS_ENDING), used;

	used = strlen(sriov_device_alias(device, buf));
	strcpy(buf + (used < room ? used : room), ALIAS_ENDING);
	return buf;
}

/* net/core/dev.c of Linux: dev_valid_name(). */
static bool is_netdev_name(const char *name)
{
	return name[0] && strlen(name) <= BRIDGE_NAME_MAX && !strpbrk(name, "/: \t\n") &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

int sriov_standby_check(const struct sriov_standby *standby, char **ret_source,
			struct sriov_error *err)
{
	const char *name = standby->bridge ? standby->bridge : standby->network;
	int r;

	if (!name || (standby->bridge && standby->network))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "a failover pair needs a bridge or a network");
	if (standby->queues > SRIOV_STANDBY_QUEUES_MAX)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL, "at most %d queues",
				       SRIOV_STANDBY_QUEUES_MAX);
	if (standby->bridge ? !is_netdev_name(name) : !name[0] || strpbrk(name, "/\n"))
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "'%.64s' is no name of a %s", name,
				       standby->bridge ? "bridge" : "network");
	r = sriov_xml_escape(name, ret_source);
	if (r == -ENOMEM)
		return sriov_error_memory(err);
	if (r < 0)
		return sriov_error_set(err, SRIOV_USAGE, EINVAL,
				       "XML cannot hold the name of the %s",
				       standby->bridge ? "bridge" : "network");
	return 0;
}

int sriov_standby_check_device(const struct sriov_guest_device *device,
			       struct sriov_error *err)
{
	char name[SRIOV_DEVICE_NAME_LEN];

	sriov_device_name(device, name);
	if (!device->pf) {
		sriov_error_set(err, SRIOV_UNSUPPORTED, EOPNOTSUPP,
				"only a VF can be in a failover pair");
	} else if (device->mac == 0) {
		sriov_error_set(err, SRIOV_FAILED, ENODATA,
				"both halves of a failover pair need the VF's MAC "
				"address, and none is set");
		sriov_error_hint(err, "sriovctl vf set %s mac auto", name);
	} else {
		return 0;
	}
	return sriov_error_object(err, "%s", name);
}

static const char *type_of(const struct sriov_standby *standby)
{
	return standby->bridge ? "bridge" : "network";
}

static void write_source(struct sriov_writer *writer, unsigned depth,
			 const struct sriov_standby *standby, const char *source)
{
	sriov_write_line(writer, depth, "<source %s='%s'/>", type_of(standby), source);
}

static void write_driver(struct sriov_writer *writer, unsigned depth,
			 const struct sriov_standby *standby)
{
	if (standby->queues)
		sriov_write_line(writer, depth, "<driver name='vhost' queues='%u'/>",
				 standby->queues);
	else
		sriov_write_line(writer, depth, "<driver name='vhost'/>");
}

static void write_role(struct sriov_writer *writer, unsigned depth)
{
	sriov_write_line(writer, depth, "<teaming type='persistent'/>");
}

void sriov_write_standby(struct sriov_writer *writer, unsigned depth,
			 const struct sriov_standby *standby, const char *source,
			 const struct sriov_guest_device *device)
{
	char alias[SRIOV_ALIAS_LEN];

	sriov_write_line(writer, depth, "<interface type='%s'>", type_of(standby));
	sriov_write_mac(writer, depth + 1, device->mac);
	write_source(writer, depth + 1, standby, source);
	sriov_write_line(writer, depth + 1, "<model type='virtio'/>");
	write_driver(writer, depth + 1, standby);
	write_role(writer, depth + 1);
	sriov_write_line(writer, depth + 1, "<alias name='%s'/>",
			 sriov_standby_alias(device, alias));
	sriov_write_line(writer, depth, "</interface>");
}

static size_t child_of(const struct sriov_domain *domain, size_t element,
		       const char *name)
{
	return sriov_xml_child(domain->xml, element, element, name);
}

const char *sriov_domain_alias(const struct sriov_domain *domain, size_t element)
{
	size_t alias = child_of(domain, element, "alias");

	return alias ? sriov_xml_value(domain->xml, alias, "name") : NULL;
}

/* Whether the element is an <interface> that is no VF itself. */
static bool may_be_standby(const struct sriov_domain *domain, size_t element)
{
	return element && strcmp(domain->xml->elements[element].name, "interface") == 0 &&
	       !sriov_xml_is(domain->xml, element, "type", "hostdev");
}

/* The alias that a VF in a pair names, NULL for one that is in none. */
static const char *partner_of(const struct sriov_domain *domain,
			      const struct sriov_domain_device *found)
{
	size_t teaming = child_of(domain, found->element, "teaming");

	if (teaming == 0 || !sriov_xml_is(domain->xml, teaming, "type", "transient"))
		return NULL;
	return sriov_xml_value(domain->xml, teaming, "persistent");
}

size_t sriov_standby_find(const struct sriov_domain *domain,
			  const struct sriov_domain_device *found,
			  const struct sriov_guest_device *device)
{
	const char *partner = found ? partner_of(domain, found) : NULL;
	size_t element = partner ? sriov_domain_find_alias(domain, partner) : 0;
	char alias[SRIOV_ALIAS_LEN];

	if (!may_be_standby(domain, element) && device)
		element = sriov_domain_find_alias(domain,
						  sriov_standby_alias(device, alias));
	return may_be_standby(domain, element) ? element : 0;
}

/* A standby that is there, and what it is to become. */
struct update {
	const struct sriov_domain *domain;
	size_t element;
	const struct sriov_standby *standby;
	const char *source;
	struct sriov_layout layout; /* of the children */
	struct sriov_splices *splices;
};

/* Put what @writer, which this closes, holds in the place of the child. */
static int put(const struct update *update, size_t child, struct sriov_writer *writer)
{
	const struct sriov_xml_element *outer =
		&update->domain->xml->elements[update->element];
	const struct sriov_xml_element *e = &update->domain->xml->elements[child];
	size_t begin = outer->start_end, end = begin;

	if (child) {
		begin = sriov_domain_space_before(update->domain, e->start);
		end = e->end;
	}
	return sriov_splices_add(update->splices, begin, end, sriov_writer_close(writer));
}

/* Give the child an attribute; returns 1 when it had it. */
static int set(const struct update *update, size_t child, const char *name,
	       const char *value)
{
	if (sriov_xml_is(update->domain->xml, child, name, value))
		return 1;
	return sriov_domain_set_attribute(update->domain, child, name, value,
					  update->splices);
}

static int update_mac(const struct update *update, uint64_t mac)
{
	size_t child = child_of(update->domain, update->element, "mac");
	const char *there =
		child ? sriov_xml_value(update->domain->xml, child, "address") : NULL;
	struct sriov_writer writer;
	uint64_t number;

	if (there && sriov_mac_parse(there, &number) == 0 && number == mac)
		return 1;
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_mac(&writer, 0, mac);
	return put(update, child, &writer);
}

/* Another type of interface has other attributes there. */
static int update_source(const struct update *update)
{
	const char *type = type_of(update->standby);
	const struct sriov_xml *xml = update->domain->xml;
	size_t child = child_of(update->domain, update->element, "source");
	const char *there = child ? sriov_xml_value(xml, child, type) : NULL;
	const char *wanted = update->standby->bridge ? update->standby->bridge
						     : update->standby->network;
	struct sriov_writer writer;

	if (set(update, update->element, "type", type) < 0)
		return -ENOMEM;
	if (there && strcmp(there, wanted) == 0)
		return 1;
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	write_source(&writer, 0, update->standby, update->source);
	return put(update, child, &writer);
}

static int update_driver(const struct update *update)
{
	size_t child = child_of(update->domain, update->element, "driver");
	char queues[sizeof("4294967295")];
	struct sriov_writer writer;
	int named, numbered = 1;

	if (child == 0) {
		if (sriov_writer_open(&writer, &update->layout, true) < 0)
			return -ENOMEM;
		write_driver(&writer, 0, update->standby);
		return put(update, 0, &writer);
	}
	snprintf(queues, sizeof(queues), "%u", update->standby->queues);
	named = set(update, child, "name", "vhost");
	if (update->standby->queues)
		numbered = set(update, child, "queues", queues);
	if (named < 0 || numbered < 0)
		return -ENOMEM;
	return named && numbered;
}

static int update_role(const struct update *update)
{
	size_t child = child_of(update->domain, update->element, "teaming");
	struct sriov_writer writer;

	if (child && sriov_xml_is(update->domain->xml, child, "type", "persistent"))
		return 1;
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	write_role(&writer, 0);
	return put(update, child, &writer);
}

int sriov_standby_update(const struct sriov_domain *domain, size_t element,
			 const struct sriov_standby *standby, const char *source,
			 const struct sriov_guest_device *device,
			 struct sriov_splices *splices, char *changed, size_t size)
{
	size_t first = sriov_xml_child(domain->xml, element, element, NULL);
	const struct update update = {
		.domain = domain,
		.element = element,
		.standby = standby,
		.source = source,
		.layout = sriov_domain_layout_inside(domain, element, first),
		.splices = splices,
	};
	const struct {
		const char *name;
		int is_there; /* -ENOMEM */
	} parts[] = {
		{"standby's mac", update_mac(&update, device->mac)},
		{type_of(standby), update_source(&update)},
		{"queues", update_driver(&update)},
		{"standby's teaming", update_role(&update)},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(parts); i++) {
		if (parts[i].is_there < 0)
			return -ENOMEM;
		if (!parts[i].is_there)
			sriov_changed_note(changed, size, parts[i].name);
	}
	return 0;
}
