/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree that a document was read into. */
#include <stdlib.h>
#include <string.h>

#include "sys/xml.h"

void sriov_xml_free(struct sriov_xml *xml)
{
	if (!xml)
		return;
	for (size_t i = 0; i < xml->n; i++) {
		struct sriov_xml_element *element = &xml->elements[i];

		for (size_t k = 0; k < element->n_attributes; k++) {
			free(element->attributes[k].name);
			free(element->attributes[k].value);
		}
		free(element->attributes);
		free(element->text);
		free(element->name);
		free(element->ns);
	}
	free(xml->elements);
	free(xml);
}

size_t sriov_xml_child(const struct sriov_xml *xml, size_t parent, size_t after,
		       const char *name)
{
	size_t i = after == parent ? parent + 1 : xml->elements[after].next;

	for (; i < xml->elements[parent].next; i = xml->elements[i].next) {
		const struct sriov_xml_element *element = &xml->elements[i];

		if (!name || (!element->ns && strcmp(element->name, name) == 0))
			return i;
	}
	return 0;
}

const struct sriov_xml_attribute *sriov_xml_attribute(const struct sriov_xml *xml,
						      size_t element, const char *name)
{
	const struct sriov_xml_element *e = &xml->elements[element];

	for (size_t i = 0; i < e->n_attributes; i++)
		if (strcmp(e->attributes[i].name, name) == 0)
			return &e->attributes[i];
	return NULL;
}

const char *sriov_xml_value(const struct sriov_xml *xml, size_t element, const char *name)
{
	const struct sriov_xml_attribute *attribute =
		sriov_xml_attribute(xml, element, name);

	return attribute ? attribute->value : NULL;
}
