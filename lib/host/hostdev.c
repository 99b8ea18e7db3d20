/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI functions of the host in libvirt's documents. */
#include <errno.h>
#include <string.h>

#include "host/hostdev.h"

/* Whether the attribute is @word, or missing. */
static bool is_or_missing(const struct sriov_xml *xml, size_t element, const char *name,
			  const char *word)
{
	return !sriov_xml_value(xml, element, name) ||
	       sriov_xml_is(xml, element, name, word);
}

/* An attribute as libvirt reads it: strtoul() with base 0; 0 when it is missing. */
static int number_parse(const struct sriov_xml *xml, size_t element, const char *name,
			uint64_t max, uint64_t *ret)
{
	const char *value = sriov_xml_value(xml, element, name);

	if (!value) {
		*ret = 0;
		return 0;
	}
	value += strspn(value, " \t\n\v\f\r");
	value += *value == '+';
	return sriov_parse_number(value, 0, max, ret);
}

int sriov_hostdev_address(const struct sriov_xml *xml, size_t element,
			  struct sriov_bdf *ret)
{
	uint64_t domain, bus, slot, function;

	if (number_parse(xml, element, "domain", UINT32_MAX, &domain) < 0 ||
	    number_parse(xml, element, "bus", 0xff, &bus) < 0 ||
	    number_parse(xml, element, "slot", 31, &slot) < 0 ||
	    number_parse(xml, element, "function", 7, &function) < 0)
		return -EINVAL;
	*ret = (struct sriov_bdf){
		.domain = (uint32_t)domain,
		.bus = (uint8_t)bus,
		.device = (uint8_t)slot,
		.function = (uint8_t)function,
	};
	return 0;
}

/* The form in which an element hands over a PCI function, if it may be one. */
static int form_of(const struct sriov_xml *xml, size_t element,
		   enum sriov_guest_form *ret)
{
	const struct sriov_xml_element *e = &xml->elements[element];

	if (e->ns)
		return -ENOENT;
	if (strcmp(e->name, "hostdev") == 0 &&
	    is_or_missing(xml, element, "mode", "subsystem") &&
	    sriov_xml_is(xml, element, "type", "pci")) {
		*ret = SRIOV_AS_HOSTDEV;
		return 0;
	}
	if (strcmp(e->name, "interface") == 0 &&
	    sriov_xml_is(xml, element, "type", "hostdev")) {
		*ret = SRIOV_AS_INTERFACE;
		return 0;
	}
	return -ENOENT;
}

/* A hostdev's type has said so; an interface's address must say it itself. */
static bool is_pci_address(const struct sriov_xml *xml, size_t element,
			   enum sriov_guest_form form)
{
	return form == SRIOV_AS_HOSTDEV ? is_or_missing(xml, element, "type", "pci")
					: sriov_xml_is(xml, element, "type", "pci");
}

int sriov_domain_device_read(const struct sriov_xml *xml, size_t element,
			     struct sriov_domain_device *ret)
{
	struct sriov_domain_device device = {.element = element};
	size_t alias = sriov_xml_child(xml, element, element, "alias");

	if (form_of(xml, element, &device.form) < 0)
		return -ENOENT;
	device.source = sriov_xml_child(xml, element, element, "source");
	if (device.source == 0)
		return -ENOENT;
	device.address = sriov_xml_child(xml, device.source, device.source, "address");
	if (device.address == 0 || !is_pci_address(xml, device.address, device.form) ||
	    sriov_hostdev_address(xml, device.address, &device.bdf) < 0)
		return -ENOENT;
	if (alias != 0)
		device.alias = sriov_xml_value(xml, alias, "name");
	*ret = device;
	return 0;
}

uint64_t sriov_interface_mac(const struct sriov_xml *xml, size_t element)
{
	size_t child = sriov_xml_child(xml, element, element, "mac");
	const char *text = child ? sriov_xml_value(xml, child, "address") : NULL;
	uint64_t mac;

	return text && sriov_mac_parse(text, &mac) == 0 ? mac : 0;
}

unsigned sriov_interface_vlan(const struct sriov_xml *xml, size_t element)
{
	size_t vlan = sriov_xml_child(xml, element, element, "vlan");
	size_t tag = vlan ? sriov_xml_child(xml, vlan, vlan, "tag") : 0;
	const char *text = tag ? sriov_xml_value(xml, tag, "id") : NULL;
	uint64_t id;

	return text && sriov_parse_number(text, 0, UINT16_MAX, &id) == 0 ? (unsigned)id
									 : 0;
}
