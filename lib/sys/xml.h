/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML documents read into a flat tree whose every element knows its bytes. */
#ifndef SRIOV_SYS_XML_H
#define SRIOV_SYS_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

/* The largest document that is read, in bytes. */
#define SRIOV_XML_SIZE_MAX (10UL << 20)

/* The most attributes, namespace declarations included, that one element may have. */
#define SRIOV_XML_ATTRIBUTES_MAX 256

/* The most elements that may be open at once; libxml2 by itself takes some more. */
#define SRIOV_XML_DEPTH_MAX 200

/* So many bytes of an element's own text are kept. */
#define SRIOV_XML_TEXT_MAX 255

struct sriov_xml_attribute {
	char *name;   /* UTF-8, with its prefix */
	char *value;  /* UTF-8, references resolved */
	size_t begin; /* of the value in the document, between the quotes */
	size_t end;
};

/*
 * Bytes [start, start_end) are the start tag, [end_begin, end) the end tag; a
 * self-closed element has start_end == end_begin == end.
 */
struct sriov_xml_element {
	char *name;    /* UTF-8, with its prefix */
	char *ns;      /* URI of its namespace, NULL when it is in none */
	size_t parent; /* index; the root, 0, is its own parent */
	size_t next;   /* index of the first element that is not inside this one */
	size_t start;
	size_t start_end;
	size_t end_begin;
	size_t end;
	bool self_closed;
	struct sriov_xml_attribute *attributes; /* without namespace declarations */
	size_t n_attributes;
	char *text; /* its own, not that of its children: UTF-8, references resolved, the
		       beginning of what is longer; NULL when there are but blanks */
};

/* The elements in document order; 0 is the root and always there. */
struct sriov_xml {
	struct sriov_xml_element *elements;
	size_t n;
};

/*
 * Read the document of @size bytes at @text, which stays the caller's.  All offsets
 * count bytes of @text, whatever its encoding.
 *
 * Refused with SRIOV_BAD_FILE and -EINVAL: what is not well-formed (the message has
 * the line), a DOCTYPE, an encoding in which a byte below 0x80 may be anything but
 * ASCII, a NUL byte, more than SRIOV_XML_ATTRIBUTES_MAX attributes or
 * SRIOV_XML_DEPTH_MAX elements inside one another; with -ENODATA: nothing but blanks;
 * with -EFBIG: more than SRIOV_XML_SIZE_MAX bytes.  No other file and no network is
 * touched.  -ENOMEM.
 */
int sriov_xml_read(const char *text, size_t size, struct sriov_xml **ret,
		   struct sriov_error *err);

void sriov_xml_free(struct sriov_xml *xml);

SRIOV_DEFINE_CLEANUP(sriov_cleanup_xml, struct sriov_xml *, sriov_xml_free)
#define _cleanup_xml_ _cleanup_(sriov_cleanup_xml)

/*
 * The next child of element @parent after its child @after (@parent itself to begin)
 * that is called @name and is in no namespace; any element when @name is NULL.
 * Returns its index, 0 when there is none.
 */
size_t sriov_xml_child(const struct sriov_xml *xml, size_t parent, size_t after,
		       const char *name);

/* The attribute called @name, with its prefix, of element @element; NULL: none. */
const struct sriov_xml_attribute *sriov_xml_attribute(const struct sriov_xml *xml,
						      size_t element, const char *name);

/* Its value, NULL when it is missing. */
const char *sriov_xml_value(const struct sriov_xml *xml, size_t element,
			    const char *name);

/* Whether it is there and its value is @word. */
static inline bool sriov_xml_is(const struct sriov_xml *xml, size_t element,
				const char *name, const char *word)
{
	const char *value = sriov_xml_value(xml, element, name);

	return value && strcmp(value, word) == 0;
}

/* Whether @c is white space to XML (production 3, S). */
static inline bool sriov_xml_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Write UTF-8 @text so that it may stand in an attribute's value or in an element,
 * in a document of any encoding that sriov_xml_read() takes: what is not printable
 * ASCII becomes a character reference.  The caller frees *@ret.  Returns 0, -EILSEQ
 * (not UTF-8, or a character that XML cannot hold, such as NUL to 0x1f) or -ENOMEM.
 */
int sriov_xml_escape(const char *text, char **ret);

#endif
