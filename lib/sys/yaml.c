/* SPDX-License-Identifier: GPL-2.0-or-later */
/* YAML as a tree whose nodes know where they stand (libyaml). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <yaml.h>

#include "base/array.h"
#include "sys/yaml.h"

/* No file of ours nests deeper than 6; a recursion needs an end. */
#define DEPTH_MAX 32

struct reader {
	yaml_parser_t parser;
	const struct sriov_source *source;
	struct sriov_problems *problems;
	/* libyaml counts characters: how many bytes the first `index` of them are */
	size_t index;
	size_t offset;
	size_t first; /* behind a byte order mark */
};

/* Marks come in ascending order. */
static struct sriov_place place_of(struct reader *reader, const yaml_mark_t *mark)
{
	const struct sriov_source *source = reader->source;

	while (reader->index < mark->index && reader->offset < source->size) {
		do
			reader->offset++;
		while (((unsigned char)source->text[reader->offset] & 0xc0) == 0x80);
		reader->index++;
	}
	return (struct sriov_place){source, reader->offset};
}

/* The mark of an error may lie before that of the event that was read last. */
static int syntax_error(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	struct sriov_place place;

	if (parser->error == YAML_READER_ERROR) {
		place = (struct sriov_place){reader->source,
					     reader->first + parser->problem_offset};
		return sriov_problem_say(reader->problems, &place, "not UTF-8 text: %s",
					 parser->problem);
	}
	if (parser->problem_mark.index < reader->index) {
		reader->index = 0;
		reader->offset = reader->first;
	}
	place = place_of(reader, &parser->problem_mark);
	sriov_problem_say(reader->problems, &place, "not YAML: %s%s%s",
			  parser->problem ? parser->problem : "no memory left",
			  parser->context ? " " : "",
			  parser->context ? parser->context : "");
	if (reader->source->text[place.offset] == '\t')
		sriov_problem_hint(reader->problems, "indent with blanks, not tabs");
	return -EINVAL;
}

static int next(struct reader *reader, yaml_event_t *event)
{
	return yaml_parser_parse(&reader->parser, event) ? 0 : syntax_error(reader);
}

static int refuse(struct reader *reader, const yaml_event_t *event, const char *what)
{
	const struct sriov_place place = place_of(reader, &event->start_mark);

	return sriov_problem_say(reader->problems, &place, "%s cannot be used here",
				 what);
}

static struct sriov_yaml_node *new_node(struct reader *reader, const yaml_event_t *event,
					enum sriov_yaml_type type)
{
	struct sriov_yaml_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	node->type = type;
	node->place = place_of(reader, &event->start_mark);
	node->end = place_of(reader, &event->end_mark).offset;
	return node;
}

static int read_scalar(struct reader *reader, const yaml_event_t *event,
		       struct sriov_yaml_node **ret)
{
	const char *text = (const char *)event->data.scalar.value;
	struct sriov_yaml_node *node;

	if (event->data.scalar.anchor)
		return refuse(reader, event, "an anchor (&)");
	if (event->data.scalar.tag)
		return refuse(reader, event, "a tag (!)");
	if (strlen(text) != event->data.scalar.length)
		return refuse(reader, event, "a NUL character");
	node = new_node(reader, event, SRIOV_YAML_SCALAR);
	if (!node || !(node->text = strdup(text))) {
		sriov_yaml_free(node);
		return refuse(reader, event, "so much text (no memory left): it");
	}
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	*ret = node;
	return 0;
}

/* A node with nothing in it yet, for a mapping's or a sequence's first event. */
static int begin(struct reader *reader, const yaml_event_t *event,
		 struct sriov_yaml_node **ret)
{
	bool mapping = event->type == YAML_MAPPING_START_EVENT;
	const yaml_char_t *anchor = mapping ? event->data.mapping_start.anchor
					    : event->data.sequence_start.anchor;
	const yaml_char_t *tag =
		mapping ? event->data.mapping_start.tag : event->data.sequence_start.tag;
	struct sriov_yaml_node *node;

	if (anchor)
		return refuse(reader, event, "an anchor (&)");
	if (tag)
		return refuse(reader, event, "a tag (!)");
	node = new_node(reader, event,
			mapping ? SRIOV_YAML_MAPPING : SRIOV_YAML_SEQUENCE);
	if (!node)
		return refuse(reader, event, "so much text (no memory left): it");
	node->flow =
		mapping ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			: event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	*ret = node;
	return 0;
}

static bool is_end(const yaml_event_t *event)
{
	return event->type == YAML_MAPPING_END_EVENT ||
	       event->type == YAML_SEQUENCE_END_EVENT;
}

static int read_node(struct reader *reader, const yaml_event_t *event, unsigned depth,
		     struct sriov_yaml_node **ret);

/* A block ends where its last item does: libyaml has gone on to the next token. */
static int read_items(struct reader *reader, struct sriov_yaml_node *node, unsigned depth)
{
	for (;;) {
		yaml_event_t event;
		int r = next(reader, &event);

		if (r < 0)
			return r;
		if (is_end(&event)) {
			if (node->flow)
				node->end = place_of(reader, &event.end_mark).offset;
			yaml_event_delete(&event);
			return 0;
		}
		r = SRIOV_ARRAY_ROOM(node->item, node->n_items);
		if (r == 0)
			r = read_node(reader, &event, depth + 1,
				      &node->item[node->n_items]);
		yaml_event_delete(&event);
		if (r < 0)
			return r;
		node->end = node->item[node->n_items++]->end;
	}
}

static int read_node(struct reader *reader, const yaml_event_t *event, unsigned depth,
		     struct sriov_yaml_node **ret)
{
	struct sriov_yaml_node *node = NULL;
	int r;

	if (depth > DEPTH_MAX)
		return refuse(reader, event, "so deep a nesting");
	if (event->type == YAML_ALIAS_EVENT)
		return refuse(reader, event, "an alias (*)");
	if (event->type == YAML_SCALAR_EVENT)
		return read_scalar(reader, event, ret);
	r = begin(reader, event, &node);
	if (r < 0 || !node)
		return r;
	r = read_items(reader, node, depth);
	if (r < 0) {
		sriov_yaml_free(node);
		return r;
	}
	*ret = node;
	return 0;
}

/* The events of one document, from that which begins it. */
static int read_document(struct reader *reader, struct sriov_yaml_node **ret)
{
	yaml_event_t event;
	int r = next(reader, &event);

	if (r < 0)
		return r;
	r = read_node(reader, &event, 0, ret);
	yaml_event_delete(&event);
	if (r < 0)
		return r;
	r = next(reader, &event);
	if (r == 0)
		yaml_event_delete(&event);
	return r;
}

static int read_stream(struct reader *reader, struct sriov_yaml_node **ret)
{
	for (;;) {
		yaml_event_type_t type;
		yaml_event_t event;
		int r = next(reader, &event);

		if (r < 0)
			return r;
		type = event.type;
		if (type == YAML_DOCUMENT_START_EVENT && *ret)
			r = refuse(reader, &event, "a second document");
		yaml_event_delete(&event);
		if (r == 0 && type == YAML_DOCUMENT_START_EVENT)
			r = read_document(reader, ret);
		if (r < 0 || type == YAML_STREAM_END_EVENT)
			return r;
	}
}

/*
 * YAML counts these as ends of lines and no editor does: places would be wrong, and what
 * is written beside them too.
 */
static int refuse_odd_breaks(const struct sriov_source *source,
			     struct sriov_problems *problems)
{
	static const char *const odd[] = {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};

	for (size_t i = 0; i < source->size; i++) {
		const struct sriov_place place = {source, i};
		const char *at = source->text + i;
		bool found = at[0] == '\r' && at[1] != '\n';

		for (size_t j = 0; j < SRIOV_ARRAY_SIZE(odd); j++)
			found |= strncmp(at, odd[j], strlen(odd[j])) == 0;
		if (found)
			return sriov_problem_say(problems, &place,
						 "a line must end in a newline");
	}
	return 0;
}

int sriov_yaml_parse(const struct sriov_source *source, struct sriov_yaml_node **ret,
		     struct sriov_problems *problems)
{
	struct reader reader = {.source = source, .problems = problems};
	struct sriov_yaml_node *root = NULL;
	int r;

	if (refuse_odd_breaks(source, problems) < 0)
		return -EINVAL;
	if (!yaml_parser_initialize(&reader.parser))
		return sriov_problem_say(problems, &(struct sriov_place){source, 0},
					 "no memory left");
	reader.first = reader.offset = sriov_source_start(source);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser,
				     (const unsigned char *)source->text + reader.first,
				     source->size - reader.first);
	r = read_stream(&reader, &root);
	yaml_parser_delete(&reader.parser);
	if (r < 0) {
		sriov_yaml_free(root);
		return -EINVAL;
	}
	*ret = root;
	return 0;
}

const struct sriov_yaml_node *sriov_yaml_member(const struct sriov_yaml_node *map,
						const char *name)
{
	for (size_t i = 0; map->type == SRIOV_YAML_MAPPING && i < map->n_items; i += 2)
		if (map->item[i]->type == SRIOV_YAML_SCALAR &&
		    strcmp(map->item[i]->text, name) == 0)
			return map->item[i + 1];
	return NULL;
}

bool sriov_yaml_is_null(const struct sriov_yaml_node *node)
{
	return node->type == SRIOV_YAML_SCALAR && !node->quoted &&
	       (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
		strcasecmp(node->text, "null") == 0);
}

void sriov_yaml_free(struct sriov_yaml_node *node)
{
	if (!node)
		return;
	for (size_t i = 0; i < node->n_items; i++)
		sriov_yaml_free(node->item[i]);
	free(node->item);
	free(node->text);
	free(node);
}
