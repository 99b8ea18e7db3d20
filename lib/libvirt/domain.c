/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A libvirt domain as it is written, and the host's PCI functions in it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "libvirt/domain.h"

/* A line indented deeper than this counts as none. */
#define INDENT_MAX 128

static int find_devices(struct sriov_domain *domain, size_t devices)
{
	const struct sriov_xml *xml = domain->xml;
	size_t i = devices;

	while ((i = sriov_xml_child(xml, devices, i, NULL)) != 0) {
		if (SRIOV_ARRAY_ROOM(domain->found, domain->n_found) < 0)
			return -ENOMEM;
		if (sriov_domain_device_read(xml, i, &domain->found[domain->n_found]) ==
		    0)
			domain->n_found++;
	}
	return 0;
}

/* libvirt reads the children of every <devices>. */
static int find_all_devices(struct sriov_domain *domain)
{
	size_t i = 0;

	while ((i = sriov_xml_child(domain->xml, 0, i, "devices")) != 0) {
		int r;

		if (domain->devices == 0)
			domain->devices = i;
		r = find_devices(domain, i);
		if (r < 0)
			return r;
	}
	return 0;
}

void sriov_domain_clear(struct sriov_domain *domain)
{
	sriov_xml_free(domain->xml);
	free(domain->found);
	*domain = (struct sriov_domain){0};
}

int sriov_domain_read(const char *text, size_t size, struct sriov_domain *ret,
		      struct sriov_error *err)
{
	_cleanup_domain_ struct sriov_domain domain = {.text = text, .size = size};
	const struct sriov_xml_element *root;
	int r;

	r = sriov_xml_read(text, size, &domain.xml, err);
	if (r == -ENODATA)
		return sriov_error_hint(err, "virsh dumpxml --inactive VM");
	if (r < 0)
		return r;
	root = domain.xml->elements;
	if (root->ns || strcmp(root->name, "domain") != 0) {
		char name[SRIOV_OBJECT_MAX];

		sriov_error_set(err, SRIOV_BAD_FILE, EINVAL, "not a domain but a <%s>",
				sriov_text_printable(root->name, name, sizeof(name)));
		return sriov_error_hint(err, "virsh dumpxml --inactive VM");
	}
	r = find_all_devices(&domain);
	if (r < 0)
		return sriov_error_memory(err);
	*ret = domain;
	domain = (struct sriov_domain){0};
	return 0;
}

size_t sriov_domain_space_before(const struct sriov_domain *domain, size_t pos)
{
	while (pos > 0 && sriov_xml_is_space(domain->text[pos - 1]))
		pos--;
	return pos;
}

/* The line end and the indentation before byte @pos; -ENOENT when no line begins. */
static int line_begin(const struct sriov_domain *domain, size_t pos,
		      struct sriov_slice *ret_eol, struct sriov_slice *ret_indent)
{
	const char *text = domain->text;
	size_t begin = pos, eol;

	while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
		begin--;
	if (begin == 0 || !sriov_xml_is_space(text[begin - 1]) ||
	    pos - begin > INDENT_MAX)
		return -ENOENT;
	eol = begin - 1;
	if (eol > 0 && text[eol] == '\n' && text[eol - 1] == '\r')
		eol--;
	*ret_eol = (struct sriov_slice){text + eol, begin - eol};
	*ret_indent = (struct sriov_slice){text + begin, pos - begin};
	return 0;
}

static struct sriov_slice indent_step(struct sriov_slice outer, struct sriov_slice inner)
{
	if (outer.size < inner.size && memcmp(outer.text, inner.text, outer.size) == 0)
		return (struct sriov_slice){inner.text + outer.size,
					    inner.size - outer.size};
	return sriov_layout_plain.step;
}

struct sriov_layout sriov_domain_layout(const struct sriov_domain *domain, size_t outer,
					size_t pos)
{
	const struct sriov_slice empty = {"", 0};
	struct sriov_layout layout = {empty, empty, empty};
	struct sriov_slice outer_eol, outer_indent = empty;

	if (line_begin(domain, pos, &layout.eol, &layout.indent) == 0) {
		line_begin(domain, outer, &outer_eol, &outer_indent);
		layout.step = indent_step(outer_indent, layout.indent);
	}
	return layout;
}

struct sriov_layout sriov_domain_layout_inside(const struct sriov_domain *domain,
					       size_t element, size_t child)
{
	size_t pos = domain->xml->elements[child].start;
	size_t begin = sriov_domain_space_before(domain, pos);
	struct sriov_layout layout =
		sriov_domain_layout(domain, domain->xml->elements[element].start, pos);

	if (layout.eol.size == 0 && pos - begin == 1)
		layout.eol = (struct sriov_slice){domain->text + begin, 1};
	return layout;
}

int sriov_domain_set_attribute(const struct sriov_domain *domain, size_t element,
			       const char *name, const char *value,
			       struct sriov_splices *splices)
{
	const struct sriov_xml_element *e = &domain->xml->elements[element];
	const struct sriov_xml_attribute *there =
		sriov_xml_attribute(domain->xml, element, name);
	size_t behind_name = e->start + strlen("<") + strlen(e->name);
	char *text;

	if (there)
		return sriov_splices_add(splices, there->begin, there->end,
					 strdup(value));
	if (asprintf(&text, " %s='%s'", name, value) < 0)
		return -ENOMEM;
	return sriov_splices_add(splices, behind_name, behind_name, text);
}

/* Whether the element is a child of a child of the domain's <devices>. */
static bool describes_device(const struct sriov_xml *xml, size_t element)
{
	size_t devices = xml->elements[xml->elements[element].parent].parent;

	return devices != 0 && xml->elements[devices].parent == 0 &&
	       strcmp(xml->elements[devices].name, "devices") == 0;
}

size_t sriov_domain_find_alias(const struct sriov_domain *domain, const char *alias)
{
	const struct sriov_xml *xml = domain->xml;

	for (size_t i = 1; i < xml->n; i++) {
		if (strcmp(xml->elements[i].name, "alias") == 0 &&
		    describes_device(xml, i) && sriov_xml_is(xml, i, "name", alias))
			return xml->elements[i].parent;
	}
	return 0;
}

bool sriov_alias_is_own(const char *alias)
{
	return alias &&
	       strncmp(alias, SRIOV_ALIAS_PREFIX, strlen(SRIOV_ALIAS_PREFIX)) == 0;
}

size_t sriov_domain_count_own(const struct sriov_domain *domain)
{
	const struct sriov_xml *xml = domain->xml;
	size_t n = 0;

	for (size_t i = 1; i < xml->n; i++)
		n += strcmp(xml->elements[i].name, "alias") == 0 &&
		     sriov_alias_is_own(sriov_xml_value(xml, i, "name"));
	return n;
}
