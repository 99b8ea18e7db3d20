/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Libvirt's documents cut down to the devices of the host that are in them. */
#include <string.h>

#include "base/array.h"
#include "capture/reduce.h"
#include "sys/xml.h"

/* A document, what is kept of it, and the networks that matter. */
struct reduction {
	const struct sriov_xml *xml;
	const char *text;
	char *const *networks;
	size_t n_networks;
	FILE *to;
	bool has_device;
};

static bool is_named(const struct sriov_xml_element *element, const char *name)
{
	return !element->ns && strcmp(element->name, name) == 0;
}

/* An <interface> that is a VF, stands on one, or gets one from a network. */
static bool is_of_host(const struct reduction *reduction, size_t interface)
{
	const struct sriov_xml *xml = reduction->xml;
	size_t source = sriov_xml_child(xml, interface, interface, "source");
	const char *network = source ? sriov_xml_value(xml, source, "network") : NULL;

	if (sriov_xml_is(xml, interface, "type", "hostdev") ||
	    sriov_xml_is(xml, interface, "type", "direct"))
		return true;
	return network &&
	       capture_has(reduction->networks, reduction->n_networks, network);
}

/* Whether an element without anything to be kept in it is kept whole. */
static bool is_whole(struct reduction *reduction, size_t i)
{
	static const char *const names[] = {"name", "uuid", "forward", "portgroup"};
	const struct sriov_xml_element *element = &reduction->xml->elements[i];
	bool device = is_named(element, "hostdev") ||
		      (is_named(element, "interface") && is_of_host(reduction, i));

	reduction->has_device |=
		device || (is_named(element, "forward") &&
			   sriov_xml_is(reduction->xml, i, "mode", "hostdev"));
	for (size_t j = 0; !device && j < SRIOV_ARRAY_SIZE(names); j++)
		device = is_named(element, names[j]);
	return device;
}

/* Whether only some of what is in the element is kept. */
static bool is_opened(const struct reduction *reduction, size_t i)
{
	static const char *const names[] = {"domstatus", "domain", "devices",
					    "networkstatus", "network"};

	for (size_t j = 0; j < SRIOV_ARRAY_SIZE(names); j++)
		if (is_named(&reduction->xml->elements[i], names[j]))
			return true;
	return false;
}

static void write_bytes(const struct reduction *reduction, size_t begin, size_t end)
{
	fwrite(reduction->text + begin, 1, end - begin, reduction->to);
}

/* Write what is kept of the elements, which are in document order. */
static void reduce(struct reduction *reduction)
{
	const struct sriov_xml *xml = reduction->xml;
	size_t open[8], depth = 0, i = 0;

	while (i < xml->n || depth) {
		const struct sriov_xml_element *element;

		if (depth && (i >= xml->n || i >= xml->elements[open[depth - 1]].next)) {
			element = &xml->elements[open[--depth]];
			write_bytes(reduction, element->end_begin, element->end);
			fputc('\n', reduction->to);
			continue;
		}
		element = &xml->elements[i];
		if (is_opened(reduction, i) && !element->self_closed &&
		    depth < SRIOV_ARRAY_SIZE(open)) {
			write_bytes(reduction, element->start, element->start_end);
			fputc('\n', reduction->to);
			open[depth++] = i++;
			continue;
		}
		if (is_whole(reduction, i)) {
			write_bytes(reduction, element->start, element->end);
			fputc('\n', reduction->to);
		}
		i = element->next;
	}
}

bool capture_reduce_xml(const struct sriov_xml *xml, const char *text,
			char *const *networks, size_t n, FILE *to)
{
	struct reduction reduction = {
		.xml = xml,
		.text = text,
		.networks = networks,
		.n_networks = n,
		.to = to,
	};

	reduce(&reduction);
	return reduction.has_device;
}
