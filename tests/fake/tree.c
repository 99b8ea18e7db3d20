/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees as compact text: what a host looks like, for tests. */
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "function.h"
#include "port.h"
#include "sim.h"
#include "tree.h"
#include "vf.h"

#define WORDS_MAX 32
#define DEVICE "sys/bus/pci/devices/%s"

struct words {
	char *word[WORDS_MAX];
	size_t n;
};

/* The word after @name, from the word @from on, or @otherwise. */
static const char *value(const struct words *words, size_t from, const char *name,
			 const char *otherwise)
{
	for (size_t i = from; i + 1 < words->n; i += 2)
		if (strcmp(words->word[i], name) == 0)
			return words->word[i + 1];
	return otherwise;
}

static unsigned long number(const struct words *words, const char *name, int base)
{
	const char *text = value(words, 2, name, "0");
	char *end;
	unsigned long number = strtoul(text, &end, base);

	if (*end != '\0')
		fake_die("tree: %s %s", name, text);
	return number;
}

/* Turn the escapes of @text into what they stand for.  Returns the length. */
static size_t unescape(char *text)
{
	char *out = text;
	unsigned byte;

	for (const char *in = text; *in; in++) {
		if (*in != '\\') {
			*out++ = *in;
			continue;
		}
		switch (*++in) {
		case 'n':
			*out++ = '\n';
			break;
		case 't':
			*out++ = '\t';
			break;
		case 's':
			*out++ = ' ';
			break;
		case '\\':
			*out++ = '\\';
			break;
		case 'x':
			if (sscanf(in + 1, "%2x", &byte) != 1)
				fake_die("tree: bad \\x in '%s'", text);
			*out++ = (char)byte;
			in += 2;
			break;
		default:
			fake_die("tree: unknown escape in '%s'", text);
		}
	}
	*out = '\0';
	return (size_t)(out - text);
}

static struct words split(char *line)
{
	struct words words = {0};
	char *word;

	while ((word = strtok_r(line, " \t", &line))) {
		if (words.n == WORDS_MAX)
			fake_die("tree: more than %d words", WORDS_MAX);
		unescape(word);
		words.word[words.n++] = word;
	}
	return words;
}

static void do_delete(const struct fake *fake, const struct words *words)
{
	fake_remove(fake, "%s", words->word[1]);
}

static void do_huge(const struct fake *fake, const struct words *words)
{
	size_t size = strtoul(words->word[2], NULL, 10);
	_cleanup_free_ char *data = malloc(size);

	if (!data)
		fake_die("out of memory");
	memset(data, '7', size);
	fake_put_bytes(fake, data, size, "%s", words->word[1]);
}

static void do_driver(const struct fake *fake, const struct words *words)
{
	for (size_t i = 1; i < words->n; i++)
		fake_driver_make(fake, words->word[i]);
}

static void do_module(const struct fake *fake, const struct words *words)
{
	fake_put(fake, words->n > 2 ? words->word[2] : "", "kernel/modules/%s",
		 words->word[1]);
}

static void do_pci(const struct fake *fake, const struct words *words)
{
	const char *driver = value(words, 2, "driver", "");
	unsigned vendor, device;

	if (sscanf(value(words, 2, "id", ""), "%x:%x", &vendor, &device) != 2)
		fake_die("tree: pci %s needs an id", words->word[1]);
	fake_function_make(
		fake,
		&(struct fake_function){
			.address = words->word[1],
			.vendor = (uint16_t)vendor,
			.device = (uint16_t)device,
			.class = (uint32_t)number(words, "class", 16),
			.numa = (int)strtol(value(words, 2, "numa", "0"), NULL, 10),
			.group = (int)strtol(value(words, 2, "group", "-1"), NULL, 10),
			.match = driver,
		});
	fake_function_probe(fake, words->word[1]);
}

static void do_sriov(const struct fake *fake, const struct words *words)
{
	fake_port_make(fake, &(struct fake_port){
				     .address = words->word[1],
				     .hardware = (unsigned)number(words, "hardware", 10),
				     .limit = (unsigned)number(words, "limit", 10),
				     .offset = (unsigned)number(words, "offset", 10),
				     .stride = (unsigned)number(words, "stride", 10),
				     .vf_device = (uint16_t)number(words, "vf-id", 16),
				     .vf_driver = value(words, 2, "vf-driver", ""),
			     });
}

static void set_link(const struct fake *fake, const char *netdev, const char *state)
{
	bool up = strcmp(state, "up") == 0;

	fake_put(fake, up ? "0x1003" : "0x1002", "sys/class/net/%s/flags", netdev);
	fake_put(fake, up ? "1" : "0", "sys/class/net/%s/carrier", netdev);
	fake_put(fake, up ? "up" : "down", "sys/class/net/%s/operstate", netdev);
}

static void do_link(const struct fake *fake, const struct words *words)
{
	set_link(fake, words->word[1], words->word[2]);
}

/* The first netdev of a PF is its own, others stand beside it (representors). */
static void do_netdev(const struct fake *fake, const struct words *words)
{
	const char *name = words->word[1], *address = words->word[2], *text;
	uint64_t mac = 0, guid = 0;

	if (sriov_mac_parse(value(words, 3, "mac", ""), &mac) < 0)
		fake_die("tree: netdev %s needs a mac", name);
	fake_netdev_make(fake, address, name, mac, false);
	if (!fake_exists(fake, "kernel/%s/netdev", address)) {
		fake_put(fake, name, "kernel/%s/netdev", address);
		fake_put(fake, value(words, 3, "mac", ""), "kernel/%s/mac", address);
	}
	text = value(words, 3, "guid", NULL);
	if (text && sriov_guid_parse(text, &guid) < 0)
		fake_die("tree: '%s' is no GUID", text);
	if (text) {
		fake_put(fake, text, "kernel/%s/guid", address);
		fake_netdev_infiniband(fake, name, guid);
	}
	text = value(words, 3, "ifindex", NULL);
	if (text)
		fake_put(fake, text, "sys/class/net/%s/ifindex", name);
	fake_put(fake, value(words, 3, "speed", "1000"), "sys/class/net/%s/speed", name);
	text = value(words, 3, "port", NULL);
	if (text)
		fake_put(fake, text, "sys/class/net/%s/phys_port_name", name);
	text = value(words, 3, "switch", NULL);
	if (text)
		fake_put(fake, text, "sys/class/net/%s/phys_switch_id", name);
	set_link(fake, name, value(words, 3, "link", "down"));
}

static void do_sim(const struct fake *fake, const struct words *words)
{
	fake_sim_make(fake, words->word[1], words->word[2],
		      (unsigned)strtoul(value(words, 3, "max", "0"), NULL, 10));
}

static void do_vfs(const struct fake *fake, const struct words *words)
{
	int r = fake_port_numvfs(fake, words->word[1], words->word[2], &FAKE_NO_MISHAP);

	if (r < 0)
		fake_die("tree: vfs %s %s: %s", words->word[1], words->word[2],
			 strerror(-r));
}

static void do_vf(const struct fake *fake, const struct words *words)
{
	unsigned index = (unsigned)strtoul(words->word[2], NULL, 10);
	struct fake_vf vf = fake_vf_get(fake, words->word[1], index);

	for (size_t i = 3; i + 1 < words->n; i += 2)
		if (!fake_vf_word(&vf, words->word[i], words->word[i + 1]))
			fake_die("tree: '%s' is no attribute", words->word[i]);
	fake_vf_put(fake, words->word[1], index, &vf);
}

static void do_unbind(const struct fake *fake, const struct words *words)
{
	char driver[FAKE_NAME_MAX];

	fake_function_driver(fake, words->word[1], driver, sizeof(driver));
	if (driver[0])
		fake_function_unbind(fake, words->word[1], driver);
}

static void do_bind(const struct fake *fake, const struct words *words)
{
	const char *address = words->word[1];
	int r;

	do_unbind(fake, words);
	fake_put(fake, words->word[2], DEVICE "/driver_override", address);
	r = fake_function_bind(fake, address, words->word[2]);
	fake_put(fake, "(null)", DEVICE "/driver_override", address);
	if (r < 0)
		fake_die("tree: bind %s %s: %s", address, words->word[2], strerror(-r));
}

/* The lines that begin with a word of their own, and how many words they need. */
static const struct {
	const char *word;
	size_t n;
	void (*fn)(const struct fake *fake, const struct words *words);
} statements[] = {
	{"delete", 2, do_delete}, {"huge", 3, do_huge},	    {"driver", 2, do_driver},
	{"module", 2, do_module}, {"pci", 4, do_pci},	    {"sriov", 4, do_sriov},
	{"netdev", 5, do_netdev}, {"vfs", 3, do_vfs},	    {"vf", 5, do_vf},
	{"bind", 3, do_bind},	  {"unbind", 2, do_unbind}, {"link", 3, do_link},
	{"sim", 5, do_sim},
};

static void do_statement(const struct fake *fake, const struct words *words)
{
	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(statements); i++)
		if (strcmp(statements[i].word, words->word[0]) == 0 &&
		    words->n >= statements[i].n) {
			statements[i].fn(fake, words);
			return;
		}
	fake_die("tree: '%s' and %zu words: no such line", words->word[0], words->n - 1);
}

/* PATH = CONTENT, PATH := CONTENT, PATH -> TARGET; false when it is none of them. */
static bool do_path(const struct fake *fake, char *line)
{
	char *path = line, *end = line + strcspn(line, " "), *content;
	size_t len;
	char how;

	content = end + strspn(end, " ");
	how = *content;
	if (strncmp(content, "= ", 2) != 0 && strncmp(content, ":=", 2) != 0 &&
	    strncmp(content, "-> ", 3) != 0)
		return false;
	*end = '\0';
	content += how == '=' ? 1 : 2;
	content += *content == ' ';
	unescape(path);
	len = unescape(content);
	if (how == '=')
		fake_put(fake, content, "%s", path);
	else if (how == ':')
		fake_put_bytes(fake, content, len, "%s", path);
	else
		fake_symlink(fake, content, "%s", path);
	return true;
}

static void trim(char *line)
{
	char *comment = line[0] == '#' ? line : strstr(line, " #");
	size_t len;

	if (comment)
		*comment = '\0';
	len = strlen(line);
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\n'))
		line[--len] = '\0';
}

static void do_line(const struct fake *fake, char *line)
{
	struct words words;

	if (line[0] == '\0' || do_path(fake, line))
		return;
	words = split(line);
	if (words.n)
		do_statement(fake, &words);
}

static void unpack(const struct fake *fake, const char *path)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_free_ char *line = NULL;
	const char *beside = copy ? dirname(copy) : ".";
	size_t room = 0;

	if (!file)
		fake_die("%s: %s", path, strerror(errno));
	while (getline(&line, &room, file) >= 0) {
		char included[PATH_MAX];

		trim(line);
		if (strncmp(line, "include ", 8) != 0) {
			do_line(fake, line);
			continue;
		}
		snprintf(included, sizeof(included), "%s/%s", beside, line + 8);
		unpack(fake, included);
	}
}

void fake_tree_line(const struct fake *fake, const char *line)
{
	_cleanup_free_ char *copy = strdup(line);

	if (!copy)
		fake_die("out of memory");
	trim(copy);
	do_line(fake, copy);
}

void fake_tree_unpack(const struct fake *fake, const char *path)
{
	static const char *const folders[] = {"sys/bus/pci/devices",
					      "sys/bus/pci/drivers",
					      "sys/class/net",
					      "proc",
					      "run",
					      "etc",
					      "dev/vfio",
					      "lib/modules",
					      "kernel"};

	for (size_t i = 0; i < SRIOV_ARRAY_SIZE(folders); i++)
		fake_folder(fake, "%s", folders[i]);
	unpack(fake, path);
}
