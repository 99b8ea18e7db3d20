/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents, the bytes of their elements, and documents that are refused. */
#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "sys/xml.h"
#include "unit.h"

#define LATIN1 "<?xml version='1.0' encoding='ISO-8859-1'?>"

static struct sriov_xml *read_text(const char *text, size_t size)
{
	struct sriov_error err = {0};
	struct sriov_xml *xml = NULL;

	ck_assert_msg(sriov_xml_read(text, size, &xml, &err) == 0, "%s: %s", text,
		      err.msg);
	return xml;
}

static size_t find(const struct sriov_xml *xml, const char *name)
{
	for (size_t i = 0; i < xml->n; i++)
		if (strcmp(xml->elements[i].name, name) == 0)
			return i;
	ck_abort_msg("no <%s>", name);
}

/* Given the document, element b is these bytes, with these tags. */
static const struct {
	const char *given;
	const char *text;
	const char *element;
	const char *start_tag;
	const char *end_tag; /* "" when it is self-closed */
} places[] = {
	{"plain", "<a><b>x</b></a>", "<b>x</b>", "<b>", "</b>"},
	{"self-closed", "<a><b/></a>", "<b/>", "<b/>", ""},
	{"self-closed with a blank", "<a><b /></a>", "<b />", "<b />", ""},
	{"self-closed over lines", "<a><b\n/></a>", "<b\n/>", "<b\n/>", ""},
	{"empty", "<a><b></b></a>", "<b></b>", "<b>", "</b>"},
	{"blank in the end tag", "<a><b></b \t></a>", "<b></b \t>", "<b>", "</b \t>"},
	{"> in a value", "<a><b c='1>2'>x</b></a>", "<b c='1>2'>x</b>", "<b c='1>2'>",
	 "</b>"},
	{"/> in a value", "<a><b c=\"/>\"/></a>", "<b c=\"/>\"/>", "<b c=\"/>\"/>", ""},
	{"quote in a quote", "<a><b c='\"' d=\"'\"/></a>", "<b c='\"' d=\"'\"/>",
	 "<b c='\"' d=\"'\"/>", ""},
	{"blanks round =", "<a><b c = '1' /></a>", "<b c = '1' />", "<b c = '1' />", ""},
	{"entities", "<a>&lt;b/&gt;<b>&amp;</b></a>", "<b>&amp;</b>", "<b>", "</b>"},
	{"a comment before", "<a><!-- <b> --><b/></a>", "<b/>", "<b/>", ""},
	{"a comment inside", "<a><b><!--</b>--></b></a>", "<b><!--</b>--></b>", "<b>",
	 "</b>"},
	{"CDATA inside", "<a><b><![CDATA[</b>]]></b></a>", "<b><![CDATA[</b>]]></b>",
	 "<b>", "</b>"},
	{"an instruction inside", "<a><b><?x </b>?></b></a>", "<b><?x </b>?></b>", "<b>",
	 "</b>"},
	{"comments outside", "<!--<b>--><?x <b>?><a><b/></a><!--<b>-->\n", "<b/>", "<b/>",
	 ""},
	{"CRLF", "<a>\r\n  <b>\r\n</b>\r\n</a>\r\n", "<b>\r\n</b>", "<b>", "</b>"},
	{"byte order mark", "\xef\xbb\xbf<a><b/></a>", "<b/>", "<b/>", ""},
	{"mark and declaration",
	 "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><a><b/></a>", "<b/>", "<b/>",
	 ""},
	{"UTF-8 text", "<a>\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7<b>\xc3\xa9</b></a>",
	 "<b>\xc3\xa9</b>", "<b>", "</b>"},
	{"ISO-8859-1", LATIN1 "<a c='\xe9'>\xe9\xe9<b>\xe9</b></a>", "<b>\xe9</b>", "<b>",
	 "</b>"},
	{"a name that is no ASCII", LATIN1 "<a><\xe9><b/></\xe9></a>", "<b/>", "<b/>",
	 ""},
	{"KOI8-R", "<?xml version='1.0' encoding='koi8-r'?><a>\xc1\xc2<b>\xc1</b></a>",
	 "<b>\xc1</b>", "<b>", "</b>"},
	{"EUC-JP",
	 "<?xml version=\"1.0\" encoding=\"EUC-JP\"?><a>\xb0\xa1<b>\xb0\xa1</b></a>",
	 "<b>\xb0\xa1</b>", "<b>", "</b>"},
	{"namespaces", "<a xmlns:q='u' q:x='1'><q:c xmlns='v' y='2'/><b q:z='3'/></a>",
	 "<b q:z='3'/>", "<b q:z='3'/>", ""},
	{"a prefix nobody declared", "<a><q:b/><b/></a>", "<b/>", "<b/>", ""},
};

START_TEST(element_has_its_bytes)
{
	const char *text = places[_i].text;
	_cleanup_xml_ struct sriov_xml *xml = read_text(text, strlen(text));
	const struct sriov_xml_element *b = &xml->elements[find(xml, "b")];
	size_t at = (size_t)(strstr(text, places[_i].element) - text);
	size_t start_tag = strlen(places[_i].start_tag),
	       end_tag = strlen(places[_i].end_tag);

	/* the first place that looks so may lie in a comment */
	while (at < b->start)
		at = (size_t)(strstr(text + at + 1, places[_i].element) - text);
	ck_assert_msg(b->start == at, "%s", places[_i].given);
	ck_assert_uint_eq(b->start_end, at + start_tag);
	ck_assert_uint_eq(b->end, at + strlen(places[_i].element));
	ck_assert_uint_eq(b->end_begin, b->end - end_tag);
	ck_assert(b->self_closed == (end_tag == 0));
}
END_TEST

START_TEST(tree_knows_parents_and_ends)
{
	static const char text[] = "<a><b><c/><c/></b><d/><b/></a>";
	_cleanup_xml_ struct sriov_xml *xml = read_text(text, strlen(text));

	ck_assert_uint_eq(xml->n, 6);
	ck_assert_uint_eq(xml->elements[0].next, 6);
	ck_assert_uint_eq(xml->elements[1].next, 4);
	ck_assert_uint_eq(xml->elements[3].parent, 1);
	ck_assert_uint_eq(sriov_xml_child(xml, 0, 0, "b"), 1);
	ck_assert_uint_eq(sriov_xml_child(xml, 0, 1, "b"), 5);
	ck_assert_uint_eq(sriov_xml_child(xml, 0, 5, "b"), 0);
	ck_assert_uint_eq(sriov_xml_child(xml, 0, 1, NULL), 4);
	ck_assert_uint_eq(sriov_xml_child(xml, 1, 2, NULL), 3);
	ck_assert_uint_eq(sriov_xml_child(xml, 2, 2, NULL), 0);
}
END_TEST

/* An element's own text, in whatever way it is written. */
static const struct {
	const char *document;
	const char *text; /* NULL: none */
} texts[] = {
	{"<a>vm1</a>", "vm1"},
	{"<a>R&amp;D &#39;1&#x27; &lt;b&gt;</a>", "R&D '1' <b>"},
	{"<a><![CDATA[R&D]]> 2<!-- 3 --></a>", "R&D 2"},
	{"<a>\n  <b>x</b>\n  </a>", NULL},
	{"<a>x<b>y</b>z</a>", "xz"},
	{"<a/>", NULL},
	{LATIN1 "<a>\xe9</a>", "\xc3\xa9"},
};

START_TEST(element_has_its_text)
{
	const char *document = texts[_i].document;
	_cleanup_xml_ struct sriov_xml *xml = read_text(document, strlen(document));

	if (texts[_i].text)
		ck_assert_str_eq(xml->elements[0].text, texts[_i].text);
	else
		ck_assert_ptr_null(xml->elements[0].text);
}
END_TEST

START_TEST(endless_text_is_cut_short)
{
	enum { SIZE = 1 << 20 };
	_cleanup_free_ char *text = malloc(SIZE + 1);
	_cleanup_xml_ struct sriov_xml *xml = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', SIZE);
	memcpy(text, "<a>", 3);
	memcpy(text + SIZE - 4, "</a>", 5);
	xml = read_text(text, SIZE);
	ck_assert_uint_eq(strlen(xml->elements[0].text), SRIOV_XML_TEXT_MAX);
}
END_TEST

START_TEST(children_in_a_namespace_are_others)
{
	static const char text[] = "<a xmlns:q='u'><q:b/><b xmlns='v'/><b/></a>";
	_cleanup_xml_ struct sriov_xml *xml = read_text(text, strlen(text));

	ck_assert_uint_eq(sriov_xml_child(xml, 0, 0, "b"), 3);
	ck_assert_str_eq(xml->elements[1].name, "q:b");
	ck_assert_str_eq(xml->elements[1].ns, "u");
	ck_assert_str_eq(xml->elements[2].ns, "v");
	ck_assert_ptr_null(xml->elements[3].ns);
}
END_TEST

/* Given the start tag, attribute x has this value, spelt so. */
static const struct {
	const char *tag;
	const char *value;
	const char *spelt;
} values[] = {
	{"<a x='1'/>", "1", "1"},
	{"<a x=\"\"/>", "", ""},
	{"<a y='2' x = '1' z='3'/>", "1", "1"},
	{"<a xmlns='u' xmlns:x='v' x='1'/>", "1", "1"},
	{"<a xmlns:q='u' q:x='2' x='1'/>", "1", "1"},
	{"<a x='&lt;&gt;&amp;&apos;&quot;'/>", "<>&'\"", "&lt;&gt;&amp;&apos;&quot;"},
	{"<a x='&amp;#38;&#38;&#x26;amp;'/>", "&#38;&&amp;", "&amp;#38;&#38;&#x26;amp;"},
	{"<a x='&#233;\xc3\xa9'/>", "\xc3\xa9\xc3\xa9", "&#233;\xc3\xa9"},
	{LATIN1 "<a x='\xe9'/>", "\xc3\xa9", "\xe9"},
};

START_TEST(attribute_has_value_and_bytes)
{
	const char *text = values[_i].tag;
	_cleanup_xml_ struct sriov_xml *xml = read_text(text, strlen(text));
	const struct sriov_xml_attribute *x = sriov_xml_attribute(xml, 0, "x");

	ck_assert_ptr_nonnull(x);
	ck_assert_str_eq(x->value, values[_i].value);
	ck_assert_uint_eq(x->end - x->begin, strlen(values[_i].spelt));
	ck_assert_int_eq(strncmp(text + x->begin, values[_i].spelt, x->end - x->begin),
			 0);
	ck_assert_ptr_null(sriov_xml_value(xml, 0, "missing"));
}
END_TEST

#define BYTES(s) (s), sizeof(s) - 1

/* Given these bytes, the document is refused and the message has these words. */
static const struct {
	const char *given;
	const char *text;
	size_t size;
	const char *words;
} refused[] = {
	{"text", BYTES("domain"), "line 1: Start tag expected"},
	{"tags that do not match", BYTES("<a>\n<b>\n</a>"), "line 3: Opening and ending"},
	{"two roots", BYTES("<a/><b/>"), "line 1: Extra content"},
	{"an attribute twice", BYTES("<a x='1' x='2'/>"), "Attribute x redefined"},
	{"an unquoted attribute", BYTES("<a x=1/>"), "AttValue"},
	{"an unknown entity", BYTES("<a>&b;</a>"), "Entity 'b' not defined"},
	{"an empty DOCTYPE", BYTES("<!DOCTYPE a><a/>"), "line 1: a DOCTYPE is not taken"},
	{"a DTD elsewhere", BYTES("<!DOCTYPE a SYSTEM '/etc/passwd'><a/>"), "DOCTYPE"},
	{"a DTD in the net", BYTES("<!DOCTYPE a SYSTEM 'http://127.0.0.1/'><a/>"),
	 "DOCTYPE"},
	{"an external entity",
	 BYTES("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
	 "DOCTYPE"},
	{"a billion laughs",
	 BYTES("<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"
	       "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>"),
	 "DOCTYPE"},
	{"a NUL", BYTES("<a>\0</a>"), "NUL byte"},
	{"UTF-16", BYTES("\xff\xfe<\0a\0/\0>\0"), "NUL byte"},
	{"UTF-16 declared", BYTES("<?xml version='1.0' encoding='UTF-16'?><a/>"),
	 "UTF-16"},
	{"UTF-7 declared", BYTES("<?xml version='1.0' encoding='UTF-7'?><a/>"), "UTF-7"},
	{"Shift-JIS", BYTES("<?xml version='1.0' encoding='Shift_JIS'?><a/>"),
	 "Shift_JIS"},
	{"EBCDIC", BYTES("\x4c\x6f\xa7\x94\x93"), "line 1"},
	{"an unknown encoding", BYTES("<?xml version='1.0' encoding='ISO-8859-99'?><a/>"),
	 "unknown encoding ISO-8859-99"},
	{"an encoding with escapes",
	 BYTES("<?xml version='1.0' encoding='\033[2J'?><a/>"), "encoding ?[2J"},
	{"a mark against the declaration",
	 BYTES("\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><a/>"),
	 "begins as UTF-8"},
	{"what is not UTF-8", BYTES("<a>\xe9</a>"), "not proper UTF-8"},
	{"what is not EUC-JP",
	 BYTES("<?xml version='1.0' encoding='EUC-JP'?><a>\xff</a>"), "line 1"},
	{"a declaration after a blank", BYTES(" <?xml version='1.0'?><a/>"), "line 1"},
};

START_TEST(bad_document_is_refused)
{
	struct sriov_error err = {0};
	struct sriov_xml *xml = NULL;

	ck_assert_int_eq(sriov_xml_read(refused[_i].text, refused[_i].size, &xml, &err),
			 -EINVAL);
	ck_assert_msg(strstr(err.msg, refused[_i].words), "%s: %s", refused[_i].given,
		      err.msg);
	ck_assert_int_eq(err.code, SRIOV_BAD_FILE);
	ck_assert_ptr_null(strchr(err.msg, '\n'));
	ck_assert_ptr_null(xml);
}
END_TEST

static void assert_refused(const char *text, size_t size, int r, const char *words)
{
	struct sriov_error err = {0};
	struct sriov_xml *xml = NULL;

	ck_assert_int_eq(sriov_xml_read(text, size, &xml, &err), r);
	ck_assert_int_eq(err.code, SRIOV_BAD_FILE);
	ck_assert_msg(strstr(err.msg, words), "%s", err.msg);
}

START_TEST(size_is_bounded)
{
	size_t size = SRIOV_XML_SIZE_MAX + 1;
	_cleanup_free_ char *text = malloc(size);
	_cleanup_xml_ struct sriov_xml *xml = NULL;

	ck_assert_ptr_nonnull(text);
	memset(text, '\n', size);
	memcpy(text, "<a>", 3);
	memcpy(text + size - 4, "</a>", 4);
	assert_refused(text, size, -EFBIG, "larger than 10 MiB");
	memcpy(text + size - 5, "</a>", 4);
	xml = read_text(text, size - 1);
	ck_assert_uint_eq(xml->elements[0].end, size - 1);
}
END_TEST

START_TEST(nothing_is_no_document)
{
	assert_refused("", 0, -ENODATA, "empty");
	assert_refused(" \n\t\r", 4, -ENODATA, "empty");
}
END_TEST

START_TEST(depth_is_bounded)
{
	enum { DEPTH = 100000 };
	_cleanup_free_ char *text = malloc(DEPTH * 7);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < DEPTH; i++) {
		memcpy(text + i * 3, "<a>", 3);
		memcpy(text + (size_t)DEPTH * 3 + i * 4, "</a>", 4);
	}
	assert_refused(text, (size_t)DEPTH * 7, -EINVAL,
		       "line 1: a depth of more than 200 elements");
	memset(text, ' ', (size_t)DEPTH * 3);
	for (size_t i = 0; i < SRIOV_XML_DEPTH_MAX; i++)
		memcpy(text + i * 3, "<a>", 3);
	sriov_xml_free(
		read_text(text, (size_t)DEPTH * 3 + (size_t)SRIOV_XML_DEPTH_MAX * 4));
}
END_TEST

START_TEST(attributes_are_bounded)
{
	_cleanup_free_ char *text = malloc(1UL << 20);
	size_t n = 0;

	ck_assert_ptr_nonnull(text);
	n += (size_t)sprintf(text, "<a");
	for (int i = 0; i < SRIOV_XML_ATTRIBUTES_MAX; i++)
		n += (size_t)sprintf(text + n, " x%d=''", i);
	memcpy(text + n, "/>", 3);
	sriov_xml_free(read_text(text, n + 2));
	memcpy(text + n, " y=''/>", 8);
	assert_refused(text, n + 7, -EINVAL, "more than 256 attributes");
}
END_TEST

START_TEST(every_truncation_is_refused)
{
	size_t size;
	_cleanup_free_ char *text = unit_read("xml/inactive.xml", &size);
	size_t last = (size_t)(strstr(text, "</domain>") - text) + strlen("</domain>");

	for (size_t n = 0; n < last; n++) {
		/* a copy of just that size, so that a sanitizer sees a step too far */
		_cleanup_free_ char *part = malloc(n + 1);
		struct sriov_error err = {0};
		struct sriov_xml *xml = NULL;

		ck_assert_ptr_nonnull(part);
		memcpy(part, text, n);
		part = realloc(part, n ? n : 1);
		ck_assert_int_eq(sriov_xml_read(part, n, &xml, &err),
				 n ? -EINVAL : -ENODATA);
		ck_assert_int_eq(err.code, SRIOV_BAD_FILE);
	}
}
END_TEST

START_TEST(nothing_is_printed)
{
	FILE *err_file = tmpfile();

	ck_assert_ptr_nonnull(err_file);
	fflush(stderr);
	ck_assert_int_ge(dup2(fileno(err_file), STDERR_FILENO), 0);
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(refused); i++) {
		struct sriov_error err = {0};
		struct sriov_xml *xml = NULL;

		sriov_xml_read(refused[i].text, refused[i].size, &xml, &err);
	}
	fflush(stderr);
	ck_assert_int_eq(lseek(STDERR_FILENO, 0, SEEK_END), 0);
}
END_TEST

static const struct {
	const char *text;
	int r;
	const char *escaped;
} escapes[] = {
	{"", 0, ""},
	{"vm-1 a_b", 0, "vm-1 a_b"},
	{"a<b>&'\"", 0, "a&#x3c;b&#x3e;&#x26;&#x27;&#x22;"},
	{"a\tb\nc\rd", 0, "a&#x9;b&#xa;c&#xd;d"},
	{"\xc3\xa9", 0, "&#xe9;"},
	{"\xe2\x82\xac\xf0\x9f\x90\xa7", 0, "&#x20ac;&#x1f427;"},
	{"\x7f", 0, "&#x7f;"},
	{"\x01", -EILSEQ, NULL},
	{"\xe9", -EILSEQ, NULL},
	{"a\xe2\x82", -EILSEQ, NULL},
	{"\xc0\xaf", -EILSEQ, NULL},
	{"\xed\xa0\x80", -EILSEQ, NULL},
	{"\xef\xbf\xbf", -EILSEQ, NULL},
	{"\xf4\x90\x80\x80", -EILSEQ, NULL},
};

START_TEST(text_is_escaped)
{
	_cleanup_free_ char *escaped = NULL;

	ck_assert_int_eq(sriov_xml_escape(escapes[_i].text, &escaped), escapes[_i].r);
	ck_assert_pstr_eq(escaped, escapes[_i].escaped);
}
END_TEST

START_TEST(escaped_text_reads_back_in_any_encoding)
{
	static const char *const declarations[] = {
		"",
		LATIN1,
		"<?xml version='1.0' encoding='koi8-r'?>",
		"<?xml version='1.0' encoding='US-ASCII'?>",
	};

	for (size_t d = 0; d < SRIOV_ARRAY_SIZE(declarations); d++) {
		_cleanup_free_ char *escaped = NULL, *text = NULL;
		_cleanup_xml_ struct sriov_xml *xml = NULL;

		if (escapes[_i].r < 0)
			return;
		ck_assert_int_eq(sriov_xml_escape(escapes[_i].text, &escaped), 0);
		ck_assert_int_ge(
			asprintf(&text, "%s<a x='%s'/>", declarations[d], escaped), 0);
		xml = read_text(text, strlen(text));
		ck_assert_str_eq(sriov_xml_value(xml, 0, "x"), escapes[_i].text);
	}
}
END_TEST

static Suite *suite_xml(void)
{
	Suite *suite = suite_create("xml");
	TCase *tcase = tcase_create("xml");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, element_has_its_bytes, 0, SRIOV_ARRAY_SIZE(places));
	tcase_add_test(tcase, tree_knows_parents_and_ends);
	tcase_add_loop_test(tcase, element_has_its_text, 0, SRIOV_ARRAY_SIZE(texts));
	tcase_add_test(tcase, endless_text_is_cut_short);
	tcase_add_test(tcase, children_in_a_namespace_are_others);
	tcase_add_loop_test(tcase, attribute_has_value_and_bytes, 0,
			    SRIOV_ARRAY_SIZE(values));
	tcase_add_loop_test(tcase, bad_document_is_refused, 0, SRIOV_ARRAY_SIZE(refused));
	tcase_add_test(tcase, size_is_bounded);
	tcase_add_test(tcase, nothing_is_no_document);
	tcase_add_test(tcase, depth_is_bounded);
	tcase_add_test(tcase, attributes_are_bounded);
	tcase_add_test(tcase, every_truncation_is_refused);
	tcase_add_test(tcase, nothing_is_printed);
	tcase_add_loop_test(tcase, text_is_escaped, 0, SRIOV_ARRAY_SIZE(escapes));
	tcase_add_loop_test(tcase, escaped_text_reads_back_in_any_encoding, 0,
			    SRIOV_ARRAY_SIZE(escapes));
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return unit_run(suite_xml());
}
