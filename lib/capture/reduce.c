/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration files cut down to what is read of them. */
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "capture/reduce.h"

#define VF_COUNT "virtual-function-count"

/* Call @fn with each line of @text, without its end. */
typedef void line_fn(const char *line, size_t len, void *arg);

static void each_line(const char *text, line_fn *fn, void *arg)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fn(text, len, arg);
		text += len + (text[len] == '\n');
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the comment of a YAML line begins, with the blanks before it, else its length. */
static size_t comment_at(const char *line, size_t len)
{
	char quote = '\0';

	for (size_t i = 0; i < len; i++) {
		if (quote)
			quote = line[i] == quote ? '\0' : quote;
		else if (line[i] == '"' || line[i] == '\'')
			quote = line[i];
		else if (line[i] == '#' && (i == 0 || is_blank(line[i - 1])))
			len = i;
	}
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	return len;
}

static void keep_yaml(const char *line, size_t len, void *arg)
{
	fprintf(arg, "%.*s\n", (int)comment_at(line, len), line);
}

void capture_reduce_yaml(const char *text, FILE *to)
{
	each_line(text, keep_yaml, to);
}

/* What is kept of a file of sections; a NULL key stands for all of them. */
static const struct {
	const char *section;
	const char *key;
} kept_keys[] = {
	{"connection", "interface-name"},
	{"connection", "type"},
	{"ethernet", "mac-address"},
	{"sriov", NULL},
	{"Match", NULL},
	{"SR-IOV", NULL},
	{"Link", "SR-IOVVirtualFunctions"},
};

struct sections {
	FILE *to;
	char section[32];
};

static bool is_kept(const char *section, const char *key, size_t len)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(kept_keys); i++)
		if (strcasecmp(kept_keys[i].section, section) == 0 &&
		    (!kept_keys[i].key || (strncasecmp(kept_keys[i].key, key, len) == 0 &&
					   strlen(kept_keys[i].key) == len)))
			return true;
	return false;
}

static void keep_key(const char *line, size_t len, void *arg)
{
	struct sections *sections = arg;
	size_t blanks = strspn(line, " \t");

	if (blanks >= len || line[blanks] == '#' || line[blanks] == ';')
		return;
	line += blanks;
	len -= blanks;
	if (line[0] == '[') {
		snprintf(sections->section, sizeof(sections->section), "%.*s",
			 (int)strcspn(line + 1, "]\n"), line + 1);
		fprintf(sections->to, "[%s]\n", sections->section);
	} else if (is_kept(sections->section, line, strcspn(line, "= \t\n"))) {
		fprintf(sections->to, "%.*s\n", (int)len, line);
	}
}

void capture_reduce_sections(const char *text, FILE *to)
{
	struct sections sections = {.to = to};

	each_line(text, keep_key, &sections);
}

#define NETPLAN_DEPTH_MAX 16

/* The lines above one, by their columns, that have not been written yet. */
struct netplan {
	FILE *to;
	struct {
		size_t column;
		const char *line;
		bool written;
	} level[NETPLAN_DEPTH_MAX];
	size_t depth;
};

static void write_key(FILE *to, const char *line)
{
	fprintf(to, "%.*s:", (int)strcspn(line, ":\n"), line);
}

static void write_above(struct netplan *plan)
{
	for (size_t i = 0; i < plan->depth; i++) {
		if (!plan->level[i].written) {
			write_key(plan->to, plan->level[i].line);
			fputc('\n', plan->to);
		}
		plan->level[i].written = true;
	}
}

/* "virtual-function-count: 4", or the same in the braces of a device. */
static void write_count(const struct netplan *plan, const char *line, const char *count)
{
	const char *value = count + strlen(VF_COUNT);
	bool flow = strcspn(line, "{") < (size_t)(count - line);

	value += strspn(value, "\"': ");
	if (flow)
		write_key(plan->to, line);
	fprintf(plan->to, "%s" VF_COUNT ": %.*s%s\n", flow ? " {" : "",
		(int)strspn(value, "0123456789"), value, flow ? "}" : "");
}

static void keep_netplan(const char *line, size_t len, void *arg)
{
	struct netplan *plan = arg;
	size_t column = strspn(line, " ");
	const char *count = memmem(line, len, VF_COUNT, strlen(VF_COUNT));

	if (column >= len || line[column] == '#' || !memchr(line, ':', len))
		return;
	while (plan->depth && plan->level[plan->depth - 1].column >= column)
		plan->depth--;
	if (count) {
		write_above(plan);
		if (strcspn(line, "{") >= (size_t)(count - line))
			fprintf(plan->to, "%*s", (int)column, "");
		write_count(plan, line, count);
	}
	if (plan->depth == NETPLAN_DEPTH_MAX)
		plan->depth--;
	plan->level[plan->depth].column = column;
	plan->level[plan->depth].line = line;
	plan->level[plan->depth++].written = count;
}

void capture_reduce_netplan(const char *text, FILE *to)
{
	struct netplan plan = {.to = to};

	each_line(text, keep_netplan, &plan);
}

static void keep_modprobe(const char *line, size_t len, void *arg)
{
	size_t blanks = strspn(line, " \t");

	if (strncmp(line + blanks, "options ", 8) == 0 ||
	    strncmp(line + blanks, "blacklist ", 10) == 0)
		fprintf(arg, "%.*s\n", (int)len, line);
}

void capture_reduce_modprobe(const char *text, FILE *to)
{
	each_line(text, keep_modprobe, to);
}

static void keep_os_release(const char *line, size_t len, void *arg)
{
	static const char *const keys[] = {
		"ID=", "ID_LIKE=", "VERSION_ID=", "PRETTY_NAME="};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(keys); i++)
		if (strncmp(line, keys[i], strlen(keys[i])) == 0)
			fprintf(arg, "%.*s\n", (int)len, line);
}

void capture_reduce_os_release(const char *text, FILE *to)
{
	each_line(text, keep_os_release, to);
}

void capture_reduce_all(const char *text, FILE *to)
{
	(void)text, (void)to;
}

void capture_reduce_nothing(const char *text, FILE *to)
{
	fputs(text, to);
}
