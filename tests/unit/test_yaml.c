/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YAML as a tree: what the nodes are, which bytes they take, and what is refused. */
#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "sys/yaml.h"
#include "unit.h"

#define BOM "\xef\xbb\xbf"

/* The tree in one line: scalars in their bytes, {map}, [list], |block list|. */
static void describe(const struct sriov_yaml_node *node, char *buf, size_t size)
{
	const char *text = node->place.source->text;
	bool map = node->type == SRIOV_YAML_MAPPING;

	if (node->type == SRIOV_YAML_SCALAR) {
		sriov_text_append(buf, size, "%s<%.*s>", node->quoted ? "q" : "",
				  (int)(node->end - node->place.offset),
				  text + node->place.offset);
		return;
	}
	sriov_text_append(buf, size, "%s%c", node->flow ? "" : "block", map ? '{' : '[');
	for (size_t i = 0; i < node->n_items; i++) {
		if (i)
			sriov_text_append(buf, size, map && i % 2 ? ":" : ",");
		describe(node->item[i], buf, size);
	}
	sriov_text_append(buf, size, "%c", map ? '}' : ']');
}

static int parse(const struct sriov_source *source, struct sriov_yaml_node **ret,
		 struct sriov_problems *problems)
{
	*ret = NULL;
	return sriov_yaml_parse(source, ret, problems);
}

START_TEST(a_node_knows_its_kind_and_its_bytes)
{
	static const struct {
		const char *text;
		const char *tree;
	} cases[] = {
		{"a: 1\n", "block{<a>:<1>}"},
		{"a: 1 # why\nb: off\n", "block{<a>:<1>,<b>:<off>}"},
		{"mac: 52:54:00:11:22:33\n", "block{<mac>:<52:54:00:11:22:33>}"},
		{"pci: 0000:03:00.0", "block{<pci>:<0000:03:00.0>}"},
		{"'a b': \"c\\n\"\n", "block{q<'a b'>:q<\"c\\n\">}"},
		{"- {a: 1, b: [x, y]}\n- c\n", "block[{<a>:<1>,<b>:[<x>,<y>]},<c>]"},
		{"{\"a\": [1, null, true]}", "{q<\"a\">:[<1>,<null>,<true>]}"},
		{"a:\n", "block{<a>:<>}"},
		{"a: {}\nb: []\n", "block{<a>:{},<b>:[]}"},
		{"0-3: x\n4,6: y\n", "block{<0-3>:<x>,<4,6>:<y>}"},
		{"\xc3\xa4: \xe2\x82\xac # \xf0\x9f\x90\xa7\nb: 1\n",
		 "block{<\xc3\xa4>:<\xe2\x82\xac>,<b>:<1>}"},
		{BOM "a: 1\n", "block{<a>:<1>}"},
		{"a: 1\r\nb: 2\r\n", "block{<a>:<1>,<b>:<2>}"},
		{"--- # first\na: 1\n...\n", "block{<a>:<1>}"},
		{"%YAML 1.1\n---\na: 1\n", "block{<a>:<1>}"},
		{"a: two\n  lines\n", "block{<a>:<two\n  lines>}"},
		{"? a\n: 1\n", "block{<a>:<1>}"},
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		const struct sriov_source source = {"file", cases[i].text,
						    strlen(cases[i].text)};
		struct sriov_problems problems = {0};
		struct sriov_yaml_node *root;
		char tree[512] = "";

		ck_assert_msg(parse(&source, &root, &problems) == 0, "%s: %s",
			      cases[i].text,
			      problems.n ? problems.problem[0].error.msg : "?");
		describe(root, tree, sizeof(tree));
		ck_assert_str_eq(tree, cases[i].tree);
		sriov_yaml_free(root);
	}
}
END_TEST

/* A block ends with its last item, so that comments and blanks behind it are outside. */
START_TEST(a_collection_ends_where_its_last_item_does)
{
	static const char text[] = "pfs:\n  - a: {b: 1}  # c\n    d: 2\n\n# e\n  - f\n";
	const struct sriov_source source = {"file", text, strlen(text)};
	struct sriov_problems problems = {0};
	struct sriov_yaml_node *root, *list, *item;

	ck_assert_int_eq(parse(&source, &root, &problems), 0);
	list = root->item[1];
	item = list->item[0];
	ck_assert_ptr_eq(text + list->place.offset, strstr(text, "- a"));
	ck_assert_ptr_eq(text + item->place.offset, strstr(text, "a: {"));
	ck_assert_ptr_eq(text + item->end, strstr(text, "\n\n#"));
	ck_assert_ptr_eq(text + item->item[1]->end, strstr(text, "  # c"));
	ck_assert_ptr_eq(text + list->end, strstr(text, "f\n") + 1);
	ck_assert_uint_eq(root->end, list->end);
	sriov_yaml_free(root);
}
END_TEST

START_TEST(a_plain_null_says_nothing)
{
	static const char text[] = "[~, null, NULL, \"\", '~', \"null\", no, 0]";
	static const bool wanted[] = {true,  true,  true,  false,
				      false, false, false, false};
	const struct sriov_source source = {"file", text, strlen(text)};
	struct sriov_problems problems = {0};
	struct sriov_yaml_node *root;

	ck_assert_int_eq(parse(&source, &root, &problems), 0);
	ck_assert_uint_eq(root->n_items, SRIOV_ARRAY_SIZE(wanted));
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(wanted); i++)
		ck_assert_msg(sriov_yaml_is_null(root->item[i]) == wanted[i], "%zu", i);
	sriov_yaml_free(root);
}
END_TEST

START_TEST(a_document_without_content_is_none)
{
	static const char *const texts[] = {"", "\n\n", "# nothing\n", BOM};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(texts); i++) {
		const struct sriov_source source = {"file", texts[i], strlen(texts[i])};
		struct sriov_problems problems = {0};
		struct sriov_yaml_node *root;

		ck_assert_int_eq(parse(&source, &root, &problems), 0);
		ck_assert_ptr_null(root);
		ck_assert_uint_eq(problems.n, 0);
	}
}
END_TEST

#define REFUSED(text, line, column, message)                                             \
	{                                                                                \
		text, sizeof(text) - 1, line, column, message                            \
	}

START_TEST(what_is_refused_is_refused_where_it_stands)
{
	static const struct {
		const char *text;
		size_t size;
		unsigned line;
		unsigned column;
		const char *message;
	} cases[] = {
		REFUSED("a: &x 1", 1, 4, "an anchor (&)"),
		REFUSED("a: &x [1]", 1, 4, "an anchor (&)"),
		REFUSED("a:\n  - &x {b: 1}", 2, 5, "an anchor (&)"),
		REFUSED("a: *x", 1, 4, "an alias (*)"),
		REFUSED("*x : 1", 1, 1, "an alias (*)"),
		REFUSED("*x", 1, 1, "an alias (*)"),
		REFUSED("a: !!str 1", 1, 4, "a tag (!)"),
		REFUSED("a: 1\rb: 2", 1, 5, "a line must end in a newline"),
		REFUSED("a: 1\n# x\xe2\x80\xa8", 2, 4, "a line must end in a newline"),
		REFUSED("a: !x {}", 1, 4, "a tag (!)"),
		REFUSED("a: 1\n---\nb: 1\n", 2, 1, "a second document"),
		REFUSED("a: 1\n...\n# c\n---\n", 4, 1, "a second document"),
		REFUSED("a: \"\\0\"", 1, 4, "a NUL"),
		REFUSED("a: 1\n\tb: 1\n", 2, 1, "not YAML"),
		REFUSED("\xc3\xa4: [1, 2\n", 2, 1, "not YAML"),
		REFUSED("\xc3\xa4: }", 1, 4, "not YAML"),
		REFUSED("a: 1\n b: 1\n", 2, 3, "not YAML"),
		REFUSED("a: 'x\n", 2, 1, "not YAML"),
		REFUSED("a: 1\nb: \xff\n", 2, 4, "not UTF-8"),
		REFUSED("a: 1\nb: \xc3", 2, 4, "not UTF-8"),
		REFUSED("a: \xed\xa0\x80", 1, 4, "not UTF-8"),
		REFUSED("\xc3\xa4: 1\0", 1, 5, "not UTF-8"),
		REFUSED("\xc3\xa4: \x01", 1, 4, "not UTF-8"),
		REFUSED(BOM "\xc3\xa4: \x01", 1, 4, "not UTF-8"),
		REFUSED("\xff\xfe"
			"a\0",
			1, 1, "not UTF-8"),
	};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(cases); i++) {
		const struct sriov_source source = {"file", cases[i].text, cases[i].size};
		struct sriov_problems problems = {0};
		struct sriov_yaml_node *root;
		const struct sriov_problem *found;

		ck_assert_int_eq(parse(&source, &root, &problems), -EINVAL);
		ck_assert_ptr_null(root);
		ck_assert_uint_eq(problems.n, 1);
		found = &problems.problem[0];
		ck_assert_msg(found->line == cases[i].line &&
				      found->column == cases[i].column &&
				      strstr(found->error.msg, cases[i].message),
			      "'%s': %u:%u: %s", cases[i].text, found->line,
			      found->column, found->error.msg);
		sriov_problems_free(&problems);
	}
}
END_TEST

START_TEST(there_is_an_end_to_nesting)
{
	static const unsigned depths[] = {30, 100, 50000};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(depths); i++) {
		_cleanup_free_ char *text = calloc(2 * depths[i] + 1, 1);
		struct sriov_source source = {"file", text, 2 * depths[i]};
		struct sriov_problems problems = {0};
		struct sriov_yaml_node *root;

		ck_assert_ptr_nonnull(text);
		memset(text, '[', depths[i]);
		memset(text + depths[i], ']', depths[i]);
		ck_assert_int_eq(parse(&source, &root, &problems),
				 depths[i] > 32 ? -EINVAL : 0);
		sriov_yaml_free(root);
		sriov_problems_free(&problems);
	}
}
END_TEST

UNIT_MAIN("yaml", a_node_knows_its_kind_and_its_bytes,
	  a_collection_ends_where_its_last_item_does, a_plain_null_says_nothing,
	  a_document_without_content_is_none, what_is_refused_is_refused_where_it_stands,
	  there_is_an_end_to_nesting)
