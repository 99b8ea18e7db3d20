/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that a domain has already, brought up to date where it stands. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "libvirt/update.h"

void sriov_changed_note(char *changed, size_t size, const char *what)
{
	sriov_text_append(changed, size, "%s%s", changed[0] ? ", " : "", what);
}

struct update {
	const struct sriov_domain *domain;
	const struct sriov_xml *xml;
	const struct sriov_domain_device *found;
	struct sriov_guest_device device;
	enum sriov_guest_form form;
	const char *partner;	    /* alias of the standby, NULL: not asked for */
	struct sriov_layout layout; /* of the element's children */
	struct sriov_splices *splices;
	char *changed;
	size_t changed_size;
};

/* What a <hostdev> shares with an <interface>; libvirt 9.0, domaincommon.rng. */
static const char *const common_children[] = {
	"source", "alias", "address", "boot", "rom", "driver", "teaming", "acpi",
};

static void note(struct update *update, const char *what)
{
	sriov_changed_note(update->changed, update->changed_size, what);
}

static const struct sriov_xml_element *element_of(const struct update *update,
						  size_t element)
{
	return &update->xml->elements[element];
}

static size_t child_of(const struct update *update, const char *name)
{
	size_t parent = update->found->element;

	return sriov_xml_child(update->xml, parent, parent, name);
}

static int replace(struct update *update, size_t begin, size_t end, const char *text)
{
	return sriov_splices_add(update->splices, begin, end, strdup(text));
}

struct place {
	size_t begin;
	size_t end;
};

/* A child and the white space before it; for none the empty place at @otherwise. */
static struct place place_of(const struct update *update, size_t element,
			     size_t otherwise)
{
	const struct sriov_xml_element *e = element_of(update, element);

	if (element == 0)
		return (struct place){otherwise, otherwise};
	return (struct place){sriov_domain_space_before(update->domain, e->start),
			      e->end};
}

/* Replace a place by what @writer, which this closes, holds. */
static int put(struct update *update, struct place place, struct sriov_writer *writer)
{
	return sriov_splices_add(update->splices, place.begin, place.end,
				 sriov_writer_close(writer));
}

/* The MAC that the domain has; 0 when it has none or one that cannot be read. */
static uint64_t mac_there(const struct update *update)
{
	size_t element = child_of(update, "mac");
	const char *value;
	uint64_t mac;

	value = element ? sriov_xml_value(update->xml, element, "address") : NULL;
	return value && sriov_mac_parse(value, &mac) == 0 ? mac : 0;
}

static int update_mac(struct update *update)
{
	size_t element = child_of(update, "mac");
	struct sriov_writer writer;
	size_t inside = element_of(update, update->found->element)->start_end;

	if (mac_there(update) == update->device.mac)
		return 0;
	note(update, "mac");
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_mac(&writer, 0, update->device.mac);
	return put(update, place_of(update, element, inside), &writer);
}

/* Whether <vlan> holds one tag, untrunked, with the VLAN of the device. */
static bool vlan_is_there(const struct update *update, size_t element)
{
	const struct sriov_xml *xml = update->xml;
	size_t tag = element ? sriov_xml_child(xml, element, element, "tag") : 0;
	const char *id = tag ? sriov_xml_value(xml, tag, "id") : NULL;
	uint64_t vlan;

	return id && sriov_parse_number(id, 0, 4095, &vlan) == 0 &&
	       vlan == (uint64_t)update->device.vlan &&
	       sriov_xml_child(xml, element, tag, "tag") == 0 &&
	       !sriov_xml_value(xml, element, "trunk");
}

static int update_vlan(struct update *update)
{
	size_t element = child_of(update, "vlan");
	struct sriov_writer writer;
	size_t behind = element_of(update, update->found->source)->end;

	if (update->device.vlan <= 0 || vlan_is_there(update, element))
		return 0;
	note(update, "vlan");
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_vlan(&writer, 0, update->device.vlan);
	return put(update, place_of(update, element, behind), &writer);
}

static int update_managed(struct update *update)
{
	if (sriov_xml_is(update->xml, update->found->element, "managed", "yes"))
		return 0;
	note(update, "managed");
	return sriov_domain_set_attribute(update->domain, update->found->element,
					  "managed", "yes", update->splices);
}

/* Makes the device the transient half of a pair. */
static int update_teaming(struct update *update)
{
	size_t element = child_of(update, "teaming");
	size_t behind = element_of(update, update->found->source)->end;
	struct sriov_writer writer;

	if (element && sriov_xml_is(update->xml, element, "type", "transient") &&
	    sriov_xml_is(update->xml, element, "persistent", update->partner))
		return 0;
	note(update, "teaming");
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_teaming(&writer, 0, update->partner);
	return put(update, place_of(update, element, behind), &writer);
}

static int update_address(struct update *update)
{
	const struct sriov_xml_element *e = element_of(update, update->found->address);
	const struct place place = {e->start, e->end};
	struct sriov_writer writer;

	if (sriov_bdf_compare(&update->found->bdf, &update->device.bdf) == 0)
		return 0;
	note(update, "address");
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_address(writer.file, update->form, &update->device.bdf);
	return put(update, place, &writer);
}

static bool is_common(const struct sriov_xml_element *e)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(common_children); i++)
		if (!e->ns && strcmp(e->name, common_children[i]) == 0)
			return true;
	return false;
}

static int drop_interface_children(struct update *update)
{
	size_t parent = update->found->element, i = parent;

	while ((i = sriov_xml_child(update->xml, parent, i, NULL)) != 0) {
		struct place place = place_of(update, i, 0);
		int r;

		if (is_common(element_of(update, i)))
			continue;
		r = replace(update, place.begin, place.end, "");
		if (r < 0)
			return r;
	}
	return 0;
}

static int change_tags(struct update *update)
{
	const struct sriov_xml_element *e = element_of(update, update->found->element);
	char end[sizeof("</interface>")];
	int r;

	r = replace(update, e->start, e->start_end, sriov_form_start(update->form));
	if (r < 0)
		return r;
	snprintf(end, sizeof(end), "</%s>", sriov_form_name(update->form));
	return replace(update, e->end_begin, e->end, end);
}

static int change_form(struct update *update)
{
	const bool to_hostdev = update->form == SRIOV_AS_HOSTDEV;
	struct sriov_writer writer;
	int r;

	r = change_tags(update);
	if (r < 0)
		return r;
	if (sriov_writer_open(&writer, &update->layout, true) < 0)
		return -ENOMEM;
	sriov_write_source(&writer, 0, update->form, &update->device.bdf);
	r = put(update, place_of(update, update->found->source, 0), &writer);
	if (r < 0)
		return r;
	return to_hostdev ? drop_interface_children(update) : 0;
}

static int keep_form(struct update *update)
{
	int r;

	r = update_managed(update);
	if (r < 0)
		return r;
	return update_address(update);
}

static int update_all(struct update *update)
{
	const bool is_interface = update->form == SRIOV_AS_INTERFACE;
	const bool is_changing = update->form != update->found->form;
	int r;

	if (is_changing)
		note(update,
		     is_interface ? "hostdev to interface" : "interface to hostdev");
	r = is_interface ? update_mac(update) : 0;
	if (r < 0)
		return r;
	r = is_changing ? change_form(update) : keep_form(update);
	if (r < 0)
		return r;
	r = is_interface ? update_vlan(update) : 0;
	if (r < 0)
		return r;
	return update->partner ? update_teaming(update) : 0;
}

int sriov_domain_update(const struct sriov_domain *domain,
			const struct sriov_domain_device *found,
			enum sriov_guest_form form,
			const struct sriov_guest_device *device, const char *partner,
			struct sriov_splices *splices, char *changed, size_t size,
			struct sriov_error *err)
{
	struct update update = {
		.domain = domain,
		.xml = domain->xml,
		.found = found,
		.device = *device,
		.form = form,
		.partner = partner,
		.splices = splices,
		.changed = changed,
		.changed_size = size,
	};
	int r;

	update.layout = sriov_domain_layout_inside(domain, found->element, found->source);
	if (update.device.mac == 0)
		update.device.mac = mac_there(&update);
	changed[0] = '\0';
	r = sriov_device_check(form, &update.device, err);
	if (r < 0)
		return r;
	r = update_all(&update);
	if (r < 0)
		return sriov_error_memory(err);
	return 0;
}
