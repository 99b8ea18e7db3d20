/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the tags of an XML document stand, in any encoding that keeps ASCII. */
#include <errno.h>
#include <string.h>

#include "sys/xml_lexer.h"

static bool at(const struct sriov_xml_lexer *lexer, const char *word)
{
	size_t n = strlen(word);

	return lexer->size - lexer->pos >= n &&
	       memcmp(lexer->text + lexer->pos, word, n) == 0;
}

bool sriov_xml_lex_word(struct sriov_xml_lexer *lexer, const char *word)
{
	if (!at(lexer, word))
		return false;
	lexer->pos += strlen(word);
	return true;
}

static void skip_space(struct sriov_xml_lexer *lexer)
{
	while (lexer->pos < lexer->size && sriov_xml_is_space(lexer->text[lexer->pos]))
		lexer->pos++;
}

/* Step over everything up to @word and over it. */
static int skip_past(struct sriov_xml_lexer *lexer, const char *word)
{
	const char *from = lexer->text + lexer->pos;
	const char *found = memmem(from, lexer->size - lexer->pos, word, strlen(word));

	if (!found)
		return -EBADMSG;
	lexer->pos += (size_t)(found - from) + strlen(word);
	return 0;
}

static bool ends_name(char c)
{
	return sriov_xml_is_space(c) || c == '=' || c == '/' || c == '>' || c == '?';
}

static int lex_name(struct sriov_xml_lexer *lexer, struct sriov_xml_span *ret)
{
	size_t begin = lexer->pos;

	while (lexer->pos < lexer->size && !ends_name(lexer->text[lexer->pos]))
		lexer->pos++;
	if (lexer->pos == begin)
		return -EBADMSG;
	*ret = (struct sriov_xml_span){begin, lexer->pos};
	return 0;
}

static int lex_attribute(struct sriov_xml_lexer *lexer, struct sriov_xml_span *ret_name,
			 struct sriov_xml_span *ret_value)
{
	struct sriov_xml_span name;
	const char *quote;
	size_t begin;
	int r;

	r = lex_name(lexer, &name);
	if (r < 0)
		return r;
	skip_space(lexer);
	if (!sriov_xml_lex_word(lexer, "="))
		return -EBADMSG;
	skip_space(lexer);
	quote = at(lexer, "'") ? "'" : "\"";
	if (!sriov_xml_lex_word(lexer, quote))
		return -EBADMSG;
	begin = lexer->pos;
	r = skip_past(lexer, quote);
	if (r < 0)
		return r;
	*ret_name = name;
	*ret_value = (struct sriov_xml_span){begin, lexer->pos - 1};
	return 0;
}

int sriov_xml_lex_attributes(struct sriov_xml_lexer *lexer, struct sriov_xml_tag *tag)
{
	int r;

	tag->n_attributes = 0;
	for (;;) {
		skip_space(lexer);
		if (at(lexer, ">") || at(lexer, "/>") || at(lexer, "?>"))
			return 0;
		if (tag->n_attributes == SRIOV_XML_ATTRIBUTES_MAX)
			return -E2BIG;
		r = lex_attribute(lexer, &tag->attributes[tag->n_attributes].name,
				  &tag->attributes[tag->n_attributes].value);
		if (r < 0)
			return r;
		tag->n_attributes++;
	}
}

/* Step over what is no tag.  Returns 0 before a tag, -ENODATA at the end. */
static int skip_to_tag(struct sriov_xml_lexer *lexer)
{
	for (;;) {
		const char *end;
		int r;

		if (skip_past(lexer, "<") < 0)
			return -ENODATA;
		if (sriov_xml_lex_word(lexer, "!--"))
			end = "-->";
		else if (sriov_xml_lex_word(lexer, "![CDATA["))
			end = "]]>";
		else if (sriov_xml_lex_word(lexer, "?"))
			end = "?>";
		else
			break;
		r = skip_past(lexer, end);
		if (r < 0)
			return r;
	}
	lexer->pos--;
	return 0;
}

int sriov_xml_lex_tag(struct sriov_xml_lexer *lexer, struct sriov_xml_tag *tag)
{
	int r;

	r = skip_to_tag(lexer);
	if (r < 0)
		return r;
	tag->all.begin = lexer->pos;
	tag->opens = !sriov_xml_lex_word(lexer, "</");
	tag->closes = !tag->opens;
	if (tag->opens)
		sriov_xml_lex_word(lexer, "<");
	r = lex_name(lexer, &tag->name);
	if (r < 0)
		return r;
	r = sriov_xml_lex_attributes(lexer, tag);
	if (r < 0)
		return r;
	if (tag->opens)
		tag->closes = sriov_xml_lex_word(lexer, "/");
	if (!sriov_xml_lex_word(lexer, ">"))
		return -EBADMSG;
	tag->all.end = lexer->pos;
	return 0;
}
