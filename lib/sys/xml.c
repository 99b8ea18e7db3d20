/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XML documents read into a flat tree whose every element knows its bytes.
 *
 * libxml2 judges the document and resolves names and values; a small lexer walks the
 * bytes in step with its events and says where each tag and value stands.
 * xmlByteConsumed() knows but one point inside a tag, and for a document that is not
 * UTF-8 it encodes the text ahead again at every call.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libxml/encoding.h>
#include <libxml/parser.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/text.h"
#include "sys/xml.h"
#include "sys/xml_lexer.h"

#define ENCODING_MAX 40

/* Encodings in which bytes below 0x80 are ASCII wherever they stand; prefixes. */
static const char *const ascii_supersets[] = {
	"US-ASCII", "ASCII",  "ISO-8859-",   "ISO_8859-", "ISO8859-", "KOI8-",
	"EUC-",	    "GB2312", "WINDOWS-125", "CP125",	  "TIS-620",
};

/* What the callbacks share. */
struct reader {
	xmlParserCtxt *ctxt;
	struct sriov_xml_lexer lexer;
	struct sriov_xml_tag tag;
	struct sriov_xml *xml;
	size_t open;  /* the innermost element that has begun and not ended */
	size_t depth; /* how many are */
	int failed;   /* negative errno of the first failure, @err has it */
	struct sriov_error *err;
};

static int fail_encoding(struct sriov_error *err, const char *why, const char *name)
{
	sriov_error_set(err, SRIOV_BAD_FILE, EINVAL, "%s%s", why, name);
	return sriov_error_hint(err, "xmllint --encode UTF-8 FILE");
}

/* Attributes are compared each with each by libxml2, so their number is bounded. */
static int check_attributes(const char *text, size_t size, struct sriov_xml_tag *tag,
			    struct sriov_error *err)
{
	struct sriov_xml_lexer lexer = {.text = text, .size = size};
	int r;

	do
		r = sriov_xml_lex_tag(&lexer, tag);
	while (r == 0);
	if (r != -E2BIG)
		return 0;
	return sriov_error_set(err, SRIOV_BAD_FILE, EINVAL,
			       "an element has more than %d attributes",
			       SRIOV_XML_ATTRIBUTES_MAX);
}

static const char *const byte_order_mark = "\xef\xbb\xbf";

/* Copy the encoding that the XML declaration names, "" when it names none. */
static void declared_encoding(const char *text, size_t size,
			      struct sriov_xml_tag *scratch,
			      char ret[static ENCODING_MAX])
{
	struct sriov_xml_lexer lexer = {.text = text, .size = size};

	ret[0] = '\0';
	sriov_xml_lex_word(&lexer, byte_order_mark);
	if (!sriov_xml_lex_word(&lexer, "<?xml") ||
	    sriov_xml_lex_attributes(&lexer, scratch) < 0)
		return;
	for (size_t i = 0; i < scratch->n_attributes; i++) {
		struct sriov_xml_span name = scratch->attributes[i].name;
		struct sriov_xml_span value = scratch->attributes[i].value;

		if (name.end - name.begin == strlen("encoding") &&
		    memcmp(text + name.begin, "encoding", strlen("encoding")) == 0)
			snprintf(ret, ENCODING_MAX, "%.*s",
				 (int)(value.end - value.begin), text + value.begin);
	}
}

static bool is_utf8(const char *encoding)
{
	return encoding[0] == '\0' || strcasecmp(encoding, "UTF-8") == 0 ||
	       strcasecmp(encoding, "UTF8") == 0;
}

static bool is_ascii_superset(const char *encoding)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(ascii_supersets); i++)
		if (strncasecmp(encoding, ascii_supersets[i],
				strlen(ascii_supersets[i])) == 0)
			return true;
	return false;
}

/* Find out the encoding ("" for UTF-8) and refuse those that cannot be edited. */
static int check_encoding(const char *text, size_t size, struct sriov_xml_tag *scratch,
			  char ret[static ENCODING_MAX], struct sriov_error *err)
{
	struct sriov_xml_lexer lexer = {.text = text, .size = size};
	char encoding[ENCODING_MAX], printable[ENCODING_MAX];
	xmlCharEncodingHandler *handler;

	if (memchr(text, '\0', size))
		return fail_encoding(err, "holds a NUL byte", "");
	declared_encoding(text, size, scratch, encoding);
	sriov_text_printable(encoding, printable, sizeof(printable));
	if (is_utf8(encoding)) {
		ret[0] = '\0';
		return 0;
	}
	if (!is_ascii_superset(encoding))
		return fail_encoding(err, "cannot edit a document in the encoding ",
				     printable);
	if (sriov_xml_lex_word(&lexer, byte_order_mark))
		return fail_encoding(err, "begins as UTF-8 and declares the encoding ",
				     printable);
	handler = xmlFindCharEncodingHandler(encoding);
	if (!handler)
		return fail_encoding(err, "unknown encoding ", printable);
	xmlCharEncCloseFunc(handler);
	memcpy(ret, encoding, ENCODING_MAX);
	return 0;
}

/* Keep the first failure and let libxml2 come to an end. */
static void reader_fail(struct reader *reader, int r)
{
	if (reader->failed == 0)
		reader->failed = r;
	xmlStopParser(reader->ctxt);
}

static void fail_followed(struct reader *reader)
{
	reader_fail(reader, sriov_error_set(reader->err, SRIOV_BAD_FILE, EINVAL,
					    "line %d: cannot tell where this tag stands",
					    xmlSAX2GetLineNumber(reader->ctxt)));
}

/* Step over what is not ASCII; its length depends on the encoding. */
static const char *next_ascii(const char *text, const char *end)
{
	while (text < end && *text & 0x80)
		text++;
	return text;
}

/* Whether the ASCII of @name, from libxml2, is that of the tag, in its encoding. */
static bool same_name(const char *name, const struct sriov_xml_lexer *lexer,
		      struct sriov_xml_span span)
{
	const char *name_end = name + strlen(name);
	const char *raw = lexer->text + span.begin, *raw_end = lexer->text + span.end;

	for (;;) {
		name = next_ascii(name, name_end);
		raw = next_ascii(raw, raw_end);
		if (name == name_end || raw == raw_end)
			return name == name_end && raw == raw_end;
		if (*name++ != *raw++)
			return false;
	}
}

/* "prefix:name"; NULL when there is no memory. */
static char *qualified(const xmlChar *prefix, const xmlChar *name)
{
	char *text;

	if (!prefix)
		return strdup((const char *)name);
	if (asprintf(&text, "%s:%s", (const char *)prefix, (const char *)name) < 0)
		return NULL;
	return text;
}

/* A value as SAX2 delivers it: all is resolved but "&", which stays "&#38;". */
static char *resolved(const char *value, size_t size)
{
	static const char ampersand[] = "&#38;";
	char *text = strndup(value, size), *to = text;

	for (const char *from = text; from && *from; to++) {
		*to = *from;
		from += strncmp(from, ampersand, 5) == 0 ? 5 : 1;
	}
	if (to)
		*to = '\0';
	return text;
}

static bool declares_namespace(const struct sriov_xml_lexer *lexer,
			       struct sriov_xml_span name)
{
	size_t n = name.end - name.begin;

	return (n == 5 || (n > 5 && lexer->text[name.begin + 5] == ':')) &&
	       memcmp(lexer->text + name.begin, "xmlns", 5) == 0;
}

/* SAX2 gives five pointers an attribute: name, prefix, URI, value, its end. */
static int read_attribute(struct reader *reader, struct sriov_xml_element *element,
			  const xmlChar **sax, size_t i)
{
	struct sriov_xml_attribute *attribute =
		&element->attributes[element->n_attributes];
	const struct sriov_xml_tag *tag = &reader->tag;

	*attribute = (struct sriov_xml_attribute){
		.name = qualified(sax[1], sax[0]),
		.value = resolved((const char *)sax[3], (size_t)(sax[4] - sax[3])),
		.begin = tag->attributes[i].value.begin,
		.end = tag->attributes[i].value.end,
	};
	element->n_attributes++;
	if (!attribute->name || !attribute->value)
		return -ENOMEM;
	if (!same_name(attribute->name, &reader->lexer, tag->attributes[i].name))
		return -EBADMSG;
	return 0;
}

static int read_attributes(struct reader *reader, struct sriov_xml_element *element,
			   const xmlChar **sax, size_t n)
{
	const struct sriov_xml_tag *tag = &reader->tag;
	size_t done = 0;

	if (n == 0)
		return 0;
	element->attributes = calloc(n, sizeof(*element->attributes));
	if (!element->attributes)
		return -ENOMEM;
	for (size_t i = 0; i < tag->n_attributes; i++) {
		int r;

		if (declares_namespace(&reader->lexer, tag->attributes[i].name))
			continue;
		if (done == n)
			return -EBADMSG;
		r = read_attribute(reader, element, sax + 5 * done++, i);
		if (r < 0)
			return r;
	}
	return done == n ? 0 : -EBADMSG;
}

/* Append an element for the tag that the lexer stands behind. */
static int append_element(struct reader *reader, char *name, const xmlChar *uri,
			  struct sriov_xml_element **ret)
{
	_cleanup_free_ char *owned_name = name;
	_cleanup_free_ char *ns = uri ? strdup((const char *)uri) : NULL;
	struct sriov_xml *xml = reader->xml;

	if (!name || (uri && !ns) || SRIOV_ARRAY_ROOM(xml->elements, xml->n) < 0)
		return -ENOMEM;
	xml->elements[xml->n] = (struct sriov_xml_element){
		.name = SRIOV_TAKE(owned_name),
		.ns = SRIOV_TAKE(ns),
		.parent = reader->open,
		.start = reader->tag.all.begin,
		.start_end = reader->tag.all.end,
		.end_begin = reader->tag.all.end,
		.end = reader->tag.all.end,
		.self_closed = reader->tag.closes,
	};
	reader->open = xml->n;
	*ret = &xml->elements[xml->n++];
	return 0;
}

static int read_start(struct reader *reader, const xmlChar *prefix, const xmlChar *name,
		      const xmlChar *uri, const xmlChar **attributes, size_t n)
{
	struct sriov_xml_element *element;
	int r;

	r = sriov_xml_lex_tag(&reader->lexer, &reader->tag);
	if (r < 0)
		return r;
	r = append_element(reader, qualified(prefix, name), uri, &element);
	if (r < 0)
		return r;
	if (!reader->tag.opens ||
	    !same_name(element->name, &reader->lexer, reader->tag.name))
		return -EBADMSG;
	return read_attributes(reader, element, attributes, n);
}

static int read_end(struct reader *reader)
{
	struct sriov_xml_element *element = &reader->xml->elements[reader->open];

	if (!element->self_closed) {
		int r;

		r = sriov_xml_lex_tag(&reader->lexer, &reader->tag);
		if (r < 0)
			return r;
		if (reader->tag.opens ||
		    !same_name(element->name, &reader->lexer, reader->tag.name))
			return -EBADMSG;
		element->end_begin = reader->tag.all.begin;
		element->end = reader->tag.all.end;
	}
	element->next = reader->xml->n;
	reader->open = element->parent;
	reader->depth--;
	return 0;
}

static void fail_deep(struct reader *reader)
{
	reader_fail(reader, sriov_error_set(reader->err, SRIOV_BAD_FILE, EINVAL,
					    "line %d: a depth of more than %d elements",
					    xmlSAX2GetLineNumber(reader->ctxt),
					    SRIOV_XML_DEPTH_MAX));
}

static void reader_check(struct reader *reader, int r)
{
	if (r == -ENOMEM)
		reader_fail(reader, sriov_error_memory(reader->err));
	else if (r < 0)
		fail_followed(reader);
}

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix,
		     const xmlChar *uri, int n_namespaces, const xmlChar **namespaces,
		     int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	struct reader *reader = data;

	(void)n_namespaces;
	(void)namespaces;
	(void)n_defaulted;
	if (reader->failed == 0 && ++reader->depth > SRIOV_XML_DEPTH_MAX)
		fail_deep(reader);
	if (reader->failed == 0)
		reader_check(reader, read_start(reader, prefix, name, uri, attributes,
						(size_t)n_attributes));
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct reader *reader = data;

	(void)name;
	(void)prefix;
	(void)uri;
	if (reader->failed == 0)
		reader_check(reader, read_end(reader));
}

/* As much as is kept: a guest's name, a number. */
static int append_text(struct sriov_xml_element *element, const char *text, size_t n)
{
	size_t used = element->text ? strlen(element->text) : 0;
	char *grown;

	if (used + n > SRIOV_XML_TEXT_MAX)
		n = SRIOV_XML_TEXT_MAX - used;
	if (n == 0)
		return 0;
	grown = realloc(element->text, used + n + 1);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + used, text, n);
	grown[used + n] = '\0';
	element->text = grown;
	return 0;
}

/* Blanks alone are what stands between elements. */
static void on_text(void *data, const xmlChar *text, int n)
{
	struct reader *reader = data;
	const char *at = (const char *)text;
	struct sriov_xml_element *element;
	int blank = 0;

	if (reader->failed < 0 || reader->xml->n == 0)
		return;
	element = &reader->xml->elements[reader->open];
	while (!element->text && blank < n && sriov_xml_is_space(at[blank]))
		blank++;
	if (blank < n)
		reader_check(reader, append_text(element, at, (size_t)n));
}

static void on_doctype(void *data, const xmlChar *name, const xmlChar *id,
		       const xmlChar *system)
{
	struct reader *reader = data;

	(void)name;
	(void)id;
	(void)system;
	if (reader->failed < 0)
		return;
	reader_fail(reader, sriov_error_set(reader->err, SRIOV_BAD_FILE, EINVAL,
					    "line %d: a DOCTYPE is not taken",
					    xmlSAX2GetLineNumber(reader->ctxt)));
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_arg;
#else
typedef xmlErrorPtr error_arg;
#endif

/* Only fatal ones: libvirt too takes a prefix that is not declared. */
static void on_error(void *data, error_arg error)
{
	struct reader *reader = data;
	char text[SRIOV_MESSAGE_MAX];
	size_t n;

	if (reader->failed < 0 || error->level != XML_ERR_FATAL)
		return;
	if (error->code == XML_ERR_NO_MEMORY) {
		reader->failed = sriov_error_memory(reader->err);
		return;
	}
	snprintf(text, sizeof(text), "%s", error->message ? error->message : "not XML");
	n = strcspn(text, "\n");
	text[n] = '\0';
	reader->failed = sriov_error_set(reader->err, SRIOV_BAD_FILE, EINVAL,
					 "line %d: ", error->line > 0 ? error->line : 1);
	n = strlen(reader->err->msg);
	sriov_text_printable(text, reader->err->msg + n, sizeof(reader->err->msg) - n);
}

/* Parse with errors of the encoder, which knows no context, caught as well. */
static int reader_parse(struct reader *reader, const char *encoding)
{
	const int options = XML_PARSE_NONET | XML_PARSE_IGNORE_ENC;
	xmlStructuredErrorFunc handler = xmlStructuredError;
	void *handler_data = xmlStructuredErrorContext;
	xmlDoc *doc;

	xmlSetStructuredErrorFunc(reader, on_error);
	doc = xmlCtxtReadMemory(reader->ctxt, reader->lexer.text, (int)reader->lexer.size,
				NULL, encoding[0] ? encoding : NULL, options);
	xmlSetStructuredErrorFunc(handler_data, handler);
	xmlFreeDoc(doc);
	if (reader->failed == 0 && (!reader->ctxt->wellFormed || reader->xml->n == 0))
		return sriov_error_set(reader->err, SRIOV_BAD_FILE, EINVAL,
				       "not an XML document");
	return reader->failed;
}

static void free_context(xmlParserCtxt **ctxt)
{
	xmlFreeParserCtxt(*ctxt);
}

static bool is_blank(const char *text, size_t size)
{
	while (size && sriov_xml_is_space(text[size - 1]))
		size--;
	return size == 0;
}

int sriov_xml_read(const char *text, size_t size, struct sriov_xml **ret,
		   struct sriov_error *err)
{
	const xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_doctype,
		.serror = on_error,
	};
	_cleanup_xml_ struct sriov_xml *xml = calloc(1, sizeof(*xml));
	struct reader reader = {.lexer = {text, size, 0}, .xml = xml, .err = err};
	_cleanup_(free_context) xmlParserCtxt *ctxt = xmlNewParserCtxt();
	char encoding[ENCODING_MAX] = "";
	int r;

	if (!xml || !ctxt)
		return sriov_error_memory(err);
	if (size > SRIOV_XML_SIZE_MAX)
		return sriov_error_set(err, SRIOV_BAD_FILE, EFBIG, "larger than %lu MiB",
				       SRIOV_XML_SIZE_MAX >> 20);
	if (is_blank(text, size))
		return sriov_error_set(err, SRIOV_BAD_FILE, ENODATA,
				       "empty: there is no XML");
	*ctxt->sax = sax;
	ctxt->userData = &reader;
	reader.ctxt = ctxt;
	r = check_encoding(text, size, &reader.tag, encoding, err);
	if (r < 0)
		return r;
	r = check_attributes(text, size, &reader.tag, err);
	if (r < 0)
		return r;
	r = reader_parse(&reader, encoding);
	if (r < 0)
		return r;
	*ret = SRIOV_TAKE(xml);
	return 0;
}

/* Whether XML 1.0 may hold the character (production 2, Char). */
static bool is_xml_char(int c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

static bool needs_reference(int c)
{
	return c < 0x20 || c > 0x7e || c == '&' || c == '<' || c == '>' || c == '\'' ||
	       c == '"';
}

/* Take one UTF-8 character, spelt in as few bytes as it needs. */
static int take_char(const char **text, int *ret)
{
	static const int lowest[] = {0, 0, 0x80, 0x800, 0x10000};
	int length = (int)strnlen(*text, 4), c;

	c = xmlGetUTF8Char((const unsigned char *)*text, &length);
	if (c < 0 || c < lowest[length] || !is_xml_char(c))
		return -EILSEQ;
	*text += length;
	*ret = c;
	return 0;
}

int sriov_xml_escape(const char *text, char **ret)
{
	_cleanup_free_ char *escaped = malloc(strlen(text) * strlen("&#x27;") + 1);
	char *to = escaped;

	if (!escaped)
		return -ENOMEM;
	while (*text) {
		int c, r;

		r = take_char(&text, &c);
		if (r < 0)
			return r;
		if (needs_reference(c))
			to += sprintf(to, "&#x%x;", (unsigned)c);
		else
			*to++ = (char)c;
	}
	*to = '\0';
	*ret = SRIOV_TAKE(escaped);
	return 0;
}
