/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the tags of an XML document stand, in any encoding that keeps ASCII. */
#ifndef SRIOV_SYS_XML_LEXER_H
#define SRIOV_SYS_XML_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/xml.h"

/*
 * Judges nothing: for a document that is well-formed the tags are right, for another
 * one they end somewhere.  Tags inside comments, CDATA and processing instructions
 * are none.
 */
struct sriov_xml_lexer {
	const char *text;
	size_t size; /* in bytes */
	size_t pos;  /* <= size */
};

/* Bytes [begin, end). */
struct sriov_xml_span {
	size_t begin;
	size_t end;
};

struct sriov_xml_tag {
	bool opens;
	bool closes; /* both: self-closed */
	struct sriov_xml_span all;
	struct sriov_xml_span name;
	struct {
		struct sriov_xml_span name;
		struct sriov_xml_span value; /* between the quotes */
	} attributes[SRIOV_XML_ATTRIBUTES_MAX];
	size_t n_attributes;
};

/* Step over @word and return true when it stands here. */
bool sriov_xml_lex_word(struct sriov_xml_lexer *lexer, const char *word);

/*
 * Read attributes, or what looks like them in an XML declaration, up to the ">", "/>"
 * or "?>" behind them, which is left.  Returns 0, -E2BIG (over the maximum) or
 * -EBADMSG (not well-formed).
 */
int sriov_xml_lex_attributes(struct sriov_xml_lexer *lexer, struct sriov_xml_tag *tag);

/* Read the next tag.  Returns 0, -ENODATA (none left), -E2BIG or -EBADMSG. */
int sriov_xml_lex_tag(struct sriov_xml_lexer *lexer, struct sriov_xml_tag *tag);

#endif
