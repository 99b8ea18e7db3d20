/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where new devices go in a domain, and how that is undone.
 *
 * What is inserted follows a byte that is no white space, and what is removed takes
 * the white space before it along: so removing undoes adding, in any order, and
 * nothing needs to remember what was there.  Two cases leave a mark, in the white
 * space of an end tag, which no XML reader looks at: "</devices >" ends a <devices/>
 * that had to be opened, "</devices  >" one that was missing.  When the last device
 * goes, they become what they were.  An empty <devices> that ends so by itself is
 * told apart by a lone blank before its first device, where behind a mark of ours
 * stands a line break or nothing.
 */
#include <string.h>

#include "libvirt/gap.h"

#define END_OF_OPENED "</devices >"
#define END_OF_MADE "</devices  >"
#define ESCAPE " "

static bool ends_with_tag(const struct sriov_domain *domain, size_t element,
			  const char *tag)
{
	const struct sriov_xml_element *e = &domain->xml->elements[element];

	return e->end - e->end_begin == strlen(tag) &&
	       memcmp(domain->text + e->end_begin, tag, strlen(tag)) == 0;
}

static bool is_marked(const struct sriov_domain *domain, size_t devices)
{
	return ends_with_tag(domain, devices, END_OF_OPENED) ||
	       ends_with_tag(domain, devices, END_OF_MADE);
}

/* Whether a lone blank stands between the start tag of <devices> and byte @pos. */
static bool is_escaped(const struct sriov_domain *domain, size_t devices, size_t pos)
{
	size_t begin = domain->xml->elements[devices].start_end;

	return pos - begin == strlen(ESCAPE) &&
	       memcmp(domain->text + begin, ESCAPE, strlen(ESCAPE)) == 0;
}

/* Whether devices must be written so that the mark is not taken for ours. */
static bool needs_escape(const struct sriov_domain *domain, size_t devices)
{
	const struct sriov_xml_element *e = &domain->xml->elements[devices];
	size_t first = sriov_xml_child(domain->xml, devices, devices, NULL);

	if (!is_marked(domain, devices))
		return false;
	if (first != 0)
		return is_escaped(domain, devices, domain->xml->elements[first].start);
	return sriov_domain_space_before(domain, e->end_begin) == e->start_end;
}

static size_t last_child(const struct sriov_xml *xml, size_t parent)
{
	size_t last = 0, i = parent;

	while ((i = sriov_xml_child(xml, parent, i, NULL)) != 0)
		last = i;
	return last;
}

/* The layout of @element as a child of its parent. */
static struct sriov_layout layout_of(const struct sriov_domain *domain, size_t element)
{
	const struct sriov_xml_element *e = &domain->xml->elements[element];

	return sriov_domain_layout(domain, domain->xml->elements[e->parent].start,
				   e->start);
}

static struct sriov_gap gap_inside(const struct sriov_domain *domain)
{
	const struct sriov_xml_element *e = &domain->xml->elements[domain->devices];
	size_t pos = sriov_domain_space_before(domain, e->end_begin);
	size_t last = last_child(domain->xml, domain->devices);
	struct sriov_gap gap = {.begin = pos, .end = pos, .head = ""};

	if (needs_escape(domain, domain->devices)) {
		gap.layout.eol = (struct sriov_slice){ESCAPE, strlen(ESCAPE)};
		gap.layout.indent = gap.layout.step = (struct sriov_slice){"", 0};
	} else if (last != 0) {
		gap.layout = layout_of(domain, last);
	} else {
		gap.layout = layout_of(domain, domain->devices);
		gap.depth = 1;
	}
	return gap;
}

static struct sriov_gap gap_opened(const struct sriov_domain *domain)
{
	size_t end = domain->xml->elements[domain->devices].end;

	return (struct sriov_gap){
		.begin = end - strlen("/>"),
		.end = end,
		.head = ">",
		.tail = END_OF_OPENED,
		.layout = layout_of(domain, domain->devices),
		.depth = 1,
	};
}

static struct sriov_gap gap_made(const struct sriov_domain *domain)
{
	const struct sriov_xml_element *root = domain->xml->elements;
	size_t pos = sriov_domain_space_before(domain, root->end_begin);

	return (struct sriov_gap){
		.begin = pos,
		.end = pos,
		.head = "<devices>",
		.head_is_line = true,
		.tail = END_OF_MADE,
		.layout = layout_of(domain, last_child(domain->xml, 0)),
		.depth = 1,
	};
}

struct sriov_gap sriov_gap_find(const struct sriov_domain *domain)
{
	if (domain->devices == 0)
		return gap_made(domain);
	if (domain->xml->elements[domain->devices].self_closed)
		return gap_opened(domain);
	return gap_inside(domain);
}

void sriov_gap_begin(const struct sriov_gap *gap, struct sriov_writer *writer)
{
	if (gap->head_is_line)
		sriov_write_break(writer, 0);
	fputs(gap->head, writer->file);
}

void sriov_gap_end(const struct sriov_gap *gap, struct sriov_writer *writer)
{
	if (gap->tail)
		sriov_write_line(writer, 0, "%s", gap->tail);
}

bool sriov_gap_is_ours(const struct sriov_domain *domain, size_t devices, size_t pos)
{
	const struct sriov_xml_element *e = &domain->xml->elements[devices];

	if (is_escaped(domain, devices, pos))
		return false;
	return ends_with_tag(domain, devices, END_OF_OPENED) ||
	       (ends_with_tag(domain, devices, END_OF_MADE) &&
		e->start_end - e->start == strlen("<devices>"));
}

int sriov_gap_undo(const struct sriov_domain *domain, size_t devices,
		   struct sriov_splices *splices)
{
	const struct sriov_xml_element *e = &domain->xml->elements[devices];

	if (ends_with_tag(domain, devices, END_OF_OPENED))
		return sriov_splices_add(splices, e->start_end - strlen(">"), e->end,
					 strdup("/>"));
	return sriov_splices_add(splices, sriov_domain_space_before(domain, e->start),
				 e->end, strdup(""));
}
